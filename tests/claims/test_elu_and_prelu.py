"""The verdicts on Clevert et al. (2016) and He et al. (2015) that this study stands by."""

from __future__ import annotations

import pytest

from actmath.claims import Verdict, select

VERDICTS = {
    "C-ELU-3.a": Verdict.REFUTED,
    "C-ELU-3.b": Verdict.HOLDS,
    "C-ELU-4.a": Verdict.HOLDS,
    "C-ELU-4.b": Verdict.HOLDS,
    "C-ELU-4.c": Verdict.REFUTED,
    "C-ELU-5.a": Verdict.HOLDS,
    "C-ELU-5.b": Verdict.HOLDS,
    "C-ELU-6.a": Verdict.HOLDS,
    "C-ELU-6.b": Verdict.HOLDS,
    "C-ELU-7.a": Verdict.REFUTED,
    "C-ELU-7.b": Verdict.CORRECTED,
    "C-ELU-7.c": Verdict.HOLDS,
    "C-ELU-8.a": Verdict.CORRECTED,
    "C-ELU-8.b": Verdict.HOLDS,
    "C-PRE-3.a": Verdict.HOLDS,
    "C-PRE-3.b": Verdict.HOLDS,
    "C-PRE-3.c": Verdict.HOLDS,
    "C-PRE-3.d": Verdict.HOLDS,
    "C-PRE-4.a": Verdict.HOLDS,
    "C-PRE-4.b": Verdict.CORRECTED,
    "C-PRE-5.a": Verdict.HOLDS,
    "C-PRE-5.b": Verdict.HOLDS,
    "C-PRE-9.a": Verdict.REFUTED,
    "C-PRE-9.b": Verdict.CORRECTED,
    "C-PRE-10.a": Verdict.HOLDS,
    "C-PRE-10.b": Verdict.CORRECTED,
}


@pytest.mark.parametrize(("identifier", "verdict"), VERDICTS.items())
def test_verdict(identifier: str, verdict: Verdict) -> None:
    (claim,) = select(identifier)
    assert claim.check().verdict is verdict


@pytest.mark.parametrize(
    ("identifier", "figure"),
    [
        ("C-ELU-3.a", "1.3238 < alpha < 2.0227"),
        ("C-ELU-7.a", "36.87"),
        ("C-ELU-7.b", "56.60"),
        ("C-ELU-8.a", "-2.303 and -3.032"),
        ("C-PRE-5.a", "5.8926"),
        ("C-PRE-5.b", "16728.8"),
    ],
)
def test_evidence_carries_its_figure(identifier: str, figure: str) -> None:
    (claim,) = select(identifier)
    finding = claim.check()
    assert figure in finding.evidence + (finding.correction or "")
