"""Weights have the derived variance, and torch's own where torch has the same rule."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from actmath import catalog
from actmath.nn import gain_normal_, gain_uniform_, initialize_, weight_std


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(3)


@pytest.mark.parametrize("mode", ["fan_in", "fan_out"])
@pytest.mark.parametrize("shape", [(30, 50), (16, 8, 3, 3), (4, 6, 5)])
def test_relu_is_kaiming(mode: str, shape: tuple[int, ...]) -> None:
    for ours, theirs in (
        (gain_normal_, nn.init.kaiming_normal_),
        (gain_uniform_, nn.init.kaiming_uniform_),
    ):
        one = ours(torch.empty(shape), "relu", mode, generator=generator())
        other = theirs(torch.empty(shape), mode=mode, nonlinearity="relu", generator=generator())
        torch.testing.assert_close(one, other)


def test_compromise_for_the_identity_is_xavier() -> None:
    weight = torch.empty(30, 50)
    one = gain_normal_(weight.clone(), "identity", "compromise", generator=generator())
    torch.testing.assert_close(one, nn.init.xavier_normal_(weight, generator=generator()))


def test_selu_is_one_over_n_and_prelu_knows_its_slope() -> None:
    weight = torch.empty(7, 100)
    assert weight_std(weight, "selu") == pytest.approx(0.1, rel=1e-12)
    prelu = catalog.prelu.with_parameters(a=0.5)
    assert weight_std(weight, prelu) == pytest.approx(math.sqrt(2 / 1.25 / 100), rel=1e-12)


@pytest.mark.parametrize("name", ["tanh", "gelu", "elu", "sigmoid"])
def test_a_layer_keeps_the_mean_square_it_was_asked_to_keep(name: str) -> None:
    from actmath.nn import Elementwise

    random, units, length = generator(), 2000, 1.5
    z = math.sqrt(length) * torch.randn(200, units, generator=random, dtype=torch.float64)
    weight = torch.empty(units, units, dtype=torch.float64)
    gain_normal_(weight, name, length=length, generator=random)
    following = Elementwise(catalog.get(name))(z) @ weight.T
    assert float(following.square().mean()) == pytest.approx(length, rel=0.03)


def test_initializes_every_layer_inside() -> None:
    net = nn.Sequential(nn.Conv2d(3, 64, 3), nn.ReLU(), nn.Linear(500, 400))
    initialize_(net, "relu", generator=generator())
    assert net[0].weight.std().item() == pytest.approx(math.sqrt(2 / 27), rel=0.1)
    assert net[2].weight.std().item() == pytest.approx(math.sqrt(2 / 500), rel=0.02)
    assert not net[2].bias.any()


def test_misuse() -> None:
    with pytest.raises(ValueError, match="two dimensions"):
        weight_std(torch.empty(3), "relu")
    with pytest.raises(ValueError, match="sideways"):
        weight_std(torch.empty(3, 3), "relu", "sideways")
    with pytest.raises(KeyError, match="relu"):
        weight_std(torch.empty(3, 3), "rellu")
