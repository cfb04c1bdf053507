"""Candidates for intervals of every kind."""

from __future__ import annotations

from collections.abc import Callable
from math import inf

import numpy as np
import pytest
from sympy import E, Expr, Rational, S, cos, exp, log, oo, sin, sqrt

from actmath.lower import FLOAT64
from actmath.lower._for_numpy import compile_one
from actmath.lower._functions.algebraic import WholePower
from actmath.lower._functions.series import Offset, Reciprocal, Series
from actmath.lower._guard.fits import _leading, _levels, _order, _power, _smallest, fits
from actmath.lower._guard.judge import Judge
from actmath.lower._guard.many_digits import ManyDigits
from actmath.lower._guard.trial_points import scattered
from actmath.notation import x


def _best(formula: Expr, low: float, high: float) -> tuple[Expr, float]:
    """Of the candidates that of the least error, over the promise, at points of its own."""
    judge = Judge(ManyDigits(formula), FLOAT64)
    most = FLOAT64.largest
    points = scattered(max(low, -most), min(high, most), 60, 77)
    found = []
    for candidate in fits(judge, low, high):
        got = compile_one(candidate, 1.0)(points)
        found.append((candidate, float(judge.excess(points, got).max())))
    return min(found, key=lambda pair: pair[1])


@pytest.mark.parametrize(
    ("formula", "low", "high", "made_of"),
    [
        (x - sin(x), -0.7, 0.7, lambda e: e.has(Series) and e.has(x**3)),
        (x - sin(x), 1e-300, 0.5, lambda e: e.has(Series) and e.has(x**3)),
        (sqrt(x**2 + 1) - sqrt(x**2 + 2), 30.0, inf, lambda e: e.has(Reciprocal)),
        (exp(x) - E * x, 0.6, 1.5, lambda e: e.has(Offset)),
        ((exp(x) - 2) ** 2 * (2 + x), 0.5, 0.9, lambda e: e.has(Offset)),
        (log(1 + exp(-x)), 40.0, 150.0, lambda e: e.has(exp)),
        (exp(-x), 800.0, inf, lambda e: e == 0),
        # x² overflows before the value does.
        (x**3 / (7 * x + 1), 1e150, 1e156, lambda e: e.has(WholePower)),
        (x * exp(x), 720.0, inf, lambda e: e is not None),
        (1 / (1 + exp(-x)), 60.0, inf, lambda e: not e.has(x)),
        (log(1 + 3 * x) / (x**2 + 2), 1e60, 1e140, lambda e: e.has(Reciprocal) and e.has(log)),
        # No polynomial in log x, so that the whole interval is to be interpolated on.
        (1 / log(1 + x), 1e60, 1e140, lambda e: e.has(log)),
    ],
    ids=lambda value: None if callable(value) and not isinstance(value, Expr) else str(value),
)
def test_each_kind(formula: Expr, low: float, high: float, made_of: Callable[[Expr], bool]) -> None:
    candidate, excess = _best(formula, low, high)
    assert excess <= 1
    assert made_of(candidate)


@pytest.mark.parametrize("share", [0.15, 0.3, 0.45, 0.55, 0.7, 0.85])
def test_a_zero_is_found_wherever_it_lies(share: float) -> None:
    judge = Judge(ManyDigits(x**3 - 2), FLOAT64)
    root = judge.reference.context.cbrt(2)
    found = _smallest(judge, float(root) - share, float(root) + 1 - share)
    assert abs(found - root) < 2.0**-100


@pytest.mark.parametrize(
    ("formula", "low", "high", "root"),
    [
        (exp(x) - E * x, 0.6, 1.5, S.One),
        ((exp(x) - 2) ** 2 * (2 + x), 0.5, 0.9, log(2)),
        ((exp(x) - 3) ** 3, 0.9, 1.3, log(3)),
    ],
    ids=str,
)
def test_digits_are_kept_right_beside_a_zero(
    formula: Expr, low: float, high: float, root: Expr
) -> None:
    """From a sixteenth of the place down to a few floats beside it."""
    judge = _judge(formula)
    beside = [1 + side * 2.0**-k for k in range(4, 52, 3) for side in (1, -1)]
    points = float(root) * np.array(beside)
    found = [compile_one(candidate, 1.0)(points) for candidate in fits(judge, low, high)]
    excess = [float(judge.excess(points, got).max()) for got in found]
    assert min(excess) <= 1


@pytest.mark.parametrize(
    ("formula", "far"),
    [(1 - exp(-(x**2)), 1.0), (x**2 / (1 + x**2 / 4), 0.5), (x / (1 + x**2), 0.4)],
    ids=str,
)
def test_of_an_even_or_odd_formula_every_other_coefficient_tells_nothing(
    formula: Expr, far: float
) -> None:
    """Twenty are too few for these, of which the last or the one before it is 0."""
    judge = _judge(formula)
    points = np.linspace(-far, far, 61)[1:]
    first = compile_one(next(fits(judge, -far, far)), 1.0)(points)
    assert float(judge.excess(points, first).max()) <= 1


def test_nothing_where_there_is_no_value() -> None:
    assert not list(fits(Judge(ManyDigits(log(x)), FLOAT64), -3.0, -1.0))


def test_derivatives_of_what_is_fitted_are_close() -> None:
    """Not promised, but what a second derivative takes."""
    candidate, _ = _best(x - sin(x), -0.7, 0.7)
    points = np.linspace(-0.6, 0.6, 25)
    slope = compile_one(candidate.diff(x), 1.0)(points)
    np.testing.assert_allclose(slope, 2 * np.sin(points / 2) ** 2, rtol=1e-13, atol=1e-18)


def test_a_zero_of_high_order_whose_values_die_out() -> None:
    """x¹⁴/2 + …: at 1e-100 the value is below all that is computed, at 1e-40 below every float."""
    candidate, excess = _best(exp(x**7) - 1 - x**7, 1e-102, 0.04)
    assert excess <= 1
    assert candidate.has(Series)


def _judge(formula: Expr) -> Judge:
    return Judge(ManyDigits(formula, work=10**7), FLOAT64)


@pytest.mark.parametrize(
    "order", ["-29", "-7/2", "-1", "-1/6", "0", "1/3", "1/2", "5/6", "2", "29"]
)
def test_the_order_of_a_power(order: str) -> None:
    """Of 3·x^p at any two points, about 0 or about another origin."""
    p = Rational(order)
    judge = _judge(-3 * x**p)
    for pair in ([2.0, 3.0], [1e-5, 1e-7], [5.0, 4.9]):
        assert _order(judge, pair) == p
    shifted = _judge(-3 * (x - 7) ** p)
    assert _order(shifted, [8.0, 7.5], judge.reference.context.mpf(7)) == p
    for side in (1, -1):
        assert _leading(_judge(Rational(1, 7) * (side * x) ** p), 1e20, side) == p


@pytest.mark.parametrize(
    ("formula", "pair"),
    [
        # Neither a sixth, nor low enough, nor a number.
        (x ** Rational(5, 12), [2.0, 3.0]),
        (x ** Rational(1, 40), [2.0, 3.0]),
        (x**30, [2.0, 3.0]),
        (x**-31, [2.0, 3.0]),
        (x - 2, [2.0, 3.0]),
        (x - 3, [2.0, 3.0]),
        (log(x), [-2.0, 3.0]),
        (exp(exp(x)), [1.0, 1e9]),
    ],
    ids=str,
)
def test_what_has_no_order(formula: Expr, pair: list[float]) -> None:
    assert _order(_judge(formula), pair) is None


def test_powers_are_reciprocals_below_0() -> None:
    assert _power(x, S.Zero) == 1
    assert _power(x, Rational(3, 2)) == x ** Rational(3, 2)
    assert _power(-x, Rational(-2)) == Reciprocal(-x) ** 2


@pytest.mark.parametrize(
    ("formula", "low", "high", "want"),
    [
        (exp(-x), 709.0, 800.0, [0]),
        (exp(-x), 700.0, 800.0, None),
        (-exp(x), 710.0, inf, [-oo]),
        (exp(x), 709.0, inf, None),
        (1 + exp(-x), 40.0, 50.0, [1.0]),
        (1 + exp(-x), 30.0, 50.0, None),
        # The lower end is not part of the interval.
        (sin(x) / x, 0.0, 1e-12, [1.0]),
        (2 + 1 / x, 1e17, inf, [2.0]),
        (2 - 1 / x, -inf, -1e17, [2.0]),
        (log(x), -3.0, -1.0, None),
    ],
    ids=str,
)
def test_levels(formula: Expr, low: float, high: float, want: list[object] | None) -> None:
    levels = _levels(_judge(formula), low, high)
    found = [float(level) if level.is_Float else level for level in levels]
    assert found == (want or [])


def test_the_level_is_that_of_the_end_that_is_farther_out() -> None:
    """1 + 2⁻⁵³·(1 ∓ …): the ends differ by less than an ulp, and round to two neighbours."""
    third = 1 + Rational(1, 2**53) + Rational(1, 2**54) / (1 + x**2)
    for low, high in ((1.0, 1e9), (-1e9, -1.0)):
        (level,) = _levels(_judge(third), low, high)
        far = _judge(third).value(low if abs(low) > high else high)
        assert float(level) == float(far)


def test_a_smallest_value_at_an_end_or_without_a_number_is_no_zero() -> None:
    assert _smallest(_judge(x**2 + 1), 0.5, 2.0) is None
    assert _smallest(_judge(x**2 + 1), -2.0, -0.5) is None
    assert _smallest(_judge(log(x - 1) ** 2 + x * 0), 0.5, 3.0) is None
    found = _smallest(_judge((x - Rational(3, 2)) ** 2 + 1), 1.2, 2.0)
    assert found is not None
    # Of a minimum that is no zero half of the digits.
    assert abs(found - 1.5) < 1e-20


@pytest.mark.parametrize(
    ("formula", "low", "high"),
    [
        (cos(x) - 1, -0.3, 0.2),
        (1 / (x**2 * (1 + x)), 1e-9, 0.3),
        (1 / (x * (1 - x)), -0.3, -1e-9),
        (sin(x) * x**5, -0.5, -1e-3),
        (exp(-x) * (x + 2), 3.0, 4.0),
        (-exp(-x), 3.0, 4.0),
        ((exp(x) - 3) ** 3, 0.9, 1.3),
        (x ** Rational(5, 3) / (x + 1), 30.0, 1e9),
        ((1 - x) ** Rational(1, 3), -1e9, -30.0),
        (-(x**3) / (x + 5), 1e155, inf),
        (x**3 / (3 * x**2 + 5), -inf, -1e104),
        (log(2 + x**2) / x, 1e60, 1e140),
        (log(2 + x**2) * x, -1e140, -1e60),
    ],
    ids=str,
)
def test_a_candidate_holds_on_either_side_of_0(formula: Expr, low: float, high: float) -> None:
    _, excess = _best(formula, low, high)
    assert excess <= 1
