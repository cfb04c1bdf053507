"""Signals in wide random networks: lengths, correlations, their fixed points and depth scales.

A layer has weights N(0, sigma_w²/n) and biases N(0, sigma_b²). In the limit of infinite width the
pre-activations are Gaussian with length q and, for two inputs, correlation c, and

    q ↦ sigma_w² E f(√q z)² + sigma_b²,   c ↦ (sigma_w² E f(u)f(v) + sigma_b²)/q*,
    χ₁ = sigma_w² E f′(√q* z)²

(Poole et al. 2016, Eqs. 3 to 6; Schoenholz et al. 2017, Eqs. 4 to 9). χ₁ is the slope of the
correlation map at c = 1 and the factor by which a layer multiplies the mean square of a gradient.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..._text.tables import Answer
from ...activation import Activation
from ...derive._subject import resolve
from ...number import Number
from .._array import Array
from .._gaussian.dual_kernel import dual_kernel
from .._gaussian.evaluate import gaussian

# Each step is two layers, so that what still moves after all is still moving after 4000.
_STEPS = 2000
# Relative step of a difference of fourth order: its error, some step⁴ = 1e-16 beside the rounding
# 1e-16/step, leaves about 12 digits of the slope.
_SLOPE_STEP = 1e-4


@dataclass(frozen=True, eq=False, repr=False)
class Phase(Answer):
    """The fixed points of a random network and how fast they are approached, as arrays.

    ``length`` is q*: nan where lengths grow without bound, 0 where signals die. ``chi`` is χ₁ at
    q*; ``ordered`` (χ₁ < 1) says that near inputs converge. ``length_scale`` and
    ``correlation_scale`` are the depths over which a deviation from q*, and from c = 1, shrinks by
    e (the latter negative where it grows: the chaotic phase).
    """

    length: Array
    chi: Array
    ordered: Array
    length_scale: Array
    correlation_scale: Array


def length_map(
    activation: Activation | str, length: Any, sigma_w: Any, sigma_b: Any, **parameters: Number
) -> Array:
    """One layer of lengths: sigma_w²·E f(√length·z)² + sigma_b².

    >>> float(length_map("relu", 3.0, 2.0 ** 0.5, 0.0).round(12))
    3.0
    """
    w, b = np.asarray(sigma_w, float), np.asarray(sigma_b, float)
    return np.asarray(w**2 * gaussian(activation, 0.0, length, **parameters).second + b**2)


def correlation_map(
    activation: Activation | str,
    correlation: Any,
    length: Any,
    sigma_w: Any,
    sigma_b: Any,
    **parameters: Number,
) -> Array:
    """One layer of correlations at the fixed length q*: (sigma_w²·E f(u)f(v) + sigma_b²)/q*."""
    w, b, q = (np.asarray(v, float) for v in (sigma_w, sigma_b, length))
    # Both inputs have length q, so that their covariance over √(q·q) is the correlation.
    kernel = dual_kernel(activation, q, q, correlation, **parameters)
    return np.asarray((w**2 * kernel.value + b**2) / q)


def phase(
    activation: Activation | str,
    sigma_w: Any,
    sigma_b: Any,
    start: float = 1.0,
    **parameters: Number,
) -> Phase:
    """Length fixed point, χ₁ and depth scales over arrays of (sigma_w, sigma_b).

    The fixed point is the one that iteration from ``start`` comes to; it is sharpened by secant
    steps. A length beyond 1e12 counts as unbounded; one below 1e-12, or one that without a bias is
    still moving after 4000 layers, as 0.

    Raises:
        ValueError: for a negative or non-finite sigma.

    >>> float(phase("tanh", 1.0, 0.1).chi.round(4))
    0.8762
    """
    subject = resolve(activation, parameters)
    w, b = np.broadcast_arrays(*(np.asarray(v, float) for v in (sigma_w, sigma_b)))
    for values, name in ((w, "sigma_w"), (b, "sigma_b")):
        if not (np.isfinite(values) & (values >= 0)).all():
            raise ValueError(f"{name} must be finite and not negative, got {values}")
    q = _fixed_length(subject, w.ravel(), b.ravel(), start).reshape(w.shape)
    # Any finite length stands in where there is none: what it gives is masked below.
    known = np.where(np.isnan(q), 1.0, q)
    at = gaussian(subject, 0.0, known)
    chi = np.where(np.isnan(q), np.nan, w**2 * at.derivative_second)
    slope = np.where(np.isnan(q), np.nan, _length_slope(subject, known, w))
    return Phase(q, chi, chi < 1, _depth(slope), _depth(chi))


def _fixed_length(subject: Activation, w: Array, b: Array, start: float) -> Array:
    q, alive = np.full(w.shape, start), np.arange(len(w))
    for _ in range(_STEPS):
        one = length_map(subject, q[alive], w[alive], b[alive])
        two = length_map(subject, _bounded(one), w[alive], b[alive])
        better = _accelerated(q[alive], one, two)
        # 1e-14: what ``gaussian`` promises of a second moment, so that nothing finer is a move.
        moved = np.abs(better - q[alive]) > 1e-14 * np.abs(better)
        q[alive] = better
        alive = alive[moved & (better < 1e12) & (better > 1e-12)]
        if not len(alive):
            break
    # What still shrinks here without a bias is the critical case, where q falls like 1/steps.
    q[alive[b[alive] == 0]] = 0.0
    return np.where(q >= 1e12, np.nan, np.where(q <= 1e-12, 0.0, q))


def _bounded(length: Array) -> Array:
    # Above the 1e12 that counts as unbounded, so that a length cut here still does.
    return np.minimum(length, 1e13)


def _accelerated(before: Array, one: Array, two: Array) -> Array:
    """Steffensen's step where the iteration contracts and the step is moderate, else two plain."""
    first, second = one - before, two - one
    # Δ₂/Δ₁ estimates the map's slope r; a jump goes on by Δ₂/(1 − r), within 20·Δ₂ for |r| < 0.95.
    shrinking = np.abs(second) < 0.95 * np.abs(first)
    # Aitken's q + Δ₁²/(Δ₁ − Δ₂), written from the first image: one + Δ₁Δ₂/(Δ₁ − Δ₂).
    gap = np.where(shrinking & (second != first), first - second, 1.0)
    jump = one + second * first / gap
    near = shrinking & (jump > 0.5 * two) & (jump < 2 * two)
    return _bounded(np.where(near, jump, two))


def _length_slope(subject: Activation, q: Array, w: Array) -> Array:
    """∂(sigma_w² E f²)/∂q by a symmetric quotient; at q = 0 the limit χ₁."""
    step = _SLOPE_STEP * np.where(q > 0, q, 1.0)
    ends = [gaussian(subject, 0.0, np.maximum(q + k * step, 0.0)).second for k in (-2, -1, 1, 2)]
    # f′ ≈ (f₋₂ − 8f₋₁ + 8f₁ − f₂)/(12h), exact for polynomials of degree 4.
    slope = (ends[0] - 8 * ends[1] + 8 * ends[2] - ends[3]) / (12 * step)
    return np.asarray(w**2 * np.where(q > 0, slope, gaussian(subject, 0.0, q).derivative_second))


def _depth(factor: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        # factor^l = e^(−l/ξ) gives ξ = −1/log factor; at a factor of 1 nothing shrinks.
        return np.asarray(-1 / np.log(np.abs(factor)))


@dataclass(frozen=True, eq=False, repr=False)
class EdgeOfChaos(Answer):
    """The curve χ₁ = 1: for each length q the (sigma_w, sigma_b) that have it as fixed point.

    ``sigma_b`` is nan where no real bias does it. ``length_slope`` is the slope of the length map
    there: lengths near q come nearer to it only where it lies between −1 and 1.
    """

    length: Array
    sigma_w: Array
    sigma_b: Array
    length_slope: Array


def edge_of_chaos(activation: Activation | str, length: Any, **parameters: Number) -> EdgeOfChaos:
    """sigma_w² = 1/E f′², sigma_b² = q − sigma_w²·E f² at each length q.

    >>> float(edge_of_chaos("relu", 1.0).sigma_w.round(6))
    1.414214
    """
    q, subject = np.asarray(length, float), resolve(activation, parameters)
    at = gaussian(subject, 0.0, q)
    # χ₁ = sigma_w²·E f′² = 1; q = sigma_w²·E f² + sigma_b² then gives the bias.
    w = np.sqrt(1 / at.derivative_second)
    rest = q - w**2 * at.second
    # For rectifiers the difference is 0 and comes out as rounding of either sign.
    rest = np.where(np.abs(rest) < 1e-14 * q, 0.0, rest)
    bias = np.sqrt(np.where(rest >= 0, rest, np.nan))
    return EdgeOfChaos(q, w, bias, _length_slope(subject, q, w))
