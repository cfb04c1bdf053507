"""SIREN's networks as its authors' code starts them, drawn: lengths and gradients by layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..._arrays import real_number, seed_numbers, whole_number
from ..._text.tables import Answer
from .._array import Array
from .spread import Spread, checked_coverage


@dataclass(frozen=True, eq=False, repr=False)
class SirenNetworks(Answer):
    """By layer from the first: mean squares of the sines' arguments, and of the gradient by them.

    The gradient by the arguments of the last layer is drawn from N(0, 1).
    """

    length: Spread
    gradient: Spread


def simulate_siren(
    depth: int,
    *,
    width: int = 256,
    coordinates: int = 2,
    omega_0: float = 30.0,
    biases: bool = False,
    inputs: int = 64,
    seeds: Sequence[int] = tuple(range(20)),
    coverage: float = 0.95,
) -> SirenNetworks:
    """Networks sin(ω₀(Wx + b)), points uniform on [−1, 1] in each coordinate.

    Weights are uniform on ±1/coordinates in the first layer, on ±√(6/n)/ω₀ in the others; biases,
    where there are any, are PyTorch's, uniform on ±1/√n with n the inputs of the layer.

    Raises:
        ValueError: for a depth, width, or number below 1, no seeds, a frequency that is not
            positive and finite, or a coverage outside (0, 1). TypeError: for what is no integer.
    """
    counts = {"depth": depth, "width": width, "coordinates": coordinates, "inputs": inputs}
    depth, width, *beside = (whole_number(count, name) for name, count in counts.items())
    frequency, numbers = real_number(omega_0, "omega_0"), seed_numbers(seeds)
    share = checked_coverage(coverage)
    if not 0 < frequency < np.inf:
        raise ValueError(f"omega_0 must be positive and finite, got {omega_0}")
    shape = depth, width, *beside
    runs = [_run(np.random.default_rng(seed), shape, frequency, biases) for seed in numbers]
    length, gradient = (
        Spread.of(np.array(side), width, numbers, share) for side in zip(*runs, strict=True)
    )
    return SirenNetworks(length, gradient)


def _run(
    rng: np.random.Generator, shape: tuple[int, ...], omega_0: float, biases: bool
) -> tuple[Array, Array]:
    """One network: mean squares of the arguments of its sines, and of the gradient by them."""
    depth, width, coordinates, inputs = shape
    signal = rng.uniform(-1, 1, (coordinates, inputs))
    passed: list[tuple[Array, Array]] = []
    for layer in range(depth):
        fan = len(signal)
        # A first layer that spans the domain, then √(6/n)/ω₀.
        end = (6 / fan) ** 0.5 / omega_0 if layer else 1 / fan
        weights = rng.uniform(-end, end, (width, fan))
        bias = rng.uniform(-(fan**-0.5), fan**-0.5, (width, 1)) if biases else 0.0
        net = omega_0 * (weights @ signal + bias)
        passed.append((weights, net))
        signal = np.sin(net)
    gradient = rng.normal(size=net.shape)
    squares = [float(np.mean(gradient**2))]
    for (weights, _), (_, below) in zip(passed[:0:-1], passed[-2::-1], strict=True):
        # ∂/∂net below: cos(net)·ω₀Wᵀ·∂/∂net above.
        gradient = np.cos(below) * (omega_0 * weights.T @ gradient)
        squares.append(float(np.mean(gradient**2)))
    lengths = np.array([np.mean(net**2) for _, net in passed])
    return lengths, np.array(squares[::-1])
