"""Plans: what a layer reads, what follows it, and where neither can be told."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

from actmath import Activation
from actmath.nn import Elementwise
from actmath.nn._initialization import Mode
from actmath.nn._model._trace.symbolic import symbolic
from actmath.nn._model.plan import Plan, Wanted
from actmath.numeric import gains


class Fork(nn.Module):
    """The stem's net inputs go to a unit and to a shortcut."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.branch = nn.Linear(5, 8), nn.Linear(8, 8)

    def forward(self, x: Tensor) -> Tensor:
        z = self.stem(x)
        return z + self.branch(torch.tanh(z))


def plan(model: nn.Module, mode: Mode) -> list[Wanted]:
    trace = symbolic(model)
    assert trace is not None
    return Plan(trace, mode, 1.0).layers


def test_a_fork_has_a_forward_rule_and_no_backward_one() -> None:
    stem, branch = plan(Fork(), Mode.FAN_IN)
    assert (stem.reads, branch.reads) == ("the input", "tanh")
    assert stem.std == pytest.approx(1 / math.sqrt(5))
    assert branch.std == pytest.approx(gains("tanh").forward / math.sqrt(8))
    stem, branch = plan(Fork(), Mode.FAN_OUT)
    assert math.isnan(stem.std)
    assert "several ways" in stem.because
    assert branch.std == pytest.approx(1 / math.sqrt(8))


def test_a_bilinear_layer_sums_products() -> None:
    class Pair(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Bilinear(6, 7, 4)

        def forward(self, x: Tensor, y: Tensor) -> Tensor:
            return self.layer(torch.relu(x), y)

    (layer,) = plan(Pair(), Mode.FAN_IN)
    assert layer.std == pytest.approx(math.sqrt(2 / 42))


class Steps(nn.Module):
    """A unit without a slope between two layers."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(5, 8), nn.Linear(8, 8)

    def forward(self, x: Tensor) -> Tensor:
        return self.second(torch.sign(self.first(x)))


def test_a_unit_without_a_slope_has_no_backward_rule() -> None:
    first, second = plan(Steps(), Mode.FAN_OUT)
    assert math.isnan(first.std)
    assert "its slope, has mean square 0" in first.because
    assert second.std == pytest.approx(1 / math.sqrt(8))


@pytest.mark.parametrize("mode", Mode)
def test_a_slope_with_an_infinite_mean_square_has_no_backward_rule(mode: Mode) -> None:
    """E f′² of √|x| is that of 1/(4|x|), E f² is E|z| = √(2/π)."""
    root = Elementwise(Activation("root", "sqrt(abs(x))"))
    first, second = plan(nn.Sequential(nn.Linear(5, 8), root, nn.Linear(8, 8)), mode)
    if mode is Mode.FAN_IN:
        assert second.std == pytest.approx((8 * math.sqrt(2 / math.pi)) ** -0.5, rel=1e-12)
    else:
        assert math.isnan(first.std)
        assert "an infinite one" in first.because
