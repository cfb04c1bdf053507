"""Where is f(x) = x, does iteration go there, how fast, and is f a contraction?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from sympy import (
    AccumBounds,
    Expr,
    Interval,
    Piecewise,
    S,
    Set,
    Union,
    diff,
    oo,
    sign,
    simplify,
)
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean

from ..._kept import kept
from ..._text.tables import Answer
from ...activation import Activation
from ...notation import x
from ...number import approximate, evaluated, few_digits, one_at_a_time
from .._formula._roots.real_roots import RootRoute, roots_between
from .._formula._roots.search_points import searched
from .._formula._roots.wave_ranges import period, tight
from .._formula.far_slopes import slope_limit
from .._formula.pieces import Piece, limit_at, pieces
from .._subject import resolve
from .attraction import Stability, attraction


@dataclass(frozen=True, repr=False)
class FixedPoint(Answer):
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
        return max(sides, key=lambda value: abs(approximate(value)))

    def caption(self) -> str:
        """The point, the slope and the verdict, with a few digits."""
        sides = dict.fromkeys(map(few_digits, (self.multiplier_left, self.multiplier_right)))
        slope = " | ".join(sides)
        return f"x = {few_digits(self.x)}, slope {slope}: {self.stability}, {self.rate}"


@dataclass(frozen=True, repr=False)
class FixedPoints(Answer):
    """Isolated fixed points in increasing order, and the intervals on which f(x) = x.

    ``searched`` is where the isolated ones were looked for: all of the line, or of waves without
    end 64 of the shortest on each side of 0, or as far as changing ones are told apart.
    """

    isolated: tuple[FixedPoint, ...]
    continuum: Set
    searched: Set

    def rows(self) -> tuple[tuple[str, str], ...]:
        """A row for each isolated point, then the intervals, and what was searched if not all."""
        points = [(f"isolated[{i}]", point.caption()) for i, point in enumerate(self.isolated)]
        rows = (*points, ("continuum", str(self.continuum)))
        return rows if self.searched == S.Reals else (*rows, ("searched", str(self.searched)))


@kept(128)
@one_at_a_time
def fixed_points(activation: Activation | str) -> FixedPoints:
    """All real fixed points at the activation's default parameters.

    Polynomial pieces are solved exactly; elsewhere a root that SymPy recognizes (such as 0) is
    exact, and the others carry 30 digits and the route "numeric", which may miss some (see
    ``roots_between``). Snake has one at every multiple of π: ``searched`` says how far they go.

    Raises:
        ValueError: if the formula cannot be split into pieces.
        NotImplementedError: if f(x) − x vanishes to order 8 or more somewhere, or for waves that
            cross the line y = x more often than is looked for.

    >>> from actmath import catalog
    >>> [(p.x, p.multiplier) for p in fixed_points(catalog.hard_sigmoid).isolated]
    [(2/3, 1/4)]
    >>> fixed_points(catalog.hard_tanh).continuum
    Interval(-1, 1)
    """
    activation = resolve(activation)
    parts = pieces(activation.formula())
    still = [Interval(p.lower, p.upper) for p in parts if (p.expr - x).expand() == 0]
    continuum = Union(*still)
    found: dict[Expr, RootRoute] = {}
    for part in parts:
        if (part.expr - x).expand() != 0:
            for root, route in roots_between(part.expr - x, part.lower, part.upper):
                if _is_fixed(activation, root, part):
                    found.setdefault(root, route)
    for place in _own_values(activation, parts):
        if all(abs(approximate(place - root)) > 1e-20 for root in found):
            found[place] = RootRoute.EXACT
    isolated = [
        _classify(point, parts, route)
        for point, route in sorted(found.items(), key=lambda item: approximate(item[0]))
        # An end of an interval of fixed points is not isolated.
        if continuum.contains(point) is not True and not bool(continuum.contains(point))
    ]
    where = Union(*(searched(part.expr - x, part.lower, part.upper) for part in parts))
    return FixedPoints(tuple(isolated), continuum, where)


def _is_fixed(activation: Activation, root: Expr, part: Piece) -> bool:
    """At the end of a piece the function may have the value of the other piece."""
    if root not in (part.lower, part.upper) or not activation.expr.has(Piecewise, sign):
        return True
    return _returns(activation, root)


def _returns(activation: Activation, place: Expr) -> bool:
    gap = activation.formula().subs(x, place) - place
    return bool(abs(approximate(gap)) < 1e-25)  # 0, seen with 30 digits


def _own_values(activation: Activation, parts: tuple[Piece, ...]) -> list[Expr]:
    """The jumps at which f(x) = x, maybe by a value that neither side tends to, as sgn 0 is 0."""
    if not activation.expr.has(Piecewise, sign):
        return []
    return [part.upper for part in parts[:-1] if _returns(activation, part.upper)]


def _classify(point: Expr, parts: tuple[Piece, ...], route: RootRoute) -> FixedPoint:
    # At a break the two sides are different formulas, each with a derivative of its own.
    left = next(p for p in parts if p.lower < point <= p.upper)
    right = next(p for p in parts if p.lower <= point < p.upper)
    found = attraction(left.expr, right.expr, point)
    return FixedPoint(
        point,
        found.multiplier_left,
        found.multiplier_right,
        found.multiplicity,
        found.stability,
        found.rate,
        route,
    )


@dataclass(frozen=True, repr=False)
class Lipschitz(Answer):
    """The Lipschitz constant L = sup |f′|, where |f′| comes to it, and what follows.

    ``contraction``: L < 1, so Banach's theorem applies. ``nonexpansive``: L ≤ 1.
    """

    constant: Expr
    attained_at: Expr | None
    route: RootRoute

    @property
    def contraction(self) -> bool:
        """L < 1; ValueError where SymPy cannot decide it, as for tanh(300)²."""
        return _decided(self.constant < 1)

    @property
    def nonexpansive(self) -> bool:
        """L ≤ 1; ValueError as for ``contraction``."""
        return _decided(self.constant <= 1)


def _decided(comparison: Boolean | bool) -> bool:
    if isinstance(comparison, Relational):
        raise ValueError(f"cannot decide whether {comparison}: it is too near to call")
    return bool(comparison)


@kept(128)
@one_at_a_time
def lipschitz(activation: Activation | str) -> Lipschitz:
    """sup |f′| over the line at the default parameters: ends, breaks and critical points of f′.

    Infinite where f jumps. Critical points are found as fixed points are, and may be missed as
    they: the route says how the place was found where |f′| is largest of those that were.

    Raises:
        ValueError: if the formula cannot be split into pieces.
        NotImplementedError: for waves that turn more often than is looked for.

    >>> from actmath import catalog
    >>> lipschitz(catalog.sigmoid).constant, lipschitz(catalog.tanh).contraction
    (1/4, False)
    """
    activation = resolve(activation)
    best = Lipschitz(-oo, None, RootRoute.EXACT)
    parts = pieces(activation.formula())
    for left, right in pairwise(parts):
        # Across a jump no constant bounds |f(x) − f(y)|/|x − y|.
        at = left.upper
        if simplify(limit_at(left.expr, at, "-") - limit_at(right.expr, at, "+")) != 0:
            return Lipschitz(oo, left.upper, RootRoute.EXACT)
    for part in parts:
        slope = diff(part.expr, x)
        for point, route in _candidates(slope, part):
            value = _largest(abs(_slope_at(slope, point, part)))
            # Only a true gain replaces the first place where the value is reached.
            if _is_larger(value, best.constant):
                best = Lipschitz(value.simplify(), point if point.is_finite else None, route)
    return best


def _is_larger(value: Expr, before: Expr) -> bool:
    """Is a slope larger than one before, by its 15 digits of the 30 that are known?

    Raises:
        ValueError: where SymPy has no number for it, as for the slope of sin(x²) at infinity.
    """
    size = evaluated(value)
    if size.has(AccumBounds) or not size.is_extended_real:
        raise ValueError(f"the supremum of |f′| is not determined: far out it is {value}")
    return bool(evaluated(before) < size)


def _slope_at(slope: Expr, point: Expr, part: Piece) -> Expr:
    """The slope at a critical point, by its limit where the point is an end or has no value."""
    inner = point not in (part.lower, part.upper)
    # SymPy's limits take most of a second each, and an oscillating slope has hundreds of points.
    value = slope.subs(x, point) if inner else None
    if value is not None and value.is_finite and value.is_real:
        return value
    limit = slope_limit(part.expr, slope, point, "+" if point == part.lower else "-")
    return tight(limit, slope, point) if point.is_infinite else limit


def _largest(value: Expr) -> Expr:
    """Of |f′|, which may oscillate as x → ±∞, as that of sin x or x·sin x."""
    if isinstance(value, AccumBounds):
        return value.max
    if not value.has(AccumBounds):
        return value
    # SymPy writes oo·sign(AccumBounds(−1, 1)): what both ends of the bounds give is reached.
    at_ends = (value.replace(AccumBounds, min), value.replace(AccumBounds, max))
    if oo not in at_ends:
        raise ValueError(f"cannot decide how steep the slope is as x → ±∞: {value}")
    return oo


def _candidates(slope: Expr, part: Piece) -> list[tuple[Expr, RootRoute]]:
    ends = [(part.lower, RootRoute.EXACT), (part.upper, RootRoute.EXACT)]
    # |f′| is largest at an end of the piece or where f″ = 0.
    curvature = diff(slope, x)
    if curvature.expand() == 0:
        return ends[:1] if part.lower.is_finite else ends[1:]
    # The bounds that SymPy gives at ±∞ for a product or a sum of waves may be reached nowhere; one
    # period of a periodic slope has all of its values.
    cycle = _cycle(slope, part)
    if cycle is not None:
        return list(roots_between(curvature, *cycle))
    return ends + list(roots_between(curvature, part.lower, part.upper))


def _cycle(slope: Expr, part: Piece) -> tuple[Expr, Expr] | None:
    """One period of a periodic slope, if the piece is as long; None for others."""
    endless = part.lower == -oo or part.upper == oo
    length = period(slope) if endless else None
    if length is None:
        return None
    if part.lower == -oo:
        last = length if part.upper == oo else part.upper
        return last - length, last
    return part.lower, part.lower + length
