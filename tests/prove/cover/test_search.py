"""The search ends where an inequality is nearest to failing."""

from __future__ import annotations

from fractions import Fraction

import pytest

from actmath.prove import Inequality
from actmath.prove._cover.search import nearest_to_failing

from ..bowl import BOWL, SQUARE


def test_the_search_walks_to_the_minimum() -> None:
    spot = nearest_to_failing(Inequality(BOWL, True, Fraction(0)), SQUARE)
    assert float(spot.slack.mid()) == pytest.approx(0.789177, abs=1e-6)
    assert not spot.violates
