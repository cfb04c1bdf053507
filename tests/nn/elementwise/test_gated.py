"""GLU of large tensors: the gradient of PyTorch's three operations, of every order."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from actmath import nn
from actmath.nn._elementwise.in_blocks import is_large


@pytest.fixture(autouse=True)
def _one_thread() -> object:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def slope(unit: object, x: Tensor) -> Tensor:
    at = x.detach().requires_grad_()
    return torch.autograd.grad(unit(at * 1).sum(), at)[0]


@pytest.mark.parametrize("dim", [0, 1, -1])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_large_gate(dim: int, dtype: torch.dtype) -> None:
    x = 4 * torch.randn(64, 80, 60, generator=torch.Generator().manual_seed(0))
    x = x.to(dtype)
    assert is_large(x)
    found = slope(lambda t: nn.GLU(dim)(t) * 3, x)
    want = slope(lambda t: nn.GLU(dim)(t) * 3, x.double())
    # Rounded once.
    tolerance = 4 if dtype == torch.float32 else 0.5
    error = (found.double() - want).abs()
    assert bool((error <= tolerance * torch.finfo(dtype).eps * want.abs() * 1.01).all())
    # The slope of an open gate, which PyTorch's kernel gives as 0.
    open_gate = torch.cat([torch.ones(1, 2**17), torch.full((1, 2**17), 20.0)], 1)
    by_gate = slope(nn.GLU(1), open_gate)[0, -1]
    assert by_gate.item() == pytest.approx(2.0611536e-9, rel=1e-6)


def test_a_large_gate_has_second_and_batched_derivatives() -> None:
    x = torch.randn(2, 2**17, dtype=torch.float64, requires_grad=True)
    (first,) = torch.autograd.grad(nn.GLU()(x).square().sum(), x, create_graph=True)
    (second,) = torch.autograd.grad(first.sum(), x)
    a, b = x.detach()[:, :1], x.detach()[:, 2**16 : 2**16 + 1]
    part = torch.cat([a, b], 1).requires_grad_()
    (first,) = torch.autograd.grad(nn.GLU()(part).square().sum(), part, create_graph=True)
    (want,) = torch.autograd.grad(first.sum(), part)
    torch.testing.assert_close(second[:, [0, 2**16]], want)
    y = nn.GLU()(x)
    ones = torch.ones(2, *y.shape, dtype=torch.float64)
    (batch,) = torch.autograd.grad(y, x, ones, is_grads_batched=True)
    torch.testing.assert_close(batch[0], batch[1])
