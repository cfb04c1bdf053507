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
def test_both_results_go_backward_at_once(name: str) -> None:
    x = torch.linspace(-3, 3, 8, dtype=torch.float64, requires_grad=True)

    def both(x: torch.Tensor) -> torch.Tensor:
        value, other = ValueWithSlope.apply(SLOPED[name], x)
        return 2 * value + 3 * other

    assert torch.autograd.gradcheck(both, x)
