"""Units for networks that ``vmap`` runs as a stack: computed on the whole stack at once."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from ...activation import Activation
from ...catalog.rectified import prelu
from ...nn._elementwise.elementwise import ApplyBothWays
from ...nn._elementwise.formula import formula_of


class ApplyInStack(ApplyBothWays):
    """y = f(x; θ) with the derived backward pass, and a rule of its own under ``vmap``.

    An element-wise function needs no vectorizing: the stacked tensors go through as they are.
    The generated rule would instead trace the derived formulas anew at every call, which costs
    ten times the arithmetic for layers as small as the experiments'.
    """

    generate_vmap_rule = False

    @staticmethod
    def vmap(info: Any, in_dims: tuple[Any, ...], formula: Any, *tensors: Tensor) -> Any:
        """Apply to the stacked tensors, their stack dimension moved to the front."""
        x, *_ = tensors
        rank = x.dim() - (in_dims[1] is not None)
        front = [_in_front(t, d, rank) for t, d in zip(tensors, in_dims[1:], strict=True)]
        if in_dims[1] is None:
            front[0] = x.expand(info.batch_size, *x.shape)
        return ApplyBothWays.apply(formula, *front), 0  # type: ignore[no-untyped-call]


class StackedUnit(nn.Module):
    """An activation of the catalog with fixed parameters, for networks in a stack."""

    def __init__(self, activation: Activation) -> None:
        super().__init__()
        self.formula = formula_of(activation)

    def forward(self, x: Tensor) -> Tensor:
        """Apply the activation to every element."""
        result: Tensor = ApplyInStack.apply(self.formula, x)  # type: ignore[no-untyped-call]
        return result


class StackedPReLU(nn.Module):
    """y = max(0, x) + a·min(0, x) with a slope a layer, or one for each channel (dimension 1).

    Args:
        slopes: 1, or the number of channels; all begin at 0.25.
    """

    def __init__(self, slopes: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.full((slopes,), 0.25))
        self.formula = formula_of(prelu, ("a",))

    def forward(self, x: Tensor) -> Tensor:
        """Rectify."""
        slope = self.weight.reshape(-1, *(1,) * (x.dim() - 2))
        result: Tensor = ApplyInStack.apply(self.formula, x, slope)  # type: ignore[no-untyped-call]
        return result


def _in_front(tensor: Tensor, place: int | None, rank: int) -> Tensor:
    """(S, …) with as many dimensions after the S as the networks' inputs have."""
    if place is None:
        return tensor
    moved = tensor.movedim(place, 0)
    missing = rank + 1 - moved.dim()
    return moved.reshape(len(moved), *(1,) * missing, *moved.shape[1:])
