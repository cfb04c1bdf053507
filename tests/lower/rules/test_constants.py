"""Floats for parameters and constants: each is rounded once, and what is examined is evaluated."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import torch
from mpmath import mp
from sympy import Expr, Float, Rational, S, Symbol, erf, exp, pi, sqrt

from actmath import Activation, Parameter
from actmath.activation import POSITIVE
from actmath.lower import to_numpy, to_torch
from actmath.lower._functions.series import coefficient
from actmath.lower._rules.constants import (
    in_floats,
    is_line,
    is_moderate,
    keeps_sums,
    rounded_line,
)
from actmath.notation import x

LEAST = np.finfo(float).eps
A, B = Symbol("a", real=True), Symbol("b", real=True)

#: (1 − s)·min(0, −x) is added to x on the right, so that a slope of s is left.
BENT = Activation("bent", "x + (slope - 1)*Max(0, x - 1)", (Parameter("slope", "1/10", POSITIVE),))
#: A product of three numbers that no float holds where it is taken from left to right.
RATIO = Activation(
    "ratio",
    "Max(x, 0)*height/width",
    (Parameter("height", 1, POSITIVE), Parameter("width", 1, POSITIVE)),
)


@pytest.mark.parametrize("small", ["1e-9", "1e-20", "1e-100", "3e-250"])
def test_a_small_slope_that_is_a_difference_keeps_its_digits(small: str) -> None:
    s = Fraction(small)
    points = [2.0, 1e9, 1e20, 3.7e30, 1e250, 1e308]
    want = [float(s * Fraction(point) + 1 - s) for point in points]
    for got in _each_way(BENT, points, slope=small):
        np.testing.assert_allclose(got, want, rtol=4 * LEAST)


@pytest.mark.parametrize(
    ("high", "wide", "at"),
    [("1e300", "1e20", 2e21), ("1e300", "1e300", 1e100), ("1e300", "1e-300", 1e-305)],
)
def test_products_of_huge_numbers_do_not_overflow_on_the_way(
    high: str, wide: str, at: float
) -> None:
    want = float(Fraction(high) * Fraction(at) / Fraction(wide))
    for got in _each_way(RATIO, [at], height=high, width=wide):
        np.testing.assert_allclose(got, want, rtol=8 * LEAST)


def _each_way(unit: Activation, points: list[float], **given: Any) -> list[Any]:
    tensor = to_torch(unit)(torch.tensor(points, dtype=torch.float64), **given)
    return [
        to_numpy(unit)(points, **given),
        to_numpy(unit.with_parameters(**given))(points),
        tensor.numpy(),
    ]


@pytest.mark.parametrize(
    ("formula", "want"),
    [
        (x + (Rational(1, 10**30) - 1) * (x - 1), (1e-30, 1.0)),
        ((x + 1) ** 2 - x**2, (2.0, 1.0)),
        (x / 3 + sqrt(2), (1 / 3, 2**0.5)),
        (3 * x, (3.0, 0.0)),
    ],
    ids=str,
)
def test_a_line_is_rounded_once(formula: Expr, want: tuple[float, float]) -> None:
    found = rounded_line(formula)
    assert found == coefficient(want[0]) * x + (coefficient(want[1]) if want[1] else 0)


@pytest.mark.parametrize("formula", [x**2 + x, exp(x), Rational(10) ** 400 * x, x / 10**320])
def test_what_is_no_line_of_floats_is_left(formula: Expr) -> None:
    assert rounded_line(formula) is None


def test_which_terms_make_a_line() -> None:
    assert is_line(3 * x + 1)
    assert is_line(x)
    assert not is_line(x * (x + 1) - x**2)


def test_moderate_numbers_multiply_in_any_order() -> None:
    assert is_moderate([Rational(1, 2), Rational(0), -(Rational(10) ** 99)])
    assert not is_moderate([Rational(1), Rational(10) ** 101])
    assert not is_moderate([-(Rational(10) ** -101)])


@pytest.mark.parametrize(
    ("formula", "kept"),
    [
        (A * (x + 1), False),
        (A * (x + 1) + B * x, False),
        (x + A + B, True),
        (A * exp(x + 1), True),
        ((x + A) ** 2 * B, True),
        (A * x, True),
    ],
    ids=str,
)
def test_sums_that_sympy_multiplies_by_a_number(formula: Expr, kept: bool) -> None:
    assert keeps_sums(formula, {A: Rational(2), B: Rational(3)}) is kept


@pytest.mark.parametrize(
    ("exponent", "moderate"), [(99, True), (101, False), (-99, True), (-101, False)]
)
def test_moderate_numbers_end_at_a_hundred_decades(exponent: int, moderate: bool) -> None:
    assert is_moderate([S.One, Rational(10) ** exponent]) is moderate


def test_constant_parts_are_one_number_each_rounded_once() -> None:
    """erf(2) − 1 = −0.00467…, of which floats for both terms would leave 14 digits."""
    found = in_floats((erf(2) - 1) * exp(x) + sqrt(2) * pi * x + Rational(1, 3) + sqrt(3))
    numbers = sorted(float(node) for node in found.atoms(Float))
    with mp.workdps(40):
        want = [-mp.erfc(2), mp.mpf(1) / 3 + mp.sqrt(3), mp.sqrt(2) * mp.pi]
    assert numbers == [float(number) for number in want]
    # Fractions stay what they are, and so do exponents.
    assert in_floats(x**3 / 3) == x**3 / 3
    assert in_floats(Rational(2, 7)) == Rational(2, 7)
    assert in_floats(x) == x
    assert float(in_floats(pi)) == float(np.pi)


def test_lines_beside_the_normal_floats() -> None:
    least, most = Rational(2) ** -1022, Rational(2) ** 1023
    assert rounded_line(least * x + most) is not None
    assert rounded_line(most * x - least) is not None
    for line in (least / 2 * x + 1, x + least / 2, 2 * most * x + 1, x - 2 * most):
        assert rounded_line(line) is None
    assert is_line(Rational(3))
    assert is_line(x / 3 - pi)
    assert not is_line(x**2)
    assert not is_line(1 / x)
    assert not is_line(x + exp(x))
