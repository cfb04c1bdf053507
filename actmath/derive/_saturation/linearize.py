"""The tangent of an activation, and the hard version that clips it to the activation's range."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import AccumBounds, Expr, Max, Min, diff, latex, simplify, solve

from ..._text.tables import Answer
from ...activation import Activation
from ...notation import latex_names, x
from ...number import Number, approximate, exact
from .._formula.pieces import pieces
from .._subject import resolve
from .saturation import Side, saturation


@dataclass(frozen=True, repr=False)
class Linearization(Answer):
    """u(x) = f(x₀) + f′(x₀)(x − x₀), the first-order Taylor polynomial at x₀."""

    point: Expr
    value: Expr
    slope: Expr
    expr: Expr

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle u(x) = {latex(self.expr, symbol_names=latex_names())}$"


@dataclass(frozen=True, repr=False)
class Hardened(Answer):
    """The clipped tangent h(x) = max(min(u(x), top), bottom) and where the clipping sets in."""

    expr: Expr
    linearization: Linearization
    bottom: Expr | None
    top: Expr | None
    left_threshold: Expr | None
    right_threshold: Expr | None

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle h(x) = {latex(self.expr, symbol_names=latex_names())}$"


def linearize(activation: Activation | str, at: Number = 0) -> Linearization:
    """The tangent at a point where the activation is differentiable.

    Raises:
        ValueError: at a breakpoint with two different one-sided tangents.

    >>> from actmath import catalog
    >>> linearize(catalog.sigmoid).expr
    x/4 + 1/2
    """
    activation = resolve(activation)
    point = exact(at, "the point of linearization")
    defaults = activation.defaults
    sides = [
        p.expr
        for p in pieces(activation.expr)
        if p.lower.subs(defaults) <= point <= p.upper.subs(defaults)
    ]
    values = [side.subs(x, point) for side in sides]
    slopes = [diff(side, x).subs(x, point) for side in sides]
    # One piece, or two that agree in value and slope, has a tangent at its end too.
    if any(simplify(one[0] - one[-1]) != 0 for one in (values, slopes)):
        raise ValueError(f"{activation.name} has a kink at {point}: there is no tangent there")
    value = values[0]
    slope = slopes[0]
    return Linearization(point, value, slope, value + slope * (x - point))


def harden(activation: Activation | str, at: Number = 0) -> Hardened:
    """The hard version: the tangent clipped to lim f at −∞ and +∞ (Gulcehre et al. 2016, Sec. 2).

    A side on which f has no finite limit is not clipped. The thresholds are where the tangent
    meets the limits. Whether it rises or falls is decided at the default parameters.

    Raises:
        ValueError: if the tangent is level, or cannot be told from a level one by 30 digits, or f
            has no finite limit on either side.

    >>> from actmath import catalog
    >>> h = harden(catalog.sigmoid)
    >>> h.expr, h.left_threshold, h.right_threshold
    (Max(0, Min(1, x/4 + 1/2)), -2, 2)
    """
    activation = resolve(activation)
    tangent = linearize(activation, at)
    ends = saturation(activation)
    limits = [_finite_limit(side) for side in (ends.left, ends.right)]
    if tangent.slope == 0 or limits == [None, None]:
        raise ValueError(f"{activation.name} has no hard version at {tangent.point}")
    # A falling tangent meets the limit at +∞ below and the limit at −∞ above.
    bottom, top = limits if _rises(activation, tangent) else limits[::-1]
    expr = tangent.expr
    expr = expr if top is None else Min(expr, top)
    expr = expr if bottom is None else Max(expr, bottom)
    # u(x) = lim f, solved for x; u is a line, so there is one solution.
    thresholds = [None if v is None else solve(tangent.expr - v, x)[0] for v in limits]
    return Hardened(expr, tangent, bottom, top, *thresholds)


def _rises(activation: Activation, tangent: Linearization) -> bool:
    slope = tangent.slope.subs(activation.defaults)
    size, again = approximate(slope), approximate(slope, 60)
    # What cancels altogether has other digits each time, or none.
    if again == 0 or abs(size - again) > abs(again) / 2:
        where = f"{tangent.point}, {tangent.slope}"
        raise ValueError(f"the slope of {activation.name} at {where}, cannot be told from 0")
    return bool(again > 0)


def _finite_limit(side: Side) -> Expr | None:
    """lim f, or None where f grows or oscillates."""
    oscillates = isinstance(side.value, AccumBounds)
    return side.value if side.value.is_finite and not oscillates else None
