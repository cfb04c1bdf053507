"""Random networks, drawn: what they do with pairs of inputs, with gradients, with a circle.

The predictions beside them are those of infinite width (Poole et al. 2016; Schoenholz et al. 2017).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from ..._arrays import listing, real_number, seed_number, seed_numbers, whole_number
from ..._text.tables import Answer
from ...activation import Activation
from ...derive._subject import resolve
from ...lower._for_numpy import to_numpy
from ...number import Number
from .._array import Array
from .mean_field import correlation_map
from .propagate import checked_spreads, random_lengths
from .spread import Spread, checked_coverage


@dataclass(frozen=True, eq=False, repr=False)
class Travel(Answer):
    """Images of a circle of inputs: ``plane`` is (layers, points, 2).

    Each image is centred, divided by the root mean square length of its layer, and seen in its two
    principal directions, which hold ``share`` of its spread. ``correlation`` is that of the points
    0 and ``neighbour`` in each layer.
    """

    layers: tuple[int, ...]
    plane: Array
    share: Array
    neighbour: int
    correlation: Array


def random_correlations(
    activation: Activation | str,
    correlation: float,
    depth: int,
    *,
    square: float = 1.0,
    sigma_w: float = 1.0,
    sigma_b: float = 0.0,
    **parameters: Number,
) -> Array:
    """Correlation of two inputs' net inputs in layers 1 to depth, in the limit of infinite width.

    Both inputs have the mean square ``square``; lengths and correlations are mapped together.

    Raises:
        ValueError: for a depth below 1, a correlation outside [−1, 1], or a length of 0.

    >>> bool((random_correlations("relu", 0.5, 3, sigma_w=2 ** 0.5) > 0.5)[1:].all())
    True
    """
    square, correlation = real_number(square, "square"), _checked_correlation(correlation)
    sigma_w, sigma_b = checked_spreads(sigma_w, sigma_b)
    lengths = random_lengths(
        activation, square, depth, sigma_w=sigma_w, sigma_b=sigma_b, **parameters
    ).length
    if not lengths[0] > 0:
        raise ValueError("inputs of mean square 0 without a bias have no correlation")
    # The first sums are linear in the inputs: their covariance is sigma_w²·square·c + sigma_b².
    c = [(sigma_w**2 * square * correlation + sigma_b**2) / lengths[0]]
    for before, after in pairwise(lengths):
        kept = correlation_map(activation, c[-1], before, sigma_w, sigma_b, **parameters)
        # The map is scaled to the fixed length; here the length moves too. Rounding may pass 1.
        c.append(float(np.clip(kept * before / after, -1, 1)))
    return np.array(c)


def simulate_correlation(
    activation: Activation | str,
    correlation: float,
    depth: int,
    *,
    sigma_w: float = 1.0,
    sigma_b: float = 0.0,
    width: int = 256,
    seeds: Sequence[int] = tuple(range(20)),
    coverage: float = 0.95,
    **parameters: Number,
) -> Spread:
    """The cosine of two inputs' net inputs in random networks, one a seed.

    The inputs have mean square 1 and exactly the given correlation.

    Raises:
        ValueError: for a depth or width below 1, no seeds, or a coverage outside (0, 1).
    """
    depth, width = whole_number(depth, "depth"), whole_number(width, "width", 2)
    correlation = _checked_correlation(correlation)
    spreads = checked_spreads(sigma_w, sigma_b)
    f = to_numpy(resolve(activation, parameters))

    def run(rng: np.random.Generator) -> list[float]:
        layers = _layers(f, rng, _pair(rng, width, correlation), depth, *spreads)
        return [_cosine(net) for _, net in layers]

    return _spread(run, width, seeds, coverage)


def simulate_gradient(
    activation: Activation | str,
    depth: int,
    *,
    sigma_w: float = 1.0,
    sigma_b: float = 0.0,
    width: int = 256,
    inputs: int = 16,
    seeds: Sequence[int] = tuple(range(20)),
    coverage: float = 0.95,
    **parameters: Number,
) -> Spread:
    """Mean square of the gradient by the outputs of layers 1 to depth, sent back through networks.

    The gradient by the last layer's outputs is drawn from N(0, 1); inputs are N(0, 1) too. What is
    expected: ``random_lengths(…).gradient``.

    Raises:
        ValueError: for a depth, width or number of inputs below 1, no seeds, or a coverage outside
            (0, 1).
    """
    depth, width = whole_number(depth, "depth"), whole_number(width, "width")
    inputs, spreads = whole_number(inputs, "inputs"), checked_spreads(sigma_w, sigma_b)
    subject = resolve(activation, parameters)
    f, slope = to_numpy(subject), to_numpy(subject, 1)

    def run(rng: np.random.Generator) -> list[float]:
        signal = rng.normal(size=(width, inputs))
        layers = list(_layers(f, rng, signal, depth, *spreads))
        gradient = rng.normal(size=(width, inputs))
        squares = [float(np.mean(gradient**2))]
        # By the outputs of the layer below: Wᵀ(f′(net)·g). Below the first layer are the inputs.
        for weights, net in layers[:0:-1]:
            gradient = weights.T @ (slope(net) * gradient)
            squares.append(float(np.mean(gradient**2)))
        return squares[::-1]

    return _spread(run, width, seeds, coverage)


def send_circle(
    activation: Activation | str,
    layers: Sequence[int],
    *,
    sigma_w: float,
    sigma_b: float,
    width: int = 400,
    points: int = 721,
    neighbour: int = 30,
    seed: int = 0,
    **parameters: Number,
) -> Travel:
    """A circle of inputs of mean square 1, seen in some layers of one random network.

    The first and the last of the ``points`` coincide; ``neighbour`` is the number of the point
    whose correlation with the first is reported.

    Raises:
        ValueError: if no layers are named, or one below 1.
    """
    rows = [whole_number(layer, "each of layers") for layer in listing(layers, "layers")]
    if not rows:
        raise ValueError("layers must name at least one layer from 1 on, got none")
    width, points = whole_number(width, "width", 2), whole_number(points, "points")
    neighbour = whole_number(neighbour, "neighbour", 0, points - 1)
    spreads = checked_spreads(sigma_w, sigma_b)
    rng = np.random.default_rng(seed_number(seed))
    angle = np.linspace(0, 2 * np.pi, points)
    # cos² + sin² = 1: through two orthogonal inputs of mean square 1 every point has it too.
    start = _pair(rng, width, 0.0) @ np.stack([np.cos(angle), np.sin(angle)])
    f = to_numpy(resolve(activation, parameters))
    nets = [net for _, net in _layers(f, rng, start, max(rows), *spreads)]
    seen = [nets[layer - 1] for layer in rows]
    planes, shares = zip(*(_principal_plane(net) for net in seen), strict=True)
    cosines = np.array([_cosine(net[:, [0, neighbour]]) for net in seen])
    return Travel(tuple(rows), np.stack(planes), np.array(shares), neighbour, cosines)


def _checked_correlation(correlation: object) -> float:
    found = real_number(correlation, "correlation")
    if not abs(found) <= 1:
        raise ValueError(f"correlation must lie from −1 to 1, got {found}")
    return found


def _layers(
    f: Any, rng: np.random.Generator, signal: Array, depth: int, sigma_w: float, sigma_b: float
) -> Iterator[tuple[Array, Array]]:
    """Weights and net inputs of each layer."""
    width = len(signal)
    for _ in range(depth):
        # Var w = sigma_w²/width: the sums' variance does not depend on the width.
        weights = rng.normal(0.0, sigma_w / width**0.5, (width, width))
        net = weights @ signal + rng.normal(0.0, sigma_b, (width, 1))
        yield weights, net
        signal = f(net)


def _pair(rng: np.random.Generator, width: int, correlation: float) -> Array:
    """Two columns of mean square 1 with that cosine."""
    # QR gives two orthonormal columns; times √width each has mean square 1.
    one, other = np.linalg.qr(rng.normal(size=(width, 2)))[0].T * width**0.5
    return np.stack([one, correlation * one + (1 - correlation**2) ** 0.5 * other], axis=1)


def _cosine(net: Array) -> float:
    one, other = net.T
    return float(one @ other / np.sqrt((one @ one) * (other @ other)))


def _spread(run: Any, width: int, seeds: Sequence[int], coverage: float) -> Spread:
    numbers, share = seed_numbers(seeds), checked_coverage(coverage)
    runs = np.array([run(np.random.default_rng(seed)) for seed in numbers])
    return Spread.of(runs, width, numbers, share)


def _principal_plane(net: Array) -> tuple[Array, float]:
    # (width, points): mean(net²)·width is the mean square length of a point.
    scaled = net / np.sqrt(np.mean(net**2) * len(net))
    # Rows are points; squared singular values are the spread along each direction.
    sides, sizes, _ = np.linalg.svd((scaled - scaled.mean(axis=1, keepdims=True)).T, False)
    return sides[:, :2] * sizes[:2], float(np.sum(sizes[:2] ** 2) / np.sum(sizes**2))
