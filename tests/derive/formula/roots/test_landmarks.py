"""Where formulas bend, against what can be read off them."""

from __future__ import annotations

import pytest
from sympy import Expr, exp, sqrt, tanh

from actmath.derive._formula._roots.landmarks import landmarks
from actmath.notation import x

BY_HAND = [
    (x**3, {0: 1}),
    (tanh(x - 5), {0: 1, 5: 1}),
    (tanh(1000 * (x - 3)), {0: 1, 3: 1e-3}),
    (sqrt((x - 2) ** 2 + 10**-6), {0: 1, 2: 1e-3}),
    (exp(-(10**8) * (x - 3) ** 2), {0: 1, 3: 1e-4}),
    (1 / (1 + exp(-4 * (x + 7))), {0: 1, -7: 0.25}),
]


@pytest.mark.parametrize(("formula", "expected"), BY_HAND, ids=str)
def test_by_hand(formula: Expr, expected: dict[float, float]) -> None:
    found = dict(landmarks(formula))
    assert list(found) == pytest.approx(sorted(expected))
    for place, width in expected.items():
        nearest = min(found, key=lambda other: abs(other - place))
        assert found[nearest] == pytest.approx(width, rel=1e-6)
