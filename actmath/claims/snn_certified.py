"""The theorems and lemmas of the SELU paper, judged from certificates that are checked again."""

from __future__ import annotations

from pathlib import Path

from ..experiment.record import results_folder
from ..prove import STATEMENTS, Statement, prove, verify
from ..prove.theorems import lemmas, theorem1, theorems_2_and_3
from ..sources import Source
from .claim import Claim, Finding, Kind, Verdict

NUMBERS = range(4, 11)
NAMES = (*theorem1.DECLARED, *lemmas.DECLARED, *theorems_2_and_3.DECLARED)
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def folder() -> Path:
    """``book/certificates`` beside the recorded runs."""
    return results_folder().parent / "certificates"


def _check(statement: Statement) -> Finding:
    file = folder() / f"{statement.name}.json"
    if not file.is_file():
        return Finding(Verdict.UNDECIDED, f"no certificate {file.name}: actmath prove makes it")
    report = verify(file)
    evidence = f"certificate {file.name}, {report.evaluations} evaluations in the checker"
    if not report.accepted:
        return Finding(Verdict.UNDECIDED, f"{evidence}: rejected, {report.reason}")
    if report.verdict == "PROVED":
        return Finding(Verdict.HOLDS, f"proved: {evidence}")
    better = _correction(statement)
    verdict = Verdict.CORRECTED if better else Verdict.REFUTED
    return Finding(verdict, f"refuted at a certified point: {evidence}", better)


def _correction(statement: Statement) -> str | None:
    """The sentence of the statement that replaces this one, if its certificate is accepted."""
    for other in map(STATEMENTS.__getitem__, NAMES):
        if other.corrects == statement.name:
            report = verify(folder() / f"{other.name}.json")
            if report.accepted and report.verdict == "PROVED":
                return other.sentence
    return None


def _remake(statement: Statement) -> None:
    certificate = prove(statement).certificate
    if certificate is not None:
        certificate.save(folder())


def _row(identifier: str, statement: Statement, source: Source) -> Claim:
    sentence = statement.sentence.rstrip(".") + "."
    return Claim(
        identifier,
        sentence,
        rf"\text{{{statement.name}}}",
        source,
        "the domain that the certificate states",
        Kind.CERTIFIED,
        lambda: _check(statement),
        lambda: _remake(statement),
    )


def _claims() -> tuple[Claim, ...]:
    rows = []
    for number in NUMBERS:
        name = f"C-SNN-{number}"
        parts = [s for s in map(STATEMENTS.__getitem__, NAMES) if s.claim == name]
        printed = [(s, s.source) for s in parts if s.source is not None and s.corrects is None]
        for letter, (statement, source) in zip(LETTERS, printed, strict=False):
            rows.append(_row(f"{name}.{letter}", statement, source))
    return tuple(rows)


CLAIMS = _claims()
