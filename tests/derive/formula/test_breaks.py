"""Places where a formula may break, against zeros known by hand."""

from __future__ import annotations

import pytest
from sympy import Abs, Expr, Max, Min, Rational, Symbol, cos, erfc, exp, log, sqrt, tan, tanh

from actmath.derive._formula.breaks import sorted_breaks
from actmath.notation import x

w = Symbol("w", positive=True)
BY_HAND = [
    (Abs(Abs(x) - 1), [-1, 0, 1]),
    (Max(0, Min(x, 3) - 1), [1, 3]),
    (log(x - 2), [2]),
    (1 / (x**2 - 4), [-2, 2]),
    (1 / (1 + exp(-x)), []),
    (sqrt(x**2 + w), []),
    (1 / (1 + exp(-w * x)), []),
    (1 / (3 + cos(x)), []),
    (tan(1 / (1 + x**2)), []),
]


@pytest.mark.parametrize(("formula", "expected"), BY_HAND, ids=str)
def test_by_hand(formula: Expr, expected: list[int]) -> None:
    found = sorted_breaks(formula)
    # More may be looked at, such as 3 in the second one, where nothing changes.
    assert set(expected) <= set(found)
    assert found == sorted(found)
    assert bool(found) == bool(expected)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (Max(x**2, 2**x), [-0.76666469596212309, 2, 4]),
        (Max(-13 * x / 8, exp(-(x**2))), [-0.4929]),
        (Abs(exp(x) - 2 - x), [-1.8414056604369606, 1.1461932206205825]),
        (Max(0, 2 * x / (1 + x) - 1), [-1, 1]),
    ],
    ids=str,
)
def test_zeros_that_digits_show(formula: Expr, expected: list[float]) -> None:
    found = [float(point) for point in sorted_breaks(formula)]
    assert found == pytest.approx(expected, rel=2e-2)


def test_a_zero_that_is_not_listed_is_refused() -> None:
    # SymPy's list for erfc is empty.
    with pytest.raises(ValueError, match=r"there is one between 0\.6.* and 0\.7"):
        sorted_breaks(Max(0, erfc(x) - Rational(1, 3)))


def test_infinitely_many_poles_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot be listed"):
        sorted_breaks(1 / cos(x))


def test_too_many_branches_are_refused() -> None:
    deep: Expr = x
    for k in range(1, 12):
        deep = Abs(deep - 1) + Max(deep, k)
    with pytest.raises(ValueError, match="branches"):
        sorted_breaks(deep)


def test_what_nobody_solves_has_a_zero_that_everybody_sees() -> None:
    assert sorted_breaks(Max(x, tanh(x))) == [0]
    with pytest.raises(ValueError, match="cannot solve"):
        sorted_breaks(Max(x, 1 / (1 + exp(-x))))
