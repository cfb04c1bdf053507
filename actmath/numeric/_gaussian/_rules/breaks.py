"""Where an activation breaks, and by how much its value jumps there, as floats."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from sympy import Expr

from ....activation import Activation
from ....derive._formula.pieces import pieces
from ....notation import x


@dataclass(frozen=True)
class Break:
    """A breakpoint, the jump of the activation there (0 where continuous), its limit from above."""

    at: float
    jump: float
    above: float


@lru_cache(maxsize=256)
def breaks(activation: Activation) -> tuple[Break, ...]:
    """The breakpoints of the activation at its default parameters."""
    found = []
    for left, right in pairwise(pieces(activation.formula())):
        below, above = (
            _limit(side.expr, left.upper, to) for side, to in ((left, "-"), (right, "+"))
        )
        found.append(Break(float(left.upper), float(above - below), float(above)))
    return tuple(found)


def _limit(expr: Expr, at: Expr, side: str) -> Expr:
    """The value at a point or, where the formula has none as 1/x at 0, its limit from that side."""
    value = expr.subs(x, at)
    return value if value.is_comparable and value.is_finite else expr.limit(x, at, side)
