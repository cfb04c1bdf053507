"""Places where a formula may break, against zeros known by hand."""

from __future__ import annotations

import math

import pytest
from sympy import (
    Abs,
    CRootOf,
    Expr,
    Function,
    Max,
    Min,
    Piecewise,
    Rational,
    Symbol,
    cos,
    cosh,
    cot,
    csc,
    erf,
    erfc,
    exp,
    log,
    sec,
    sign,
    sin,
    sqrt,
    tan,
    tanh,
)

from actmath import Activation, Parameter
from actmath.derive._formula.breaks import sorted_breaks
from actmath.derive._formula.pieces import activation_pieces
from actmath.notation import a, x

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


@pytest.mark.slow
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


@pytest.mark.slow
def test_what_nobody_solves_has_a_zero_that_everybody_sees() -> None:
    assert sorted_breaks(Max(x, tanh(x))) == [0]
    with pytest.raises(ValueError, match="cannot solve"):
        sorted_breaks(Max(x, 1 / (1 + exp(-x))))


@pytest.mark.slow
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


@pytest.mark.parametrize(
    ("formula", "places"),
    [
        (Max(x, -x, 2), [-2, 0, 2]),
        (Min(x, 3, 8 - 2 * x), [Rational(8, 3), 3, Rational(5, 2)]),
        (Piecewise((x, x**2 < 2 * x + 3), (0, True)), [-1, 3]),
        (Piecewise((x, (x > 1) | (x < -4)), (Abs(x - 9), True)), [-4, 1, 9]),
        (sign(2 * x + 1) * x, [-Rational(1, 2)]),
        (log(x**2 - 9), [-3, 3]),
        ((x - 1) ** Rational(1, 3) + (x + 5) ** Rational(-2), [1, -5]),
        ((x**2 - 1) ** 2 + x**5, []),
        (x**w + (x - 7) ** (-w), [0, 7]),
        (Max(0, x**5 - x - 1), [CRootOf(x**5 - x - 1, 0)]),
        (Max(0, (x - sqrt(2)) * (x - 3)), [sqrt(2), 3]),
    ],
    ids=str,
)
def test_all_places_by_hand(formula: Expr, places: list[Expr]) -> None:
    found = sorted_breaks(formula)
    assert len(found) == len(set(found)) == len(places)
    for place in places:
        assert any((one - place).equals(0) for one in found)
    assert [float(one) for one in found] == sorted(float(one) for one in found)


@pytest.mark.parametrize("function", [tan, sec, cot, csc])
def test_of_four_functions_two_have_a_pole_at_0(function: type[Function]) -> None:
    """Of the tanh, which stays between −1 and 1, only the sine is 0 anywhere, the cosine is not."""
    formula = function(tanh(x))
    if function in (tan, sec):
        assert sorted_breaks(formula) == []
    else:
        with pytest.raises(ValueError, match=r"at the zeros of sin\(tanh\(x\)\), which cannot"):
            sorted_breaks(formula)
    # Of twice the tanh, up to 2, the cosine is 0 too.
    with pytest.raises(ValueError, match="which cannot be listed"):
        sorted_breaks(function(2 * tanh(x)))


def test_parameters_that_decide_a_break_are_asked_for() -> None:
    s = Symbol("s", real=True)
    with pytest.raises(ValueError, match=r"which of the breakpoints (s and 2|2 and s) is smaller"):
        sorted_breaks(Abs(x - s) + Abs(x - 2))
    with pytest.raises(ValueError, match=r"cannot decide whether the breakpoint .* is real: give"):
        sorted_breaks(Abs(x**2 - s))
    assert sorted_breaks(Abs(x**2 - w**2)) == [-w, w]
    assert sorted_breaks(Abs(x**2 + w)) == []


def test_long_formulas_are_not_solved() -> None:
    with pytest.raises(ValueError, match="is too long a formula for its zeros to be listed"):
        sorted_breaks(Max(0, (1 + exp(x)) ** 150 - 2))


def test_a_pole_that_only_values_of_a_parameter_make_is_refused() -> None:
    """x² + ax + 1 has no real zero between a = −2 and 2, and two beyond."""
    formula = 1 / (x**2 + a * x + 1)
    assert len(activation_pieces(Activation("bump", formula, (Parameter(a, 1),)))) == 1
    with pytest.raises(ValueError, match=r"poles may have no value at x = -(0\.38|2\.6)\d*, where"):
        activation_pieces(Activation("poles", formula, (Parameter(a, 3),)))
