"""The theorems and lemmas of the SELU paper, judged from certificates that are checked again."""

from __future__ import annotations

from ...prove._certificate.certificate import Certificate
from ...prove._cover.statement import Statement
from ...prove._session import prove
from ...prove._verification import witness
from ...sources import Source
from .._claim import Claim, Finding, Kind, Verdict
from .._evidence import certificates
from .._evidence.certificates import corrections, file_of, printed_bounds, report_on

#: The claims and the letter of each one's first row here; other routes have the letters before.
FIRST_ROWS = {1: "d", 3: "e", **dict.fromkeys(range(4, 12), "a")}


def _check(statement: Statement) -> Finding:
    file = file_of(statement)
    if not file.is_file():
        return Finding(Verdict.UNDECIDED, f"no certificate {file.name}: actmath prove makes it")
    report = report_on(statement)
    evidence = f"certificate {file.name}, {report.evaluations} evaluations in the checker"
    if not report.accepted:
        return Finding(Verdict.UNDECIDED, f"{evidence}: rejected, {report.reason}")
    if report.verdict == "PROVED":
        return Finding(Verdict.HOLDS, f"proved: {evidence}")
    # A proved replacement makes it "corrected", none leaves it "refuted".
    better = next((other.sentence for other in corrections(statement)), None)
    verdict = Verdict.CORRECTED if better else Verdict.REFUTED
    point = witness(Certificate.load(file))
    where = f"it is {point}" if point else "a cover shows that it is nowhere so"
    return Finding(verdict, f"refuted: {where}; {evidence}", better)


def _remake(statement: Statement) -> None:
    certificate = prove(statement).certificate
    if certificate is not None:
        certificate.save(certificates.folder())


def _row(identifier: str, statement: Statement, source: Source) -> Claim:
    sentence = statement.sentence.rstrip(".") + "."
    return Claim(
        id=identifier,
        statement=sentence,
        tex=rf"\text{{{statement.name}}}",
        source=source,
        assumptions="the domain that the certificate states",
        kind=Kind.CERTIFIED,
        check=lambda: _check(statement),
        remake=lambda: _remake(statement),
    )


def _claims() -> tuple[Claim, ...]:
    # A statement whose claim has no entry would be lost without a word.
    without = {s.claim for s in printed_bounds()} - {f"C-SNN-{number}" for number in FIRST_ROWS}
    if without:
        raise ValueError(f"statements of {', '.join(sorted(without))} have no row: see FIRST_ROWS")
    rows = []
    for number, letter in FIRST_ROWS.items():
        name = f"C-SNN-{number}"
        parts = [(s, s.source) for s in printed_bounds() if s.claim == name]
        for place, (statement, source) in enumerate(parts):
            if source is not None:
                rows.append(_row(f"{name}.{chr(ord(letter) + place)}", statement, source))
    return tuple(rows)


CLAIMS = _claims()
