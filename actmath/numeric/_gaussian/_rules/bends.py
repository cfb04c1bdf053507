"""Where an activation bends: ends of panels on which its derivative is a polynomial to all digits.

From a plain grid a panel is halved as long as the last Legendre coefficients of f′ on it count, or
the integral of f′ is not the change of f: a bend as narrow as a float allows is closed in upon.
A panel on which halving does not help, because the digits of f′ are rounding, is left as it is, and
what the floats have lost there, beside mpmath, is noted with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import count

import numpy as np
from sympy import Expr, Function, Poly, Pow

from ....activation import Activation
from ....derive._formula.pieces import pieces
from ....notation import x
from ..._array import Array
from .rounding import X_ROUNDING, lowered, panel_losses, rounding

#: Nodes of a panel.
NODES = 24
# The plain grid: even steps of 1.2 up to 12, then by a factor of 1.3.
_STEP = 1.2
_FLAT = 12.0
_GROWTH = 1.3
# The nearest end of a grid; ``grid_of`` doubles it.
_NEAREST = 16.0
# Beside the largest f′ on a panel or its neighbours: what the last three coefficients may be.
_RESOLVED = 1e-13
# Beside |f| at both ends: roundings that the change of f may have.
_ROUNDINGS = 64 * 2.0**-52
# Beside the whole: the square of what may be lost.
_LOST = 1e-25
# Of f′ beside its largest near 0: less than this is nothing, however it bends.
_FAINT = 1e-17
# Mpmath is asked at each of the first depths, and then at every fourth.
_ASKED = 4
# Towards a singularity, where that of a root at 0 takes a thousand halvings: 16 at once.
_LADDER = 2.0 ** np.arange(-16, 0)
# A grid may have so many panels; past it a function is too fine.
_MOST = 2**17


@dataclass(frozen=True, eq=False)
class BendGrid:
    """Increasing ends of panels; on each the absolute errors of the lowered f and f′.

    ``lossy``: some count beside their values. Unless ``complete``, panels should be finer still.
    Between ``low`` and ``high`` the line bends no finer than the plain grid, but for the middle.
    """

    ends: Array
    lost: tuple[Array, Array]
    lossy: bool
    complete: bool
    low: float
    high: float

    @property
    def reach(self) -> float:
        """The grid ends at ±reach."""
        return float(self.ends[-1])

    def lost_at(self, at: Array, order: int) -> Array:
        """The error of f (order 0) or f′ at points, that of the panel."""
        panel = np.searchsorted(self.ends, at) - 1
        return self.lost[order][np.clip(panel, 0, len(self.ends) - 2)]


@lru_cache(maxsize=512)
def grid_of(activation: Activation, doublings: int) -> BendGrid:
    """The grid from −R to R with R = 16·2^doublings."""
    # Of the largest float no end may fall short.
    reach = float(min(_NEAREST * 2.0 ** min(doublings, 1019), np.finfo(float).max))
    with np.errstate(all="ignore"):
        ends, complete = _halved(activation, _plain(activation, reach))
    if not complete:
        nothing = np.zeros(len(ends) - 1)
        return BendGrid(ends, (nothing, nothing), False, False, 0.0, 0.0)
    lost, lossy = panel_losses(activation, ends)
    return BendGrid(ends, lost, lossy, complete, *_far_bends(activation, ends))


def digits_are_lost(
    values: Array,
    slopes: Array,
    deviation: Array,
    mean: Array,
    variance: Array,
    _: Array,
    derivative_second: Array,
) -> Array:
    """In which rows squared errors of f and of f′ count beside the four moments.

    An error e of f′ makes one of f whose variance is at most σ²·E e² (Poincaré's inequality).
    """
    kept: Array = values <= _LOST * (variance + mean**2)
    kept &= deviation**2 * slopes <= _LOST * variance
    kept &= slopes <= _LOST * derivative_second
    return np.logical_not(kept)


def doublings_for(reach: float) -> int:
    """How often the nearest end of a grid must be doubled to reach so far."""
    # In steps of 4, so that few grids serve all arrays.
    return 4 * int(np.ceil(np.log2(max(reach, _NEAREST) / _NEAREST) / 4))


def _plain(activation: Activation, reach: float) -> Array:
    """The graded grid, and what the formula itself says of places."""
    own = [at for at in _places(activation) if abs(at) < reach]
    return np.union1d(_graded(reach), own)


def _graded(reach: float) -> Array:
    """Even steps, then steps in proportion."""
    even = _STEP * np.arange(1, round(_FLAT / _STEP))
    far = np.arange(int(np.log(reach / _FLAT) / np.log(_GROWTH)) + 1)
    side = np.concatenate([even, _FLAT * _GROWTH**far, [reach]])
    side = side[side <= reach]
    return np.unique(np.concatenate([-side, [0.0], side]))


def _far_bends(activation: Activation, ends: Array) -> tuple[float, float]:
    """Between which ends nothing that counts has made the graded grid finer, but for the middle."""
    fine = np.setdiff1d(ends, _graded(ends[-1]))
    with np.errstate(all="ignore"):
        near, far = (np.abs(lowered(activation, 1)(at)) for at in (np.linspace(-4, 4, 65), fine))
        # In this order a nan counts.
        fine = fine[~(far < _FAINT * near.max())]
    low = fine[fine < -_FLAT].max(initial=-np.inf)
    return float(low), float(fine[fine > _FLAT].min(initial=np.inf))


@lru_cache(maxsize=256)
def _places(activation: Activation) -> tuple[float, ...]:
    """The breaks; and where a function's argument a·x + b vanishes, a ladder down to 1/|a|."""
    parts = pieces(activation.formula())
    found = [float(part.upper) for part in parts[:-1]]
    nodes = {node for part in parts for node in part.expr.atoms(Function, Pow)}
    lines = [_line(argument) for node in nodes for argument in node.args]
    for rate, centre in filter(None, lines):
        # A width of 1 and more is what the plain grid is made for.
        rungs = 2.0 ** np.arange(0, np.log2(max(rate * _STEP, 1.0))) / rate
        if len(rungs):
            found += [centre, *(centre - rungs), *(centre + rungs)]
    return tuple(found)


def _line(argument: Expr) -> tuple[float, float] | None:
    """How steep a line or a parabola is, as the a of a·x and (a·x)², and its zero or vertex."""
    if not argument.has(x) or not argument.is_polynomial(x):
        return None
    polynomial = Poly(argument, x)
    degree = polynomial.degree()
    if degree > 2:
        return None
    lead, middle = (float(c) for c in polynomial.all_coeffs()[:2])
    return float(abs(lead) ** (1 / degree)), -middle / (degree * lead)


def _halved(activation: Activation, ends: Array) -> tuple[Array, bool]:
    value, slope = (lowered(activation, order) for order in (0, 1))
    left, right = ends[:-1], ends[1:]
    size = np.fmax.reduce(np.abs(slope(nodes_of(left, right))), axis=1)
    # Where a panel is not cut by the Gaussian's own scale, its neighbours are in view too.
    around = np.concatenate([[0.0], size, [0.0]])
    scale = np.max([around[:-2], around[1:-1], around[2:]], axis=0)
    before = np.full(len(left), np.inf)
    found = [ends]
    total = len(ends)
    for depth in count():
        if not len(left):
            break
        tail, scale, steep_right = _tails(value, slope, left, right, scale)
        middle = (left + right) / 2
        # A panel of neighbouring floats has no middle; one that overflows is judged by its rows.
        open_ = (tail > _RESOLVED) & (left < middle) & (middle < right) & np.isfinite(scale)
        # Rounding shows at once; at a root's singularity all depths look alike.
        asked = depth <= _ASKED or depth % _ASKED == 0
        stalled = open_ & (tail > before / 8) & asked
        heights = tail[stalled] * scale[stalled]
        if stalled.any():
            open_[stalled] &= ~rounding(activation, left[stalled], right[stalled], heights)
        singular = stalled & open_ & (depth > _ASKED)
        cuts = [
            _parts(left, right, np.flatnonzero(open_ & ~singular), np.array([0.5])),
            _parts(left, right, np.flatnonzero(singular & ~steep_right), _LADDER),
            _parts(left, right, np.flatnonzero(singular & steep_right), 1 - _LADDER[::-1]),
        ]
        left, right, parent = (np.concatenate(each) for each in zip(*cuts, strict=True))
        total += len(left) - int(np.count_nonzero(open_))
        if total > _MOST:
            return np.sort(np.concatenate(found)), False
        found.append(left)
        scale, before = scale[parent], tail[parent]
    return np.unique(np.concatenate(found)), True


def _parts(left: Array, right: Array, panels: Array, shares: Array) -> tuple[Array, Array, Array]:
    """Both ends of the parts into which some panels are cut, and whose part each is."""
    ends = left[panels], right[panels]
    inner = ends[0][:, None] + (ends[1] - ends[0])[:, None] * shares
    edges = np.column_stack([ends[0], inner, ends[1]])
    return edges[:, :-1].ravel(), edges[:, 1:].ravel(), np.repeat(panels, len(shares) + 1)


def nodes_of(left: Array, right: Array) -> Array:
    """The nodes of panels, (panels, nodes)."""
    points, _ = _legendre()
    return left[:, None] + (right - left)[:, None] * ((points + 1) / 2)


def _tails(
    value: Callable[..., Array],
    slope: Callable[..., Array],
    left: Array,
    right: Array,
    scale: Array,
) -> tuple[Array, Array, Array]:
    """How far f′ is from a polynomial on each panel, in units of its scale; and that scale.

    And whether f′ changes most in the panel's right half.
    """
    nodes = nodes_of(left, right)
    sampled = slope(nodes)
    _, weights = _legendre()
    last = np.max(np.abs(sampled @ _last_coefficients()), axis=1)
    # What the rounding of x alone does to f′, |x|·|f″| of an ulp, is no bend.
    change = np.abs(np.diff(sampled))
    steepest = np.max(change / np.diff(nodes), axis=1)
    blur = X_ROUNDING * np.maximum(np.abs(left), np.abs(right))
    last = np.maximum(last - blur * steepest, 0.0)
    # Just inside, since the ends may be jumps.
    ends = [value(np.nextafter(one, other)) for one, other in ((left, right), (right, left))]
    missed = np.abs(sampled @ weights / 2 * (right - left) - (ends[1] - ends[0]))
    size = np.max(np.abs(sampled), axis=1)
    excess = missed - _ROUNDINGS * (np.abs(ends[0]) + np.abs(ends[1])) - blur * size
    spike = np.maximum(excess, 0.0) / (right - left)
    # A spike that the plain grid did not see is larger than what it saw.
    scale = np.maximum(scale, size)
    tail = np.maximum(last, spike) / np.where(scale > 0, scale, 1.0)
    return np.where(np.isfinite(tail), tail, 0.0), scale, np.argmax(change, axis=1) >= NODES // 2


@lru_cache(maxsize=1)
def _legendre() -> tuple[Array, Array]:
    return np.polynomial.legendre.leggauss(NODES)


@lru_cache(maxsize=1)
def _last_coefficients() -> Array:
    """The matrix from values at the nodes to the last three Legendre coefficients."""
    points, weights = _legendre()
    degrees = np.arange(NODES)
    # The coefficient of P_k is (2k+1)/2·Σ w·P_k·f.
    polynomials = np.polynomial.legendre.legvander(points, NODES - 1)
    matrix: Array = polynomials * weights[:, None] * (2 * degrees + 1) / 2
    return matrix[:, -3:]
