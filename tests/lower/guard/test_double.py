"""PyTorch in float64 beside NumPy: where its functions differ, something else serves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from mpmath.ctx_mp import MPContext
from numpy.typing import NDArray

from actmath import Activation
from actmath.lower import to_torch
from actmath.lower._for_numpy import guarded, numpy_function
from actmath.lower._guard.double import agrees_in_double, double_points
from actmath.lower._stable import stable_form


def test_another_rounding_is_no_difference_and_a_lost_digit_is() -> None:
    form = guarded(stable_form(Activation("double", "x*tanh(x)")))
    known = numpy_function(form)
    assert agrees_in_double(form, known, known)
    assert agrees_in_double(form, known, lambda points: np.nextafter(known(points), 0))

    def blunt(points: NDArray[np.float64]) -> NDArray[np.float64]:
        values = known(points).copy()
        values[np.abs(points) < 1e-3] *= 1 + 1e-12
        return values

    assert not agrees_in_double(form, known, blunt)


def test_points_have_every_magnitude_and_both_ends() -> None:
    points = double_points(stable_form(Activation("two", "Max(x, x**2 - 3)")))
    assert (np.diff(points) > 0).all()
    assert np.isinf(points[[0, -1]]).all()
    assert np.nanmin(np.abs(points[points != 0])) < 1e-300
    kink = double_points(stable_form(Activation("kink", "Max(x, 2*x - 3)")))
    assert {np.nextafter(3, 0), np.nextafter(3, 4)} <= set(kink)


@pytest.mark.parametrize("order", [0, 1])
def test_sinh_where_pytorch_takes_it_for_infinite(order: int) -> None:
    """e^{709.8} is beyond float64, half of it is not."""
    context = MPContext()
    context.prec = 200
    at = torch.tensor([709.8, -710.1, 710.4, 3.0], dtype=torch.float64, requires_grad=order == 1)
    got = to_torch(Activation("s", "sinh(x)"))(at)
    if order:
        (got,) = torch.autograd.grad(got.sum(), at)
    want = [[context.sinh, context.cosh][order](context.mpf(v)) for v in at.tolist()]
    for value, right in zip(got.tolist(), want, strict=True):
        # 4 ulp for each unit of the condition number, 711.
        assert abs(value - right) <= 711 * 4 * 2.0**-52 * abs(right)


@pytest.mark.parametrize(
    ("low", "high", "ulps", "kept"),
    [
        # x·exp(x) has the condition number |1 + x|: 4·(1 + 1) ulps at 0, and 16 at −4.
        *((0.0, 0.01, 7, True), (0.0, 0.01, 9, False)),
        *((-4.1, -4.0, 15, True), (-4.1, -4.0, 17.5, False)),
        *((1e-300, 1e-10, 7, True), (1e-300, 1e-10, 9, False)),
    ],
)
def test_the_promise_of_float64(low: float, high: float, ulps: float, kept: bool) -> None:
    form = stable_form(Activation("held", "x*exp(x)"))

    def known(points: NDArray[Any]) -> NDArray[Any]:
        with np.errstate(all="ignore"):
            return np.where(points == -np.inf, 0, points * np.exp(points))

    def other(points: NDArray[Any]) -> NDArray[Any]:
        inside = (points > low) & (points < high)
        return known(points) * np.where(inside, 1 + ulps * 2.0**-52, 1)

    assert agrees_in_double(form, known, other) is kept


def test_a_factor_below_the_normal_numbers_may_be_0_and_what_it_multiplies_with_it() -> None:
    """x·e^{−x} where e^{−x} is 0 from 708.4 on: 708.5 smallest numbers are lost, and no more."""
    form = stable_form(Activation("held", "x*exp(-x)"))

    def of(end: float) -> Callable[[NDArray[Any]], NDArray[Any]]:
        def function(points: NDArray[Any]) -> NDArray[Any]:
            with np.errstate(all="ignore"):
                factor = np.where(points > end, 0, np.exp(-points))
                return np.where(points == np.inf, 0, points * factor)

        return function

    assert agrees_in_double(form, of(np.inf), of(708.4))
    assert not agrees_in_double(form, of(np.inf), of(690.0))
    # Where the argument is small, one smallest number is.
    small = stable_form(Activation("line", "x/2"))
    assert agrees_in_double(small, lambda t: t / 2, lambda t: np.where(abs(t) < 4e-308, 0, t / 2))
    assert not agrees_in_double(
        small, lambda t: t / 2, lambda t: np.where(abs(t) < 4e-307, 0, t / 2)
    )


def test_random_points_of_all_bits_and_the_usual_ones() -> None:
    points = double_points(stable_form(Activation("plain", "x*exp(x)")))
    exponents = np.frexp(points[np.isfinite(points) & (np.abs(points) > 1e-307)])[1]
    # Of 4000 some two to each of 2046 exponents.
    assert len(np.unique(exponents)) > 1600
    for side in (-1, 1):
        assert ((side * points > 3) & (side * points < 30)).sum() > 1500
