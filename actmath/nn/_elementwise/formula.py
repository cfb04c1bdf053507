"""An activation's formula in PyTorch, together with the formulas of its derivatives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import ClassVar

from sympy import Symbol
from torch import Tensor
from torch.autograd import Function

from ...activation import Activation
from ...catalog import CATALOG
from ...lower._autograd.apply import NARROW, Apply
from ...lower._autograd.operator import declare, make_again_by, unit_name
from ...lower._autograd.plainly import plainly
from ...lower._for_torch import torch_function
from ...lower._stable import StableForm, stable_form
from ...lower._torch.exponential_slope import exponential_slope, exponential_value
from ...lower._torch.values import torch_values
from ...notation import x as argument


@dataclass(frozen=True, eq=False)
class TensorFormula:
    """A function of a tensor and of tensor parameters that knows its partial derivatives.

    ``partials`` holds ∂/∂x and ∂/∂θ for every parameter, None where it vanishes; it is empty for
    a second derivative, beyond which PyTorch differentiates the lowered formula itself. Where it
    holds them, that never happens, and the value comes from ``values``, which is faster.
    ``pulled_back`` gives ∂E/∂x from ∂E/∂y and x in one pass; ``name`` is the operator's for it,
    ``again`` makes it where a graph asks for it.
    """

    rule: ClassVar[type[Function]] = Apply
    lowered: Callable[..., Tensor]
    names: tuple[str, ...]
    uses: frozenset[str]
    partials: tuple[TensorFormula | None, ...] = ()
    values: Callable[..., Tensor] | None = None
    pulled_back: Callable[[Tensor, Tensor], Tensor] | None = None
    name: str = ""
    again: Callable[[], object] | None = None

    def __call__(self, x: Tensor, *parameters: Tensor) -> Tensor:
        """The value in the dtype of x; half precisions are computed in float32 and rounded once."""
        wide = x.float() if x.dtype in NARROW else x
        used = zip(self.names, parameters, strict=True)
        given = {name: value.to(wide.dtype) for name, value in used if name in self.uses}
        # Without partials PyTorch differentiates what is evaluated: that takes the masks.
        lowered = self.values if self.values is not None and self.partials else self.lowered
        return lowered(wide, **given).to(x.dtype)


@lru_cache(maxsize=256)
@plainly
def formula_of(activation: Activation, names: tuple[str, ...] = ()) -> TensorFormula:
    """f with the derivatives that a backward and a double backward pass need.

    Args:
        activation: parameters that are not named keep their defaults as constants.
        names: the parameters that will be given as tensors and differentiated.

    Raises:
        ValueError: if the activation has no such parameter, or a breakpoint moves with it.

    >>> import torch
    >>> from actmath import catalog
    >>> formula = formula_of(catalog.prelu, ("a",))
    >>> formula.partials[1](torch.tensor([-3.0, 2.0]), torch.tensor(0.25))
    tensor([-3.,  0.])
    """
    by = (argument, *(activation.parameter(name).symbol for name in names))
    value, slope = stable_form(activation, 0), stable_form(activation, 1)
    _check_breaks(value, by[1:])
    first = [slope, *(value.derived(symbol) for symbol in by[1:])]
    found = TensorFormula(
        torch_function(value),
        names,
        frozenset(names),
        tuple(_partial(form, by, names) for form in first),
        # At the default parameters: with others given they would be wrong.
        values=(None if names else exponential_value(value)) or torch_values(value),
        pulled_back=None if names else exponential_slope(slope),
        name=unit_name(activation, *names),
        again=partial(formula_of, activation, names),
    )
    declare(found.name, found)
    return found


def _make_again(name: str) -> TensorFormula | None:
    """The formula of a catalog entry at its defaults, for a graph that another process made."""
    activation = CATALOG.get(name.rsplit("_", 1)[0])
    return formula_of(activation) if activation is not None else None


make_again_by(_make_again)


def _partial(
    form: StableForm, by: tuple[Symbol, ...], names: tuple[str, ...]
) -> TensorFormula | None:
    """A first derivative with its own derivatives, which have none; None if it vanishes."""
    if _vanishes(form):
        return None
    # A row of the Hessian: this first derivative by x and by every θ.
    second = [form.derived(symbol) for symbol in by]
    partials = tuple(
        None if _vanishes(each) else TensorFormula(torch_function(each), names, _used(each, names))
        for each in second
    )
    return TensorFormula(
        torch_function(form), names, _used(form, names), partials, torch_values(form)
    )


def _vanishes(form: StableForm) -> bool:
    return all(piece.expr == 0 for piece in form.pieces)


def _used(form: StableForm, names: tuple[str, ...]) -> frozenset[str]:
    """Which of the parameters the pieces depend on."""
    free = {symbol for piece in form.pieces for symbol in piece.expr.free_symbols}
    return frozenset(name for name in names if form.activation.parameter(name).symbol in free)


def _check_breaks(form: StableForm, symbols: tuple[Symbol, ...]) -> None:
    moving = {symbol for symbol in symbols for part in form.pieces if part.upper.has(symbol)}
    if moving:
        raise ValueError(
            f"a breakpoint of {form.activation.name} moves with {', '.join(map(str, moving))}: it "
            f"can be set as a number, but not learned"
        )
