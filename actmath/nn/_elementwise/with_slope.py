"""The units whose kernel in PyTorch loses the digits of the derivative, written by hand.

``tanh`` and ``sigmoid`` go backward by 1 − y² and y(1 − y) there, which are 0 where y has come near
to 1 (from x = 9 and 17 on in float32); ``softsign`` is a quotient, whose rule cancels for large
|x|; ``gelu`` is x(1 + erf)/2, of which nothing is left below −5.5. Here the first three hand on
their slope, found in the forward pass by a formula that cancels nowhere, beside the value: as in
PyTorch the argument itself may be overwritten. The others keep the argument, as PyTorch does.

``tests/nn/elementwise/test_with_slope.py`` compares them with the derivatives that SymPy found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import log, pi, sqrt
from typing import Any

import torch
from torch import Tensor

from ...lower._autograd.apply import NARROW, Apply
from ...lower._autograd.operator import Unit, applied, declare


@dataclass(frozen=True, eq=False)
class Sloped:
    """A unit with the slope that its forward pass makes.

    Args:
        values: f(x).
        slope: f′ from x and f(x).
        bend: f″ from f(x) and f′(x), by operations that can be differentiated on.
    """

    values: Callable[[Tensor], Tensor]
    slope: Callable[[Tensor, Tensor], Tensor]
    bend: Callable[[Tensor, Tensor], Tensor]

    def __call__(self, x: Tensor) -> Tensor:
        """The value alone; half precisions by way of float32."""
        return self.values(x.float()).to(x.dtype) if x.dtype in NARROW else self.values(x)


class ValueWithSlope(torch.autograd.Function):
    """x ↦ (f(x), f′(x)), whose derivatives are made of these two: f′ and f″ again."""

    @staticmethod
    def forward(unit: Sloped, x: Tensor) -> tuple[Tensor, Tensor]:
        """Both, half precisions by way of float32."""
        wide = x.float() if x.dtype in NARROW else x
        y = unit.values(wide)
        return y.to(x.dtype), unit.slope(wide, y).to(x.dtype)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, Tensor]) -> None:
        """Keep the results, not the argument."""
        ctx.unit = inputs[0]
        # No zeros for the slope's gradient, which only a second derivative has.
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(*output)
        ctx.save_for_forward(*output)

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor | None) -> tuple[None, Tensor | None]:
        """∂E/∂x = ∂E/∂f·f′ + ∂E/∂f′·f″."""
        (by_value, by_slope), (y, slope) = upstream, ctx.saved_tensors
        total = None if by_value is None else by_value * slope
        if by_slope is not None:
            more = by_slope * ctx.unit.bend(y, slope)
            total = more if total is None else total + more
        return None, total

    @staticmethod
    def jvp(ctx: Any, _: None, tangent: Tensor) -> tuple[Tensor, Tensor]:
        """The same two factors forward."""
        y, slope = ctx.saved_tensors
        return tangent * slope, tangent * ctx.unit.bend(y, slope)

    @staticmethod
    def vmap(info: Any, in_dims: tuple[Any, ...], unit: Sloped, x: Tensor) -> Any:
        """Element by element: the stack goes through."""
        return applied(ValueWithSlope, unit, x), (in_dims[1], in_dims[1])


@dataclass(frozen=True, eq=False)
class Written:
    """A formula for ``Apply``, written by hand; without partials PyTorch differentiates it."""

    values: Callable[[Tensor], Tensor]
    partials: tuple[Written, ...] = ()
    name: str = ""
    pulled_back: Callable[[Tensor, Tensor], Tensor] | None = None

    def __call__(self, x: Tensor, *parameters: Tensor) -> Tensor:
        """The value; half precisions by way of float32."""
        if x.dtype in NARROW:
            return self.values(x.float()).to(x.dtype)
        return self.values(x)


# tanh′ = 1/cosh².
TANH = Sloped(
    torch.tanh,
    lambda x, y: torch.cosh(x).reciprocal_().square_(),
    lambda y, slope: -2 * y * slope,
)
# σ′(x) = σ(x)σ(−x).
SIGMOID = Sloped(
    torch.sigmoid,
    lambda x, y: torch.neg(x).sigmoid_().mul_(y),
    lambda y, slope: slope * (1 - 2 * y),
)


def _softsign(x: Tensor) -> Tensor:
    # ∞/∞ is nan; the largest number over itself is 1.
    largest = torch.finfo(x.dtype).max
    held = x.clamp(-largest, largest)
    return held.div_(x.abs().add_(1).clamp_(max=largest))


# f′ = 1/(1 + |x|)², f″ = −2 sgn(x) f′^{3/2}.
SOFTSIGN = Sloped(
    _softsign,
    lambda x, y: x.abs().add_(1).reciprocal_().square_(),
    lambda y, slope: -2 * y.sign() * slope * slope.sqrt(),
)

# Beyond it e^{−x²/2} is 0 even in float64, where the smallest number is e^{−744.4}: no 0·∞ comes.
_FAR = 40.0


def _gelu(x: Tensor) -> Tensor:
    held = x.clamp(min=-_FAR)
    # Φ(x) = erfc(−x/√2)/2 keeps its digits on the left.
    return torch.mul(held, -sqrt(0.5)).erfc_().mul_(held).mul_(0.5)


def _gelu_slope(x: Tensor, gradient: Tensor | None = None) -> Tensor:
    """Φ(x) + x·φ(x), times a gradient if there is one."""
    held = x.clamp(-_FAR, _FAR)
    # φ(x) = e^{−x²/2 − log(2π)/2}.
    normal = torch.addcmul(x.new_full((), -log(2 * pi) / 2), held, held, value=-0.5).exp_()
    normal.mul_(held).add_(held.mul_(-sqrt(0.5)).erfc_(), alpha=0.5)
    return normal if gradient is None else normal.mul_(gradient)


def _gelu_bend(x: Tensor) -> Tensor:
    """φ(x)(2 − x²)."""
    held = x.clamp(-_FAR, _FAR)
    square = held * held
    return torch.exp(square * -0.5) * (2 - square) * (1 / sqrt(2 * pi))


# tanh(u) of the paper is 2σ(2u) − 1, and 2u = x(_LINE + _CUBE·x²).
_LINE = 2 * sqrt(2 / pi)
_CUBE = 0.044715 * _LINE


def _gelu_by_tanh(x: Tensor) -> Tensor:
    held = x.clamp(min=-_FAR)
    return torch.square(held).mul_(_CUBE).add_(_LINE).mul_(held).sigmoid_().mul_(held)


def _gelu_by_tanh_slope(x: Tensor, gradient: Tensor | None = None) -> Tensor:
    """σ(v)(1 + x·v′·σ(−v)) at v = 2u, times a gradient if there is one."""
    held = x.clamp(-_FAR, _FAR)
    square = torch.square(held)
    rise = torch.mul(square, 3 * _CUBE).add_(_LINE).mul_(held)
    inner = square.mul_(_CUBE).add_(_LINE).mul_(held)
    rise.mul_(torch.neg(inner).sigmoid_()).add_(1).mul_(inner.sigmoid_())
    return rise if gradient is None else rise.mul_(gradient)


def _gelu_by_tanh_bend(x: Tensor) -> Tensor:
    """σσ̄(2v′ + x·v″ + x·v′²(σ̄ − σ)), σ̄ = σ(−v)."""
    held = x.clamp(-_FAR, _FAR)
    square = held * held
    inner, first = held * (_LINE + _CUBE * square), _LINE + 3 * _CUBE * square
    up, down = torch.sigmoid(inner), torch.sigmoid(-inner)
    return up * down * (2 * first + 6 * _CUBE * square + held * first * first * (down - up))


def _written(
    name: str,
    values: Callable[[Tensor], Tensor],
    slope: Callable[..., Tensor],
    bend: Callable[[Tensor], Tensor],
) -> Written:
    partial = Written(slope, (Written(bend),))
    found = Written(values, (partial,), name, lambda gradient, x: slope(x, gradient))
    declare(name, Unit(found, Apply, found))
    return found


#: Odd numbers of the continued fraction tanh x = x/(1 + x²/(3 + x²/(5 + …))), the last ones first;
#: at |x| = 1 what is left out is below 1e-17 of x − tanh x.
_ODD = (13.0, 11.0, 9.0, 7.0, 5.0, 3.0)


def _tanhshrink(x: Tensor) -> Tensor:
    # With q = x²/(3 + x²/(5 + …)) it is x·q/(1 + q), of which no sign differs.
    square = x.square()
    below = torch.full_like(x, 15.0)
    for odd in _ODD:
        below = torch.div(square, below).add_(odd)
    ratio = square.div_(below)
    near = ratio.div_(ratio + 1).mul_(x)
    # From 1 on the difference takes no more than two binary digits.
    return torch.where(x.abs() < 1, near, x - torch.tanh(x))


def _tanhshrink_slope(x: Tensor, gradient: Tensor | None = None) -> Tensor:
    """tanh², times a gradient if there is one."""
    slope = torch.tanh(x).square_()
    return slope if gradient is None else slope.mul_(gradient)


def _tanhshrink_bend(x: Tensor) -> Tensor:
    """2 tanh/cosh²."""
    return 2 * torch.tanh(x) / torch.cosh(x).square()


GELU = _written("gelu", _gelu, _gelu_slope, _gelu_bend)
GELU_BY_TANH = _written("gelu_by_tanh", _gelu_by_tanh, _gelu_by_tanh_slope, _gelu_by_tanh_bend)
TANHSHRINK = _written("tanhshrink", _tanhshrink, _tanhshrink_slope, _tanhshrink_bend)
#: Those that hand on their slope, by the name that graphs hold.
SLOPED = {"tanh": TANH, "sigmoid": SIGMOID, "softsign": SOFTSIGN}
for _name, _unit in SLOPED.items():
    declare(_name, Unit(_unit, ValueWithSlope, _unit))
