"""A piecewise formula in PyTorch without masks, for values through which no gradient flows.

``torch.where`` over random signs costs a processor some fifty multiplications: each element is a
branch that it cannot foresee. A clamp is none. With f_i the piece between the breaks k_i and
k_{i+1}, and c_i(x) the argument held between them, three combinations need clamps alone:

* clipped: every piece but one is a constant that this one reaches: f(x) = f_j(c_j(x));
* joined: two pieces that vanish at their break: f(x) = f_0(c_0(x)) + f_1(c_1(x)), and of two lines
  f is the larger or the smaller one;
* stepped: f(x) = Σ f_i(c_i(x))·(H_i − H_{i+1}) with the unit steps H_i = ⌈min(max(x − k_i, 0), 1)⌉,
  exact because x − k_i is 0 only at k_i and because products with 0 and 1 are.

All of them hand on nan. Gradients at the breaks would be those of clamps: ``to_torch`` has the
right ones.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import torch
from sympy import simplify

from ...derive._formula.pieces import Piece
from ...notation import x
from ...number import Number
from .._autograd.plainly import plainly
from .._for_torch import (
    check_tensor,
    checked_parameters,
    guarded_values,
    pieced_function,
    value_function,
)
from .._functions.piece_in_torch import CompiledPiece, compile_torch
from .._stable import StableForm, default_floats, numbered
from .overwriting import compile_overwriting

#: From the argument, the breaks and the parameters to the values.
_Combination = Callable[[torch.Tensor, Sequence[Any], Sequence[Any]], torch.Tensor]


@lru_cache(maxsize=512)
@plainly
def torch_values(form: StableForm) -> Callable[..., torch.Tensor]:
    """The values of ``torch_function``, faster, and not to be differentiated.

    >>> from actmath import catalog
    >>> from actmath.lower._stable import stable_form
    >>> torch_values(stable_form(catalog.leaky_relu, 1))(torch.tensor([-2.0, 0.0, 3.0]))
    tensor([0.0100, 0.0100, 1.0000])
    """
    if guarded_values(form) is not None:
        return value_function(form)
    activation, symbols = form.activation, form.symbols
    defaults = default_floats(activation)
    combined = _combined(form, list(defaults.values()))
    if combined is None:
        return pieced_function(form)
    breaks = [compile_torch(symbols, numbered(piece.upper)) for piece in form.pieces[:-1]]

    def lowered(argument: torch.Tensor, **given: Number | torch.Tensor) -> torch.Tensor:
        check_tensor(argument)
        values = list((defaults | checked_parameters(activation, given)).values())
        return combined(argument, [-math.inf, *(at(*values) for at in breaks), math.inf], values)

    lowered.__name__ = activation.name
    return lowered


def _combined(form: StableForm, numbers: list[float]) -> _Combination | None:
    """The cheapest way that holds for every value of the parameters; None: masks are needed."""
    plain = form.plain
    held = [_Held.of(piece, form, numbers) for piece in form.pieces]
    parts = [piece.part for piece in held]
    curved = [i for i, part in enumerate(parts) if not part.constant]
    # Clipped, then joined, then stepped: in the order of what they cost.
    if not form.stated and len(curved) == 1 and _continuous(plain):
        return _Clipped(held[curved[0]], curved[0])
    if not form.stated and len(curved) == len(parts) == 2 and _vanishing(plain):
        # Lines are taken at x itself, so neither may have to stop short of ±inf.
        free = all(part.low == -math.inf and part.high == math.inf for part in parts)
        lines = free and all(map(_is_line, plain))
        return _Joined(held[0], held[1], lines)
    closed = [_closed(one, other, form) for one, other in pairwise(plain)]
    if None in closed or not _finite_at_breaks(form, parts, numbers):
        return None
    return _Stepped(held, [bool(side) for side in closed])


@dataclass(frozen=True)
class _Held:
    """A piece that may overwrite what it makes, unless parameters are tensors."""

    part: CompiledPiece
    overwriting: Callable[..., Any] | None

    @classmethod
    def of(cls, piece: Piece, form: StableForm, numbers: list[float]) -> _Held:
        symbols, lost = form.symbols, form.without_limit
        return cls(
            CompiledPiece.of(piece, symbols, numbers, form.reach, lost),
            compile_overwriting(piece.expr, symbols),
        )

    def __call__(
        self, argument: torch.Tensor, left: Any, right: Any, values: Sequence[Any]
    ) -> torch.Tensor:
        # Beyond its stop a rising piece goes on with slope ±1, which only ``part`` adds.
        if self.overwriting is None or any(self.part.rises) or not _all_numbers(values):
            return self.part(argument, left, right, list(values))
        inside = self.part.held(argument, left, right)
        # A clamp's result is ours to overwrite, the caller's argument is not.
        result: torch.Tensor = self.overwriting(inside, inside is not argument, *values)
        return result


@dataclass(frozen=True)
class _Clipped:
    """One piece, its argument held between its breaks."""

    piece: _Held
    index: int

    def __call__(
        self, argument: torch.Tensor, ends: Sequence[Any], values: Sequence[Any]
    ) -> torch.Tensor:
        return self.piece(argument, ends[self.index], ends[self.index + 1], values)


@dataclass(frozen=True)
class _Joined:
    """Two pieces that are 0 at their break; two lines give their larger or their smaller value."""

    left: _Held
    right: _Held
    lines: bool

    def __call__(
        self, argument: torch.Tensor, ends: Sequence[Any], values: Sequence[Any]
    ) -> torch.Tensor:
        numbers = _all_numbers(values)
        if self.lines and numbers:
            pair = (self.left.part, self.right.part)
            first, second = (part.evaluate(argument, *values) for part in pair)
            # Which line is above to the right of the break, there it is the larger one.
            left, right = (part.evaluate(ends[1] + 1.0, *values) for part in pair)
            upper = left <= right
            bent: torch.Tensor = first.clamp(min=second) if upper else first.clamp(max=second)
            return bent
        # f_0(min(x, k)) + f_1(max(x, k)), of which one term is 0.
        below = self.left(argument, ends[0], ends[1], values)
        above = self.right(argument, ends[1], ends[2], values)
        return below.add_(above) if numbers else below + above


@dataclass(frozen=True)
class _Stepped:
    """Every piece times 1 on its interval and 0 elsewhere.

    ``closed``: for each break, whether the piece on the right holds at it.
    """

    pieces: Sequence[_Held]
    closed: Sequence[bool]

    def __call__(
        self, argument: torch.Tensor, ends: Sequence[Any], values: Sequence[Any]
    ) -> torch.Tensor:
        steps = [_step(argument, k, at) for k, at in zip(ends[1:-1], self.closed, strict=True)]
        levels: list[Any] = [
            piece.part.evaluate(argument, *values) if piece.part.constant else None
            for piece in self.pieces
        ]
        if len(levels) == 2 and all(isinstance(level, int | float) for level in levels):
            return _two_levels(steps[0], levels[0], levels[1])
        # H_0 = 1, and the last piece has H_n alone.
        shares: list[Any] = [1, *steps]
        weights = [one - other for one, other in pairwise(shares)]
        # clamp(1, 1) is 1 everywhere, but nan at nan.
        weights.append(steps[-1] if steps else argument.clamp(1, 1))
        terms = []
        for weight, piece, level, pair in zip(
            weights, self.pieces, levels, pairwise(ends), strict=True
        ):
            if level is None:
                terms.append(_times(weight, piece(argument, *pair, values), values))
            elif isinstance(level, torch.Tensor) or level != 0:
                terms.append(_times(weight, level, values))
        total = terms[0]
        for term in terms[1:]:
            total = _plus(total, term, values)
        return total


def _times(weight: torch.Tensor, factor: Any, values: Sequence[Any]) -> torch.Tensor:
    return weight.mul_(factor) if _all_numbers(values) else weight * factor


def _plus(total: torch.Tensor, term: torch.Tensor, values: Sequence[Any]) -> torch.Tensor:
    return total.add_(term) if _all_numbers(values) else total + term


def _all_numbers(values: Sequence[Any]) -> bool:
    return not any(isinstance(value, torch.Tensor) for value in values)


def _step(argument: torch.Tensor, at: Any, closed: bool) -> torch.Tensor:
    """1 above a break, 0 below; nan for nan."""
    # ⌊·⌋ + 1 is 1 at the break, ⌈·⌉ is 0 there.
    offset = argument if isinstance(at, int | float) and at == 0 else argument - at
    return offset.clamp(-1, 0).floor_().add_(1) if closed else offset.clamp(0, 1).ceil_()


def _two_levels(step: torch.Tensor, left: float, right: float) -> torch.Tensor:
    # max(right·H, left).
    if 0 <= left < right:
        high = step if right == 1 else step.mul_(right)
        return high.clamp_min_(left) if left else high
    # left·(1 − H) + right·H, each product with 0 or 1 exact.
    return torch.rsub(step, left, alpha=left).add_(step, alpha=right)


def _continuous(plain: Sequence[Piece]) -> bool:
    gaps = (one.expr - other.expr for one, other in pairwise(plain))
    return all(
        simplify(gap.subs(x, piece.upper)) == 0 for gap, piece in zip(gaps, plain[:-1], strict=True)
    )


def _vanishing(plain: Sequence[Piece]) -> bool:
    return all(simplify(piece.expr.subs(x, plain[0].upper)) == 0 for piece in plain)


def _is_line(piece: Piece) -> bool:
    return bool(piece.expr.is_polynomial(x) and not piece.expr.diff(x).has(x))


def _closed(left: Piece, right: Piece, form: StableForm) -> bool | None:
    """Does the right piece hold at the break? None where neither does."""
    special = dict(form.at_points).get(left.upper)
    # At a break without a value of its own the left piece holds.
    if special is None:
        return False
    return True if simplify(special - right.expr.subs(x, left.upper)) == 0 else None


def _finite_at_breaks(
    form: StableForm, parts: Sequence[CompiledPiece], numbers: list[float]
) -> bool:
    """A piece that is infinite at its break cannot be multiplied by 0 there."""
    for piece, part in zip(form.pieces, parts, strict=True):
        for end in (piece.lower, piece.upper):
            if not end.is_infinite and not part.constant:
                edge = compile_torch(form.symbols, numbered(end))(*numbers)
                # 1/x is infinite of either sign at the two zeros.
                at = torch.tensor([edge] if edge else [0.0, -0.0], dtype=torch.float64)
                if not part.evaluate(at, *numbers).isfinite().all():
                    return False
    return True
