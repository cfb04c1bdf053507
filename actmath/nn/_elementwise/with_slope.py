"""The units whose kernel in PyTorch loses the digits of the derivative, written by hand.

``tanh`` and ``sigmoid`` go backward by 1 − y² and y(1 − y) there, which are 0 where y has come near
to 1 (from x = 9 and 17 on in float32); ``softsign`` is a quotient, whose rule cancels for large
|x|; ``tanhshrink`` cancels near 0; ``gelu`` is x(1 + erf)/2, of which nothing is left below −5.5.
Here the first four find in the forward pass, by formulas that cancel nowhere, what the slope is
made of: as in PyTorch, the argument may be overwritten. ``gelu`` keeps it, as PyTorch does.

``tests/nn/elementwise/test_with_slope.py`` compares them with the derivatives that SymPy found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import log, pi, sqrt, tanh
from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional as theirs

from ...lower._autograd.apply import Apply
from ...lower._autograd.operator import declare
from .in_blocks import in_blocks
from .in_c import goes_in_c, looped
from .sloped import Sloped, wide


@dataclass(frozen=True, eq=False)
class Written:
    """A formula for ``Apply``, written by hand; without partials PyTorch differentiates it."""

    rule: ClassVar[type[torch.autograd.Function]] = Apply
    again: ClassVar[None] = None
    values: Callable[[Tensor], Tensor]
    partials: tuple[Written, ...] = ()
    name: str = ""
    pulled_back: Callable[[Tensor, Tensor], Tensor] | None = None
    has_loop: bool = False

    def __call__(self, x: Tensor, *parameters: Tensor) -> Tensor:
        """The value; half precisions by way of float32."""
        if self.has_loop and goes_in_c(x):
            return self.values(x)
        return in_blocks(lambda part: (self.values(wide(part)),), 1, x)[0]


# Recorded, among levels of ``torch.func``, somebody goes back through the operations of these four:
# gradients are enabled then, and what an operation keeps is not written over.


def _tanh(x: Tensor) -> tuple[Tensor, Tensor]:
    # tanh′ = 4s(1 − s) at s = σ(−2|x|), which is at most ½; on CPUs σ takes a third of cosh's time.
    tail = torch.abs(x).mul_(-2).sigmoid_()
    return torch.tanh(x), torch.addcmul(tail, tail, tail, value=-1).mul_(4)


def _sigmoid(x: Tensor) -> tuple[Tensor, Tensor]:
    # σ′(x) = σ(x)σ(−x).
    y, tail = torch.sigmoid(x), torch.neg(x).sigmoid_()
    return y, tail * y if torch.is_grad_enabled() else tail.mul_(y)


def _softsign(x: Tensor) -> tuple[Tensor, Tensor]:
    """And h = ±1/(1 + |x|), of which f′ is the square and h′ minus the square."""
    # ∞/∞ is nan; the largest number over itself is 1.
    largest = torch.finfo(x.dtype).max
    below = x.abs().add_(1).clamp_(max=largest)
    y = x.clamp(-largest, largest).div_(below)
    if torch.is_grad_enabled():
        return y, torch.reciprocal(below).copysign(x)
    return y, below.reciprocal_().copysign_(x)


#: Odd numbers of the continued fraction tanh x = x/(1 + x²/(3 + x²/(5 + …))), the last ones first;
#: at |x| = 1 what is left out is 4e-17 of 1, and 2e-9 from 9 on.
_ODD = (17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0)
_FEW = (9.0, 7.0, 5.0, 3.0)
_AT_ONE = 1 - tanh(1)


def _tanhshrink(x: Tensor) -> tuple[Tensor, Tensor]:
    """And h = tanh, of which f′ is the square."""
    near = x.clamp(-1, 1)
    first, *odds = _FEW if x.dtype == torch.float32 else _ODD
    # With q = x²/(3 + x²/(5 + …)) it is x·q/(1 + q), of which no sign differs, up to 1.
    square = near.square()
    below = torch.full_like(x, first)
    for odd in odds:
        below = torch.div(square, below).add_(odd)
    if torch.is_grad_enabled():
        square = square / below
        near = near * square / (square + 1)
    else:
        square.div_(below)
        near.mul_(square).div_(square.add_(1))
    # Beyond, x − tanh x takes no more than two binary digits: what it has more than at 1 is added,
    # many times faster on CPUs than ``where``.
    y = torch.tanh(x)
    return near.add_(theirs.softshrink(x - y, _AT_ONE)), y


def _as_it_is(h: Tensor) -> Tensor:
    return h


#: Those that hand on their slope, by the name that graphs hold.
SLOPED = {
    unit.name: unit
    for unit in (
        Sloped("tanh", torch.tanh, _tanh, lambda y, h: h, lambda y, h: -2 * y * h, _as_it_is),
        Sloped(
            "sigmoid",
            torch.sigmoid,
            _sigmoid,
            lambda y, h: h,
            lambda y, h: h * (1 - 2 * y),
            _as_it_is,
        ),
        Sloped(
            "softsign",
            lambda x: _softsign(x)[0],
            _softsign,
            lambda _, h: h * h,
            lambda _, h: -h * h,
            Tensor.square_,
            False,
        ),
        Sloped(
            "tanhshrink",
            lambda x: _tanhshrink(x)[0],
            _tanhshrink,
            lambda _, h: h * h,
            lambda _, h: 1 - h * h,
            Tensor.square_,
            False,
        ),
    )
}
for _name, _unit in SLOPED.items():
    declare(_name, _unit)

# Beyond it e^{−x²/2} is 0 even in float64, where the smallest number is e^{−744.4}: no 0·∞ comes.
_FAR = 40.0


def _gelu(x: Tensor) -> Tensor:
    y = torch.empty_like(x)
    if looped("gelu", (x,), (y,)):
        return y
    held = x.clamp(min=-_FAR)
    # Φ(x) = erfc(−x/√2)/2 keeps its digits on the left.
    return torch.mul(held, -sqrt(0.5)).erfc_().mul_(held).mul_(0.5)


def _gelu_slope(x: Tensor, gradient: Tensor | None = None) -> Tensor:
    """Φ(x) + x·φ(x), times a gradient if there is one."""
    found = torch.empty_like(x)
    if gradient is not None and looped("gelu_slope", (x, gradient), (found,)):
        return found
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
    has_loop: bool = False,
) -> Written:
    partial = Written(slope, (Written(bend),))

    def pulled_back(gradient: Tensor, x: Tensor) -> Tensor:
        if has_loop and goes_in_c(x):
            return slope(x, gradient.contiguous())
        return in_blocks(lambda *parts: (slope(*parts),), 1, x, gradient)[0]

    found = Written(values, (partial,), name, pulled_back, has_loop)
    declare(name, found)
    return found


GELU_FORMULA = _written("gelu", _gelu, _gelu_slope, _gelu_bend, has_loop=True)
GELU_BY_TANH_FORMULA = _written(
    "gelu_by_tanh", _gelu_by_tanh, _gelu_by_tanh_slope, _gelu_by_tanh_bend
)
