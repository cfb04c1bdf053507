"""Which tensors may be looked into: those of PyTorch itself, outside of every transform."""

from __future__ import annotations

import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.fx.experimental.proxy_tensor import make_fx

from actmath.lower._autograd.plain import in_one_piece, is_plain


def test_a_tensor_and_a_parameter_are_plain() -> None:
    assert is_plain(torch.ones(2))
    assert is_plain(torch.nn.Parameter(torch.ones(2)))


def test_inside_transforms_and_graphs_none_is() -> None:
    seen: list[bool] = []

    def look(each: torch.Tensor) -> torch.Tensor:
        seen.append(is_plain(each))
        return each.sum()

    torch.func.vmap(look)(torch.ones(2, 3))
    torch.func.grad(look)(torch.ones(3))
    at = torch.ones(3, requires_grad=True)
    # The older vmap.
    torch.autograd.grad(at * 2, at, torch.eye(3), is_grads_batched=True)
    with FakeTensorMode():
        seen.append(is_plain(torch.ones(2)))
    make_fx(look)(torch.ones(3))
    assert seen == [False] * 4


def test_numbers_that_are_not_in_memory_as_they_are() -> None:
    x = torch.arange(6.0).view(2, 3)
    for each in (torch._neg_view(x), torch._efficientzerotensor(2, 3)):
        assert not is_plain(each)
        piece = in_one_piece(each.T)
        assert is_plain(piece)
        assert piece.is_contiguous()
        assert torch.equal(piece, each.T)
    assert in_one_piece(x) is x
