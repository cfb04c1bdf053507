"""The maker of rows: what a row does not say is what its paper's rows share."""

from __future__ import annotations

import pytest

from actmath.claims import Finding, Kind, Verdict
from actmath.claims._evidence.rows import Rows
from actmath.sources import Source

SHARED = Rows("C-TST", "he2015", Kind.COMPUTED, "every x")


def check() -> Finding:
    return Finding(Verdict.HOLDS, "it does")


def test_a_row_takes_what_is_shared() -> None:
    row = SHARED("1.a", "It holds.", "1 = 1", "Eq. 1", check)
    assert row.id == "C-TST-1.a"
    assert row.source == Source("he2015", "Eq. 1")
    assert (row.kind, row.assumptions) == (Kind.COMPUTED, "every x")
    assert row.check() == check()


def test_a_row_has_its_own() -> None:
    other = Source("clevert2016", "Eq. 2")
    row = SHARED("2", "It holds.", "1 = 1", other, check, "x > 0", Kind.DERIVED)
    assert (row.source, row.assumptions, row.kind) == (other, "x > 0", Kind.DERIVED)


def test_what_nobody_says_is_asked_for() -> None:
    with pytest.raises(ValueError, match="needs its assumptions"):
        Rows("C-TST", "he2015")("1", "It holds.", "1 = 1", "Eq. 1", check)
    with pytest.raises(ValueError, match="bibliography key"):
        Rows("C-TST", assumptions="none")("1", "It holds.", "1 = 1", "Eq. 1", check)
