"""The theorems and lemmas of the SELU paper, judged from certificates that are checked again."""

from __future__ import annotations

from ...prove._cover.statement import Statement
from ...prove._session import prove
from ...prove._verification import witness
from ...prove.theorems import PRINTED_ROWS, STATEMENTS
from .._claim import Claim, Finding, Kind, Verdict
from .._evidence import certificates
from .._evidence.certificates import corrections, file_of, named_by_digest, report_on


def _check(statement: Statement) -> Finding:
    file = file_of(statement)
    if not file.is_file():
        return Finding(Verdict.UNDECIDED, f"no certificate {file.name}: actmath prove makes it")
    report = report_on(statement)
    evidence = f"{named_by_digest(report)}, {report.evaluations} evaluations in the checker"
    if report.certificate is None:
        return Finding(Verdict.UNDECIDED, f"{evidence}: rejected, {report.reason}")
    if report.verdict == "PROVED":
        return Finding(Verdict.HOLDS, f"proved: {evidence}")
    # A proved replacement makes it "corrected", none leaves it "refuted".
    better = next(iter(corrections(statement)), None)
    point = witness(report.certificate)
    where = f"it is {point}" if point else "a cover shows that it is nowhere so"
    if better is None:
        return Finding(Verdict.REFUTED, f"refuted: {where}; {evidence}")
    proved = named_by_digest(report_on(better))
    finding = f"refuted: {where}; {evidence}; what is right: {proved}"
    return Finding(Verdict.CORRECTED, finding, better.sentence)


def _remake(statement: Statement) -> None:
    certificate = prove(statement).certificate
    if certificate is not None:
        certificate.save(certificates.folder())


def _row(identifier: str, statement: Statement) -> Claim:
    # Whatever has a row has a source: ``theorems`` sees to it.
    assert statement.source is not None
    sentence = statement.sentence.rstrip(".") + "."
    return Claim(
        id=identifier,
        statement=sentence,
        tex=rf"\text{{{statement.name}}}",
        source=statement.source,
        assumptions="the domain that the certificate states",
        kind=Kind.CERTIFIED,
        check=lambda: _check(statement),
        remake=lambda: _remake(statement),
    )


CLAIMS = tuple(_row(row, STATEMENTS[PRINTED_ROWS[row]]) for row in PRINTED_ROWS)
