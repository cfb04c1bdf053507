"""Which float64 method suits an activation: one of three closed forms, or a rule with nodes."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

from sympy import Expr, Wild, exp, oo

from ...activation import Activation
from ...derive._formula.pieces import Piece, pieces
from ...notation import x
from ._rules.calibration import calibrate
from .array_ops import ArrayOps
from .clipped_line import ClippedLine
from .exponential_unit import ExponentialUnit
from .result import AnyArray, FourMoments, MomentRoute
from .two_slopes import TwoSlopes

_A, _B, _K = (Wild(name, exclude=[x]) for name in "ABK")


ClosedForm = TwoSlopes | ClippedLine | ExponentialUnit


class MomentMethod(Protocol):
    """A way to the Gaussian moments of one activation: a closed form, or a rule with nodes."""

    def moments(self, ops: ArrayOps, mean: AnyArray, variance: AnyArray) -> FourMoments:
        """E f, Var f, E f′ and E f′² at one-dimensional arrays, variance > 0."""

    def route(self, ops: ArrayOps, mean: AnyArray, variance: AnyArray) -> MomentRoute:
        """By which way these moments are computed, at the worst."""


@lru_cache(maxsize=256)
def moment_method(activation: Activation) -> MomentMethod:
    """The closed form where there is one, else what ``calibrate`` finds.

    Raises:
        ArithmeticError: for an activation that is too fine to be sampled.
    """
    return closed_form_of(activation) or calibrate(activation)


@lru_cache(maxsize=256)
def closed_form_of(activation: Activation) -> ClosedForm | None:
    """The non-cancelling closed form at the default parameters, if it is one of the three kinds.

    >>> from actmath import catalog
    >>> closed_form_of(catalog.celu.with_parameters(alpha=2))
    ExponentialUnit(alpha=1.0, width=2.0, scale=2.0)
    >>> closed_form_of(catalog.tanh) is None
    True
    """
    parts = pieces(activation.formula())
    # One or two pieces: a line with a kink or without, or an exponential and a line.
    if len(parts) > 2:
        return _clipped_line(parts)
    return _two_slopes(parts) or _exponential_unit(parts)


def _two_slopes(parts: tuple[Piece, ...]) -> TwoSlopes | None:
    if not all(_is_line(part.expr) for part in parts):
        return None
    left, right = parts[0], parts[-1]
    kink = 0 * x if right.lower == -oo else right.lower
    # Two lines with a jump between them are no such form.
    at = [side.expr.subs(x, kink) for side in (left, right)]
    if (at[0] - at[1]).equals(0) is not True:
        return None
    slopes = [float(side.expr.diff(x)) for side in (left, right)]
    return TwoSlopes(float(kink), float(at[0]), *slopes)


def _clipped_line(parts: tuple[Piece, ...]) -> ClippedLine | None:
    """Constant, a line, constant, without a jump."""
    if len(parts) != 3 or not all(_is_line(part.expr) for part in parts):
        return None
    left, line, right = parts
    start, stop = line.lower, line.upper
    gaps = (left.expr - line.expr.subs(x, start), right.expr - line.expr.subs(x, stop))
    if any(gap.equals(0) is not True for gap in gaps):
        return None
    return ClippedLine(float(start), float(stop), float(left.expr), float(line.expr.diff(x)))


def _is_line(expr: Expr) -> bool:
    return bool(expr.is_polynomial(x) and expr.diff(x, 2).equals(0))


def _exponential_unit(parts: tuple[Piece, ...]) -> ExponentialUnit | None:
    """A·(e^{kx} − 1) below 0 and s·x above is (s/k)·f(kx) with alpha = A·k/s."""
    if len(parts) != 2 or parts[0].upper != 0 or not _is_line(parts[1].expr):
        return None
    # A·e^{kx} + B, with A + B = 0 asked for below.
    match = parts[0].expr.expand().match(_A * exp(_K * x) + _B)
    slope = parts[1].expr.diff(x)
    # A constant matches with A = 0 and any k at all.
    if match is None or _K not in match or parts[1].expr.subs(x, 0) != 0:
        return None
    height, offset, rate = (match[w] for w in (_A, _B, _K))
    # For alpha < 0 the branch falls, and the form's terms are not as small as the answer.
    rising = height.is_positive and rate.is_positive and slope.is_positive
    if not rising or (height + offset).equals(0) is not True:
        return None
    return ExponentialUnit(float(height * rate / slope), float(1 / rate), float(slope / rate))
