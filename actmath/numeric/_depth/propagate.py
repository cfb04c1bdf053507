"""Iterate the moment map through depth, and watch a random network do the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..._arrays import finite_number, real_array, real_number, seed_numbers, whole_number
from ..._text.tables import Answer
from ...activation import Activation
from ...derive._subject import resolve
from ...lower._for_numpy import to_numpy
from ...number import Number
from .._array import Array
from .._gaussian.evaluate import gaussian
from .spread import checked_coverage

# Its square is below the largest float.
_LARGEST_SPREAD = 1e154


@dataclass(frozen=True, eq=False, repr=False)
class Propagation(Answer):
    """Mean and variance of the outputs of layers 0 to depth; layer 0 is the input.

    ``gradient`` is the factor by which the mean square of a gradient has grown on its way back
    from the last layer to each layer: ∏ tau·E f′².
    """

    mean: Array
    variance: Array
    gradient: Array


def propagate(
    activation: Activation | str,
    mean: Any,
    variance: Any,
    depth: int,
    *,
    omega: float = 0.0,
    tau: float = 1.0,
    **parameters: Number,
) -> Propagation:
    """The moment map g applied ``depth`` times: z ~ N(omega·mean, tau·variance), then f.

    The units of a layer share omega and tau (Klambauer et al. 2017, Eq. 3). For weights drawn anew
    with variance tau/n, whose sums vary from unit to unit, see ``random_lengths``.

    Args:
        mean, variance: of the inputs; arrays broadcast, and the layers become the first axis.
        depth: number of layers, at least 1.

    Raises:
        ValueError: for a depth below 1, tau not positive, or a variance that is negative or nan.
        TypeError: for arrays that do not hold real numbers, mask some, or need a gradient.

    >>> float(propagate("selu", 0.5, 2.0, 50).variance[-1].round(6))
    1.0
    """
    subject, depth = resolve(activation, parameters), whole_number(depth, "depth")
    omega, tau = finite_number(omega, "omega"), finite_number(tau, "tau")
    if not tau > 0:
        raise ValueError(f"tau must be positive and finite, got {tau}")
    start = np.broadcast_arrays(real_array(mean, "mean"), real_array(variance, "variance"))
    means, variances, factors = [start[0]], [start[1]], []
    for _ in range(depth):
        # What is beyond the floats is refused by ``gaussian``.
        with np.errstate(over="ignore"):
            inputs = omega * means[-1], tau * variances[-1]
        at = gaussian(subject, *inputs)
        means.append(at.mean)
        variances.append(at.variance)
        # A layer multiplies a gradient's mean square by Σw²·E f′².
        factors.append(tau * at.derivative_second)
    return Propagation(np.stack(means), np.stack(variances), _backwards(factors))


@dataclass(frozen=True, eq=False, repr=False)
class Lengths(Answer):
    """Mean square of the pre-activations of layers 1 to depth, and the gradient's growth."""

    length: Array
    gradient: Array


def random_lengths(
    activation: Activation | str,
    square: Any,
    depth: int,
    *,
    sigma_w: float = 1.0,
    sigma_b: float = 0.0,
    **parameters: Number,
) -> Lengths:
    """Lengths q_l in a wide network with weights N(0, sigma_w²/n) and biases N(0, sigma_b²).

    q_1 = sigma_w²·square + sigma_b² for inputs of that mean square, then the length map. Unlike in
    ``propagate`` the mean counts: a unit's sum of weights is itself random, so that the mean of
    its inputs becomes variance of its net input.
    """
    subject, depth = resolve(activation, parameters), whole_number(depth, "depth")
    sigma_w, sigma_b = checked_spreads(sigma_w, sigma_b)
    # Over the draw of weights a sum Σwx has variance sigma_w²·E x², whatever the mean of x.
    lengths, factors = [sigma_w**2 * real_array(square, "square") + sigma_b**2], []
    for layer in range(depth):
        at = gaussian(subject, 0.0, lengths[-1])
        factors.append(sigma_w**2 * at.derivative_second)
        if layer < depth - 1:
            lengths.append(sigma_w**2 * at.second + sigma_b**2)
    # The gradient by layer l's outputs passes the layers after l alone: the first factor is
    # that of the input.
    return Lengths(np.stack(lengths), _backwards(factors)[1:])


def checked_spreads(sigma_w: object, sigma_b: object) -> tuple[float, float]:
    """Deviations of weights and biases as floats.

    Raises:
        ValueError: for a negative or non-finite one. TypeError: for what is no real number.
    """
    found = real_number(sigma_w, "sigma_w"), real_number(sigma_b, "sigma_b")
    for value, what in zip(found, ("sigma_w", "sigma_b"), strict=True):
        if not 0 <= value < np.inf:
            raise ValueError(f"{what} must be finite and not negative, got {value}")
        check_square(value, what)
    return found


def check_square(values: Any, what: str) -> None:
    """ValueError if the square of a number, or of one of an array, is beyond the floats.

    >>> check_square([1.0, -3e153], "sigma_w")
    """
    sizes = np.abs(np.asarray(values)).ravel()
    large = sizes[sizes > _LARGEST_SPREAD]
    if len(large):
        raise ValueError(f"{what} must have a square that a float holds, got {large[0]}")


def _backwards(factors: list[Array]) -> Array:
    """Products of the factors from each layer to the last; 1 after the last."""
    stacked = np.stack([*factors, np.ones_like(factors[0])])
    # A gradient that grows beyond float64 is inf.
    with np.errstate(over="ignore"):
        return np.asarray(np.cumprod(stacked[::-1], axis=0)[::-1])


@dataclass(frozen=True, eq=False, repr=False)
class Simulation(Answer):
    """What random networks did: per layer the median over seeds and a band that holds the middle.

    Row l is layer l + 1. ``length`` is the mean square of the pre-activations over units and
    inputs, ``mean`` and ``variance`` are those of the outputs; ``low`` and ``high`` bound the
    middle ``coverage`` of the lengths over seeds.
    """

    width: int
    seeds: tuple[int, ...]
    coverage: float
    length: Array
    low: Array
    high: Array
    mean: Array
    variance: Array


def simulate(
    activation: Activation | str,
    depth: int,
    *,
    width: int = 256,
    inputs: int = 64,
    seeds: Sequence[int] = tuple(range(20)),
    sigma_w: float = 1.0,
    sigma_b: float = 0.0,
    mean: float = 0.0,
    variance: float = 1.0,
    coverage: float = 0.9,
    **parameters: Number,
) -> Simulation:
    """Random networks of a stated width, one a seed, fed with N(mean, variance) inputs.

    Raises:
        ValueError: for a depth, width or number of inputs below 1, no seeds, or a coverage outside
            (0, 1).
    """
    subject, seeds = resolve(activation, parameters), seed_numbers(seeds)
    depth, width = whole_number(depth, "depth"), whole_number(width, "width")
    inputs, spreads = whole_number(inputs, "inputs"), checked_spreads(sigma_w, sigma_b)
    settings = (depth, width, inputs, *spreads, *_checked_inputs(mean, variance))
    coverage = checked_coverage(coverage)
    # (seeds, depth, 3): length, and mean and variance of the outputs.
    runs = np.stack([_run(subject, np.random.default_rng(seed), *settings) for seed in seeds])
    tail = (1 - coverage) / 2
    low, middle, high = np.quantile(runs[:, :, 0], (tail, 0.5, 1 - tail), axis=0)
    centre, spread = np.median(runs[:, :, 1:], axis=0).T
    return Simulation(width, seeds, coverage, middle, low, high, centre, spread)


def _checked_inputs(mean: object, variance: object) -> tuple[float, float]:
    """Mean and variance of a network's inputs as floats."""
    found = real_number(mean, "mean"), real_number(variance, "variance")
    if not (np.isfinite(found).all() and found[1] >= 0):
        raise ValueError(f"mean and variance must be finite, the one not negative, got {found}")
    return found


def _run(
    subject: Activation,
    rng: np.random.Generator,
    depth: int,
    width: int,
    inputs: int,
    sigma_w: float,
    sigma_b: float,
    mean: float,
    variance: float,
) -> Array:
    """One network: rows (mean square of net inputs, mean and variance of outputs)."""
    f = to_numpy(subject)
    signal = rng.normal(mean, variance**0.5, (width, inputs))
    rows = []
    for _ in range(depth):
        # Var w = sigma_w²/width: the sums' variance does not depend on the width.
        weights = rng.normal(0.0, sigma_w / width**0.5, (width, width))
        # (width, inputs); a unit's bias is the same for all inputs.
        net = weights @ signal + rng.normal(0.0, sigma_b, (width, 1))
        signal = f(net)
        rows.append((np.mean(net**2), np.mean(signal), np.var(signal)))
    return np.array(rows)
