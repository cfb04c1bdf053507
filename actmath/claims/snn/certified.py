"""The theorems and lemmas of the SELU paper, judged from certificates that are checked again."""

from __future__ import annotations

from types import MappingProxyType

from ...prove._cover.statement import Statement
from ...prove._session import prove
from ...prove._verification import witness
from ...prove.theorems import PRINTED_ROWS, STATEMENTS
from .._claim import Claim, Finding, Kind, Verdict
from .._evidence import certificates
from .._evidence.certificates import (
    certificate_files,
    corrections,
    file_of,
    named_by_digest,
    report_on,
)

#: What no sentence of the paper says, asked about one that does.
QUESTIONS = MappingProxyType(
    {
        "selu-printed-constants": "Is there a fixed point next to (0, 1) with the 32 printed "
        "digits?",
        "backward-never-grows": "Do gradients never grow in a layer on Theorem 1's domain?",
        "backward-never-shrinks": "Do gradients never shrink in a layer on Theorem 1's domain?",
    }
)


def _check(statement: Statement) -> Finding:
    try:
        file = file_of(statement)
    except FileNotFoundError as error:
        return Finding(Verdict.UNDECIDED, f"no certificate here: {error}")
    if not file.is_file():
        return Finding(Verdict.UNDECIDED, f"no certificate {file.name}: actmath prove makes it")
    report = report_on(statement)
    evidence = f"{named_by_digest(report)}, {report.evaluations} evaluations in the checker"
    if report.certificate is None:
        return Finding(Verdict.UNDECIDED, f"{evidence}: rejected, {report.reason}")
    # A proved replacement makes it "corrected", none leaves it "refuted".
    better = () if report.verdict == "PROVED" else corrections(statement)
    files = certificate_files(statement, *better)
    if report.verdict == "PROVED":
        return Finding(Verdict.HOLDS, f"proved: {evidence}", files=files)
    point = witness(report.certificate)
    where = f"it is {point}" if point else "a cover shows that it is nowhere so"
    if not better:
        return Finding(Verdict.REFUTED, f"refuted: {where}; {evidence}", files=files)
    proved = "; ".join(named_by_digest(report_on(other)) for other in better)
    found = f"refuted: {where}; {evidence}; what is right: {proved}"
    right = "; ".join(other.sentence for other in better)
    return Finding(Verdict.CORRECTED, found, right, files)


def _remake(statement: Statement) -> None:
    certificate = prove(statement).certificate
    if certificate is not None:
        certificate.save(certificates.folder())


def _domain(statement: Statement) -> str:
    """The box that the bounds are stated on; the first of several, and how many follow."""
    first, *others = statement.parts
    sides = [f"{low} ≤ {name} ≤ {high}" for name, (low, high) in first.domain.as_text().items()]
    shown = ", ".join(sides) or "numbers alone"
    return f"{shown}; and {len(others)} boxes more, in the certificate" if others else shown


def _row(identifier: str, statement: Statement) -> Claim:
    # Whatever has a row has a source: ``theorems`` sees to it.
    assert statement.source is not None
    sentence = QUESTIONS.get(statement.name, statement.sentence.rstrip(".") + ".")
    return Claim(
        id=identifier,
        statement=sentence,
        tex=rf"\text{{{statement.name}}}",
        source=statement.source,
        assumptions=_domain(statement),
        kind=Kind.CERTIFIED,
        check=lambda: _check(statement),
        remake=lambda: _remake(statement),
    )


CLAIMS = tuple(_row(row, STATEMENTS[PRINTED_ROWS[row]]) for row in PRINTED_ROWS)
