"""E f(u)f(v) and E f′(u)f′(v) for correlated centred Gaussians: an activation's dual kernel."""

from __future__ import annotations

from dataclasses import dataclass
from math import pi
from typing import Any

import numpy as np

from ..._text.tables import Answer
from ...activation import Activation
from ...catalog.smooth import gelu
from ...derive._subject import resolve
from ...number import Number
from .._array import Array
from ._rules.calibration import calibrate
from ._rules.panels import breaks
from ._rules.trapezoid import Trapezoid, half_nodes, trapezoid_rule
from .array_ops import NUMPY_OPS
from .choice import closed_form_of
from .elu_kernel import elu_kernel, elu_kernel_holds
from .evaluate import array_moments
from .exponential_unit import ExponentialUnit
from .result import MomentRoute
from .two_slopes import TwoSlopes

# Nodes of a panel of the outer integral.
_NODES = 16
# Nodes on one side, of the trapezoidal rule in the plane: a quarter of a million values at most.
_MOST = 256
# Kernels whose panels go through the inner moments at once.
_BLOCK = 2**8
# In deviations: φ(14) is 1e-43, so that a unit may grow like z⁸ (``trapezoid`` reaches to 9.25).
_REACH = 14.0
# The least width that is told from a jump in the inner expectation, and so from c = ±1.
_LEAST_BLUR = 1e-9


@dataclass(frozen=True, eq=False, repr=False)
class DualKernel(Answer):
    """value = E f(u)f(v) and derivative = E f′(u)f′(v), which is ∂value/∂Cov(u, v) (Price)."""

    activation: str
    value: Array
    derivative: Array
    route: MomentRoute


def dual_kernel(
    activation: Activation | str, first: Any, second: Any, correlation: Any, **parameters: Number
) -> DualKernel:
    """The dual kernel at Var u = first, Var v = second and their correlation, as arrays.

    Closed form for lines with one kink at 0 (relu: the arc-cosine kernel of order 1, Cho & Saul
    2009, Eq. 6), for gelu, and for elu, selu and celu where that keeps its digits (``elu_kernel``);
    the route is "closed form" only if every entry is. Elsewhere by the trapezoidal rule in the
    plane where f is analytic in a strip, else E f(u)·E[f(v)|u]: the inner expectation by
    ``gaussian``, the outer by Gauss–Legendre panels that close in on the kinks of both.

    Args:
        activation: an ``Activation`` or a catalog name.
        first, second: positive variances. correlation: in [−1, 1]. All broadcast.
        parameters: numbers for the activation's parameters.

    Raises:
        ValueError: for a variance that is not positive and finite, or a correlation outside
            [−1, 1].

    >>> float(dual_kernel("relu", 1, 1, 1).value)
    0.5
    """
    subject = resolve(activation, parameters)
    q1, q2, c = _checked(first, second, correlation)
    form = closed_form_of(subject)
    if isinstance(form, TwoSlopes) and form.kink == 0 and form.value == 0:
        return DualKernel(subject.name, *_arc_cosine(form, q1, q2, c), MomentRoute.CLOSED_FORM)
    if subject.expr == gelu.expr:
        return DualKernel(subject.name, *_gelu(q1, q2, c), MomentRoute.CLOSED_FORM)
    done = np.zeros(c.shape, bool)
    value, derivative = np.empty(c.shape), np.empty(c.shape)
    if isinstance(form, ExponentialUnit):
        done = elu_kernel_holds(q1 / form.width**2, q2 / form.width**2, c)
        value[done], derivative[done] = _exponential(form, q1[done], q2[done], c[done])
    route = MomentRoute.CLOSED_FORM if done.all() else MomentRoute.QUADRATURE
    rest = np.flatnonzero(~done)
    value.flat[rest], derivative.flat[rest] = _by_quadrature(
        subject, q1.flat[rest], q2.flat[rest], c.flat[rest]
    )
    return DualKernel(subject.name, value, derivative, route)


def _checked(first: Any, second: Any, correlation: Any) -> tuple[Array, Array, Array]:
    q1, q2, c = np.broadcast_arrays(*(np.asarray(a, float) for a in (first, second, correlation)))
    for q, what in ((q1, "first"), (q2, "second")):
        if not (np.isfinite(q) & (q > 0)).all():
            raise ValueError(f"the {what} variance must be positive and finite, got {q}")
    if not (np.abs(c) <= 1).all():
        raise ValueError(f"the correlation must lie in [-1, 1], got {c}")
    return q1, q2, c


def _by_quadrature(subject: Activation, q1: Array, q2: Array, c: Array) -> tuple[Array, Array]:
    """The trapezoidal rule in the plane where it serves, panels for the others, many at once."""
    value, derivative = np.empty(c.shape), np.empty(c.shape)
    left = []
    for at in range(len(c)):
        found = _by_trapezoid(subject, q1[at], q2[at], c[at])
        if found is None:
            left.append(at)
        else:
            value[at], derivative[at] = found
    for some in np.array_split(left, -(-len(left) // _BLOCK) or 1):
        rows = np.asarray(some, dtype=np.intp)
        value[rows], derivative[rows] = _by_panels(subject, q1[rows], q2[rows], c[rows])
    return value, derivative


def _exponential(form: ExponentialUnit, q1: Array, q2: Array, c: Array) -> tuple[Array, Array]:
    square = form.width**2
    value, derivative = elu_kernel(form.alpha, q1 / square, q2 / square, c)
    return form.scale**2 * value, form.scale**2 / square * derivative


def _arc_cosine(form: TwoSlopes, q1: Array, q2: Array, c: Array) -> tuple[Array, Array]:
    """f(x) = A·x + B·|x|: the mixed terms vanish by symmetry."""
    # E uv = c·√(q1·q2); E|u||v| = (2/π)·√(q1·q2)·(√(1 − c²) + c·asin c).
    even = (form.right - form.left) / 2
    odd = (form.right + form.left) / 2
    angle = np.arcsin(c)
    bent = 2 / pi * (np.sqrt((1 - c) * (1 + c)) + c * angle)
    return np.sqrt(q1 * q2) * (odd**2 * c + even**2 * bent), odd**2 + even**2 * 2 / pi * angle


def _gelu(q1: Array, q2: Array, c: Array) -> tuple[Array, Array]:
    """E uΦ(u)vΦ(v) by Stein's identity, twice; its derivative by k = Cov(u, v).

    With a = 1 + q1, b = 1 + q2, D = ab − k²:
    E = k/4 + k·asin(k/√(ab))/2π + (q1·q2 + k²(1/a + 1/b − 1))/(2π√D).
    """
    k = c * np.sqrt(q1 * q2)
    a, b = 1 + q1, 1 + q2
    determinant = a * b - k * k
    root = 2 * pi * np.sqrt(determinant)
    angle = np.arcsin(k / np.sqrt(a * b)) / (2 * pi)
    curve = 1 / a + 1 / b - 1
    # The quotient in E, and dE/dk with dD/dk = −2k.
    rest = (q1 * q2 + k * k * curve) / root
    derivative = 0.25 + angle + k / root + 2 * k * curve / root + k * rest / determinant
    return k * (0.25 + angle) + rest, derivative


def _by_trapezoid(
    subject: Activation, q1: float, q2: float, c: float
) -> tuple[float, float] | None:
    """The trapezoidal rule in two dimensions, u standardized to z and v = along·z + across·y.

    None where f is analytic in no strip that a rule of the largest size can use, or where the edges
    of the grid count or overflow.
    """
    plan = calibrate(subject)
    strip = plan.strip if isinstance(plan, Trapezoid) else 0.0
    along = c * np.sqrt(q2)
    across = np.sqrt(q2 * (1 - c) * (1 + c))
    # The widest of the arguments along each axis decides the step.
    widest = np.array([max(np.sqrt(q1), abs(along)), max(across, _LEAST_BLUR)])
    sizes = half_nodes(widest, strip) if strip else np.full(2, np.inf)
    if sizes.max() > _MOST:
        return None
    (z, weight), (y, share) = (trapezoid_rule(int(size)) for size in sizes)
    found = []
    for order in (0, 1):
        lowered = NUMPY_OPS.lowered(subject, order)
        outer = weight * lowered(np.sqrt(q1) * z)
        inner = lowered(along * z[:, None] + across * y) * share
        size = np.abs(outer[:, None] * inner)
        # What stands on the border of the grid; not ≤ also where something overflowed to nan.
        edges = size[[0, -1]].sum() + size[:, [0, -1]].sum()
        if not edges <= 1e-15 * size.sum():
            return None
        found.append(float(outer @ inner.sum(-1)))
    return found[0], found[1]


def _by_panels(subject: Activation, q1: Array, q2: Array, c: Array) -> tuple[Array, Array]:
    """Panels for u, ``gaussian`` for v given u; the nodes of all triples go through at once."""
    if not len(c):
        return q1, q1
    rules = [_panel_nodes(subject, *triple) for triple in zip(q1, q2, c, strict=True)]
    sizes = [len(z) for z, _ in rules]
    z, weight = (np.concatenate(column) for column in zip(*rules, strict=True))
    # v given u = √q1·z is N(c·√q2·z, q2·(1 − c²)).
    mean = c * np.sqrt(q2)
    spread = q2 * (1 - c) * (1 + c)
    inner, _ = array_moments(
        NUMPY_OPS, subject, np.repeat(mean, sizes) * z, np.repeat(spread, sizes)
    )
    u = np.repeat(np.sqrt(q1), sizes) * z
    starts = np.cumsum([0, *sizes[:-1]])
    value, slope = (
        np.add.reduceat(weight * NUMPY_OPS.lowered(subject, order)(u) * expected, starts)
        for order, expected in ((0, inner.mean), (1, inner.derivative_mean))
    )
    return value, slope


def _panel_nodes(subject: Activation, q1: float, q2: float, c: float) -> tuple[Array, Array]:
    """Gauss–Legendre panels whose ends close in on every kink."""
    ends = _ends([b.at for b in breaks(subject)], np.sqrt(q1), np.sqrt(q2), c)
    points, weights = np.polynomial.legendre.leggauss(_NODES)
    half = np.diff(ends) / 2
    middle = (ends[1:] + ends[:-1]) / 2
    z = np.ravel(middle[:, None] + half[:, None] * points)
    weight = np.ravel(half[:, None] * weights) * np.exp(-z * z / 2) / np.sqrt(2 * pi)
    return z, weight


def _ends(kinks: list[float], first: float, second: float, c: float) -> Array:
    """Unit steps, the activation's own scale around 0, and a ladder down to each kink's blur."""
    centres = [kink / first for kink in kinks] + [0.0]
    # Where the mean of v given u crosses a kink.
    if c:
        centres += [kink / (c * second) for kink in kinks]
    blur = max(np.sqrt((1 - c) * (1 + c)), _LEAST_BLUR)
    # From a quarter of the blur on, doubling up to the whole range.
    rungs = blur * 2.0 ** np.arange(-2, np.log2(2 * _REACH / blur))
    scale = max(first, second)
    # The grid of ``panels``: even steps of 1.2 up to 12 of the unit's own scale, then growing.
    near = np.arange(0.0, 12.1, 1.2) / scale
    far = 12 / scale * 1.5 ** np.arange(1, max(2.0, np.log(scale + 2) / np.log(1.5)))
    offsets = np.concatenate([-rungs, [0.0], rungs])
    ladder = np.ravel(np.add.outer(centres, offsets))
    steps = np.arange(1 - _REACH, _REACH)
    every = np.concatenate([ladder, near, -near, far, -far, steps, [-_REACH, _REACH]])
    return np.unique(np.clip(every, -_REACH, _REACH))
