"""Polynomials as functions of SymPy: value, derivative, and all digits of the coefficients."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sympy import Expr, cbrt, lambdify

from actmath import Activation
from actmath.lower import to_mpmath, to_numpy, to_torch
from actmath.lower._functions.in_numpy import NUMPY_FUNCTIONS
from actmath.lower._functions.in_torch import TORCH_FUNCTIONS
from actmath.lower._functions.series import (
    Offset,
    Reciprocal,
    Series,
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
