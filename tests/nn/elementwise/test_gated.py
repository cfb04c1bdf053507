"""GLU of large tensors: the gradient of PyTorch's three operations, of every order."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from actmath import nn
from actmath.nn._elementwise import gated as gated_file
from actmath.nn._elementwise.gated import check_halves
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


@pytest.mark.parametrize("dim", [0, 1, 2, -1, -2, -3])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
@pytest.mark.parametrize("in_c", [True, False], ids=["in C", "in blocks"])
def test_every_dimension_in_small_blocks(
    dim: int, dtype: torch.dtype, in_c: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gradient as three operations in double precision have it, whatever goes through."""
    monkeypatch.setattr("actmath.nn._elementwise.in_blocks._BLOCK", 8)
    if not in_c:
        monkeypatch.setattr(gated_file, "looped", lambda *_: False)
    x = torch.randn(6, 4, 8, generator=torch.Generator().manual_seed(3)).to(dtype)
    half = [size // (2 if axis == dim % 3 else 1) for axis, size in enumerate(x.shape)]
    gradient = torch.linspace(-1, 2, x.numel() // 2).reshape(half).to(dtype)
    at = x.clone().requires_grad_()
    (found,) = torch.autograd.grad(gated_file.gated(at, dim), at, gradient)
    value, gate = x.double().chunk(2, dim)
    opened = torch.sigmoid(gate)
    parts = [gradient.double() * opened, gradient.double() * value * opened * (1 - opened)]
    want = torch.cat(parts, dim)
    # Two sigmoids, each right to two units in the last place, and three products.
    tolerance = {"rtol": 6 * torch.finfo(dtype).eps, "atol": 1e-14}
    torch.testing.assert_close(found.double(), want, **tolerance)


@pytest.mark.parametrize("shape", [(0, 4), (2, 0), (2, 0, 4), (3, 4, 0)])
def test_halves_without_entries(shape: tuple[int, ...]) -> None:
    for dim in range(len(shape)):
        if shape[dim] % 2 == 0:
            x = torch.zeros(shape, requires_grad=True)
            y = nn.GLU(dim)(x)
            y.sum().backward()
            assert x.grad is not None
            assert x.grad.shape == shape
            assert y.shape[dim] == shape[dim] // 2


def test_a_gate_in_forward_mode_is_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actmath.nn._elementwise.in_blocks._BLOCK", 1)
    x = torch.linspace(-3, 3, 8, dtype=torch.float64)
    with torch.autograd.forward_ad.dual_level():
        assert gated_file.gated(x, 0) is None
    whole = torch.ones(4, dtype=torch.int64)
    assert gated_file.gated(whole, 0) is None
    assert gated_file.gated(torch.ones(2, 4).to_sparse(), 1) is None
    assert gated_file.gated(torch._neg_view(x), 0) is None
    assert gated_file.gated(x, 0) is not None
    assert torch.autograd.gradcheck(nn.GLU(), x.requires_grad_(), check_forward_ad=True)


def test_what_has_no_loop_and_is_small_is_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gated_file, "is_at_hand", lambda _: False)
    assert gated_file.gated(torch.zeros(4), 0) is None
    monkeypatch.setattr("actmath.nn._elementwise.in_blocks._BLOCK", 1)
    assert gated_file.gated(torch.zeros(4), 0) is not None


@pytest.mark.parametrize("what", ["glu", "another"])
def test_which_dimensions_have_halves(what: str) -> None:
    x = torch.zeros(3, 4, 5)
    for dim in (1, -2):
        check_halves(x, dim, what)
    for dim in (-3, -1, 0, 2):
        said = (
            f"^{what} takes two halves of a dimension, got size {x.shape[dim]} in dimension {dim}$"
        )
        with pytest.raises(ValueError, match=said):
            check_halves(x, dim, what)
    for dim in (-4, 3):
        said = rf"^there is no dimension {dim} in shape \(3, 4, 5\)$"
        with pytest.raises(IndexError, match=said):
            check_halves(x, dim, what)
    with pytest.raises(ValueError, match=f"^{what} takes two .* got a tensor without one$"):
        check_halves(torch.tensor(1.0), 0, what)


@pytest.mark.parametrize("dim", [0, 1, -1, -3])
def test_second_and_batched_derivatives_of_a_small_gate(
    dim: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In blocks, where there are no loops in C.
    monkeypatch.setattr("actmath.nn._elementwise.in_blocks._BLOCK", 4)
    x = torch.randn(4, 2, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    x.requires_grad_()
    assert torch.autograd.gradcheck(nn.GLU(dim), x, check_batched_grad=True)
    assert torch.autograd.gradgradcheck(nn.GLU(dim), x)
