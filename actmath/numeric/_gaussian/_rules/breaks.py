"""Where an activation breaks, and by how much its value jumps there, as floats."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from sympy import Expr

from ....activation import Activation
from ....derive._formula.pieces import pieces
from ....notation import x
from ....number import mp
from .rounding import lowered

# Beside a break a slope is 1e8 times as steep as elsewhere where it grows like the distance to the
# power of −1/2, for which the nearest float is 1e-16 away: below this one it does not grow so.
_STEEP = 1e6
# Between these distances, in decimal orders, a power is read off, with so many digits.
_NEAR, _NEARER, _DIGITS = 30, 60, 250
# Of a power: what of it may be a logarithm, or rounding.
_SURELY = 1e-6


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


@lru_cache(maxsize=256)
def has_infinite_square(activation: Activation) -> bool:
    """Is E f′² infinite, and E f′ not, as for √|x|: does f′ grow like |x − a|^p, −1 < p ≤ −1/2?"""
    at = np.array([b.at for b in breaks(activation)])
    beside = np.nextafter(at[:, None], [-np.inf, np.inf]).ravel()
    with np.errstate(all="ignore"):
        steep = np.abs(lowered(activation, 1)(beside))
    # A nan is looked at.
    if np.all(steep < _STEEP):
        return False
    powers = [power for power in _powers(activation) if power < 0]
    return min(powers, default=0.0) > _SURELY - 1 and min(powers, default=0.0) <= _SURELY - 0.5


def _powers(activation: Activation) -> list[float]:
    """Of each side of each break the power of the distance that f′ grows like, 0 if unknown."""
    # Here, since few slopes grow so.
    from ....lower._for_mpmath import to_mpf, to_mpmath

    slope, found = to_mpmath(activation, 1), []
    with mp.workdps(_DIGITS):
        for part in pieces(activation.formula())[:-1]:
            for sign in (-1, 1):
                apart = [sign * mp.mpf(10) ** -order for order in (_NEAR, _NEARER)]
                near, nearer = (abs(slope(to_mpf(part.upper) + d)) for d in apart)
                known = near > 0 and nearer > 0 and mp.isfinite(near + nearer)
                found.append(float(mp.log10(near / nearer)) / (_NEARER - _NEAR) if known else 0.0)
    return found


def _limit(expr: Expr, at: Expr, side: str) -> Expr:
    """The value at a point or, where the formula has none as 1/x at 0, its limit from that side."""
    value = expr.subs(x, at)
    return value if value.is_comparable and value.is_finite else expr.limit(x, at, side)
