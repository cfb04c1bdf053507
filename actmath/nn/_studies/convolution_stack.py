"""Signals and gradients measured in real stacks of convolutions with random weights."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from ..._arrays import finite_number, whole_number
from ..._text.tables import Answer
from ...activation import Activation
from .._elementwise.elementwise import Elementwise


@dataclass(frozen=True, eq=False, repr=False)
class StackSignal(Answer):
    """Root mean squares by layer, for every stack that was drawn: (stacks, depth), float64.

    ``signal`` is that of the net inputs y_l; ``gradient`` that of ∂E/∂y_l, for a random gradient
    of mean square 1 at the last layer's net input.
    """

    signal: Tensor
    gradient: Tensor


@dataclass(frozen=True, eq=False, repr=False)
class Band(Answer):
    """The geometric mean over stacks and its 95 % confidence limits, by layer."""

    centre: Tensor
    low: Tensor
    high: Tensor


def confidence_band(values: Tensor) -> Band:
    """Normal confidence limits of the mean logarithm over the first axis.

    Raises:
        TypeError: for what is no tensor of floating-point numbers.
        ValueError: for fewer than two stacks, or values that are not positive.
    """
    if not isinstance(values, Tensor) or not values.is_floating_point():
        kind = values.dtype if isinstance(values, Tensor) else type(values).__name__
        raise TypeError(f"values must be a tensor of floating-point numbers, got {kind}")
    if values.dim() == 0 or values.shape[0] < 2 or not bool((values > 0).all()):
        raise ValueError("a band needs at least two stacks, and positive values")
    logs = values.log()
    centre = logs.mean(dim=0)
    # 95 % of a normal distribution lie within 1.96 deviations of its mean.
    half = 1.96 * logs.std(dim=0) / math.sqrt(values.shape[0])
    return Band(centre.exp(), (centre - half).exp(), (centre + half).exp())


def measure_stack(
    activation: Activation | str,
    *,
    weight_gain: float,
    depth: int,
    channels: int = 32,
    size: int = 8,
    stacks: int = 10,
    seed: int = 0,
    dtype: torch.dtype = torch.float64,
) -> StackSignal:
    """Draw stacks of 3×3 convolutions with weights N(0, gain²/n) and measure both directions.

    Padding is circular, so that every response has its 9·channels inputs; the first layer's net
    input is drawn from N(0, 1), and each further layer is f followed by a convolution.

    Args:
        activation: an ``Activation`` or a catalog name.
        weight_gain: √2 is He's for rectifiers, 1 Xavier's as He et al. (2015) read it.
        depth: layers, the first included.
        channels, size: responses are (channels, size, size).
        stacks: how many independent stacks; each is one member of the sample.
        seed: of the weights, inputs and gradients.
        dtype: of the whole computation.

    Raises:
        ValueError: if a size is below 1 or the gain not positive. TypeError: for sizes and seeds
            that are no integers, or a gain that is no number.
    """
    depth, channels = whole_number(depth, "depth"), whole_number(channels, "channels")
    size, stacks = whole_number(size, "size"), whole_number(stacks, "stacks")
    gain = finite_number(weight_gain, "weight_gain")
    if gain <= 0:
        raise ValueError(f"weight_gain must be positive, got {gain}")
    unit = Elementwise(activation)
    random = seeded(seed)
    # Every response has 3·3·channels inputs.
    std = gain / math.sqrt(9 * channels)
    rows = [_one_stack(unit, std, depth, (channels, size), random, dtype) for _ in range(stacks)]
    signal, gradient = (torch.tensor(part, dtype=torch.float64) for part in zip(*rows, strict=True))
    return StackSignal(signal, gradient)


def seeded(seed: int) -> torch.Generator:
    """A generator of PyTorch's on the CPU, whose seeds have 64 bits; errors as ``whole_number``."""
    return torch.Generator().manual_seed(whole_number(seed, "seed", 0, 2**64 - 1))


def _one_stack(
    unit: Elementwise,
    std: float,
    depth: int,
    shape: tuple[int, int],
    random: torch.Generator,
    dtype: torch.dtype,
) -> tuple[list[float], list[float]]:
    channels, size = shape

    def draw(*dims: int) -> Tensor:
        return torch.randn(*dims, generator=random, dtype=dtype)

    # y_1, then y_{l+1} = W_l ∗ f(y_l); each (1, channels, size, size).
    nets = [draw(1, channels, size, size).requires_grad_()]
    for _ in range(depth - 1):
        # One pixel on every side keeps the size under a 3×3 kernel.
        padded = functional.pad(unit(nets[-1]), (1, 1, 1, 1), mode="circular")
        nets.append(functional.conv2d(padded, std * draw(channels, channels, 3, 3)))
    # ∂E/∂y_l for all l, with ∂E/∂y_L drawn from N(0, 1).
    gradients = torch.autograd.grad(nets[-1], nets, draw(1, channels, size, size))
    return [_rms(y) for y in nets], [_rms(g) for g in gradients]


def _rms(values: Tensor) -> float:
    return float(values.detach().double().square().mean().sqrt())
