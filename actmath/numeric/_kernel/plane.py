"""Expectations over the plane of two correlated Gaussians, by quadrature, for any activation.

With u = σ₁z and v given u ~ N(c·σ₂z, σ₂²(1 − c²)): the inner expectation by the moments of arrays,
the outer by Gauss–Legendre panels that close in on the kinks of both. Where f is analytic in a
strip, the trapezoidal rule in the plane does with fewer nodes.

The derivative by the covariance k is E f′(u)f′(v) (Price) with the derivatives of jumps: where f
jumps by J at a, f′ has J·δ(x − a), so that with the densities φ₁, φ₂ of u, v and φ₁₂ of the pair

    ∂E f(u)f(v)/∂k = E f′f′ + ΣJ·φ₁(a)·E[f′(v)|u = a] + ΣJ·φ₂(a)·E[f′(u)|v = a] + ΣΣJJ′φ₁₂(a, a′).

By u = σ₁z the derivative by q₁ = σ₁², with c held fixed, is E[z·f′(u)f(v)]/(2σ₁), in which a jump
gives J·(a/σ₁)·φ₁(a)·E[f(v)|u = a].
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi, sqrt

import numpy as np

from ...activation import Activation
from .._array import Array
from .._gaussian._rules.bends import NODES, doublings_for, grid_of
from .._gaussian._rules.breaks import Break, breaks
from .._gaussian._rules.trapezoid import Trapezoid, half_nodes, trapezoid_rule
from .._gaussian.array_ops import NUMPY_OPS
from .._gaussian.choice import moment_method
from .._gaussian.evaluate import array_moments

# Nodes on one side, of the trapezoidal rule in the plane: a quarter of a million values at most.
_MOST = 256
# Kernels whose panels go through the inner moments at once.
_BLOCK = 2**8
# In deviations: φ(14) is 1e-43, so that a unit may grow like z⁸ (``trapezoid`` reaches to 9.25);
# φ is 0 in float64 from 39 on.
_REACH, _END = 14.0, 39.0
# The least width that is told from a jump in the inner expectation, and so from c = ±1.
_LEAST_BLUR = 1e-9
_POINTS = np.polynomial.legendre.leggauss(NODES)
# What may stand at the ends of the range, beside the whole.
_EDGE = 1e-15


@dataclass(frozen=True, eq=False)
class PlaneSums:
    """E f(u)f(v), its derivative by the covariance, and E[z·f′(u)f(v)]: by q₁, over 2σ₁."""

    value: Array
    derivative: Array
    scaling: Array


def by_quadrature(subject: Activation, q1: Array, q2: Array, c: Array) -> PlaneSums:
    """At one-dimensional arrays that were checked; a variance of 0 is the limit.

    Raises:
        ArithmeticError: where float64 does not hold the integrand: it overflows, counts as far out
            as 39 deviations, or what it is made of has lost its digits.
    """
    # What overflows at nodes comes out as nan, which is refused below.
    with np.errstate(over="ignore", invalid="ignore"):
        found = _by_either(subject, q1, q2, c)
    bad = np.isnan(found[:2]).any(0)
    if bad.any():
        at = int(np.argmax(bad))
        raise ArithmeticError(
            f"the dual kernel of {subject.name} at variances {q1[at]:g}, {q2[at]:g} and "
            f"correlation {c[at]:g} is beyond what quadrature in float64 holds"
        )
    return PlaneSums(*found)


def _by_either(subject: Activation, q1: Array, q2: Array, c: Array) -> Array:
    """The trapezoidal rule where it serves, panels for the others, many at once."""
    found = np.empty((3, len(c)))
    rule = moment_method(subject)
    left = []
    for at in range(len(c)):
        point = _by_trapezoid(rule, q1[at], q2[at], c[at]) if isinstance(rule, Trapezoid) else None
        if point is None:
            left.append(at)
        else:
            found[:, at] = point
    for some in np.array_split(left, -(-len(left) // _BLOCK) or 1):
        rows = np.asarray(some, dtype=np.intp)
        found[:, rows] = by_panels(subject, q1[rows], q2[rows], c[rows])
    return found


def _by_trapezoid(rule: Trapezoid, q1: float, q2: float, c: float) -> tuple[float, ...] | None:
    """The trapezoidal rule in two dimensions, u standardized to z and v = along·z + across·y.

    None where f is analytic in no strip that a rule of the largest size can use, or where the edges
    of the grid count or overflow.
    """
    along = c * np.sqrt(q2)
    across = np.sqrt(q2) * np.sqrt((1 - c) * (1 + c))
    # The widest of the arguments along each axis decides the step.
    widest = np.array([max(np.sqrt(q1), abs(along)), max(across, _LEAST_BLUR)])
    sizes = half_nodes(widest, rule.strip)
    if sizes.max() > _MOST:
        return None
    (z, weight), (y, share) = (trapezoid_rule(int(size)) for size in sizes)
    f, slope = (NUMPY_OPS.lowered(rule.panels.activation, order) for order in (0, 1))
    u, v = np.sqrt(q1) * z, along * z[:, None] + across * y
    farthest = max(u.max(), v.max())
    grid = grid_of(rule.panels.activation, doublings_for(farthest))
    # Symmetric nodes: a fine bend on either side is one that the strip does not know of.
    if not farthest < min(-grid.low, grid.high):
        return None
    found = []
    for outer, inner in ((f(u), f(v)), (slope(u), slope(v)), (z * slope(u), f(v))):
        heavy, light = weight * outer, inner * share
        size = np.abs(heavy[:, None] * light)
        # What stands on the border of the grid; not ≤ also where something overflowed to nan.
        edges = size[[0, -1]].sum() + size[:, [0, -1]].sum()
        if not edges <= _EDGE * size.sum():
            return None
        found.append(float(heavy @ light.sum(-1)))
    return tuple(found)


def by_panels(subject: Activation, q1: Array, q2: Array, c: Array) -> Array:
    """The three columns by panels for u; the nodes of all triples go through at once."""
    if not len(c):
        return np.empty((3, 0))
    found, edge = _panel_sums(subject, q1, q2, c, _REACH)
    far = np.flatnonzero(~(edge <= _EDGE))
    if len(far):
        found[:, far], edge = _panel_sums(subject, q1[far], q2[far], c[far], _END)
        # Still not: then what is beyond counts, and is not known.
        found[:, far[~(edge <= _EDGE)]] = np.nan
    return found + _jumps(subject, q1, q2, c)


def _panel_sums(
    subject: Activation, q1: Array, q2: Array, c: Array, reach: float
) -> tuple[Array, Array]:
    """The three sums, and of the first two what the outermost panels have of the whole."""
    ends = [_ends(subject, *triple, reach) for triple in zip(q1, q2, c, strict=True)]
    nodes = [_nodes(smooth) for smooth, _ in ends]
    sizes = [len(z) for z in nodes]
    row = np.repeat(np.arange(len(c)), sizes)
    given = np.stack(_given(subject, np.concatenate(nodes), row, q2, c))
    sums, edge = np.empty((3, len(c))), np.empty(len(c))
    for at, part in enumerate(np.split(given, np.cumsum(sizes)[:-1], axis=1)):
        sums[:, at], edge[at] = _one_sum(subject, q1[at], *ends[at], part)
    return sums, edge


def _one_sum(
    subject: Activation, q1: float, smooth: Array, ends: Array, given: Array
) -> tuple[Array, float]:
    """Sums over finer panels, with what was given at the nodes of the others."""
    z = _nodes(ends)
    value, steep = given if len(ends) == len(smooth) else _between(smooth, given, z)
    half = np.repeat(np.diff(ends) / 2, NODES)
    weight = half * np.tile(_POINTS[1], len(ends) - 1) * np.exp(-z * z / 2) / sqrt(2 * pi)
    # At variance 0 only the side counts from which f is seen: the least float stands for it.
    u = sqrt(q1) * z if q1 else np.copysign(5e-324, z)
    f, slope = (NUMPY_OPS.lowered(subject, order)(u) for order in (0, 1))
    terms = weight * np.stack([f * value, slope * steep, z * slope * value])
    sizes = np.abs(terms[:2])
    outside = sizes[:, :NODES].sum(1) + sizes[:, -NODES:].sum(1)
    whole = sizes.sum(1)
    return terms.sum(1), float(np.max(outside / np.where(whole > 0, whole, 1)))


def _between(smooth: Array, given: Array, z: Array) -> Array:
    """Columns at nodes of panels, (2, nodes), at other places: by the panels' polynomials."""
    panel = np.clip(np.searchsorted(smooth, z) - 1, 0, len(smooth) - 2)
    place = 2 * (z - smooth[panel]) / np.diff(smooth)[panel] - 1
    # The coefficient of P_k is (2k + 1)/2·Σ w·P_k·g.
    points, weights = _POINTS
    degrees = np.arange(NODES)
    transform = np.polynomial.legendre.legvander(points, NODES - 1) * weights[:, None]
    series = given.reshape(2, -1, NODES) @ (transform * (2 * degrees + 1) / 2)
    terms = np.polynomial.legendre.legvander(place, NODES - 1)
    return np.asarray(np.einsum("cnk,nk->cn", series[:, panel], terms))


def _given(subject: Activation, z: Array, row: Array, q2: Array, c: Array) -> tuple[Array, Array]:
    """E[f(v)|z] and E[f′(v)|z], v ~ N(c·σ₂z, σ₂²(1 − c²))."""
    mean = c[row] * np.sqrt(q2)[row] * z
    spread = (q2 * (1 - c) * (1 + c))[row]
    inner, _ = array_moments(NUMPY_OPS, subject, mean, spread)
    return inner.mean, inner.derivative_mean


def _jumps(subject: Activation, q1: Array, q2: Array, c: Array) -> Array:
    """What the jumps of f add to the derivative by the covariance and to the scaling."""
    jumps = [b for b in breaks(subject) if b.jump]
    added, row, deviation = np.zeros((3, len(c))), np.arange(len(c)), np.sqrt(q1)
    # All that is over σ₁, which may vanish, is added up before it is divided.
    first = np.zeros(len(c))
    for b in jumps:
        z, height = _standardized(b, q1)
        value, steep = _given(subject, z, row, q2, c)
        first += height * steep + sum(
            b.jump * _line_density(b, other, q1, q2, c) for other in jumps
        )
        # J·(a/σ₁)·φ₁(a) with φ₁ = φ/σ₁.
        added[2] += _over(height * z * value, deviation)
        z, height = _standardized(b, q2)
        _, steep = _given(subject, z, row, q1, c)
        added[1] += _over(height * steep, np.sqrt(q2))
    added[1] += _over(first, deviation)
    return added


def _standardized(at: Break, q: Array) -> tuple[Array, Array]:
    """z = a/σ, in the limit of σ = 0 either 0 or so far out that φ is 0, and J·φ(z)."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        z = np.where(at.at == 0, 0.0, at.at / np.sqrt(q))
    z = np.clip(z, -1e3, 1e3)
    return z, at.jump * np.exp(-z * z / 2) / sqrt(2 * pi)


def _over(weight: Array, deviation: Array) -> Array:
    """weight/deviation, where what has no weight adds nothing even to a vanishing deviation."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.where(weight == 0, 0.0, weight / deviation)


def _line_density(one: Break, other: Break, q1: Array, q2: Array, c: Array) -> Array:
    """J′·σ₁·φ₁₂(a, a′) = J′·φ(B)·φ((A − cB)/√(1 − c²))/(σ₂√(1 − c²)), A = a/σ₁, B = a′/σ₂."""
    (a, _), (b, height) = _standardized(one, q1), _standardized(other, q2)
    apart = (1 - c) * (1 + c)
    with np.errstate(divide="ignore", invalid="ignore"):
        # On the line to which c = ±1 shrinks the plane the density is infinite, else 0.
        gap = np.where(a == c * b, 0.0, (a - c * b) ** 2 / apart)
    height = height * np.exp(-gap / 2) / sqrt(2 * pi)
    return _over(_over(height, np.sqrt(apart)), np.sqrt(q2))


def _nodes(ends: Array) -> Array:
    """Those of Gauss–Legendre on each panel."""
    middle, half = (ends[1:] + ends[:-1]) / 2, np.diff(ends) / 2
    return np.ravel(middle[:, None] + half[:, None] * _POINTS[0])


def _ends(subject: Activation, q1: float, q2: float, c: float, reach: float) -> tuple[Array, Array]:
    """Ends of panels for what is given u, smooth as the blur leaves it, and for f(u) times that."""
    kinks = [b.at for b in breaks(subject)]
    first, along = sqrt(q1), c * sqrt(q2)
    own = [kink / first for kink in kinks if abs(kink) < _END * first]
    # Where the mean of v given u crosses a kink.
    crossed = [kink / along for kink in kinks if abs(kink) < _END * abs(along)]
    # Where f is constant up to a kink, all that counts is beyond it: φ(√(z² + 100)) = e⁻⁵⁰φ(z).
    farthest = max(map(abs, [*own, *crossed]), default=0.0)
    reach = min(max(reach, sqrt(farthest**2 + 100) if farthest > reach / 2 else 0.0), _END)
    steps = np.concatenate([np.arange(1 - reach, reach), [-reach, 0.0, reach]])
    blur = sqrt((1 - c) * (1 + c))
    # Around each crossing from a quarter of the blur on, doubling up to the whole range.
    rungs = max(blur, _LEAST_BLUR) * 2.0 ** np.arange(-2, 40)
    ladder = np.ravel(np.add.outer([*crossed, 0.0], np.concatenate([-rungs, [0.0], rungs])))
    given = np.concatenate([steps, ladder, _bends(subject, along, reach)])
    smooth = _thinned(np.unique(np.clip(given, -reach, reach)), blur / 2)
    every = np.concatenate([smooth, own, _bends(subject, first, reach)])
    return smooth, np.unique(np.clip(every, -reach, reach))


def _thinned(ends: Array, least: float) -> Array:
    """Of increasing ends those at least so far apart, with the first and the last."""
    kept = [ends[0]]
    for end in ends[1:-1]:
        if end - kept[-1] >= least and ends[-1] - end >= least:
            kept.append(end)
    return np.array([*kept, ends[-1]])


def _bends(subject: Activation, scale: float, reach: float) -> Array:
    """The ends of the panels of moments, in deviations; mirrored for a negative scale."""
    if not scale:
        return np.empty(0)
    farthest = reach * abs(scale)
    ends = grid_of(subject, doublings_for(farthest)).ends
    return np.asarray(ends[np.abs(ends) < farthest] / scale)
