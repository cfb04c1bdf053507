"""What normalizations give: mean 0 and variance 1, then a line of their own."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from .laws import Gaussian, Law

BATCH_NORM = nn.modules.batchnorm._BatchNorm
NORMS = BATCH_NORM | nn.LayerNorm | nn.GroupNorm | nn.RMSNorm


def module_normalized(place: int, norm: NORMS, law: Law) -> Law:
    """The law behind a module; a batch normalization in evaluation is a line, by what it saw."""
    mean, variance = 0.0, 1.0
    if isinstance(norm, nn.RMSNorm):
        # Mean square 1.
        mean, variance = law.mean / math.sqrt(law.square or 1), law.variance / (law.square or 1)
    weight, shift = _number(norm.weight, 1.0), _number(getattr(norm, "bias", None), 0.0)
    if isinstance(norm, BATCH_NORM) and not norm.training and norm.running_var is not None:
        assert norm.running_mean is not None
        scale = (norm.running_var.double() + norm.eps).rsqrt()
        shift = shift - norm.running_mean.double() * scale * weight
        weight, mean, variance = weight * scale, law.mean, law.variance
    return _line(place, (weight, shift), (mean, variance), law, type(norm).__name__)


def function_normalized(place: int, own: Sequence[Tensor | None], law: Law) -> Law | None:
    """The law behind ``layer_norm`` and ``group_norm`` with their weight and bias, if any."""
    if len(own) > 2 or any(value is None for value in own):
        return None
    weight, shift = [*own, None, None][:2]
    line = _number(weight, 1.0), _number(shift, 0.0)
    return _line(place, line, (0.0, 1.0), law, "a normalization")


def _number(value: Tensor | None, usual: float) -> Tensor:
    if value is None:
        return torch.full((1,), usual, dtype=torch.float64)
    return value.detach().double().flatten()


def _line(
    place: int, line: tuple[Tensor, Tensor], moments: tuple[float, float], law: Law, name: str
) -> Law:
    """a·x + b over channels: mean of the means, and E a²·Var x + Var(a·E x + b)."""
    (weight, shift), (mean, variance) = line, moments
    means = weight * mean + shift
    spread = float((weight**2).mean()) * variance + float(means.var(correction=0))
    key = ("norm", place)
    source = Gaussian(key, float(means.mean()), spread)
    return Law(source.mean, source.variance, law.roots or frozenset([key]), source, name=name)
