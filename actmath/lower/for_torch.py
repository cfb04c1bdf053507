"""Lower an activation to PyTorch: differentiable, any device, any floating dtype."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch
from sympy import Expr, Symbol, lambdify

from ..activation import Activation
from ..derive.pieces import Piece
from ..notation import x
from ..number import Number
from .stable import numbered, stable_form


def _either(name: str) -> Callable[[Any], Any]:
    """The function of that name for a tensor and, where parameters meet constants, for a number."""
    for_tensors, for_numbers = getattr(torch, name), getattr(math, name)
    return lambda u: (for_tensors if isinstance(u, torch.Tensor) else for_numbers)(u)


_NAMES = ("exp", "log", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh")
_ELEMENTARY = (*_NAMES, "asinh", "acosh", "atanh", "erf", "erfc")
_FUNCTIONS = {
    **{name: _either(name) for name in _ELEMENTARY},
    "Expm1": torch.expm1,
    "Expit": torch.sigmoid,
    "Softplus": lambda u: torch.logaddexp(u, torch.zeros_like(u)),
    "UpperErfc": torch.special.erfc,
    "Tanh": torch.tanh,
    "pi": math.pi,
}


@lru_cache(maxsize=256)
def to_torch(activation: Activation, order: int = 0) -> Callable[..., torch.Tensor]:
    """f (order 0) or f′ (order 1) as a function of a tensor and of parameters by name.

    Shape, dtype and device are kept. Parameters may be numbers (checked against their domain) or
    tensors that broadcast against the argument, through which gradients flow. Where a branch is
    not taken its argument is held inside its interval, so that no nan enters a gradient.

    Raises:
        ValueError: for another order, an unknown parameter, or a number outside its domain.
        TypeError: for tensors that are not floating-point.

    >>> from actmath import catalog
    >>> to_torch(catalog.relu)(torch.tensor([-2.0, 3.0]))
    tensor([0., 3.])
    """
    form = stable_form(activation, order)
    symbols = [parameter.symbol for parameter in activation.parameters]
    defaults = {symbol: float(value) for symbol, value in activation.defaults.items()}
    reach = 2.0**-10 if order else 1.0
    parts = [_Part.of(p, symbols, list(defaults.values()), reach) for p in form.pieces]
    breaks = [_compile(symbols, numbered(piece.upper)) for piece in form.pieces[:-1]]
    points = [tuple(_compile(symbols, side) for side in pair) for pair in form.at_points]
    hides_nan = not form.pieces[0].expr.has(x)

    def lowered(argument: torch.Tensor, **given: Number | torch.Tensor) -> torch.Tensor:
        if not argument.is_floating_point():
            raise TypeError(f"expected a floating-point tensor, got dtype {argument.dtype}")
        values = list((defaults | _checked(activation, given)).values())
        ends = [-math.inf, *(at(*values) for at in breaks), math.inf]
        result = parts[0](argument, ends[0], ends[1], values)
        for part, left, right in zip(parts[1:], ends[1:-1], ends[2:], strict=True):
            result = torch.where(argument > left, part(argument, left, right, values), result)
        for point, value in points:
            at_point = value(*values) * torch.ones_like(result)
            result = torch.where(argument == point(*values), at_point, result)
        return torch.where(argument.isnan(), argument, result) if hides_nan else result

    lowered.__name__ = activation.name
    return lowered


@dataclass(frozen=True)
class _Part:
    """One compiled piece.

    ``guarded``: at ±inf it reads inf·0, so finite arguments stand in, at most ``reach`` times the
    largest number of the dtype.
    """

    evaluate: Callable[..., Any]
    constant: bool
    guarded: bool
    reach: float

    @classmethod
    def of(cls, piece: Piece, symbols: list[Expr], defaults: list[float], reach: float) -> _Part:
        evaluate = _compile([x, *symbols], piece.expr)
        constant = not piece.expr.has(x)
        ends = [float(end) for end in (piece.lower, piece.upper) if not end.is_finite]
        far = torch.tensor(ends, dtype=torch.float64)
        guarded = not constant and bool(evaluate(far, *defaults).isnan().any())
        return cls(evaluate, constant, guarded, reach)

    def __call__(
        self, argument: torch.Tensor, left: Any, right: Any, values: list[Any]
    ) -> torch.Tensor:
        if self.constant:
            level: torch.Tensor = torch.zeros_like(argument) + self.evaluate(argument, *values)
            return level
        inside = argument
        if self.guarded:
            biggest = torch.finfo(argument.dtype).max * self.reach
            inside = inside.clamp(-biggest, biggest)
        if left != -math.inf:
            inside = inside.clamp(min=left)
        if right != math.inf:
            inside = inside.clamp(max=right)
        result: torch.Tensor = self.evaluate(inside, *values)
        if self.guarded:
            grown = argument.isinf() & (result.abs() > biggest**0.5)
            result = torch.where(grown, torch.copysign(argument.abs(), result), result)
        return result


def _checked(
    activation: Activation, given: dict[str, Number | torch.Tensor]
) -> dict[Symbol, float | torch.Tensor]:
    values: dict[Symbol, float | torch.Tensor] = {}
    for name, value in given.items():
        symbol = activation.parameter(name).symbol
        if isinstance(value, torch.Tensor):
            values[symbol] = value
        else:
            values[symbol] = float(activation.substitution({name: value})[symbol])
    return values


def _compile(symbols: list[Expr], expr: Expr) -> Callable[..., Any]:
    return lambdify(symbols, expr, [_FUNCTIONS], cse=True)  # type: ignore[no-any-return]
