"""Up to the largest number: what overflows on the way there is served, in NumPy and in PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from mpmath.ctx_mp import MPContext
from sympy import Expr, Rational, asinh, log, sin

from actmath import Activation
from actmath.lower import losses, to_numpy, to_torch
from actmath.notation import x

from .oracle import BITS, errors

POINTS = np.array([1e102, 8e102, 1.5e154, 1e200, 8e307, 1.2e308, 1.7e308])
CASES: dict[str, tuple[Expr, Callable[[MPContext, Any], Any]]] = {
    "root": ((x**2 + 1) ** Rational(1, 3), lambda m, t: m.cbrt(t**2 + 1)),
    "asinh": (asinh(2 * x - 1), lambda m, t: m.asinh(2 * t - 1)),
    "cube": (x**3 / 7, lambda m, t: t**3 / 7),
    "half": (x**2 / 2, lambda m, t: t**2 / 2),
    "logarithm": (x * log(1 + abs(x)), lambda m, t: t * m.log(1 + abs(t))),
    "shifted": (((x - 2) ** 4 + 1) ** Rational(1, 3), lambda m, t: m.cbrt((t - 2) ** 4 + 1)),
}


@pytest.mark.parametrize("name", CASES)
def test_values_and_slopes_to_the_end(name: str) -> None:
    formula, value = CASES[name]
    unit = Activation(name, formula)
    points = np.concatenate([POINTS, -POINTS])
    at = torch.tensor(points, requires_grad=True)
    tensor = to_torch(unit)(at)
    (slope,) = torch.autograd.grad(tensor.sum(), at)

    def derivative(m: MPContext, t: Any) -> Any:
        step = abs(t) * m.ldexp(1, -BITS // 3)
        return (value(m, t + step) - value(m, t - step)) / (2 * step)

    for got in (to_numpy(unit)(points), tensor.detach().numpy()):
        assert errors(value, points, got).max() <= 1
    for got in (to_numpy(unit, 1)(points), slope.numpy()):
        assert errors(derivative, points, got).max() <= 1
    assert losses(unit) == losses(unit, 1) == ()


@pytest.mark.slow
@pytest.mark.parametrize("rate", [2, 4])
def test_a_sine_of_a_multiple(rate: int) -> None:
    """sin(4x) with 4x beyond the largest number: to 10⁻¹⁵, far better than its condition asks."""
    unit = Activation("snake", x + sin(rate * x) ** 2 / rate)
    points = np.array([8e307, 1.2e308, 1.7e308, -1.7e308])
    context = MPContext()
    context.prec = BITS
    want = [float(1 + context.sin(2 * rate * context.mpf(float(t)))) for t in points]
    np.testing.assert_allclose(to_numpy(unit, 1)(points), want, rtol=0, atol=2e-15)
    at = torch.tensor(points, requires_grad=True)
    (slope,) = torch.autograd.grad(to_torch(unit)(at).sum(), at)
    np.testing.assert_allclose(slope.numpy(), want, rtol=0, atol=2e-15)
    assert losses(unit, 1) == ()
