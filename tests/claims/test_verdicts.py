"""The verdicts that were worked out by hand, and the figures that their evidence must carry."""

from __future__ import annotations

import pytest

from actmath.claims import CLAIMS, Verdict

VERDICTS = {
    "C-LEC-1.a": Verdict.CORRECTED,
    "C-LEC-1.b": Verdict.REFUTED,
    "C-NOI-1.c": Verdict.CORRECTED,
    "C-NOI-1.f": Verdict.REFUTED,
    "C-NOI-2.a": Verdict.HOLDS,
    "C-NOI-2.n": Verdict.CORRECTED,
    "C-NOI-3.b": Verdict.CORRECTED,
    "C-NOI-3.c": Verdict.REFUTED,
    "C-NOI-4.d": Verdict.CORRECTED,
    "C-NOI-5.a": Verdict.HOLDS,
    "C-NOI-5.b": Verdict.REFUTED,
    "C-NOI-6.a": Verdict.HOLDS,
    "C-NOI-6.c": Verdict.HOLDS,
    "C-NOI-7.a": Verdict.HOLDS,
    "C-NOI-8": Verdict.REFUTED,
    "C-PRE-2": Verdict.CORRECTED,
    "C-SNN-1.a": Verdict.HOLDS,
    "C-SNN-3.a": Verdict.CORRECTED,
    **{f"C-NOI-2.{part}": Verdict.REFUTED for part in "bcefhikl"},
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


FIGURES = {
    "C-ELU-3.a": "1.3238 < alpha < 2.0227",
    "C-ELU-7.a": "36.87",
    "C-ELU-7.b": "56.60",
    "C-ELU-8.a": "-2.303 and -3.032",
    "C-NOI-8": f"{(60**2 - 1) * 200:,}",
    "C-PRE-5.a": "5.8926",
    "C-PRE-5.b": "16728.8",
}


@pytest.mark.parametrize("identifier", CLAIMS)
def test_every_row_is_judged_with_evidence(identifier: str) -> None:
    finding = CLAIMS[identifier].check()
    assert finding.evidence
    if identifier in VERDICTS:
        assert finding.verdict is VERDICTS[identifier]
    if identifier in FIGURES:
        assert FIGURES[identifier] in f"{finding.evidence} {finding.correction}"


def test_what_was_worked_out_by_hand_is_in_the_ledger() -> None:
    assert {*VERDICTS, *FIGURES} <= set(CLAIMS)
