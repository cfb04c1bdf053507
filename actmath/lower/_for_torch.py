"""Lower an activation to PyTorch: differentiable, any device, any floating dtype."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch
from sympy import Expr, Symbol, lambdify

from ..activation import Activation
from ..derive._formula.pieces import Piece
from ..derive._subject import resolve
from ..notation import x
from ..number import Number, mp
from ._arithmetics import FLOAT32, FLOAT64, Arithmetic, Enclosed, Precision
from ._stable import StableForm, numbered, stable_form


def _either(name: str) -> Callable[[Any], Any]:
    """The function of that name for a tensor and, where parameters meet constants, for a number."""
    for_tensors, for_numbers = getattr(torch, name), getattr(math, name)
    return lambda u: (for_tensors if isinstance(u, torch.Tensor) else for_numbers)(u)


def _hypotenuse(u: torch.Tensor, c: Any) -> torch.Tensor:
    """√(u² + c) without u², which may overflow."""
    # c is a number or a parameter's tensor; torch.hypot takes tensors alone.
    return torch.hypot(u, torch.as_tensor(c, dtype=u.dtype, device=u.device).sqrt())


def _hyperbolic_ramp(u: torch.Tensor, c: Any) -> torch.Tensor:
    """(u + √(u² + c))/2 as a sum of two positive terms."""
    # By where, whose gradients at 0 are those of u > 0 in both terms; relu's and abs's are 0.
    positive, size = torch.where(u < 0, 0, u), torch.where(u < 0, -u, u)
    ramp: torch.Tensor = positive + c / 2 / (_hypotenuse(u, c) + size)
    return ramp


_NAMES = ("exp", "log", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh")
_ELEMENTARY = (*_NAMES, "asinh", "acosh", "atanh", "erf", "erfc")
_FUNCTIONS = {
    **{name: _either(name) for name in _ELEMENTARY},
    "Hypotenuse": _hypotenuse,
    "HyperbolicRamp": _hyperbolic_ramp,
    "Expm1": torch.expm1,
    "Expit": torch.sigmoid,
    # logaddexp(u, 0) = log(eᵘ + e⁰).
    "Log1pExp": lambda u: torch.logaddexp(u, torch.zeros_like(u)),
    "UpperErfc": _either("erfc"),
    "StableTanh": torch.tanh,
    "pi": math.pi,
}


@lru_cache(maxsize=256)
def to_torch(activation: Activation | str, order: int = 0) -> Callable[..., torch.Tensor]:
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
    activation = resolve(activation)
    return torch_function(stable_form(activation, order))


@lru_cache(maxsize=512)
def torch_function(form: StableForm) -> Callable[..., torch.Tensor]:
    """``to_torch`` of a form that is already there."""
    activation, symbols = form.activation, form.symbols
    defaults = {symbol: float(value) for symbol, value in activation.defaults.items()}
    parts = [CompiledPiece.of(p, symbols, list(defaults.values()), form.reach) for p in form.pieces]
    breaks = [compile_torch(symbols, numbered(piece.upper)) for piece in form.pieces[:-1]]
    points = [tuple(compile_torch(symbols, side) for side in pair) for pair in form.at_points]
    # A constant on the left takes the place of nan, for which no comparison holds.
    hides_nan = not form.pieces[0].expr.has(x)

    def lowered(argument: torch.Tensor, **given: Number | torch.Tensor) -> torch.Tensor:
        if not argument.is_floating_point():
            raise TypeError(f"expected a floating-point tensor, got dtype {argument.dtype}")
        values = list((defaults | checked_parameters(activation, given)).values())
        ends = [-math.inf, *(at(*values) for at in breaks), math.inf]
        # where gives the branch not taken the gradient 0, and 0·inf is nan: a piece whose argument
        # is held inside has no inf there.
        result = parts[0](argument, ends[0], ends[1], values)
        for part, left, right in zip(parts[1:], ends[1:-1], ends[2:], strict=True):
            result = torch.where(argument > left, part(argument, left, right, values), result)
        for point, value in points:
            # Made of parameters alone: the gradient by x is 0 at the point.
            at_point = value(*values) * torch.ones_like(result)
            result = torch.where(argument == point(*values), at_point, result)
        return torch.where(argument.isnan(), argument, result) if hides_nan else result

    lowered.__name__ = activation.name
    return lowered


@dataclass(frozen=True)
class CompiledPiece:
    """One compiled piece.

    ``low`` and ``high``: where the formula reads inf·0 at an infinite end of its interval, in value
    or in gradient, the argument stops at this multiple of the dtype's largest number. ``rises``:
    the signs of the limits at these ends where they are infinite, else 0.
    """

    evaluate: Callable[..., Any]
    constant: bool
    low: float = -math.inf
    high: float = math.inf
    rises: tuple[int, int] = (0, 0)

    @classmethod
    def of(
        cls, piece: Piece, symbols: list[Expr], defaults: list[float], reach: float
    ) -> CompiledPiece:
        """Compile a piece, and try it where its interval is unbounded."""
        evaluate = compile_torch([x, *symbols], piece.expr)
        if not piece.expr.has(x):
            return cls(evaluate, constant=True)
        ends, rises = [-math.inf, math.inf], [0, 0]
        # An end that is no breakpoint: where the formula loses its value there, stop before it.
        for side, end in enumerate((piece.lower, piece.upper)):
            far = reach * math.copysign(torch.finfo(torch.float64).max, ends[side])
            if not end.is_finite and _is_lost(evaluate, ends[side], defaults):
                value = float(evaluate(torch.tensor(far, dtype=torch.float64), *defaults))
                # More than the root of the largest number has grown; a limit has not.
                if abs(value) > abs(far) ** 0.5:
                    rises[side] = int(math.copysign(1, value))
                # As a share of the largest number: the dtype is known only at the call.
                ends[side] = math.copysign(reach, far)
        return cls(evaluate, False, ends[0], ends[1], (rises[0], rises[1]))

    def __call__(
        self, argument: torch.Tensor, left: Any, right: Any, values: list[Any]
    ) -> torch.Tensor:
        """The piece's value at the argument held inside its interval; a constant at any shape."""
        if self.constant:
            # Of the argument's shape, or that of parameters that broadcast against it.
            level: torch.Tensor = torch.zeros_like(argument) + self.evaluate(argument, *values)
            return level
        inside = self.held(argument, left, right)
        result: torch.Tensor = self.evaluate(inside, *values)
        for rise, sign in zip(self.rises, (-1, 1), strict=True):
            # Beyond the stop an infinite limit goes on with slope ±1.
            if rise:
                result = result + rise * (sign * (argument - inside)).clamp(min=0)
        return result

    def held(self, argument: torch.Tensor, left: Any, right: Any) -> torch.Tensor:
        """The argument inside the interval, and where the formula can be evaluated."""
        biggest = torch.finfo(argument.dtype).max
        low = self.low * biggest if left == -math.inf else left
        high = self.high * biggest if right == math.inf else right
        inside = argument
        if isinstance(low, torch.Tensor) or low != -math.inf:
            inside = inside.clamp(min=low)
        if isinstance(high, torch.Tensor) or high != math.inf:
            inside = inside.clamp(max=high)
        return inside


def _is_lost(evaluate: Callable[..., Any], end: float, defaults: list[float]) -> bool:
    """Is the value at ±inf, or the gradient at the largest number of that sign, nan?"""
    value = evaluate(torch.tensor(end, dtype=torch.float64), *defaults)
    far = torch.tensor(math.copysign(torch.finfo(torch.float64).max, end), dtype=torch.float64)
    far.requires_grad_()
    # The caller may be under no_grad, where autograd.grad would fail.
    with torch.enable_grad():
        (slope,) = torch.autograd.grad(evaluate(far, *defaults), far)
    return bool(value.isnan() | slope.isnan())


def checked_parameters(
    activation: Activation, given: dict[str, Number | torch.Tensor]
) -> dict[Symbol, float | torch.Tensor]:
    """The parameters that are given, numbers among them checked against their domain."""
    values: dict[Symbol, float | torch.Tensor] = {}
    for name, value in given.items():
        symbol = activation.parameter(name).symbol
        if isinstance(value, torch.Tensor):
            values[symbol] = value
        else:
            values[symbol] = float(activation.substitution({name: value})[symbol])
    return values


def compile_torch(symbols: list[Expr], expr: Expr) -> Callable[..., Any]:
    """The expression as a function of tensors, or of numbers, in the order of the symbols."""
    return lambdify(symbols, expr, [_FUNCTIONS], cse=True)  # type: ignore[no-any-return]


def _enclosed(
    function: Callable[..., Any], points: Sequence[float], precision: Precision, **given: Number
) -> list[Enclosed]:
    kind = torch.float64 if precision == FLOAT64 else torch.float32
    values = function(torch.tensor(points, dtype=kind), **given)
    return [Enclosed(mp.mpf(value), mp.zero) for value in values.tolist()]


TORCH = Arithmetic("torch", to_torch, _enclosed, (FLOAT64, FLOAT32))
