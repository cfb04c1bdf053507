"""``actmath prove`` and ``actmath verify``: rigorous proofs and their certificates."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .output import AsJson, clear_errors, print_json, print_pairs, print_table


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(prove)
    app.command()(verify)


@clear_errors
def prove(
    statement: Annotated[str | None, typer.Argument(help="A statement; none lists them.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Decide every statement.")] = False,
    processes: Annotated[int, typer.Option(min=1, help="Processes to use.")] = 1,
    save: Annotated[Path | None, typer.Option(help="Folder for the certificates.")] = None,
    as_json: AsJson = False,
) -> None:
    """Prove or refute a statement in ball arithmetic, by an adaptive cover of its domain."""
    from .. import prove as floor

    if statement is None and not everything:
        _list(as_json)
        return
    names = list(floor.STATEMENTS) if statement is None else [statement]
    rows = []
    for name in names:
        result = floor.prove(name, processes=processes)
        if save is not None and result.certificate is not None:
            save.mkdir(parents=True, exist_ok=True)
            result.certificate.save(save / f"{result.statement.name}.json")
        rows.append(
            {
                "statement": result.statement.name,
                "verdict": result.verdict.value,
                "counterexample": str(result.counterexample) if result.counterexample else None,
                "boxes": result.boxes,
                "seconds": round(result.seconds, 3),
            }
        )
        if not as_json:
            typer.echo(str(result))
    if as_json:
        print_json(rows)


@clear_errors
def verify(
    certificate: Annotated[Path, typer.Argument(help="File of a certificate.")],
    as_json: AsJson = False,
) -> None:
    """Check a certificate again, with code that shares nothing with the prover; exit 1 if bad."""
    from .. import prove as floor

    report = floor.verify(certificate)
    rows = [
        ("statement", report.statement),
        ("accepted", "yes" if report.accepted else "no"),
        ("verdict", report.verdict),
        ("reason", report.reason or "—"),
    ]
    if as_json:
        print_json(dict(rows) | {"accepted": report.accepted, "reason": report.reason})
    else:
        print_pairs(rows)
    if not report.accepted:
        raise typer.Exit(1)


def _list(as_json: bool) -> None:
    from .. import prove as floor

    rows = [(s.name, str(s.source or "new"), s.sentence) for s in floor.STATEMENTS.values()]
    if as_json:
        print_json([dict(zip(("name", "source", "title"), row, strict=True)) for row in rows])
    else:
        print_table(("statement", "source", "says"), rows)
