"""The room that a backward pass takes, and what it leaves as it was."""

from __future__ import annotations

import pytest
import torch

from actmath import nn
from actmath.nn import functional
from actmath.nn._elementwise.sloped import ValueWithSlope
from actmath.nn._elementwise.with_slope import SLOPED

from ..memory import peak_bytes


@pytest.mark.parametrize("in_c", [True, False])
@pytest.mark.parametrize("name", ["Sigmoid", "Tanh", "Softsign", "Tanhshrink", "GELU", "GLU"])
def test_no_more_room_than_pytorch(name: str, in_c: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not in_c:
        monkeypatch.setattr("actmath.nn._elementwise.in_c.is_at_hand", lambda _: False)
    # Many blocks: what is between takes the room of four, on some processors of eight.
    monkeypatch.setattr("actmath.nn._elementwise.in_blocks._BLOCK", 2**13)
    x = torch.randn(2**16 * torch.get_num_threads(), 16, requires_grad=True)
    ours, theirs = (peak_bytes(getattr(library, name)(), x) for library in (nn, torch.nn))
    assert ours <= theirs + x.nbytes / 8


@pytest.mark.parametrize("name", SLOPED)
def test_what_is_saved_is_overwritten_by_the_last_pass_only(name: str) -> None:
    x = torch.linspace(-4, 4, 2**15, requires_grad=True)
    unit = getattr(functional, name)
    y = unit(x)
    kept = [torch.autograd.grad(y.sum(), x, retain_graph=True)[0] for _ in range(2)]
    last = torch.autograd.grad(y.sum(), x)[0]
    assert not last.requires_grad
    for each in kept:
        torch.testing.assert_close(each, last, rtol=1e-6, atol=0)
    held: list[torch.Tensor] = []

    def hold(tensor: torch.Tensor) -> torch.Tensor:
        held.append(tensor.detach())
        return held[-1]

    with torch.autograd.graph.saved_tensors_hooks(hold, lambda tensor: tensor):
        y = unit(x)
    before = [each.clone() for each in held]
    y.sum().backward()
    assert all(map(torch.equal, before, held))
    torch.testing.assert_close(x.grad, last, rtol=1e-6, atol=0)


@pytest.mark.parametrize("name", SLOPED)
def test_both_results_go_either_way_at_once(name: str) -> None:
    x = torch.linspace(-3, 3, 8, dtype=torch.float64, requires_grad=True)

    def both(x: torch.Tensor) -> torch.Tensor:
        value, other = ValueWithSlope.apply(SLOPED[name], x)
        return 2 * value + 3 * other

    assert torch.autograd.gradcheck(both, x, check_forward_ad=True, check_batched_grad=True)


@pytest.mark.parametrize("along", [0, 1, -1])
@pytest.mark.parametrize("name", SLOPED)
def test_a_batch_along_any_dimension(name: str, along: int) -> None:
    x = torch.linspace(-3, 3, 10, dtype=torch.float64).reshape(2, 5)
    unit = getattr(functional, name)

    def twice(row: torch.Tensor) -> torch.Tensor:
        assert row.dim() == 1
        return unit(2 * row)

    found = torch.vmap(twice, in_dims=along, out_dims=along)(x)
    torch.testing.assert_close(found, unit(2 * x))


@pytest.mark.parametrize("name", SLOPED)
def test_the_last_pass_of_many_gradients_at_once(name: str) -> None:
    """Of a size at which one gradient would be written over the slope."""
    x = torch.linspace(-4, 4, 2**15, requires_grad=True)
    unit = getattr(functional, name)
    upstream = torch.stack([torch.ones_like(x), torch.linspace(0, 1, 2**15)])
    slope = torch.autograd.grad(unit(x).sum(), x)[0]
    found = torch.autograd.grad(unit(x), x, upstream, is_grads_batched=True)[0]
    torch.testing.assert_close(found, upstream * slope, rtol=1e-6, atol=1e-12)
    minus = torch._neg_view(upstream[1])
    found = torch.autograd.grad(unit(x), x, minus)[0]
    torch.testing.assert_close(found, -upstream[1] * slope, rtol=1e-6, atol=1e-12)
