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
    "C-NOI-3.c": Verdict.ANSWERED,
    "C-NOI-4.d": Verdict.CORRECTED,
    "C-NOI-5.a": Verdict.HOLDS,
    "C-NOI-5.b": Verdict.REFUTED,
    "C-NOI-6.a": Verdict.HOLDS,
    "C-NOI-6.c": Verdict.ANSWERED,
    "C-NOI-7.a": Verdict.HOLDS,
    "C-NOI-8": Verdict.REFUTED,
    "C-PRE-2": Verdict.CORRECTED,
    "C-SNN-1.d": Verdict.HOLDS,
    "C-SNN-3.f": Verdict.CORRECTED,
    **{f"C-NOI-2.{part}": Verdict.ANSWERED for part in "bcefhikl"},
    "C-ELU-3.a": Verdict.REFUTED,
    "C-ELU-3.b": Verdict.ANSWERED,
    "C-ELU-4.a": Verdict.HOLDS,
    "C-ELU-4.b": Verdict.HOLDS,
    "C-ELU-4.c": Verdict.REFUTED,
    "C-ELU-5.a": Verdict.HOLDS,
    "C-ELU-5.b": Verdict.HOLDS,
    "C-ELU-6.a": Verdict.HOLDS,
    "C-ELU-6.b": Verdict.HOLDS,
    "C-ELU-7.a": Verdict.REFUTED,
    "C-ELU-7.b": Verdict.CORRECTED,
    "C-ELU-7.c": Verdict.ANSWERED,
    "C-ELU-8.a": Verdict.CORRECTED,
    "C-ELU-8.b": Verdict.HOLDS,
    "C-PRE-3.a": Verdict.HOLDS,
    "C-PRE-3.b": Verdict.HOLDS,
    "C-PRE-3.c": Verdict.HOLDS,
    "C-PRE-3.d": Verdict.HOLDS,
    "C-PRE-4.a": Verdict.HOLDS,
    "C-PRE-4.b": Verdict.HOLDS,
    "C-PRE-5.a": Verdict.HOLDS,
    "C-PRE-5.b": Verdict.HOLDS,
    "C-PRE-9.a": Verdict.REFUTED,
    "C-PRE-9.b": Verdict.CORRECTED,
    "C-PRE-10.a": Verdict.HOLDS,
    "C-PRE-10.b": Verdict.CORRECTED,
    "C-ELU-12.c": Verdict.CORRECTED,
    "C-ELU-13.b": Verdict.CORRECTED,
    "C-FW-1": Verdict.CORRECTED,
    "C-NOI-9.d": Verdict.ANSWERED,
    "C-NOI-11.d": Verdict.CORRECTED,
    "C-PRE-7.g": Verdict.HOLDS,
    "C-PRE-8.c": Verdict.HOLDS,
    "C-SNN-3.j": Verdict.CORRECTED,
    "C-SNN-5.e": Verdict.HOLDS,
    "C-SNN-7.b": Verdict.HOLDS,
    "C-SNN-7.c": Verdict.HOLDS,
    "C-SNN-8.e": Verdict.CORRECTED,
    "C-SNN-9.f": Verdict.REFUTED,
    "C-SNN-10.a": Verdict.HOLDS,
    "C-SNN-10.b": Verdict.HOLDS,
    "C-SNN-10.c": Verdict.CORRECTED,
    "C-SNN-10.d": Verdict.CORRECTED,
    "C-SNN-11": Verdict.REFUTED,
    "C-SNN-12.a": Verdict.HOLDS,
    "C-SNN-12.b": Verdict.ANSWERED,
    **{f"C-SNN-13.{part}": Verdict.HOLDS for part in "abc"},
    "C-SNN-17.a": Verdict.CORRECTED,
    "C-SNN-17.g": Verdict.CORRECTED,
    # Places of Eq. 335: six points are not where the printed extreme is.
    "C-SNN-18.j11-tau-max-at": Verdict.CORRECTED,
    "C-SNN-18.j11-tau-min-at": Verdict.CORRECTED,
    "C-SNN-18.j12-omega-max-at": Verdict.CORRECTED,
    "C-SNN-18.j12-omega-min-at": Verdict.HOLDS,
    "C-SNN-18.j22-nu-min-at": Verdict.CORRECTED,
    "C-SNN-18.j22-omega-max-at": Verdict.CORRECTED,
    "C-SNN-18.j22-omega-min-at": Verdict.CORRECTED,
    "C-SNN-19.h": Verdict.HOLDS,
    "C-SNN-20.c": Verdict.CORRECTED,
    "C-SNN-22.j22-tau": Verdict.HOLDS,
    "C-SNN-23.b": Verdict.CORRECTED,
    "C-SNN-23.c": Verdict.CORRECTED,
    "C-SNN-24.a": Verdict.CORRECTED,
    "C-SNN-25.c": Verdict.HOLDS,
    "C-SNN-26.b": Verdict.CORRECTED,
}


FIGURES = {
    "C-ELU-3.a": "1.3238 < alpha < 2.0227",
    "C-ELU-7.a": "36.87",
    "C-ELU-7.b": "56.60",
    "C-ELU-8.a": "-2.303 and -3.032",
    "C-ELU-12.c": "19, with the one that gives the classes",
    "C-ELU-13.b": "5.8 %",
    "C-SNN-7.c": "-0.0297589",
    "C-SNN-9.f": "0.1368108",
    "C-SNN-10.d": "0.276863",
    "C-SNN-17.a": "two-sided 5.52e-02",
    "C-SNN-23.b": "1.00998",
    "C-SNN-26.b": "0.07539984",
    "C-NOI-8": f"{(60**2 - 1) * 200:,}",
    "C-PRE-5.a": "5.8926",
    "C-PRE-5.b": "16728.8",
}


def test_what_nobody_wrote_is_a_question() -> None:
    """Sentences that were judged once and that no source prints."""
    for identifier in ("C-NOI-2.b", "C-NOI-9.d", "C-SNN-11.a", "C-SNN-11.c", "C-SNN-12.b"):
        assert CLAIMS[identifier].is_question
    assert not CLAIMS["C-SNN-11"].is_question


def test_no_sentence_stands_in_two_rows() -> None:
    places = [(claim.source, claim.statement, claim.assumptions) for claim in CLAIMS.values()]
    assert len(places) == len(set(places))


@pytest.mark.parametrize("identifier", CLAIMS)
def test_every_row_is_judged_with_evidence(identifier: str) -> None:
    finding = CLAIMS[identifier].judge().finding
    assert finding.evidence
    if identifier in VERDICTS:
        assert finding.verdict is VERDICTS[identifier]
    if identifier in FIGURES:
        assert FIGURES[identifier] in f"{finding.evidence} {finding.correction}"


def test_what_was_worked_out_by_hand_is_in_the_ledger() -> None:
    assert {*VERDICTS, *FIGURES} <= set(CLAIMS)
