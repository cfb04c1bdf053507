"""``actmath claims``, the ledger, and ``actmath world``, constants beside the exact ones."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from ._output import AsJson, clear_errors, print_json, print_judgement, print_pairs, print_table


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(claims)
    app.command()(world)


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
    from ..claims._ledger.kept import cache_file, judged
    from ..claims._ledger.ledger import judge, select

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


@clear_errors
def world(
    name: Annotated[
        str | None,
        typer.Argument(help="A constant (torch-gain-tanh), or words: a package, a unit, a kind."),
    ] = None,
    digits: Annotated[int, typer.Option(help="Of the exact number, 1 to 10000.")] = 16,
    layers: Annotated[int, typer.Option(help="How deep the networks are, 1 to 1000.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Compare constants that frameworks and papers print with the exact ones.

    Fifty layers show what each makes of signals and gradients. Of torch and onnx the installed
    package is asked, too; all are as they were read.
    """
    from ..claims.world._compare import beside_exact, find_constants

    chosen = find_constants(name or "")
    found = [
        beside_exact(one, digits=digits, layers=layers)
        for one in track(
            chosen,
            description="comparing",
            console=Console(stderr=True),
            transient=True,
            disable=as_json,
        )
    ]
    if as_json:
        print_json([one.to_json() for one in found])
    elif len(found) == 1:
        print_pairs(found[0].rows(), found[0].caption())
    else:
        columns = ("name", "in the wild", "exact", "relative error", "length", "gradient")
        title = f"length and gradient: mean squares after {layers} layers, wild over exact"
        print_table(columns, (one.cells() for one in found), title)
