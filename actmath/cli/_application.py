"""The commands, joined."""

from __future__ import annotations

from typing import Annotated

import typer

from .. import __version__
from . import _accuracy, _doctor, _evidence, _mathematics, _proofs, _runs, _units

app = typer.Typer(
    name="actmath",
    help="The mathematics of activation functions: derived, computed, proved and tested.",
    no_args_is_help=True,
    epilog="Exit codes: 0 done; 1 the answer is no; 2 wrong input, said in a sentence; 130 stopped "
    "by Ctrl-C.",
    rich_markup_mode="markdown",
)


def _version(wanted: bool) -> None:
    # Eager: it answers before a missing command is complained of.
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options that belong to no command."""


# The order in which the help lists them.
for _module in (_mathematics, _units, _accuracy, _doctor, _proofs, _evidence, _runs):
    _module.register(app)
