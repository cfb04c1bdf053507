"""The dual kernel at arrays that were checked: which way each entry is computed, at which scale."""

from __future__ import annotations

import numpy as np

from ...activation import Activation
from ...catalog.smooth import gelu
from .._array import Array
from .._gaussian._rules.breaks import breaks
from .._gaussian.array_ops import NUMPY_OPS
from .._gaussian.choice import closed_form_of
from .._gaussian.exponential_unit import ExponentialUnit
from .._gaussian.result import MomentRoute
from .broken_line import broken_line
from .elu_kernel import elu_kernel, elu_kernel_holds
from .erf_kernel import error_function
from .gelu_kernel import gelu_kernel
from .hermite_series import by_series
from .homogeneous import Homogeneous, homogeneous
from .plane import by_quadrature


def kernel(subject: Activation, q1: Array, q2: Array, c: Array) -> tuple[Array, Array, MomentRoute]:
    """E f(u)f(v), its derivative by the covariance, and by which way, at the worst."""
    unit = homogeneous(subject)
    if unit is not None:
        return _scaled(subject, unit, q1, q2, c)
    if subject.expr == gelu.expr:
        return *gelu_kernel(q1, q2, c), MomentRoute.CLOSED_FORM
    sigmoidal = error_function(subject)
    if sigmoidal is not None:
        return *sigmoidal.kernel(q1, q2, c)[:2], MomentRoute.CLOSED_FORM
    value, slope = np.empty(c.shape), np.empty(c.shape)
    done = _partly(subject, q1, q2, c, (value, slope))
    route = MomentRoute.CLOSED_FORM if done.all() else MomentRoute.QUADRATURE
    nothing = (q1 == 0) & (q2 == 0)
    value[nothing], slope[nothing] = _at_nothing(subject, c[nothing])
    rest = np.flatnonzero(~done & ~nothing)
    # Symmetric in u and v: the outer integral takes the larger variance, or one of 0.
    larger, smaller = np.maximum(q1, q2)[rest], np.minimum(q1, q2)[rest]
    flat = smaller == 0
    first, second = np.where(flat, smaller, larger), np.where(flat, larger, smaller)
    value[rest], slope[rest] = _integrated(subject, first, second, c[rest], (0, 1))
    return value, slope, route


def scale_slope(subject: Activation, q1: Array, q2: Array, c: Array) -> Array:
    """∂E f(u)f(v)/∂q1 with q2 and the correlation held fixed, for positive variances."""
    unit, deviation = homogeneous(subject), np.sqrt(q1)
    if unit is not None:
        # value = (σ₁σ₂)ᵖ·K(c): its derivative by q1 is p·value/(2·q1).
        height, _, _ = _unscaled(subject, unit, c)
        scale = deviation * np.sqrt(q2)
        return np.asarray(unit.degree * height * scale**unit.degree / deviation / deviation / 2)
    sigmoidal = error_function(subject)
    if sigmoidal is not None:
        return sigmoidal.kernel(q1, q2, c)[2]
    found = np.empty(c.shape)
    done = _partly(subject, q1, q2, c, (None, None, found))
    rest = ~done
    (scaling,) = _integrated(subject, q1[rest], q2[rest], c[rest], (2,))
    found[rest] = scaling / deviation[rest] / 2
    return found


def _partly(
    subject: Activation, q1: Array, q2: Array, c: Array, columns: tuple[Array | None, ...]
) -> Array:
    """Fills value, slope and slope by q1 where a closed form keeps its digits; says where."""
    line = broken_line(subject)
    if line is not None:
        done = line.holds(q1, q2)
        at = q1[done], q2[done], c[done]
        found = (line.scale_slope(subject, *at),) if columns[0] is None else line.kernel(*at)
        for target, part in zip((t for t in columns if t is not None), found, strict=True):
            target[done] = part
        return done
    form = closed_form_of(subject)
    if not isinstance(form, ExponentialUnit):
        return np.zeros(c.shape, bool)
    # f(x) = scale·F(x/width) with elu's F.
    width, square = form.width**2, form.scale**2
    done = elu_kernel_holds(q1 / width, q2 / width)
    values = elu_kernel(form.alpha, q1[done] / width, q2[done] / width, c[done])
    factors = (square, square / width, square / width)
    for goal, value, factor in zip(columns, values, factors, strict=False):
        if goal is not None:
            goal[done] = value * factor
    return done


def _scaled(
    subject: Activation, unit: Homogeneous, q1: Array, q2: Array, c: Array
) -> tuple[Array, Array, MomentRoute]:
    """(σ₁σ₂)ᵖ·K(c), and by the covariance c·σ₁σ₂ (σ₁σ₂)^{p−1}·K′(c)."""
    height, steep, route = _unscaled(subject, unit, c)
    # √q1·√q2: the product of the variances may overflow.
    scale = np.sqrt(q1) * np.sqrt(q2)
    with np.errstate(divide="ignore", over="ignore"):
        # A slope of 0 stays 0, even for a step whose width vanishes.
        grown = np.where(steep == 0, 1.0, scale) ** (unit.degree - 1)
        return height * scale**unit.degree, steep * grown, route


def _unscaled(subject: Activation, unit: Homogeneous, c: Array) -> tuple[Array, Array, MomentRoute]:
    if unit.closed:
        return *unit.kernel(c), MomentRoute.CLOSED_FORM
    ones = np.ones(c.shape)
    value, slope = _integrated(subject, ones, ones, c, (0, 1))
    return value, slope, MomentRoute.QUADRATURE


def _at_nothing(subject: Activation, c: Array) -> tuple[Array, Array]:
    """Both variances vanish: f and f′ are steps between their limits at 0."""
    sides = np.array([-5e-324, 5e-324])
    value, slope = (
        Homogeneous(0, *map(float, NUMPY_OPS.lowered(subject, order)(sides))).kernel(c)[0]
        for order in (0, 1)
    )
    if any(b.at == 0 and b.jump for b in breaks(subject)):
        slope = np.full(c.shape, np.inf)
    return value, slope


def _integrated(
    subject: Activation, q1: Array, q2: Array, c: Array, wanted: tuple[int, ...]
) -> list[Array]:
    """At one-dimensional arrays that were checked, each pair by the series or by quadrature.

    Args:
        subject, q1, q2, c: the activation, and arrays.
        wanted: of value, derivative and scaling (``PlaneSums``) these, by number.

    Raises:
        ArithmeticError: where float64 does not hold the integrand (``by_quadrature``).
    """
    found = np.empty((len(wanted), len(c)))
    # At a variance of 0 the limit is wanted, which the series does not know.
    wide = np.flatnonzero((q1 > 0) & (q2 > 0))
    series = by_series(subject, q1[wide], q2[wide], c[wide], wanted)
    found[:, wide] = series.sums
    left = np.ones(len(c), bool)
    left[wide[series.trusted]] = False
    if left.any():
        one = by_quadrature(subject, q1[left], q2[left], c[left])
        columns = (one.value, one.derivative, one.scaling)
        found[:, left] = [columns[which] for which in wanted]
    return list(found)
