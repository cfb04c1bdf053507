"""Where is f(x) = x, does iteration go there, how fast, and is f a contraction?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from sympy import Expr, Interval, Set, Union, diff, factorial, oo

from ..activation import Activation
from ..notation import x
from .pieces import Piece, pieces
from .real_roots import RootRoute, roots_between


class Stability(StrEnum):
    """What iteration does near a fixed point: come, leave, come from one side only, stand still."""

    ATTRACTING = "attracting"
    REPELLING = "repelling"
    SEMISTABLE = "semistable"
    NEUTRAL = "neutral"


@dataclass(frozen=True)
class FixedPoint:
    """An isolated fixed point, or one end or inner point of a continuum of them.

    ``multiplier`` is f′ at the point (left and right where they differ); ``multiplicity`` is the
    order of the zero of f(x) − x; ``rate`` says in words how the distance shrinks per step.
    """

    x: Expr
    multiplier_left: Expr
    multiplier_right: Expr
    multiplicity: int
    stability: Stability
    rate: str
    route: RootRoute

    @property
    def multiplier(self) -> Expr:
        """f′(x); the side of larger magnitude where they differ."""
        sides = (self.multiplier_left, self.multiplier_right)
        return max(sides, key=lambda value: abs(value.evalf()))


@dataclass(frozen=True)
class FixedPoints:
    """Isolated fixed points in increasing order, and the intervals on which f(x) = x."""

    isolated: tuple[FixedPoint, ...]
    continuum: Set


@lru_cache(maxsize=128)
def fixed_points(activation: Activation) -> FixedPoints:
    """All real fixed points at the activation's default parameters.

    Polynomial pieces are solved exactly; elsewhere a root that SymPy recognizes (such as 0) is
    exact, and the others carry 30 digits and the route "numeric".

    >>> from actmath import catalog
    >>> [(p.x, p.multiplier) for p in fixed_points(catalog.hard_sigmoid).isolated]
    [(2/3, 1/4)]
    >>> fixed_points(catalog.hard_tanh).continuum
    Interval(-1, 1)
    """
    parts = pieces(activation.formula())
    still = [Interval(p.lower, p.upper) for p in parts if (p.expr - x).expand() == 0]
    continuum = Union(*still)
    found: dict[Expr, RootRoute] = {}
    for part in parts:
        if (part.expr - x).expand() != 0:
            for root, route in roots_between(part.expr - x, part.lower, part.upper):
                found.setdefault(root, route)
    isolated = [
        _classify(point, parts, route)
        for point, route in sorted(found.items(), key=lambda item: item[0].evalf())
        if continuum.contains(point) is not True and not bool(continuum.contains(point))
    ]
    return FixedPoints(tuple(isolated), continuum)


def _classify(point: Expr, parts: tuple[Piece, ...], route: RootRoute) -> FixedPoint:
    left = next(p for p in parts if p.lower < point <= p.upper)
    right = next(p for p in parts if p.lower <= point < p.upper)
    sides = [_side(part.expr, point) for part in (left, right)]
    multipliers = [diff(part.expr, x).subs(x, point) for part in (left, right)]
    attracted = _attracted(multipliers, sides)
    stability = {
        (True, True): Stability.ATTRACTING,
        (False, False): Stability.REPELLING,
    }.get(attracted, Stability.SEMISTABLE)
    order = max(side.order for side in sides)
    rate = _rate(multipliers, sides, stability)
    return FixedPoint(point, *multipliers, order, stability, rate, route)


@dataclass(frozen=True)
class _Side:
    """f(x) − x = coefficient·(x − x*)^order + … on one side of the fixed point."""

    order: int
    coefficient: Expr


def _side(expr: Expr, point: Expr) -> _Side:
    gap = expr - x
    for order in range(1, 8):
        value = diff(gap, x, order).subs(x, point)
        if abs(value.evalf(30)) > 1e-20:
            return _Side(order, value / factorial(order))
    raise NotImplementedError(f"f(x) - x vanishes to order 8 or more at {point}")


def _attracted(multipliers: list[Expr], sides: list[_Side]) -> tuple[bool, bool]:
    """Is a start just left, just right, drawn in?"""
    left, right = multipliers
    if left.is_negative or right.is_negative:
        both = bool(abs(left * right) < 1)
        return both, both
    # The left side is drawn in where f(x) > x, the right side where f(x) < x.
    pulls_left = sides[0].coefficient * (-1) ** sides[0].order > 0
    pulls_right = sides[1].coefficient < 0
    return bool(pulls_left), bool(pulls_right)


def _rate(multipliers: list[Expr], sides: list[_Side], stability: Stability) -> str:
    if stability is not Stability.ATTRACTING:
        return "not approached from every side"
    if all(side.order > 1 for side in sides):
        order, size = sides[1].order, abs(sides[1].coefficient)
        return f"algebraic: distance ~ ({(order - 1) * size}·n)^(-1/{order - 1})"
    worst = max((abs(m) for m in multipliers), key=lambda value: value.evalf())
    return "faster than linear" if worst == 0 else f"linear: factor {worst.evalf(10)} per step"


@dataclass(frozen=True)
class Lipschitz:
    """The Lipschitz constant L = sup |f′|, where |f′| comes to it, and what follows.

    ``contraction``: L < 1, so Banach's theorem applies. ``nonexpansive``: L ≤ 1.
    """

    constant: Expr
    attained_at: Expr | None
    route: RootRoute

    @property
    def contraction(self) -> bool:
        return bool(self.constant < 1)

    @property
    def nonexpansive(self) -> bool:
        return bool(self.constant <= 1)


@lru_cache(maxsize=128)
def lipschitz(activation: Activation) -> Lipschitz:
    """sup |f′| over the line at the default parameters: ends, breaks and critical points of f′.

    >>> from actmath import catalog
    >>> lipschitz(catalog.sigmoid).constant, lipschitz(catalog.tanh).contraction
    (1/4, False)
    """
    best = Lipschitz(-oo, None, RootRoute.EXACT)
    for part in pieces(activation.formula()):
        slope = diff(part.expr, x)
        for point, route in _candidates(slope, part):
            value = abs(slope.subs(x, point) if point.is_finite else slope.limit(x, point))
            if best.constant.evalf() < value.evalf() - 1e-25:
                best = Lipschitz(value.simplify(), point if point.is_finite else None, route)
    return best


def _candidates(slope: Expr, part: Piece) -> list[tuple[Expr, RootRoute]]:
    ends = [(part.lower, RootRoute.EXACT), (part.upper, RootRoute.EXACT)]
    curvature = diff(slope, x)
    if curvature.expand() == 0:
        return ends[:1] if part.lower.is_finite else ends[1:]
    return ends + list(roots_between(curvature, part.lower, part.upper))
