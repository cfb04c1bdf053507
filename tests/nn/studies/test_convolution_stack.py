"""Measured stacks follow the derived factors, within their confidence limits."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy import stats

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


def test_a_band_is_that_of_the_logarithms() -> None:
    """By SciPy's normal quantile and NumPy's moments of seven stacks, layer by layer."""
    values = np.exp(np.random.default_rng(3).normal(size=(7, 4)) * [0.1, 1, 2, 3] + 0.5)
    found = confidence_band(torch.tensor(values))
    half = stats.norm.ppf(0.975) * stats.sem(np.log(values), axis=0)
    centre = stats.gmean(values, axis=0)
    assert found.centre.tolist() == pytest.approx(centre, rel=1e-12)
    # 1.96 is the quantile to five digits, of a half as wide as 2.2.
    assert found.low.tolist() == pytest.approx(centre * np.exp(-half), rel=1e-4)
    assert found.high.tolist() == pytest.approx(centre * np.exp(half), rel=1e-4)
    for wrong in (torch.tensor(2.0), torch.tensor([[1.0, 0.0], [1.0, 1.0]]), -torch.ones(2, 1)):
        with pytest.raises(ValueError, match="two stacks, and positive"):
            confidence_band(wrong)


def test_a_stack_by_plain_sums() -> None:
    """Three layers of two channels on 4×4 places of a torus, with the same random numbers."""
    found = measure_stack("tanh", weight_gain=1.5, depth=3, channels=2, size=4, stacks=2, seed=7)
    random = torch.Generator().manual_seed(7)

    def draw(*shape: int) -> np.ndarray:
        return torch.randn(*shape, generator=random, dtype=torch.float64).numpy()

    def convolved(weight: np.ndarray, x: np.ndarray) -> np.ndarray:
        # Σ over channels and the nine neighbours, around the edges.
        moved = {
            (i, j): np.roll(x, (1 - i, 1 - j), axis=(1, 2)) for i in range(3) for j in range(3)
        }
        return sum(np.einsum("oc,cxy->oxy", weight[:, :, i, j], m) for (i, j), m in moved.items())

    def back(weight: np.ndarray, g: np.ndarray) -> np.ndarray:
        moved = {
            (i, j): np.roll(g, (i - 1, j - 1), axis=(1, 2)) for i in range(3) for j in range(3)
        }
        return sum(np.einsum("oc,oxy->cxy", weight[:, :, i, j], m) for (i, j), m in moved.items())

    for stack in range(2):
        nets, weights = [draw(1, 2, 4, 4)[0]], []
        for _ in range(2):
            weights.append(1.5 / math.sqrt(18) * draw(2, 2, 3, 3))
            nets.append(convolved(weights[-1], np.tanh(nets[-1])))
        gradients = [draw(1, 2, 4, 4)[0]]
        for weight, net in zip(weights[::-1], nets[-2::-1], strict=True):
            gradients.insert(0, back(weight, gradients[0]) * (1 - np.tanh(net) ** 2))
        for seen, wanted in ((found.signal, nets), (found.gradient, gradients)):
            roots = [float(np.sqrt((each**2).mean())) for each in wanted]
            assert seen[stack].tolist() == pytest.approx(roots, rel=1e-12)


def test_sizes_and_seeds_from_their_least_values_on() -> None:
    least = {"weight_gain": 1e-3, "depth": 1, "channels": 1, "size": 1, "stacks": 1, "seed": 0}
    found = measure_stack("relu", **least)
    assert found.signal.shape == found.gradient.shape == (1, 1)
    for name in ("depth", "channels", "size", "stacks"):
        with pytest.raises(ValueError, match=f"^{name} must"):
            measure_stack("relu", **(least | {name: 0}))
    for seed in (-1, 2**64):
        with pytest.raises(ValueError, match=r"^seed must"):
            measure_stack("relu", **(least | {"seed": seed}))
    assert measure_stack("relu", **(least | {"seed": 2**64 - 1})).signal.shape == (1, 1)
    for gain in (0.0, -1.0):
        with pytest.raises(ValueError, match="weight_gain must be positive"):
            measure_stack("relu", **(least | {"weight_gain": gain}))


def test_ten_stacks_of_any_dtype_unless_told_otherwise() -> None:
    found = measure_stack("relu", weight_gain=1, depth=2, size=2)
    assert found.signal.shape == (10, 2)
    # Of 32·4 numbers each the root mean square is near 1, nearer than of fewer channels.
    spread = float(found.signal[:, 0].std())
    assert 0.03 < spread < 0.12
    single = measure_stack("relu", weight_gain=1, depth=2, stacks=1, dtype=torch.float32)
    assert single.signal.dtype == torch.float64
