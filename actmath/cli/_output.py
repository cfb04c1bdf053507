"""How answers reach the terminal: a table for people, JSON for machines, one sentence on error."""

from __future__ import annotations

import errno
import functools
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec, TypeVar

import typer
from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from .._text.tables import legible

if TYPE_CHECKING:
    from ..claims._claim import Judgement

P = ParamSpec("P")
R = TypeVar("R")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]

# What wrong input raises in the package; any other error is a defect and shows its traceback.
MISUSE = (
    *(KeyError, ValueError, TypeError, NotImplementedError, OverflowError, OSError),
    # What is too large for this machine, or nests too deeply to be read.
    *(MemoryError, RecursionError),
    # A worker process that was killed, as where memory is short.
    BrokenExecutor,
)
#: The extra of pyproject.toml that brings a package, by the name that is imported.
_EXTRAS = {
    **dict.fromkeys(("torch", "PIL", "filelock", "mlxtend", "sklearn"), "torch"),
    "matplotlib": "plot",
    "flint": "prove",
    **dict.fromkeys(("dask", "distributed"), "cluster"),
}
#: What Python raises without a word.
_WORDLESS: dict[type[Exception], str] = {MemoryError: "there is too little memory for it"}
#: Exit codes, as the help says them: what a shell makes of a signal is 128 + its number, 2 for
#: Ctrl-C and 13 for a pipe that nobody reads any more.
WRONG, INTERRUPTED, UNREAD = 2, 130, 141
#: Characters in a line, at least.
NARROWEST = 40


def clear_errors(command: Callable[P, R]) -> Callable[P, R]:
    """Turn misuse into one sentence on standard error and exit code 2, Ctrl-C into code 130."""

    @functools.wraps(command)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except MISUSE as error:
            # PyTorch lists its own calls in C++ after the sentence.
            said = str(error).partition("\nException raised from ")[0]
            complain(said or _WORDLESS.get(type(error), type(error).__name__))
            # As Click ends on wrong options; 1 is left to answers such as "undecided".
            raise typer.Exit(WRONG) from None
        except ImportError as error:
            extra = _EXTRAS.get((error.name or "").partition(".")[0])
            what = f'pip install "actmath[{extra}]"' if extra else "install actmath with its extras"
            complain(f"{error}; {what}")
            raise typer.Exit(WRONG) from None
        except KeyboardInterrupt as interruption:
            # Who trains says how far it came, and what was kept.
            complain(str(interruption) or "interrupted")
            raise typer.Exit(INTERRUPTED) from None

    return guarded


def complain(sentence: str) -> None:
    """The sentence on standard error, as an error."""
    text = Text.assemble(("error: ", "bold red"), _shown(sentence))
    # Where nothing can be written the exit code still says it.
    with suppress(OSError):
        # Not cut at the terminal's width, so that a sentence can be searched and copied.
        _Console(stderr=True).print(text, highlight=False, soft_wrap=True)


class _Console(Console):
    def on_broken_pipe(self) -> None:
        # Rich would end with 1, which is an answer here.
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


@contextmanager
def _standard_output() -> Iterator[_Console]:
    """Standard output; who no longer reads it, as `head`, ends the command without a word.

    Raises:
        OSError: if it takes nothing more.
    """
    try:
        console = _Console()
        # Of a terminal narrower than this, or that says 0, Rich leaves whole columns out.
        console.width = max(console.width, NARROWEST)
        yield console
        # Here, where it can be said that a disk is full, and not at the interpreter's end.
        sys.stdout.flush()
    except BrokenPipeError:
        # What is left in the buffer goes nowhere.
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(UNREAD) from None


def print_json(value: Any) -> None:
    """JSON on standard output, without colours or wrapping."""
    with _standard_output():
        # Letters as they are where all of them can be written.
        spelled = not str(sys.stdout.encoding).lower().startswith("utf")
        # nan is no JSON: it is an error here, before a part is written that nobody can read.
        text = json.dumps(value, indent=2, ensure_ascii=spelled, allow_nan=False)
        sys.stdout.write(f"{text}\n")


def print_line(text: str) -> None:
    """A line as it is."""
    with _standard_output():
        sys.stdout.write(f"{text}\n")


def print_table(columns: Iterable[str], rows: Iterable[Iterable[str]], title: str = "") -> None:
    """A table as wide as the terminal."""
    table = Table(title=_title(title), box=box.SIMPLE_HEAD, title_justify="left")
    for column in columns:
        # A long number goes on in the next line: cut, it would have another exponent.
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*map(_shown, row))
    with _standard_output() as console:
        # Without markup: brackets in an interval [0, 1] are no styles.
        console.print(table, markup=False)


def print_pairs(rows: Iterable[tuple[str, object]], title: str = "") -> None:
    """Question and answer, one pair a row."""
    table = Table(title=_title(title), box=None, show_header=False, title_justify="left")
    table.add_column(style="bold", no_wrap=True)
    # A thousand digits go on in further lines; nothing is left out.
    table.add_column(overflow="fold")
    for question, answer in rows:
        table.add_row(_shown(question), _shown(str(answer)))
    with _standard_output() as console:
        console.print(table, markup=False)


def _shown(text: str) -> str:
    """The text, line by line, without what a terminal would obey, such as a file's escapes."""
    return "\n".join(legible(line, len(line)) for line in text.split("\n"))


def _title(text: str) -> Text | None:
    # As a text of Rich's: of a string it would read brackets as styles.
    return Text(_shown(text), style="table.title") if text else None


# By verdict, what a reader looks for: sound green, mended yellow, false magenta; the rest is cyan.
_COLOURS = {
    "holds": "green",
    "reproduced": "green",
    "corrected": "yellow",
    "refuted": "magenta",
    "not reproduced": "magenta",
}


def print_judgement(judgement: Judgement) -> None:
    """One claim: id and verdict, then statement, correction and what was found, indented."""
    claim, finding = judgement.claim, judgement.finding
    head = Text(f"{claim.id}  ", style="bold")
    head.append(str(finding.verdict), style=_COLOURS.get(str(finding.verdict), "cyan"))
    head.append(f"  {claim.source}", style="dim")
    # What was found needs no title: it is what the row is about.
    parts = [text if title == "found" else f"{title}: {text}" for title, text in finding.rows()]
    parts += [f"rests on: {path}, sha256 {sha256}" for path, sha256 in finding.files]
    lines = [claim.statement, *parts]
    with _standard_output() as console:
        console.print(head, *(Padding(Text(line), (0, 0, 0, 2)) for line in lines), sep="\n")
