"""One smooth piece of a formula in PyTorch, its argument held where it can be evaluated."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from sympy import Expr

from ..._code import coded, with_powers_told
from ...derive._formula.pieces import Piece
from ...notation import x
from .in_torch import TORCH_FUNCTIONS
from .series import with_split_powers


@dataclass(frozen=True)
class CompiledPiece:
    """One compiled piece.

    ``low`` and ``high``: where the formula reads inf·0 at an infinite end of its interval, the
    argument stops at this multiple of the dtype's largest number: 1, if there is a value there.
    ``rises``: the signs of the limits at these ends where they are infinite, else 0.
    """

    evaluate: Callable[..., Any]
    constant: bool
    low: float = -math.inf
    high: float = math.inf
    rises: tuple[int, int] = (0, 0)

    @classmethod
    def of(
        cls,
        piece: Piece,
        symbols: list[Expr],
        defaults: list[float],
        reach: float,
        without_limit: tuple[bool, bool] = (False, False),
    ) -> CompiledPiece:
        """Compile a piece, and try it where its interval is unbounded and there is a limit."""
        evaluate = compile_torch([x, *symbols], piece.expr)
        if not piece.expr.has(x):
            return cls(evaluate, constant=True)
        ends, rises = [-math.inf, math.inf], [0, 0]
        # An end that is no breakpoint: where the formula loses its value there, stop before it.
        for side, end in enumerate((piece.lower, piece.upper)):
            limited = end.is_infinite and not without_limit[side]
            if limited and _is_lost(evaluate, ends[side], defaults):
                far = math.copysign(torch.finfo(torch.float64).max, ends[side])
                share = reach if _is_lost(evaluate, far, defaults) else 1.0
                far *= share
                value = float(evaluate(torch.tensor(far, dtype=torch.float64), *defaults))
                # More than the root of the largest number has grown; a limit has not.
                if abs(value) > abs(far) ** 0.5:
                    rises[side] = int(math.copysign(1, value))
                # As a share of the largest number: the dtype is known only at the call.
                ends[side] = math.copysign(share, far)
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
                # ∞ − ∞ at the other end is no way.
                way = torch.where(argument == inside, 0, sign * (argument - inside))
                result = result + rise * way.clamp(min=0)
        return result

    def held(self, argument: torch.Tensor, left: Any, right: Any) -> torch.Tensor:
        """The argument inside the interval, and where the formula can be evaluated."""
        biggest = torch.finfo(argument.dtype).max
        low = self.low * biggest if left == -math.inf else left
        high = self.high * biggest if right == math.inf else right
        # A piece that begins beyond every number of the dtype.
        low, high = (biggest if low == math.inf else low), (-biggest if high == -math.inf else high)
        inside = argument
        if isinstance(low, torch.Tensor) or low != -math.inf:
            inside = inside.clamp(min=low)
        if isinstance(high, torch.Tensor) or high != math.inf:
            inside = inside.clamp(max=high)
        return inside


def _is_lost(at: Callable[..., Any], end: float, defaults: list[float]) -> bool:
    """Is the value there nan?"""
    return bool(at(torch.tensor(end, dtype=torch.float64), *defaults).isnan())


def compile_torch(symbols: list[Expr], expr: Expr) -> Callable[..., Any]:
    """The expression as a function of tensors, or of numbers, in the order of the symbols."""
    split = with_split_powers(expr)
    evaluate = coded(symbols, split, [TORCH_FUNCTIONS], common=True)
    return with_powers_told(evaluate, split, [symbol for symbol in symbols if symbol != x])
