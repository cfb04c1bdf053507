"""A catalog entry as a PyTorch module."""

from __future__ import annotations

import torch
from torch import nn

from ..activation import Activation
from ..lower import to_torch
from ..number import Number


class Elementwise(nn.Module):
    """y = f(x; parameters) for every element of a tensor, from the activation's one declaration.

    Shape, dtype and device are kept; gradients flow through the lowered formula. The parameters
    are fixed numbers: none of them is trained.

    Args:
        activation: the declaration.
        parameters: values by name, in place of the defaults.

    Raises:
        ValueError: for a parameter that the activation does not have, or outside its domain.

    >>> from actmath import catalog
    >>> Elementwise(catalog.leaky_relu, alpha=0.5)(torch.tensor([-2.0, 3.0]))
    tensor([-1.,  3.])

    """

    def __init__(self, activation: Activation, **parameters: Number) -> None:
        super().__init__()
        self.activation = activation.with_parameters(**parameters)
        self._function = to_torch(self.activation)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self._function(x)

    def extra_repr(self) -> str:
        values = self.activation.defaults.items()
        return ", ".join([self.activation.name, *(f"{s}={float(v):.6g}" for s, v in values)])
