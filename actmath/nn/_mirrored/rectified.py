"""Rectifiers whose slope for negative arguments is learned, or drawn at random."""

# PyTorch calls the argument so, and people give it by name.
# ruff: noqa: A002

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch import nn as theirs
from torch._jit_internal import is_scripting
from torch.overrides import has_torch_function_unary

from ... import catalog
from ..._arrays import whole_number
from ...activation import Activation
from ...lower._for_torch import check_tensor_like
from ...number import Number
from .. import functional
from .mirrored import Namesake, as_number


class PReLU(Namesake, theirs.PReLU):
    """y = max(0, x) + a·min(0, x), the slope a learned, as ``torch.nn.PReLU`` (He et al. 2015).

    One slope for the whole layer, whose gradient is summed over channels and positions, or one
    for each channel, summed over positions alone: Eqs. 2 and 3. The slopes are taken in the dtype
    of the input, so that autocast does not stop at them.

    Args:
        num_parameters: 1, or the number of channels.
        init: the slope at the start; the paper's is 0.25.
        device, dtype: of ``weight``.
        axis: the dimension of the channels; −1 for what Transformers hand on.

    Raises:
        TypeError: for num_parameters or an axis that is no integer, an init that is no number.
        ValueError: if num_parameters is below 1, or the input has another number of channels.

    >>> module = PReLU()
    >>> module(torch.tensor([-2.0, 3.0])).tolist()
    [-0.5, 3.0]
    """

    def __init__(
        self,
        num_parameters: int = 1,
        init: Number = 0.25,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
        *,
        axis: int = 1,
    ) -> None:
        count = whole_number(num_parameters, "num_parameters")
        super().__init__(count, float(as_number(init, "init")), device, dtype)
        self.axis = whole_number(axis, "axis", -math.inf)

    @property
    def activation(self) -> Activation:
        """At the slope that the module has now.

        Raises:
            ValueError: if it has several.
        """
        if self.num_parameters > 1:
            raise ValueError(f"this PReLU is {self.num_parameters} functions, one for each channel")
        return catalog.prelu.with_parameters(a=float(self.weight.detach()))

    def forward(self, input: Tensor) -> Tensor:
        """Rectify; the channels are dimension ``axis``."""
        if not is_scripting():
            check_tensor_like(input)
        weight = self.weight.to(input.dtype)
        if self.num_parameters == 1:
            return functional.prelu(input, weight)
        if not is_scripting() and (
            torch.compiler.is_compiling() or not has_torch_function_unary(input)
        ):
            self._check(input)
        if self.axis == 1:
            return functional.prelu(input, weight)
        return functional.prelu(input.movedim(self.axis, 1), weight).movedim(1, self.axis)

    def _check(self, x: Tensor) -> None:
        inside = x.dim() > 1 and -x.dim() <= self.axis < x.dim()
        if not inside or x.shape[self.axis] != self.num_parameters:
            raise ValueError(
                f"this PReLU has {self.num_parameters} slopes, one for each channel in dimension "
                f"{self.axis}, but the input has shape {tuple(x.shape)}"
            )

    def extra_repr(self) -> str:
        """The number of slopes, for ``repr``, and their dimension where it is another."""
        return super().extra_repr() + (f", axis={self.axis}" if self.axis != 1 else "")

    def __setstate__(self, state: dict[str, object]) -> None:
        # What was saved before there was an axis.
        super().__setstate__({"axis": 1, **state})  # type: ignore[no-untyped-call]


class RReLU(Namesake, theirs.RReLU):
    """y = x for x ≥ 0, else r·x, as ``torch.nn.RReLU``.

    In training r ~ U(lower, upper) is drawn for every element; in evaluation it is the mean.

    Raises:
        ValueError: if lower exceeds upper, or one of them is not finite.
    """

    def __init__(self, lower: Number = 1 / 8, upper: Number = 1 / 3, inplace: bool = False) -> None:
        super().__init__(as_number(lower, "lower"), as_number(upper, "upper"), inplace)
        self._check()

    @property
    def activation(self) -> Activation:
        """In evaluation, at the limits that the module has now."""
        return catalog.rrelu.with_parameters(lower=self.lower, upper=self.upper)

    def forward(self, input: Tensor) -> Tensor:
        """Rectify, with random slopes in training."""
        if self.training:
            return functional.rrelu(input, self.lower, self.upper, True, self.inplace)
        self._check()
        # PyTorch's operator for both is unknown to vmap and to ONNX.
        return functional.leaky_relu(input, (self.lower + self.upper) / 2, self.inplace)

    def _check(self) -> None:
        # Neither numbers in another order, nor nan, nor an infinite one has such a difference.
        if not 0 <= self.upper - self.lower < math.inf:
            raise ValueError(
                f"lower must not exceed upper and both be finite, got {self.lower} and {self.upper}"
            )
