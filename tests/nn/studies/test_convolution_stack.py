"""Measured stacks follow the derived factors, within their confidence limits."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from actmath import catalog
from actmath.derive._depth.initialization import initialization
from actmath.nn._studies.convolution_stack import confidence_band, measure_stack


@pytest.mark.parametrize("name", ["relu", "abs", "prelu"])
def test_mean_square_a_layer_is_the_derived_one(name: str) -> None:
    depth, gain = 6, 1.2
    found = measure_stack(
        name, weight_gain=gain, depth=depth, channels=24, size=6, stacks=40, seed=2
    )
    unit = catalog.get(name)
    per_layer = gain**2 / float(initialization(unit).forward_gain.subs(unit.defaults)) ** 2
    expected = [per_layer**layer for layer in range(depth)]
    for values, wanted in ((found.signal, expected), (found.gradient, expected[::-1])):
        squares = values**2
        error = squares.std(dim=0) / math.sqrt(len(squares))
        assert bool(((squares.mean(dim=0) - torch.tensor(wanted)).abs() < 5 * error).all())


def test_the_same_seed_draws_the_same_stacks() -> None:
    one, other = (measure_stack("relu", weight_gain=1, depth=3, stacks=2) for _ in range(2))
    assert torch.equal(one.signal, other.signal)
    assert torch.equal(one.gradient, other.gradient)


def test_band_covers_the_geometric_mean() -> None:
    values = torch.tensor([[1.0, 2.0], [4.0, 2.0]], dtype=torch.float64)
    found = confidence_band(values)
    torch.testing.assert_close(found.centre, torch.tensor([2.0, 2.0], dtype=torch.float64))
    assert found.low[0] < 2 < found.high[0]
    assert found.low[1] == found.high[1]


def test_misuse() -> None:
    with pytest.raises(ValueError, match="weight_gain"):
        measure_stack("relu", weight_gain=0, depth=3)
    with pytest.raises(ValueError, match="two stacks"):
        confidence_band(torch.ones(1, 3))
    for bad in (3, None, [[1.0]], np.ones((2, 2)), torch.ones(2, 2, dtype=torch.int64)):
        with pytest.raises(TypeError, match="values must be a tensor of floating-point"):
            confidence_band(bad)
    for name in ("weight_gain", "depth", "channels", "size", "stacks", "seed"):
        for wrong in (True, None, "2", 1j):
            with pytest.raises(TypeError, match=f"^{name} must"):
                measure_stack("relu", **{"weight_gain": 1, "depth": 2, name: wrong})
