"""``actmath claims``: the ledger."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from ._output import AsJson, clear_errors, print_json, print_judgement


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(claims)


@clear_errors
def claims(
    identifier: Annotated[
        str | None,
        typer.Argument(help="One row (C-SNN-1.d), one claim (C-SNN-1) or one paper (C-SNN)."),
    ] = None,
    run: Annotated[
        bool, typer.Option("--run", help="Make recorded evidence anew first; may take long.")
    ] = False,
    anew: Annotated[
        bool,
        typer.Option("--anew", help="Judge again what was judged with the same code and files."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Judge the claims of the papers: every verdict is computed, or decided by recorded runs.

    What was judged before with the same code, packages, records and certificates is taken from
    the user's cache folder, by their digests; --anew and --run take nothing from there. With an
    environment variable ACTMATH_… set, such as ACTMATH_NO_CACHE, nothing is kept. That folder is
    trusted as the package's own files are: who can write there can put any verdict there.
    """
    from ..claims._kept import cache_file, judged
    from ..claims._ledger import judge, select

    # Judged one by one while the bar moves: a remake may train for hours.
    chosen = select(identifier)
    judgements = list(
        track(
            judge(chosen, remake=True) if run else judged(chosen, cache_file(), anew),
            total=len(chosen),
            description="judging",
            # Standard output carries the answer alone.
            console=Console(stderr=True),
            transient=True,
            disable=as_json,
        )
    )
    rows = [judgement.to_json() for judgement in judgements]
    if as_json:
        print_json(rows)
        return
    for judgement in judgements:
        print_judgement(judgement)
