"""Where does an activation stop responding? Gulcehre et al. (2016), Definitions 2.1 to 2.3."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sympy import Expr, S, oo

from ..._kept import kept
from ..._text.tables import Answer
from ...activation import POSITIVE, Activation
from ...notation import stand_in
from ...number import one_at_a_time
from .._formula._roots.wave_ranges import tight
from .._formula.derivative import derivative
from .._formula.far_slopes import slope_limit
from .._formula.pieces import Piece, activation_pieces, limit_at
from .._subject import resolve


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


@kept(256)
@one_at_a_time
def saturation(activation: Activation | str) -> Saturation:
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
    activation = resolve(activation)
    values = activation_pieces(activation)
    slopes = derivative(activation).pieces
    left, right = (_side(values[i], slopes[i], end, activation) for i, end in ((0, -oo), (-1, oo)))
    return Saturation(left, right)


@dataclass(frozen=True)
class HardSaturation:
    """``printed``: one c with h′ = 0 for x > c and for x < c; ``meant``: a constant for each side.

    As printed, h′ may differ from 0 at c alone: only steps and constants qualify.
    """

    printed: bool
    meant: bool
    left: Expr | None
    right: Expr | None


def hard_saturation(activation: Activation) -> HardSaturation:
    """Both readings, at the default parameters.

    >>> from actmath import catalog
    >>> hard_saturation(catalog.hard_tanh)
    HardSaturation(printed=False, meant=True, left=-1, right=1)
    """
    slopes = [p.expr.subs(activation.defaults) for p in derivative(activation).pieces]
    # One constant c for both sides leaves x = c as the only point where f′ may differ from 0.
    flat = all(slope == 0 for slope in slopes)
    ends = saturation(activation)
    hard = (ends.left.kind, ends.right.kind) == (SaturationKind.HARD, SaturationKind.HARD)
    return HardSaturation(
        printed=flat and len(slopes) <= 2,
        meant=hard,
        left=ends.left.threshold,
        right=ends.right.threshold,
    )


def _side(value: Piece, slope: Piece, end: Expr, activation: Activation) -> Side:
    defaults = activation.defaults
    signed = _signs_from_domains(activation)
    # f′ = 0 on the whole outermost piece: hard, and the piece's end is the threshold.
    if slope.expr.subs(defaults) == 0:
        threshold = slope.upper if end == -oo else slope.lower
        # A level that is flat for the default only, as leaky ReLU with slope 0, needs the default.
        level = value.expr if slope.expr == 0 else value.expr.subs(defaults)
        return Side(SaturationKind.HARD, level, S.Zero, threshold)
    # Limits with the signs that the parameters' domains grant; the parameters come back after.
    side = "+" if end == -oo else "-"
    back = {new: old for old, new in signed.items()}
    known, rising = (part.expr.subs(signed) for part in (value, slope))
    value_there = tight(limit_at(known, end, side), known, end).subs(back)
    slope_there = tight(slope_limit(known, rising, end, side), rising, end).subs(back)
    # Def. 2.2: f′ → 0 saturates; without a threshold it is soft.
    kind = SaturationKind.SOFT if slope_there.subs(defaults) == 0 else SaturationKind.NONE
    return Side(kind, value_there, slope_there)


def _signs_from_domains(activation: Activation) -> dict[Expr, Expr]:
    """Stand-ins that tell SymPy's limits what a parameter's domain says about its sign."""
    return {
        parameter.symbol: stand_in(parameter.symbol)
        for parameter in activation.parameters
        if parameter.domain.is_subset(POSITIVE)
    }
