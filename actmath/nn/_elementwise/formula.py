"""An activation's formula in PyTorch, together with the formulas of its derivatives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import torch
from sympy import Expr, Symbol, diff
from torch import Tensor

from ...activation import Activation
from ...derive._formula.pieces import Piece, assemble
from ...lower._for_torch import to_torch
from ...lower._stable import stable_form
from ...lower._torch.slope_from_value import slope_from_value
from ...lower._torch.values import to_torch_values
from ...notation import x as argument

#: Precisions in which nothing is computed.
NARROW = (torch.float16, torch.bfloat16)


@dataclass(frozen=True, eq=False)
class Formula:
    """A function of a tensor and of tensor parameters that knows its partial derivatives.

    ``partials`` holds ∂/∂x and ∂/∂θ for every parameter, None where it vanishes; it is empty for
    a second derivative, beyond which PyTorch differentiates the lowered formula itself. Where it
    holds them, that never happens, and the value comes from ``values``, which is faster.
    ``by_value`` gives ∂/∂x from the value.
    """

    lowered: Callable[..., Tensor]
    names: tuple[str, ...]
    uses: frozenset[str]
    partials: tuple[Formula | None, ...] = ()
    values: Callable[..., Tensor] | None = None
    by_value: Callable[..., Tensor] | None = None

    def __call__(self, x: Tensor, *parameters: Tensor) -> Tensor:
        """The value in the dtype of x; half precisions are computed in float32 and rounded once."""
        wide = x.float() if x.dtype in NARROW else x
        used = zip(self.names, parameters, strict=True)
        given = {name: value.to(wide.dtype) for name, value in used if name in self.uses}
        lowered = self.values if self.values is not None and self.partials else self.lowered
        return lowered(wide, **given).to(x.dtype)


@lru_cache(maxsize=256)
def formula_of(activation: Activation, names: tuple[str, ...] = ()) -> Formula:
    """f with the derivatives that a backward and a double backward pass need.

    Args:
        activation: parameters that are not named keep their defaults as constants.
        names: the parameters that will be given as tensors and differentiated.

    Raises:
        ValueError: if the activation has no such parameter, or a breakpoint moves with it.

    >>> from actmath import catalog
    >>> formula = formula_of(catalog.prelu, ("a",))
    >>> formula.partials[1](torch.tensor([-3.0, 2.0]), torch.tensor(0.25))
    tensor([-3.,  0.])
    """
    by = (argument, *(activation.parameter(name).symbol for name in names))
    values, slopes = (stable_form(activation, order).pieces for order in (0, 1))
    _check_breaks(activation, values, by[1:])
    uses = frozenset(names)
    second = _formulas(activation, slopes, by, names)
    slope, fast = to_torch(activation, 1), to_torch_values(activation, 1)
    first: list[Formula | None] = [Formula(slope, names, uses, second, fast)]
    for symbol in by[1:]:
        parts = _differentiated(values, symbol)
        following = _formulas(activation, parts, by, names)
        first.append(_formula(activation, parts, names, following))
    held = None if names else slope_from_value(activation)
    return Formula(
        to_torch(activation),
        names,
        uses,
        tuple(first),
        values=to_torch_values(activation),
        by_value=to_torch_values(held) if held else None,
    )


def _formulas(
    activation: Activation,
    parts: tuple[Piece, ...],
    by: tuple[Symbol, ...],
    names: tuple[str, ...],
) -> tuple[Formula | None, ...]:
    return tuple(_formula(activation, _differentiated(parts, symbol), names) for symbol in by)


def _formula(
    activation: Activation,
    parts: tuple[Piece, ...],
    names: tuple[str, ...],
    partials: tuple[Formula | None, ...] = (),
) -> Formula | None:
    """The pieces, whose parameters are those of the activation, lowered; None if they vanish."""
    expr: Expr = assemble(parts)
    if expr == 0:
        return None
    present = tuple(p for p in activation.parameters if p.symbol in expr.free_symbols)
    partial = Activation(activation.name, expr, present)
    uses = frozenset(p.name for p in present) & set(names)
    fast = to_torch_values(partial) if partials else None
    return Formula(to_torch(partial), names, uses, partials, fast)


def _differentiated(parts: tuple[Piece, ...], by: Symbol) -> tuple[Piece, ...]:
    return tuple(Piece(p.lower, p.upper, diff(p.expr, by)) for p in parts)


def _check_breaks(
    activation: Activation, parts: tuple[Piece, ...], symbols: tuple[Symbol, ...]
) -> None:
    moving = {symbol for symbol in symbols for part in parts if part.upper.has(symbol)}
    if moving:
        raise ValueError(
            f"a breakpoint of {activation.name} moves with {', '.join(map(str, moving))}: it can "
            f"be set as a number, but not learned"
        )
