"""Alpha dropout: torch's own bit for bit for SELU, and the fixed point of any other unit."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn as torch_nn

import actmath
from actmath import catalog, nn


@pytest.mark.parametrize("p", [0.0, 0.05, 0.5, 0.9])
def test_same_draws_and_values_as_torch(p: float) -> None:
    x = torch.randn(500, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    results = []
    for library in (nn, torch_nn):
        torch.manual_seed(7)
        results.append(library.AlphaDropout(p)(x))
    torch.testing.assert_close(results[0], results[1], rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize(
    ("mean", "variance", "p"), [(0, 1, 0.1), (0, 2, 0.5), ("-0.1", 2, 0.3), ("0.2", 1, 0.7)]
)
def test_keeps_any_fixed_point(mean: object, variance: object, p: float) -> None:
    found = actmath.constants("elu", mean, variance, digits=30)
    unit = catalog.selu.with_parameters(alpha=found.alpha, lam=found.lam)
    dropout = nn.AlphaDropout(p, activation=unit, mean=mean, variance=variance)
    torch.manual_seed(0)
    count = 400_000
    goal = float(mean), float(variance)
    z = goal[0] + math.sqrt(goal[1]) * torch.randn(count, dtype=torch.float64)
    y = dropout(nn.Elementwise(unit)(z))
    assert abs(float(y.mean()) - goal[0]) < 5 * float(y.std()) / math.sqrt(count)
    centred = (y - y.mean()) ** 2
    assert abs(float(centred.mean()) - goal[1]) < 5 * float(centred.std()) / math.sqrt(count)


def test_off_in_evaluation_and_everything_at_one() -> None:
    x = torch.randn(20)
    assert nn.AlphaDropout(0.5).eval()(x) is x
    assert torch.equal(nn.AlphaDropout(1.0)(x), torch.zeros(20))


def test_inplace_overwrites() -> None:
    x = torch.randn(20)
    assert nn.AlphaDropout(0.5, inplace=True)(x) is x


def test_gradient_is_the_scale_where_kept_and_zero_where_dropped() -> None:
    torch.manual_seed(0)
    module = nn.AlphaDropout(0.5)
    x = torch.ones(100, requires_grad=True)
    module(x).sum().backward()
    assert x.grad is not None
    assert x.grad.unique().tolist() == pytest.approx([0.0, module.scale])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"p": 1.5}, "between 0 and 1"),
        ({"activation": catalog.relu}, "no fixed point"),
        ({"activation": catalog.selu, "variance": 2}, "no fixed point"),
        ({"activation": catalog.identity}, "does not saturate on the left"),
    ],
)
def test_misuse(given: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        nn.AlphaDropout(**given)
