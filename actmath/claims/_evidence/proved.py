"""Rows that rest on proved statements: open while a certificate is missing or is rejected."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial

from ...number import mp
from ...prove.theorems import STATEMENTS
from ...sources import Source
from .._claim import Claim, Finding, Kind, Verdict, matches_print
from . import certificates
from .certificates import certificate_files, named_by_digest, report_on

#: Two decimals between which a number is proved to lie.
Ends = tuple[str, str]


def by_proof(names: tuple[str, ...], judge: Callable[[], Finding]) -> Finding:
    """What ``judge`` finds, if the certificates of all these statements are accepted as proofs."""
    statements = [STATEMENTS[name] for name in names]
    try:
        reports = [report_on(statement) for statement in statements]
    except FileNotFoundError as error:
        return Finding(Verdict.UNDECIDED, f"no certificate here: {error}")
    for report in reports:
        if not report.accepted or report.verdict != "PROVED":
            reason = report.reason or report.verdict
            return Finding(Verdict.UNDECIDED, f"{named_by_digest(report)}: no proof, {reason}")
    found = judge()
    evidence = f"{found.evidence}; proved: {'; '.join(map(named_by_digest, reports))}"
    return Finding(found.verdict, evidence, found.correction, certificate_files(*statements))


def reads_as(printed: str, what: str, ends: Ends) -> Finding:
    """Is the printed number what all numbers between two ends round to?

    >>> reads_as("0.33", "1/3", ("0.3333", "0.3334")).verdict.value
    'holds'
    """
    evidence = f"{what} lies between {ends[0]} and {ends[1]}"
    if all(matches_print(printed, end) for end in ends):
        return Finding(Verdict.HOLDS, evidence)
    with mp.workdps(30):
        off = abs(mp.mpf(printed) - mp.mpf(ends[0]))
        return Finding(
            Verdict.CORRECTED, f"{evidence}; printed is {mp.nstr(off, 2)} from it", digits_of(ends)
        )


def digits_of(ends: Ends) -> str:
    """The digits that a number between two neighbouring decimals has.

    >>> digits_of(("-0.129", "-0.128"))
    '-0.128…'
    """
    # The end nearer to 0 is the number, cut off.
    return f"{min(ends, key=lambda end: abs(Fraction(end)))}…"


def certified(
    *,
    id: str,  # noqa: A002 - as in Claim
    statement: str,
    tex: str,
    source: Source,
    assumptions: str,
    proofs: tuple[str, ...],
    judge: Callable[[], Finding],
) -> Claim:
    """The row of a claim that some proved statements decide: by ``judge``, given that they hold."""
    return Claim(
        id=id,
        statement=statement,
        tex=tex,
        source=source,
        assumptions=assumptions,
        kind=Kind.CERTIFIED,
        check=partial(by_proof, proofs, judge),
        remake=partial(_remake, proofs),
    )


def _remake(names: tuple[str, ...]) -> None:
    # Imported here, where it is used: judging takes the checker alone.
    from ...prove._session import prove

    for name in names:
        certificate = prove(name).certificate
        if certificate is not None:
            certificate.save(certificates.folder())
