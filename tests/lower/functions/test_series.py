"""Polynomials as functions of SymPy: value, derivative, and all digits of the coefficients."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import torch
from sympy import Expr, Float, Integer, Rational, cbrt, lambdify, oo, sqrt

from actmath import Activation
from actmath.lower import to_mpmath, to_numpy, to_torch
from actmath.lower._functions.in_numpy import NUMPY_FUNCTIONS
from actmath.lower._functions.in_torch import TORCH_FUNCTIONS
from actmath.lower._functions.series import (
    Offset,
    Reciprocal,
    ScaledPower,
    Series,
    SplitPower,
    coefficient,
    horner,
    offset,
    with_split_powers,
)
from actmath.notation import x
from actmath.number import mp

NUMBERS = (0.1, 1 / 3, -(2.0**-70), 1e-300, 7.25)
POINTS = np.array([-1.5, -1e-3, 0.25, 3.0])


def _by_both(expr: Expr) -> tuple[np.ndarray, np.ndarray]:
    array = lambdify([x], expr, [NUMPY_FUNCTIONS, "numpy"])(POINTS)
    tensor = lambdify([x], expr, [TORCH_FUNCTIONS])(torch.tensor(POINTS))
    return np.asarray(array), tensor.numpy()


@pytest.mark.parametrize("order", [0, 1, 2, 4])
def test_value_and_derivatives(order: int) -> None:
    polynomial = np.polynomial.Polynomial(NUMBERS).deriv(order)
    for found in _by_both(Series(x, *map(coefficient, NUMBERS)).diff(x, order)):
        np.testing.assert_allclose(found, polynomial(POINTS), rtol=1e-14)


def test_the_derivative_of_a_constant_is_0() -> None:
    assert Series(x, coefficient(3)).diff(x) == 0
    np.testing.assert_array_equal(horner(POINTS, 3.0), [3.0] * 4)


def test_coefficients_keep_all_digits() -> None:
    for number in NUMBERS:
        assert float(str(coefficient(number))) == number


def test_an_offset_from_between_two_floats() -> None:
    high, low = 0.1, 1e-18
    np.testing.assert_array_equal(offset(np.array([0.1]), high, low), [-1e-18])
    assert Offset(x, coefficient(high), coefficient(low)).diff(x) == 1
    for found in _by_both(Offset(x, coefficient(high), coefficient(low))):
        np.testing.assert_array_equal(found, POINTS - high - low)


def test_reciprocals_are_squared_after_the_division() -> None:
    far = lambdify([x], Reciprocal(x) ** 2, [NUMPY_FUNCTIONS, "numpy"])
    assert far(np.array([1e160]))[0] > 0
    for found in _by_both(Reciprocal(x).diff(x)):
        np.testing.assert_allclose(found, -1 / POINTS**2, rtol=1e-15)


@pytest.mark.parametrize("formula", ["log(10**40 + x**2)", "x*sigmoid(3*10**19*x)", "x/10**20"])
def test_integers_of_more_than_64_bits(formula: str) -> None:
    """PyTorch refuses them, and NumPy takes them for objects, which have no logarithm."""
    unit = Activation("long", formula)
    for order in (0, 1):
        want = [float(to_mpmath(unit, order)(mp.mpf(point))) for point in POINTS]
        np.testing.assert_allclose(to_numpy(unit, order)(POINTS), want, rtol=1e-15, atol=1e-300)
        found = to_torch(unit, order)(torch.tensor(POINTS))
        np.testing.assert_allclose(found, want, rtol=1e-15, atol=1e-300)


@pytest.mark.parametrize("order", [0, 1, 2])
def test_powers_whose_exponent_is_no_float_keep_their_digits(order: int) -> None:
    """The third root and its derivatives, where half an ulp of the exponent costs hundreds."""
    points = np.array([1e-150, 0.3, 8.0, 1e150])
    power = with_split_powers(cbrt(x)).diff(x, order)
    factor = [1, mp.mpf(1) / 3, -mp.mpf(2) / 9][order]
    with mp.workdps(40):
        want = [float(factor * mp.mpf(at) ** (mp.mpf(1) / 3 - order)) for at in points]
    array = lambdify([x], power, [NUMPY_FUNCTIONS, "numpy"])(points)
    tensor = lambdify([x], power, [TORCH_FUNCTIONS])(torch.tensor(points))
    for found in (array, tensor.numpy()):
        np.testing.assert_allclose(found, want, rtol=2e-15)


def test_which_numbers_and_powers_floats_would_spoil() -> None:
    """Integers from 2⁶³ on, and exact exponents of x that are no floats."""
    last = 2**63 - 1
    for number in (last, -last, 7):
        assert with_split_powers(number * x) == number * x
    for number in (2**63, -(2**63), 10**300):
        found = with_split_powers(number + x)
        (constant,) = found.atoms(Float)
        assert float(constant) == float(number)
        assert not any(abs(each) > last for each in found.atoms(Integer))
    assert with_split_powers(10**400 + x) == oo
    assert with_split_powers(-(10**400) + x) == -oo
    for power in (sqrt(x), x**3, x ** Rational(3, 4), x ** Float(0.3), cbrt(2) * x, x**-1):
        assert with_split_powers(power) == power
    assert with_split_powers(cbrt(x) + 1).has(SplitPower)
    assert with_split_powers((x**2 + 1) ** Rational(1, 10)).has(SplitPower)


@pytest.mark.parametrize("exponent", [Rational(1, 3), Rational(-7, 3), Rational(1, 10)])
def test_an_exponent_in_two_parts_is_the_fraction_to_32_digits(exponent: Rational) -> None:
    _, high, low = with_split_powers(x**exponent).args
    assert float(high) == float(exponent)
    assert abs(Rational(high) + Rational(low) - exponent) < abs(exponent) * Rational(1, 2**104)
    assert abs(low) < abs(high) * 2.0**-53


@pytest.mark.parametrize("n", [2, 3, 7])
def test_scaled_powers_and_their_slope(n: int) -> None:
    """c·u first: of 10²⁰⁰ a power alone would overflow."""
    expr = ScaledPower(x, coefficient(0.3), Integer(n))
    for order, want in ((0, 0.3 * POINTS**n), (1, 0.3 * n * POINTS ** (n - 1))):
        for found in _by_both(expr.diff(x, order)):
            np.testing.assert_allclose(found, want, rtol=1e-14)
    size = 10.0 ** (310 / n)
    tiny = ScaledPower(x, coefficient(1e-30), Integer(n))
    assert lambdify([x], tiny, [NUMPY_FUNCTIONS, "numpy"])(np.array([size]))[0] == pytest.approx(
        1e280, rel=1e-11
    )


@pytest.mark.parametrize("count", [1, 2, 3, 6])
def test_horner_by_fractions(count: int) -> None:
    numbers = [0.5 * (-1) ** k / (k + 1) for k in range(count)]
    for at in POINTS:
        want = sum(Fraction(c) * Fraction(float(at)) ** k for k, c in enumerate(numbers))
        found = horner(np.array([at]), *numbers)
        assert found.shape == (1,)
        assert found[0] == pytest.approx(float(want), rel=1e-14)
