"""Places where a formula may break, against zeros known by hand."""

from __future__ import annotations

import math

import pytest
from sympy import (
    Abs,
    Expr,
    Max,
    Min,
    Rational,
    Symbol,
    cos,
    cosh,
    erf,
    erfc,
    exp,
    log,
    sin,
    sqrt,
    tan,
    tanh,
)

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
    with pytest.raises(ValueError, match=r"there is one near x = 0\.68407"):
        sorted_breaks(Max(0, erfc(x) - Rational(1, 3)))


def test_infinitely_many_poles_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot be listed"):
        sorted_breaks(1 / cos(x))


@pytest.mark.parametrize(
    ("formula", "poles"),
    [
        (1 / (exp(x / 1000) - 3), [1000 * math.log(3)]),
        (1 / (exp(2 * x) - 6 * exp(x) + 9), [math.log(3)]),
        (log(exp(2 * x) - 6 * exp(x) + 9), [math.log(3)]),
        (1 / (exp(2 * x - 2000) - 6 * exp(x - 1000) + 9), [1000 + math.log(3)]),
        (x / (exp(x) - 1 - x), [0]),
        (1 / (exp(x / 10**6) - 3), [10**6 * math.log(3)]),
    ],
    ids=str,
)
def test_poles_far_out_or_without_a_change_of_sign(formula: Expr, poles: list[float]) -> None:
    assert [float(point) for point in sorted_breaks(formula)] == pytest.approx(poles)


@pytest.mark.parametrize(
    "formula",
    [
        *(1 / (1 - sin(x)), 1 / (1 - sin(x / 300)), log(1 + cos(50 * x)), sqrt(1 - sin(x))),
        *(1 / (exp(2 * x) + 9 - 6 * exp(x) * cos(x - log(3))), x / (x - 1000 * sin(x))),
    ],
    ids=str,
)
def test_periodic_poles_are_refused(formula: Expr) -> None:
    with pytest.raises(ValueError, match=r"may have no value at the zeros of .*, which cannot be"):
        sorted_breaks(formula)


@pytest.mark.parametrize(
    "formula",
    [
        *(x / (1 + exp(-x)), log(1 + exp(x)), log(1 + exp(-1000 * x)), 1 / (2 + sin(x))),
        *(1 / (1 - tanh(x)), 1 / (exp(exp(x)) + 1), 1 / (1 + erf(x)), x / (sqrt(1 + x**8) - x**4)),
        *(1 / (exp(2 * x) - 6 * exp(x) + Rational(9001, 1000)), 1 / (x**2 - 2 * x * sin(x) + 2)),
        *(
            1 / cosh(x - 1000),
            log(3 + 2 * cos(x) + sin(sqrt(2) * x) / 2),
            x / log(2 + exp(-(x**2))),
        ),
    ],
    ids=str,
)
def test_no_pole_is_imagined(formula: Expr) -> None:
    assert sorted_breaks(formula) == []


@pytest.mark.slow
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


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        # e^x = x + 2 has two zeros, one on each real branch of Lambert's W.
        (Max(x, exp(x) - 2), [-1.8414056604369606, 1.1461932206205825]),
        # Of the 17th roots in SymPy's list one is real.
        (Max(-9 * x / 4, log(17 * x / 8 + Rational(1, 2))), [0.12218307391988351]),
        (Max(9 * x / 4, log(17 * x / 8 + Rational(1, 2))), []),
    ],
)
def test_of_lambert_s_roots_the_real_ones_are_listed(formula: Expr, expected: list[float]) -> None:
    found = [float(place) for place in sorted_breaks(formula)]
    kinks = [place for place in found if place != -4 / 17]
    assert kinks == pytest.approx(expected, rel=1e-14)
