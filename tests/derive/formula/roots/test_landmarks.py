"""Where formulas bend, against what can be read off them."""

from __future__ import annotations

import pytest
from sympy import Expr, Rational, cos, exp, sin, sqrt, tanh

from actmath.derive._formula._roots.landmarks import crossed_landmarks, landmarks
from actmath.notation import a, x
from actmath.number import mp

BY_HAND = [
    (x**3, {0: 1}),
    (tanh(x - 5), {0: 1, 5: 1}),
    (tanh(1000 * (x - 3)), {0: 1, 3: 1e-3}),
    (sqrt((x - 2) ** 2 + 10**-6), {0: 1, 2: 1e-3}),
    (exp(-(10**8) * (x - 3) ** 2), {0: 1, 3: 1e-4}),
    (1 / (1 + exp(-4 * (x + 7))), {0: 1, -7: 0.25}),
    # Zeros at 2 and 6 where the slope is ∓4, and a turn at 4 with half the second derivative 1.
    (tanh((x - 2) * (x - 6)), {0: 1, 2: 0.25, 4: 1, 6: 0.25}),
    # The zeros 3 ± 2i lie 2 beside the line; by its bend of 1/100 the width would be 10.
    (exp(((x - 3) ** 2 + 4) / 100), {0: 1, 3: 2}),
    # The narrower of two widths at one place.
    (tanh(5 * (x - 3)) + tanh(7 * x - 21) + tanh(x - 3), {0: 1, 3: Rational(1, 7)}),
    (2 ** (30 * x + 60), {0: 1, -2: Rational(1, 30)}),
    # No whole power, no parameter, no number, and no polynomial is solved.
    ((8 * x - 4) ** 3 + tanh(a * x - 1) + tanh(a) + 3, {0: 1}),
    (tanh(exp(x) - 9), {0: 1}),
    ((8 * x - 4) ** -3, {0: 1, 0.5: 0.125}),
    (sqrt(8 * x - 4), {0: 1, 0.5: 0.125}),
    (tanh(x**9 - 1), {0: 1}),
]


@pytest.mark.parametrize(("formula", "expected"), BY_HAND, ids=str)
def test_by_hand(formula: Expr, expected: dict[float, float]) -> None:
    found = dict(landmarks(formula))
    assert list(found) == pytest.approx(sorted(expected))
    for place, width in expected.items():
        nearest = min(found, key=lambda other: abs(other - place))
        assert found[nearest] == pytest.approx(width, rel=1e-6)


def test_where_an_inner_argument_crosses_0_or_turns() -> None:
    """x·e^{−x} − 1/10 is 0 at 0.1118… and 3.5771…, and turns at 1, by Newton's method."""
    grid = [mp.mpf(2 * k + 1) / 8 for k in range(-9, 30)]
    inner = 200 * (x * exp(-x) - Rational(1, 10))
    found = dict(crossed_landmarks(tanh(inner) + tanh(3 * x - 1), grid))
    places = [0.1118325592, 1.0, 3.5771520639]
    assert [float(at) for at in sorted(found)] == pytest.approx(places, rel=1e-9)
    for at, width in found.items():
        slope = abs(float(200 * (1 - at) * mp.exp(-at)))
        bend = abs(float(200 * (at - 2) * mp.exp(-at))) / 2
        widths = [bend**-0.5] + ([1 / slope] if slope > 1e-9 else [])
        # Newton's and Taylor's: a term of the series has grown to 1 there.
        assert float(width) == pytest.approx(min(widths), rel=1e-6)


def test_waves_have_points_of_their_own() -> None:
    grid = [mp.mpf(k) for k in range(5)]
    assert list(crossed_landmarks(tanh(sin(x) - exp(-x)) + cos(x), grid)) == []
