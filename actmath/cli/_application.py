"""The commands, joined."""

from __future__ import annotations

import os
import re
import sys
from io import TextIOWrapper
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from .. import __version__
from . import _accuracy, _doctor, _evidence, _mathematics, _proofs, _runs, _units
from ._output import NARROWEST, UNREAD, WRONG, clear_errors, complain, print_line

#: Where Rich and Typer read how wide a terminal is.
_WIDTHS = ("COLUMNS", "TERMINAL_WIDTH")


class _Commands(TyperGroup):
    """All commands, with the two streams as they are here."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the command that is asked for; also the help is no traceback on a full disk."""
        # The type says that there is one; a shell's >&- leaves none. Before hours of training.
        closed: object = sys.stdout
        if closed is None:
            complain("standard output is closed")
            sys.exit(WRONG)
        _check_surroundings()
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                # A letter that a terminal has not, or half a letter of a file's name, is spelled.
                stream.reconfigure(errors="backslashreplace")
        try:
            return super().main(*args, **extra)
        except OSError as error:
            complain(str(error))
            sys.exit(WRONG)
        except SystemExit as end:
            # Of a pipe that nobody reads Rich and Click say 1, which is an answer here.
            if end.code == 1 and isinstance(end.__context__, BrokenPipeError):
                in_a_complaint = isinstance(end.__context__.__context__, Exception)
                sys.exit(WRONG if in_a_complaint else UNREAD)
            raise


def _check_surroundings() -> None:
    """A folder to work in, and a width that can be drawn."""
    try:
        os.getcwd()
    except OSError:
        # Libraries of PyTorch's would end the process with words of their own.
        complain("the folder that you are in is no more: cd to another one")
        sys.exit(WRONG)
    for name in _WIDTHS:
        # Of a word Typer makes a traceback, of 0 no help at all, and of a billion columns lines
        # that are filled with blanks to their ends.
        width = os.environ.pop(name, "")
        if re.fullmatch("[0-9]{1,4}", width):
            os.environ[name] = str(max(int(width), NARROWEST))


app = typer.Typer(
    name="actmath",
    cls=_Commands,
    help="The mathematics of activation functions: derived, computed, proved and tested.",
    no_args_is_help=True,
    epilog="Exit codes: 0 done; 1 the answer is no; 2 wrong input, said in a sentence; 130 stopped "
    "by Ctrl-C; 141 nobody reads the answer any more, as before `| head`.",
    rich_markup_mode="markdown",
)


def _version(wanted: bool) -> None:
    # Eager: it answers before a missing command is complained of.
    if wanted:
        clear_errors(print_line)(__version__)
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
