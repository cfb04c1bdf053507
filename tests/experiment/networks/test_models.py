"""Weights have the moments that their names promise; the stack is its members side by side."""

from __future__ import annotations

import math

import pytest
import torch
from actmath.experiment._networks.models import WEIGHTS, Group, StackedMLP, draw_weights
from torch import nn

from actmath.experiment._engine.randomness import generator


@pytest.mark.parametrize(
    ("name", "variance", "kurtosis"),
    [("glorot_uniform", 2 / (300 + 200), 9 / 5), ("lecun_normal", 1 / 300, 3)],
)
def test_moments_of_weights(name: str, variance: float, kurtosis: float) -> None:
    drawn = WEIGHTS[name](300, 200, generator(0, "weights")) / math.sqrt(variance)
    n = drawn.numel()
    assert drawn.shape == (300, 200)
    assert abs(drawn.mean()) < 4 / math.sqrt(n)
    assert abs((drawn**2).mean() - 1) < 4 * math.sqrt((kurtosis - 1) / n)
    assert abs((drawn**4).mean() - kurtosis) < 4 * math.sqrt(96 / n)


def test_glorot_uniform_is_bounded() -> None:
    drawn = WEIGHTS["glorot_uniform"](300, 200, generator(0, "weights"))
    bound = math.sqrt(6 / 500)
    assert 0.999 * bound < drawn.abs().max() <= bound


def test_unknown_initialization() -> None:
    with pytest.raises(ValueError, match="no initialization is named 'zeros': known are glorot"):
        draw_weights("zeros", (3, 2), 0)


def test_a_layer_does_not_depend_on_the_others() -> None:
    shallow = draw_weights("lecun_normal", (7, 5, 3), 4)
    deep = draw_weights("lecun_normal", (7, 5, 9, 9), 4)
    assert torch.equal(shallow[0], deep[0])


def test_layers_and_seeds_draw_differently() -> None:
    first, second = draw_weights("lecun_normal", (5, 5, 5), 0)
    (other, _) = draw_weights("lecun_normal", (5, 5, 5), 1)
    assert not torch.equal(first, second)
    assert not torch.equal(first, other)


def test_streams_are_repeatable_and_apart() -> None:
    def draw(seed: int, stream: str, index: int) -> float:
        return torch.rand(1, generator=generator(seed, stream, index)).item()

    assert draw(1, "order", 2) == draw(1, "order", 2)
    keys = [(1, "order", 2), (2, "order", 1), (1, "weights", 2), (1, "order", 3)]
    assert len({draw(*key) for key in keys}) == len(keys)


def test_stack_is_its_members_side_by_side() -> None:
    sizes = (6, 4, 4, 3)
    drawn = [draw_weights("lecun_normal", sizes, seed) for seed in range(3)]
    stacked = [torch.stack(layer) for layer in zip(*drawn, strict=True)]
    model = StackedMLP(stacked, [Group(1, nn.Tanh()), Group(2, nn.ReLU())])
    x = torch.randn(3, 8, 6, dtype=torch.float64, generator=generator(0, "x"))
    logits = model(x)
    for member, activation in enumerate((nn.Tanh(), nn.ReLU(), nn.ReLU())):
        h = x[member]
        for weight in drawn[member][:-1]:
            h = activation(h @ weight)
        torch.testing.assert_close(logits[member], h @ drawn[member][-1])


def test_groups_must_make_up_the_members() -> None:
    with pytest.raises(ValueError, match=r"groups of \[1\] do not make up 2 members"):
        StackedMLP([torch.zeros(2, 3, 3)], [Group(1, nn.ReLU())])
