"""Where does an activation stop responding? Gulcehre et al. (2016), Definitions 2.1 to 2.3."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from sympy import Dummy, Expr, S, limit, oo

from ...activation import POSITIVE, Activation
from ...notation import x
from ...tables import Answer
from .._formula.derivative import derivative
from .._formula.pieces import Piece, pieces


class SaturationKind(StrEnum):
    """None: the slope does not vanish; soft: only in the limit; hard: from a threshold on."""

    NONE = "none"
    SOFT = "soft"
    HARD = "hard"


@dataclass(frozen=True)
class Side:
    """One end of the line: the kind of saturation, lim f, lim f′, and the threshold if hard."""

    kind: SaturationKind
    value: Expr
    slope: Expr
    threshold: Expr | None = None


@dataclass(frozen=True, repr=False)
class Saturation(Answer):
    """Both ends of the line."""

    left: Side
    right: Side

    @property
    def saturates(self) -> bool:
        """Def. 2.2: both left and right."""
        return SaturationKind.NONE not in (self.left.kind, self.right.kind)


@lru_cache(maxsize=256)
def saturation(activation: Activation) -> Saturation:
    """Left and right saturation by the limits of f′ (Gulcehre et al. 2016, Defs. 2.2, 2.3).

    Hard saturation on a side means that f′ = 0 beyond a threshold; the largest such interval gives
    the threshold. The definition as printed uses one constant for both sides, which read literally
    would leave no function but the constant ones; here each side has its own. The kind is decided
    at the default parameters (a leaky ReLU with slope 0 saturates); limits stay formulas.

    >>> from actmath import catalog
    >>> s = saturation(catalog.hard_sigmoid)
    >>> str(s.left.kind), s.left.threshold, s.right.threshold
    ('hard', -2, 2)
    """
    values = pieces(activation.expr)
    slopes = derivative(activation).pieces
    left, right = (_side(values[i], slopes[i], end, activation) for i, end in ((0, -oo), (-1, oo)))
    return Saturation(left, right)


def _side(value: Piece, slope: Piece, end: Expr, activation: Activation) -> Side:
    defaults, signed = activation.defaults, _signs_from_domains(activation)
    if slope.expr.subs(defaults) == 0:
        threshold = slope.upper if end == -oo else slope.lower
        level = value.expr if slope.expr == 0 else value.expr.subs(defaults)
        return Side(SaturationKind.HARD, level, S.Zero, threshold)
    value_there, slope_there = (
        limit(part.expr.subs(signed), x, end).subs({new: old for old, new in signed.items()})
        for part in (value, slope)
    )
    kind = SaturationKind.SOFT if slope_there.subs(defaults) == 0 else SaturationKind.NONE
    return Side(kind, value_there, slope_there)


def _signs_from_domains(activation: Activation) -> dict[Expr, Expr]:
    """Stand-ins that tell SymPy's limits what a parameter's domain says about its sign."""
    return {
        parameter.symbol: Dummy(parameter.name, positive=True)
        for parameter in activation.parameters
        if parameter.domain.is_subset(POSITIVE)
    }
