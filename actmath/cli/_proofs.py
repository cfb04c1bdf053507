"""``actmath prove`` and ``actmath verify``: rigorous proofs and their certificates."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich import progress
from rich.console import Console

from ._output import AsJson, clear_errors, print_json, print_line, print_pairs, print_table
from ._workers import Workers

if TYPE_CHECKING:
    from ..prove._certificate.certificate import VerifyReport
    from ..prove._cover.prover import Result


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(prove)
    app.command()(verify)


@clear_errors
def prove(
    statement: Annotated[str | None, typer.Argument(help="A statement; none lists them.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Decide every statement.")] = False,
    budget: Annotated[
        int, typer.Option(min=1, help="Most boxes to examine for one inequality.")
    ] = 1_000_000,
    workers: Annotated[int, typer.Option(min=1, help="Processes that examine boxes.")] = 1,
    save: Annotated[
        Path | None, typer.Option(help="Folder to write the certificates to.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Prove or refute a statement in ball arithmetic, by an adaptive cover of its domain.

    Exit code: 0 if everything asked for is proved or refuted, 1 if the budget left something
    undecided, 2 for misuse.
    """
    from .. import prove as floor

    if not _is_one_question(statement, everything, save):
        _list(as_json)
        return
    names = list(floor.STATEMENTS) if statement is None else [floor.STATEMENTS[statement].name]
    _try_to_write(save)
    results, console = list[Any](), Console(stderr=True)
    # One pool for all statements: starting processes costs more than most proofs.
    with (
        Workers(workers) if workers > 1 else nullcontext() as executor,
        items_bar("statements", len(names), console) as done,
    ):
        for name in names:
            with cover_bar(name, console) if len(names) == 1 else nullcontext() as tick:
                result = floor.prove(
                    name, processes=workers, budget=budget, executor=executor, progress=tick
                )
            done()
            results.append(result)
            _save(result, save)
            # Each as soon as it is there; JSON is one array, so it waits for the last.
            if not as_json:
                print_line(str(result))
    if as_json:
        print_json([_row(result) for result in results])
    if any(result.verdict is floor.Decision.UNDECIDED for result in results):
        raise typer.Exit(1)


def _is_one_question(statement: str | None, everything: bool, save: Path | None) -> bool:
    """Is anything to be decided? ValueError for a statement and all of them, or a list to save."""
    if statement is not None and everything:
        raise ValueError("either a statement or --all, not both")
    if statement is None and not everything and save is not None:
        raise ValueError("--save wants a statement, or --all")
    return statement is not None or everything


@clear_errors
def verify(
    certificate: Annotated[
        Path, typer.Argument(help="File of a certificate, or a folder: all certificates in it.")
    ],
    statement: Annotated[
        str | None,
        typer.Option(help="What it is to decide; by default what it names.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check a certificate again, with code that shares nothing with the prover; exit 1 if bad."""
    from .. import prove as floor

    if certificate.is_dir():
        _verify_all(certificate, statement, as_json)
        return
    # A name under which nothing lies is misuse; what lies there and cannot be read is a bad file.
    there = os.path.lexists(certificate)
    report = _report_on(certificate, statement) if there else floor.verify(certificate, statement)
    row = _report_row(report)
    if as_json:
        print_json(row)
    else:
        shown = {"accepted": "yes" if report.accepted else "no", "reason": report.reason or "—"}
        print_pairs([(name, str(value)) for name, value in {**row, **shown}.items()])
    # A certificate that proves nothing must stop a script.
    if not report.accepted:
        raise typer.Exit(1)


def _verify_all(folder: Path, statement: str | None, as_json: bool) -> None:
    """Every certificate of a folder, each against the statement that its file is called after."""
    files = sorted(folder.glob("*.json"))
    if statement is not None:
        raise ValueError(f"--statement asks about one file, and {str(folder)!r} is a folder")
    if not files:
        raise ValueError(f"no certificate (*.json) is in the folder {str(folder)!r}")
    from .. import prove as floor

    reports = []
    with items_bar("certificates", len(files), Console(stderr=True)) as done:
        for file in files:
            known = file.stem in floor.STATEMENTS
            reports.append(_report_on(file, file.stem if known else None))
            done()
            if not as_json:
                print_line(str(reports[-1]))
    if as_json:
        print_json([_report_row(report) for report in reports])
    if not all(report.accepted for report in reports):
        raise typer.Exit(1)


def _report_on(file: Path, name: str | None) -> VerifyReport:
    """What is said of a file about a statement, also of one that cannot be opened."""
    from .. import prove as floor

    try:
        report = floor.verify(file, name)
    except OSError as error:
        # Such as a link that leads nowhere; of a folder the other files are checked all the same.
        reason = f"it cannot be read: {error.strerror}"
        report = floor.VerifyReport(False, name or "?", "?", reason, 0, 0.0)
    # What names no statement is told by its file.
    told = f"{file.name!r}: {report.reason}" if report.statement == "?" else report.reason
    return replace(report, reason=told)


def _report_row(report: VerifyReport) -> dict[str, Any]:
    return {
        "statement": report.statement,
        "accepted": report.accepted,
        "verdict": report.verdict,
        "reason": report.reason,
        "sha256": report.sha256,
    }


@contextmanager
def items_bar(what: str, total: int, console: Console) -> Iterator[Callable[[], None]]:
    """Yield a function that counts one of several items as done; a bar shows the time left.

    The bar is for terminals, and for more than one item.
    """
    if not console.is_terminal or total < 2:
        # Some releases of Rich end a bar that is disabled with an empty line.
        yield lambda: None
        return
    columns = (
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeElapsedColumn(),
        progress.TextColumn("left"),
        progress.TimeRemainingColumn(),
    )
    with progress.Progress(
        *columns,
        console=console,
        transient=True,
        redirect_stdout=False,
    ) as bar:
        task = bar.add_task(what, total=total)
        yield lambda: bar.advance(task)


@contextmanager
def cover_bar(name: str, console: Console) -> Iterator[Callable[[int, int], None]]:
    """Yield a function that shows the boxes examined and those waiting, on a terminal only.

    The bar fills with the part of all boxes known so far that is behind; splitting adds more.
    """
    if not console.is_terminal:
        yield lambda done, waiting: None
        return
    columns = (
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.TextColumn("{task.completed} boxes done, {task.fields[waiting]} open"),
        progress.TimeElapsedColumn(),
        progress.TextColumn("left"),
        progress.TimeRemainingColumn(),
    )
    with progress.Progress(
        *columns,
        console=console,
        transient=True,
        redirect_stdout=False,
    ) as bar:
        # The total is not known beforehand: every cut makes two boxes more.
        task = bar.add_task(name, total=None, waiting=1)

        def tick(done: int, waiting: int) -> None:
            bar.update(task, completed=done, total=done + waiting, waiting=waiting)

        yield tick


def _try_to_write(folder: Path | None) -> None:
    """Before hours of proving: OSError if no certificate can be written there."""
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass


def _save(result: Result, folder: Path | None) -> None:
    if folder is not None and result.certificate is not None:
        result.certificate.save(folder)


def _row(result: Result) -> dict[str, Any]:
    return {
        "statement": result.statement.name,
        "verdict": result.verdict.value,
        "counterexample": str(result.counterexample) if result.counterexample else None,
        "boxes": result.boxes,
        # Boxes that the budget left undecided.
        "remaining": len(result.open),
        "seconds": round(result.seconds, 3),
    }


def _list(as_json: bool) -> None:
    from .. import prove as floor

    rows = [(s.name, str(s.source or "new"), s.sentence) for s in floor.STATEMENTS.values()]
    if as_json:
        print_json([dict(zip(("name", "source", "title"), row, strict=True)) for row in rows])
    else:
        print_table(("statement", "source", "says"), rows)
