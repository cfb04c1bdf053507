"""Which units of a layer go through a whole sequence at once, and which step by step."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from actmath import catalog
from actmath.nn._noisy._recurrent.alike_units import AlikeUnits
from actmath.nn._noisy._recurrent.layers import NoisyGRU, NoisyLSTM
from actmath.nn._noisy._recurrent.lstm_units import ORDER
from actmath.nn._noisy.units import NAN, NANI

ORDERS = {NoisyLSTM: ORDER, NoisyGRU: ("reset", "keep", "new")}
T, B, N = 5, 3, 4


@pytest.mark.parametrize("layers", ORDERS)
@pytest.mark.parametrize(
    "gate",
    [
        nn.Sigmoid,
        lambda: NANI(catalog.sigmoid),
        lambda: NAN(catalog.sigmoid, mix=0.9),
        lambda: NAN(catalog.sigmoid, generator=torch.Generator()),
    ],
)
def test_taken_step_by_step(layers: type, gate: object) -> None:
    model = layers(2, N, gate=gate)
    assert AlikeUnits.of(model.activations["l0"], ORDERS[layers], N) is None
    model(torch.randn(T, B, 2))[0].sum().backward()


@pytest.mark.parametrize("layers", ORDERS)
def test_noise_is_scaled_by_each_units_level(layers: type) -> None:
    model = layers(2, N)
    units = AlikeUnits.of(model.activations["l0"], ORDERS[layers], N)
    assert units is not None
    for place, unit in enumerate(units.units):
        unit.set_level(place)
    columns = (4, 1) if layers is NoisyLSTM else (3,)
    rows = torch.zeros(1000, columns[0] * N)
    noise = units.noise(rows, N, units.steep(N).detach(), *columns)
    assert [each.shape for each in noise] == [(1000, count * N) for count in columns]
    found = torch.cat(noise, dim=-1).unflatten(-1, (-1, N)).std(dim=(0, 2))
    torch.testing.assert_close(found, torch.arange(float(len(units.units))), rtol=0.1, atol=0)
