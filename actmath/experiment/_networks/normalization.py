"""Normalization layers that carry the stack's axis: batch and layer normalization by hand.

Tensors are (networks, batch, units); each network has its own statistics, slopes and shifts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

#: What ``torch.nn.BatchNorm1d`` and ``LayerNorm`` add to the variance, and how fast the running
#: moments follow.
EPSILON = 1e-5
MOMENTUM = 0.1


class _Standardized(torch.autograd.Function):
    """y = slope·r·(z − mean) + shift with r = 1/√(variance + ε), moments over one axis.

    With y′ the upstream gradient and n the axis's length: shift′ = Σy′, slope′ = Σy′·x̂, and
    z′ = r·(w − mean w − x̂·mean(w·x̂)) with x̂ = r·(z − mean), w = slope·y′.
    ``torch.var_mean`` would take fifty times as long as these means: it goes number by number.
    """

    @staticmethod
    def forward(
        ctx: Any, z: Tensor, slope: Tensor, shift: Tensor, dim: int
    ) -> tuple[Tensor, Tensor, Tensor]:
        mean = z.mean(dim, keepdim=True)
        centred = z - mean
        # The biased variance, by which PyTorch's layers divide, too.
        variance = centred.square().mean(dim, keepdim=True)
        root = (variance + EPSILON).rsqrt()
        standard = centred.mul_(root)
        ctx.dim = dim
        ctx.save_for_backward(slope, standard, root)
        ctx.mark_non_differentiable(mean, variance)
        ctx.set_materialize_grads(False)
        return torch.addcmul(shift, standard, slope), mean, variance

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor, *_: Tensor) -> tuple[Tensor | None, ...]:
        slope, standard, root = ctx.saved_tensors
        product = gradient * standard
        # Slopes and shifts are each network's and unit's, (S, 1, units).
        by_slope, by_shift = product.sum(1, keepdim=True), gradient.sum(1, keepdim=True)
        if ctx.dim == 1:
            # Over the batch a unit's slope is one factor: the means are those sums over n.
            n = gradient.shape[1]
            pulled = torch.addcmul(gradient, standard, by_slope, value=-1 / n)
            by_z = pulled.sub_(by_shift / n).mul_(slope * root)
        else:
            weighted = gradient * slope
            along = product.mul_(slope).mean(2, keepdim=True)
            flat = weighted.mean(2, keepdim=True)
            by_z = torch.addcmul(weighted, standard, along, value=-1).sub_(flat).mul_(root)
        return by_z, by_slope, by_shift, None


class Normalization(nn.Module):
    """z ↦ slope·(z − mean)/√(variance + ε) + shift; a subclass says over which axis.

    Args:
        like: (networks, 1, units), whose shape, type and device the slopes have.
    """

    AXIS: ClassVar[int]

    def __init__(self, like: Tensor) -> None:
        super().__init__()
        self.slope = nn.Parameter(torch.ones_like(like))
        self.shift = nn.Parameter(torch.zeros_like(like))

    def standardized(self, z: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The layer's output, and the mean and biased variance that it was made with."""
        # Under autocast products come in bfloat16: moments are taken in the weights' own type.
        wide = z.to(self.slope.dtype)
        found: tuple[Tensor, Tensor, Tensor] = _Standardized.apply(  # type: ignore[no-untyped-call]
            wide, self.slope, self.shift, self.AXIS
        )
        return found

    def forward(self, z: Tensor) -> Tensor:
        """The sums z (networks, batch, units), normalized."""
        return self.standardized(z)[0]


class OverUnits(Normalization):
    """Layer normalization: each example's moments over its units, as ``torch.nn.LayerNorm``."""

    AXIS = 2


class OverBatch(Normalization):
    """Batch normalization: each unit's moments over the batch, as ``torch.nn.BatchNorm1d``.

    Running moments take their place in evaluation.
    """

    AXIS = 1
    mean: Tensor
    variance: Tensor

    def __init__(self, like: Tensor) -> None:
        super().__init__(like)
        self.register_buffer("mean", torch.zeros_like(like))
        self.register_buffer("variance", torch.ones_like(like))

    def forward(self, z: Tensor) -> Tensor:
        """The sums z (networks, batch, units), normalized.

        Raises:
            ValueError: in training for a batch of one, which has no variance.
        """
        if not self.training:
            scale = self.slope * (self.variance + EPSILON).rsqrt()
            return torch.addcmul(self.shift, z - self.mean, scale)
        n = z.shape[1]
        if n < 2:
            raise ValueError("batch normalization needs more than one example in a batch")
        y, mean, variance = self.standardized(z)
        # running ← running + 0.1·(batch − running), with the unbiased variance, as PyTorch does.
        self.mean.lerp_(mean, MOMENTUM)
        self.variance.lerp_(variance * (n / (n - 1)), MOMENTUM)
        return y


def refuse_lone_examples(examples: int, batch: int) -> None:
    """ValueError if a batch would hold one example, which has no variance to normalize by.

    Said before the first update: the short batch is the last of an epoch.
    """
    if 1 in (examples, batch, examples % batch):
        raise ValueError(
            f"batch normalization needs more than one example in a batch: {examples} in batches "
            f"of {batch} leave one alone"
        )


#: Makes a layer's normalization from a tensor of the shape of its bias, (networks, 1, units).
NORMALIZATIONS: Mapping[str, Callable[[Tensor], nn.Module]] = MappingProxyType(
    {"none": lambda _: nn.Identity(), "batch": OverBatch, "layer": OverUnits}
)
