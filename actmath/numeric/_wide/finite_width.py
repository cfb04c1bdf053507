"""The same kernels of networks of finite width, drawn at random: what theory is compared with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..._arrays import seed_numbers, whole_number
from ..._text.tables import Answer
from ...activation import Activation
from ...derive._subject import resolve
from ...lower._for_numpy import to_numpy
from ...number import Number
from .._array import Array
from .inputs import wide_inputs


@dataclass(frozen=True, eq=False, repr=False)
class SampledKernels(Answer):
    """The two kernels of random networks of one width, each (seeds, inputs, inputs).

    ``nngp`` is the covariance of the output given all layers below it, ``ntk`` the sum over all
    parameters of products of derivatives, of one output.
    """

    width: int
    seeds: tuple[int, ...]
    nngp: Array
    ntk: Array


def sample_kernels(
    activation: Activation | str,
    inputs: Any,
    *,
    depth: int,
    width: int,
    seeds: Sequence[int],
    weight_variance: float = 1.0,
    bias_variance: float = 0.0,
    **parameters: Number,
) -> SampledKernels:
    """Networks with Gaussian weights and biases, one a seed, and their kernels at these inputs.

    As the width grows each goes to ``ntk_kernel`` with the same arguments.

    Raises:
        ValueError, TypeError: for a depth or width below 1, no seeds, or inputs that
            ``nngp_kernel`` refuses; for a tensor that needs a gradient.

    >>> found = sample_kernels("tanh", [[1.0, 2.0]], depth=2, width=64, seeds=range(3))
    >>> found.ntk.shape
    (3, 1, 1)
    """
    depth, width = whole_number(depth, "depth"), whole_number(width, "width")
    numbers = seed_numbers(seeds)
    subject = resolve(activation, parameters)
    given = wide_inputs(inputs, None, weight_variance, bias_variance)
    if any(getattr(v, "requires_grad", False) for v in (given.inputs, given.weight, given.bias)):
        raise TypeError("a tensor needs a gradient, which would be lost here; detach it first")
    x = np.asarray(given.ops.detached(given.inputs)).T
    weight, bias = (float(v) for v in (given.weight, given.bias))
    f, slope = to_numpy(subject), to_numpy(subject, 1)
    pairs = [
        _one_network(np.random.default_rng(seed), f, slope, x, [width] * depth, (weight, bias))
        for seed in numbers
    ]
    nngp, ntk = (np.stack(part) for part in zip(*pairs, strict=True))
    return SampledKernels(width, numbers, nngp, ntk)


def _one_network(
    rng: np.random.Generator,
    f: Callable[[Array], Array],
    slope: Callable[[Array], Array],
    x: Array,
    widths: list[int],
    variances: tuple[float, float],
) -> tuple[Array, Array]:
    weight, bias = variances
    signal, steps = x, []
    for size in widths:
        matrix = rng.normal(size=(size, len(signal))) * np.sqrt(weight / len(signal))
        net = matrix @ signal + np.sqrt(bias) * rng.normal(size=(size, 1))
        # What the weights and biases of this layer add, by each unit's derivative squared.
        below = weight * (signal.T @ signal) / len(signal) + bias
        steps.append((matrix, slope(net), below))
        signal = f(net)
    nngp = weight * (signal.T @ signal) / len(signal) + bias
    readout = rng.normal(size=(len(signal), 1)) * np.sqrt(weight / len(signal))
    ntk, back = nngp.copy(), readout
    for matrix, steep, below in reversed(steps):
        # ∂f/∂net: the derivative that comes from above, times f′(net).
        back = back * steep
        ntk += below * (back.T @ back)
        back = matrix.T @ back
    return nngp, ntk
