"""Units of two arguments as modules: a gate with its derived slope, and what it lets through.

As in ``torch.nn.GLU`` the two arguments are the halves of one dimension, the value first.
"""

# PyTorch calls the argument so, and people give it by name.
# ruff: noqa: A002

from __future__ import annotations

from math import inf

import torch
from torch import Tensor, nn

from ..._arrays import whole_number
from ...derive._gated.subject import resolve_gated
from ...gated_unit import GatedUnit
from ...number import Number
from .elementwise import Elementwise
from .gated import check_halves


class Gated(nn.Module):
    """y = z·g(x) of the two halves z and x of a dimension, as ``torch.nn.GLU`` is with a sigmoid.

    The half that comes first is the value z, the second opens the gate. Of a shape (…, 2n, …) comes
    (…, n, …), in its dtype, on its device. There are no weights and no state. The slope of the gate
    is the one that was derived.

    Args:
        unit: a ``GatedUnit`` or a name of ``catalog.GATED``.
        dim: the dimension that is halved.
        parameters: values by name, in place of the gate's defaults.

    Raises:
        KeyError, TypeError: for a name that is none of such a unit, or an activation; TypeError for
            a dim that is no integer.
        ValueError: for a parameter that the gate does not have or outside its domain; in a call,
            for an odd size. IndexError: in a call, if there is no such dimension.

    >>> from actmath import GatedUnit, catalog
    >>> Gated(GatedUnit("mine", catalog.leaky_relu), a=0.5)(torch.tensor([3.0, 5.0, -2.0, 1.0]))
    tensor([-3.,  5.])
    """

    def __init__(self, unit: GatedUnit | str, dim: int = -1, **parameters: Number) -> None:
        super().__init__()
        self.unit = resolve_gated(unit, parameters)
        self.dim = whole_number(dim, "dim", -inf)
        self.gate = Elementwise(self.unit.gate)

    def forward(self, input: Tensor) -> Tensor:
        """The first half times the gate of the second."""
        # What is traced has no numbers for a shape.
        given: object = input
        if not (isinstance(given, torch.fx.Proxy) or torch._C._get_tracing_state()):
            check_halves(input, self.dim, self.unit.name)
        value, opened = input.chunk(2, self.dim)
        found: Tensor = value * self.gate(opened)
        return found

    def extra_repr(self) -> str:
        """The dimension, for ``repr``."""
        return f"dim={self.dim}"


class ReGLU(Gated):
    """y = z·relu(x) of the two halves of a dimension (Shazeer 2020)."""

    def __init__(self, dim: int = -1) -> None:
        super().__init__("reglu", dim)


class GEGLU(Gated):
    """y = z·gelu(x) of the two halves of a dimension (Shazeer 2020)."""

    def __init__(self, dim: int = -1) -> None:
        super().__init__("geglu", dim)


class SwiGLU(Gated):
    """y = z·silu(x) of the two halves of a dimension (Shazeer 2020)."""

    def __init__(self, dim: int = -1) -> None:
        super().__init__("swiglu", dim)


class BilinearGLU(Gated):
    """y = z·x of the two halves of a dimension (Shazeer 2020, "bilinear").

    ``torch.nn.Bilinear`` is another thing, a layer with weights, whose name this one leaves alone.
    """

    def __init__(self, dim: int = -1) -> None:
        super().__init__("bilinear", dim)
