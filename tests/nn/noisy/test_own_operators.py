"""Operators that compiled code calls and does not look into."""

from __future__ import annotations

import torch
from torch._subclasses.fake_tensor import FakeTensorMode

from actmath.nn._noisy.own_operators import define


def twice(x: torch.Tensor) -> torch.Tensor:
    return x * 2


def twice_with_slope(x: torch.Tensor) -> torch.Tensor:
    if not x.requires_grad:
        with torch._C._AutoDispatchBelowAutograd():
            return TWICE(x)
    return Twice.apply(x)


class Twice(torch.autograd.Function):
    @staticmethod
    def forward(ctx: object, x: torch.Tensor) -> torch.Tensor:
        with torch._C._AutoDispatchBelowAutograd():
            return TWICE(x)

    @staticmethod
    def backward(ctx: object, gradient: torch.Tensor) -> torch.Tensor:
        # Not the slope, so that it is seen whose rule was asked.
        return gradient * 7


TWICE = define("test_twice(Tensor x) -> Tensor", twice, torch.empty_like, twice_with_slope)


def test_values_shapes_and_slopes() -> None:
    x = torch.tensor([1.0, -3.0], requires_grad=True)
    assert TWICE(x.detach()).tolist() == [2, -6]
    assert torch.autograd.grad(TWICE(x).sum(), x)[0].tolist() == [7, 7]
    with FakeTensorMode():
        assert TWICE(torch.empty(3, 4)).shape == (3, 4)


def test_the_compiler_sees_one_call() -> None:
    graphs = []

    def backend(graph: torch.fx.GraphModule, _: object) -> torch.fx.GraphModule:
        graphs.append(graph)
        return graph

    torch._dynamo.reset()
    compiled = torch.compile(lambda x: TWICE(x) + 1, backend=backend, fullgraph=True)
    assert compiled(torch.ones(2)).tolist() == [3, 3]
    assert "actmath.test_twice" in graphs[0].code


def test_tags_and_who_is_asked() -> None:
    assert torch.Tag.pt2_compliant_tag in TWICE.tags
    seeded = torch.Tag.nondeterministic_seeded
    assert seeded not in TWICE.tags
    plain = define("test_plain(Tensor x, int n) -> Tensor", times, lambda x, _: torch.empty_like(x))
    assert str(plain) == "actmath.test_plain.default"
    assert plain(torch.tensor([1.0, -3.0]), 5).tolist() == [5.0, -15.0]
    random = define("test_random(Tensor x) -> Tensor", twice, torch.empty_like, tags=(seeded,))
    assert {seeded, torch.Tag.pt2_compliant_tag} <= set(random.tags)


def times(x: torch.Tensor, n: int) -> torch.Tensor:
    return x * n
