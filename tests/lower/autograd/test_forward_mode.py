"""Forward mode of forward mode, against derivatives by hand."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.func import jvp

from actmath import catalog
from actmath.lower import to_torch

AT = torch.tensor([-2.3, -0.4, 0.15, 0.9, 3.1], dtype=torch.float64)


def forward(unit: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    found: Tensor = jvp(unit, (x,), (torch.ones_like(x),))[1]
    return found


def test_a_lowered_formula_and_a_third_derivative() -> None:
    found = forward(lambda x: forward(lambda z: forward(to_torch(catalog.tanh), z), x), AT)
    y = torch.tanh(AT)
    torch.testing.assert_close(found, (1 - y**2) * (6 * y**2 - 2), rtol=1e-11, atol=1e-12)


def test_a_tensor_as_parameter() -> None:
    """x·σ(βx) by β twice: x³·σ″(βx)."""
    swish, beta = to_torch(catalog.swish_beta), torch.full_like(AT, 1.3)
    found = forward(lambda b: forward(lambda c: swish(AT, beta=c), b), beta)
    s = torch.sigmoid(beta * AT)
    torch.testing.assert_close(found, AT**3 * s * (1 - s) * (1 - 2 * s), rtol=1e-11, atol=1e-12)
