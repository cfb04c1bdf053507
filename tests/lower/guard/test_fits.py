"""Candidates for intervals of every kind."""

from __future__ import annotations

from collections.abc import Callable
from math import inf

import numpy as np
import pytest
from sympy import E, Expr, exp, log, sin, sqrt

from actmath.lower import FLOAT64
from actmath.lower._for_numpy import compile_one
from actmath.lower._functions.algebraic import WholePower
from actmath.lower._functions.series import Offset, Reciprocal, Series
from actmath.lower._guard.fits import _smallest, fits
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
