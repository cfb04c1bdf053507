"""Rectifiers whose slope for negative arguments is learned, or drawn at random."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .. import catalog
from ..lower._autograd.apply import evaluate
from ..number import Number
from ._elementwise.elementwise import Elementwise
from ._elementwise.formula import formula_of

# Looked up once: torch.compile would trace through the look-up, SymPy and all.
_PRELU = formula_of(catalog.prelu, ("a",))
_LEAKY = formula_of(catalog.leaky_relu, ("a",))


class PReLU(nn.Module):
    """y = max(0, x) + a·min(0, x), the slope a learned, as ``torch.nn.PReLU`` (He et al. 2015).

    One slope for the whole layer, whose gradient is summed over channels and positions, or one
    for each channel (dimension 1), summed over positions alone: Eqs. 2 and 3.

    Args:
        num_parameters: 1, or the number of channels.
        init: the slope at the start; the paper's is 0.25.
        device, dtype: of ``weight``.

    Raises:
        ValueError: if num_parameters is below 1, or the input has another number of channels.

    >>> module = PReLU()
    >>> module(torch.tensor([-2.0, 3.0])).tolist()
    [-0.5, 3.0]
    """

    def __init__(
        self,
        num_parameters: int = 1,
        init: float = 0.25,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        if num_parameters < 1:
            raise ValueError(f"num_parameters must be at least 1, got {num_parameters}")
        self.num_parameters, self.init = num_parameters, init
        self.weight = nn.Parameter(torch.empty(num_parameters, device=device, dtype=dtype))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Set every slope to ``init``."""
        nn.init.constant_(self.weight, self.init)

    def forward(self, x: Tensor) -> Tensor:
        """Rectify; the channels are dimension 1."""
        return evaluate(_PRELU, x, self.weight.reshape(self._shape(x)))

    def _shape(self, x: Tensor) -> tuple[int, ...]:
        if self.num_parameters == 1:
            # (1,) would turn a scalar x into a vector: there it is ().
            return (1,) * min(x.dim(), 1)
        if x.dim() < 2 or x.shape[1] != self.num_parameters:
            raise ValueError(
                f"this PReLU has {self.num_parameters} slopes, one for each channel in dimension "
                f"1, but the input has shape {tuple(x.shape)}"
            )
        # Shapes are matched from the right: ones for the dimensions after the channels.
        return (self.num_parameters, *(1,) * (x.dim() - 2))

    def extra_repr(self) -> str:
        """The number of slopes, for ``repr``."""
        return f"num_parameters={self.num_parameters}"


class RReLU(Elementwise):
    """y = x for x ≥ 0, else r·x, as ``torch.nn.RReLU``.

    In training r ~ U(lower, upper) is drawn for every element; in evaluation it is the mean.

    Raises:
        ValueError: if lower exceeds upper.
    """

    def __init__(self, lower: Number = "1/8", upper: Number = "1/3", inplace: bool = False) -> None:
        super().__init__(catalog.rrelu, lower=lower, upper=upper)
        self.lower, self.upper = (float(v) for v in self.activation.defaults.values())
        self.inplace = inplace
        if self.lower > self.upper:
            raise ValueError(f"lower must not exceed upper, got {self.lower} and {self.upper}")

    def forward(self, x: Tensor) -> Tensor:
        """Rectify, with random slopes in training."""
        if not self.training:
            # The catalog's slope, (lower + upper)/2.
            return super().forward(x)
        # One draw for every element; those of x > 0 do not use theirs.
        slope = torch.empty_like(x).uniform_(self.lower, self.upper)
        source = x.clone() if self.inplace else x
        y = evaluate(_LEAKY, source, slope)
        return x.copy_(y) if self.inplace else y
