"""PyTorch in float64 beside NumPy: where its functions differ, something else serves."""

from __future__ import annotations

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
