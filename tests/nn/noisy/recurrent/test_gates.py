"""Units for every place: how they are made, and which gates are refused."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from actmath import catalog
from actmath import nn as ours
from actmath.nn import Elementwise
from actmath.nn._noisy._recurrent.gates import (
    GRU_PLACES,
    LSTM_PLACES,
    gru_step,
    lstm_step,
    make_units,
    noisy_candidate,
    noisy_gate,
)
from actmath.nn._noisy.units import NAH, NAN


class Own(nn.Module):
    """A module of the user's, which is not tried."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        raise AssertionError("called")


@pytest.mark.parametrize(
    "gate",
    [
        nn.Sigmoid,
        nn.Hardsigmoid,
        lambda: Elementwise(catalog.hard_sigmoid),
        lambda: NAH(catalog.sigmoid, mix=0.9),
        Own,
    ],
)
def test_gates_between_0_and_1(gate: object) -> None:
    units = make_units(LSTM_PLACES, gate, noisy_candidate, "meta", torch.float64)
    assert list(units) == ["input", "forget", "output", "cell", "state"]
    assert all(each.device.type == "meta" for each in units.parameters())


@pytest.mark.parametrize(
    "gate",
    [
        nn.Tanh,
        ours.Tanh,
        ours.Hardtanh,
        nn.ReLU,
        nn.PReLU,
        nn.Softplus,
        lambda: Elementwise(catalog.tanh),
        lambda: NAN(catalog.tanh),
    ],
)
def test_gates_of_another_range(gate: object) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        make_units(GRU_PLACES, gate, noisy_candidate, None, None)


@pytest.mark.parametrize("gate", [nn.Sigmoid(), "sigmoid", lambda: torch.sigmoid])
def test_makers_make_modules(gate: object) -> None:
    with pytest.raises(TypeError, match="gate must"):
        make_units(GRU_PLACES, gate, noisy_candidate, None, None)
    with pytest.raises(TypeError, match="candidate must"):
        make_units(GRU_PLACES, noisy_gate, gate, None, None)


def test_steps_by_hand() -> None:
    """One feature: every place gets what the equations say."""

    class Times(nn.Module):
        def __init__(self, factor: float) -> None:
            super().__init__()
            self.factor = factor

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.factor * x

    units = nn.ModuleDict({name: Times(k + 2) for k, name in enumerate(LSTM_PLACES)})
    h, c = lstm_step(torch.tensor([[1.0, 3.0, 5.0, 7.0]]), torch.tensor([[11.0]]), units)
    # i, f, g, o = 2·1, 3·3, 5·5, 4·7; c′ = f·c + i·g; h′ = o·6c′.
    assert (c.item(), h.item()) == (9 * 11 + 2 * 25, 28 * 6 * (9 * 11 + 2 * 25))
    units = nn.ModuleDict({name: Times(k + 2) for k, name in enumerate(GRU_PLACES)})
    rows, recurrent = torch.tensor([[1.0, 0.25, 5.0]]), torch.tensor([[3.0, 0.5, 7.0]])
    out = gru_step(rows, recurrent, torch.tensor([[10.0]]), units)
    # r, z = 2·4, 3·¾; n = 4(5 + r·7).
    assert out.item() == pytest.approx((1 - 2.25) * 4 * (5 + 8 * 7) + 2.25 * 10)
