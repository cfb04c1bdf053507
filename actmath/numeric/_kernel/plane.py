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
from .._gaussian._rules.panels import Break, Panels, breaks
from .._gaussian._rules.trapezoid import Trapezoid, half_nodes, trapezoid_rule
from .._gaussian.array_ops import NUMPY_OPS
from .._gaussian.choice import moment_method
from .._gaussian.evaluate import array_moments

# Nodes of a panel of the outer integral.
_NODES = 16
# Nodes on one side, of the trapezoidal rule in the plane: a quarter of a million values at most.
_MOST = 256
# Kernels whose panels go through the inner moments at once.
_BLOCK = 2**8
# In deviations: φ(14) is 1e-43, so that a unit may grow like z⁸ (``trapezoid`` reaches to 9.25);
# φ is 0 in float64 from 39 on.
_REACH, _END = 14.0, 39.0
# The least width that is told from a jump in the inner expectation, and so from c = ±1.
_LEAST_BLUR = 1e-9
# In the unit's own scale: the deviation up to which a rule finds its bends far from the mean, to
# an error of so many ulps.
_WIDEST = 1e6
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
            as 39 deviations, or bends within a millionth of v's deviation given u.
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
    if isinstance(rule, Panels | Trapezoid):
        wide = np.sqrt(q2) * np.sqrt((1 - c) * (1 + c)) > _WIDEST
        found[:, wide] = np.nan
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
    rules = [_panel_nodes(subject, *triple, reach) for triple in zip(q1, q2, c, strict=True)]
    sizes = np.array([len(z) for z, _ in rules])
    z, weight = (np.concatenate(column) for column in zip(*rules, strict=True))
    row = np.repeat(np.arange(len(c)), sizes)
    value, steep = _given(subject, z[None], row, q2, c)
    # At variance 0 only the side counts from which f is seen: the least float stands for it.
    u = np.where(q1[row] > 0, np.sqrt(q1)[row] * z, np.copysign(5e-324, z))
    f, slope = (NUMPY_OPS.lowered(subject, order)(u) for order in (0, 1))
    starts = np.cumsum([0, *sizes[:-1]])
    with np.errstate(over="ignore", invalid="ignore"):
        terms = [weight * f * value, weight * slope * steep, weight * z * slope * value]
        sums = np.stack([np.add.reduceat(term, starts) for term in terms])
        whole, outside = np.zeros((2, 2, len(c)))
        for k in range(2):
            size = np.abs(terms[k])
            whole[k] = np.add.reduceat(size, starts)
            ends = np.stack([starts, starts + sizes - _NODES])[..., None] + np.arange(_NODES)
            outside[k] = size[ends].sum((0, 2))
        edge = np.max(outside / np.where(whole > 0, whole, 1), axis=0)
    return sums, edge


def _given(subject: Activation, z: Array, row: Array, q2: Array, c: Array) -> tuple[Array, Array]:
    """E[f(v)|z] and E[f′(v)|z], v ~ N(c·σ₂z, σ₂²(1 − c²))."""
    z = z.ravel()
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


def _panel_nodes(
    subject: Activation, q1: float, q2: float, c: float, reach: float
) -> tuple[Array, Array]:
    """Gauss–Legendre panels whose ends close in on every kink."""
    rule = moment_method(subject)
    panels = rule.panels if isinstance(rule, Trapezoid) else rule
    resolution = panels.resolution if isinstance(panels, Panels) else 1.0
    kinks = [b.at for b in breaks(subject)]
    ends = _ends(kinks, sqrt(q1), sqrt(q2), c, reach, resolution)
    points, weights = np.polynomial.legendre.leggauss(_NODES)
    half = np.diff(ends) / 2
    middle = (ends[1:] + ends[:-1]) / 2
    z = np.ravel(middle[:, None] + half[:, None] * points)
    weight = np.ravel(half[:, None] * weights) * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
    return z, weight


def _ends(
    kinks: list[float], first: float, second: float, c: float, reach: float, resolution: float
) -> Array:
    """Unit steps, the activation's own scale around 0, and a ladder down to each kink's blur."""
    centres = [kink / first for kink in kinks if abs(kink) < _END * first] + [0.0]
    # Where the mean of v given u crosses a kink.
    along = abs(c) * second
    centres += [kink / (c * second) for kink in kinks if abs(kink) < _END * along]
    # Where f is constant up to a kink, all that counts is beyond it: φ(√(z² + 100)) = e⁻⁵⁰φ(z).
    farthest = max(abs(centre) for centre in centres)
    reach = min(max(reach, sqrt(farthest**2 + 100) if farthest > reach / 2 else 0.0), _END)
    blur = max(np.sqrt((1 - c) * (1 + c)), _LEAST_BLUR)
    # From a quarter of the blur on, doubling up to the whole range.
    rungs = blur * 2.0 ** np.arange(-2, np.log2(2 * reach / blur))
    offsets = np.concatenate([-rungs, [0.0], rungs])
    ladder = np.ravel(np.add.outer(centres, offsets))
    steps = np.arange(1 - reach, reach)
    # Two scales that are nearly one need one grid: that of the larger one is the finer.
    scales = {max(first, along)} | ({first, along} if abs(first - along) > along / 3 else set())
    own = [_own_scale(scale, resolution) for scale in scales if scale > 0]
    every = np.concatenate([ladder, *own, *(-part for part in own), steps, [-reach, reach]])
    return np.unique(np.clip(every, -reach, reach))


def _own_scale(scale: float, resolution: float) -> Array:
    """The grid of ``panels`` in deviations: even steps, then wider ones up to 39 deviations.

    Even up to 12 of the unit's own scale, a factor 1.5 a panel up to some hundred, then 4: for
    what decays like a power there, 16 nodes have all digits.
    """
    near = np.arange(0.0, 12.1, 1.2 / resolution)
    middle = 12 * (1 + 0.5 / resolution) ** np.arange(1, 8 * resolution)
    far = middle[-1] * 4.0 ** np.arange(
        1, max(2.0, np.log(_END * scale / middle[-1] + 2) / np.log(4))
    )
    points = np.concatenate([near, middle, far])
    # Divided only where the quotient is in range.
    return np.asarray(points[points < _END * scale] / scale)
