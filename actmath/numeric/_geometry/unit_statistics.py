"""Natural gradients in numbers: steps of a unit, angles, and the Gaussian half-plane."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..._arrays import finite_number, real_array, whole_number
from ..._text.kinds import check_kind
from ..._text.tables import Answer
from .._array import Array


@dataclass(frozen=True, eq=False, repr=False)
class SampledStatistics(Answer):
    """A = E(δ²aaᵀ), b = E(δ²a), c = E(δ²), g = E(δa), g₀ = E(δ) of one unit."""

    A: Array
    b: Array
    c: float
    g: Array
    g0: float

    @property
    def fisher(self) -> Array:
        """[[A, b], [bᵀ, c]]."""
        return np.block([[self.A, self.b[:, None]], [self.b[None, :], np.array([[self.c]])]])

    @property
    def gradient(self) -> Array:
        """(g, g₀)."""
        return np.append(self.g, self.g0)


def unit_statistics(activations: Any, delta: Any) -> SampledStatistics:
    """The five expectations over a sample.

    Args:
        activations: (samples, n), what comes into the unit.
        delta: (samples,), derivative of the log-likelihood by the unit's net input.

    Raises:
        ValueError: for other shapes, or values that are not finite.
        TypeError: for what is no real numbers, or masks some.
    """
    a, d = real_array(activations, "activations"), real_array(delta, "delta")
    if a.ndim != 2 or d.shape != a.shape[:1] or not len(d):
        raise ValueError(f"needs (samples, n) and (samples,), got {a.shape} and {d.shape}")
    if not (np.isfinite(a).all() and np.isfinite(d).all()):
        raise ValueError("activations and delta must be finite")
    # E(δ²aaᵀ), E(δ²a) and E(δ²) are sums with the weights δ²/samples.
    weight = d**2 / len(d)
    return SampledStatistics(
        (a * weight[:, None]).T @ a,
        weight @ a,
        float(weight.sum()),
        d @ a / len(d),
        float(d.mean()),
    )


def natural_step(unit: SampledStatistics) -> Array:
    """(Δw, Δw₀) by the blocks of Clevert et al. (2016), Theorem 1.

    bᵀ(cA − bbᵀ)⁻¹b is solved as printed, so that this shares nothing with ``dense_step``.

    Raises:
        numpy.linalg.LinAlgError: if A or cA − bbᵀ is singular, as with fewer samples than inputs.
        TypeError: for what is no sampled statistics.
    """
    check_kind(unit, SampledStatistics, "unit", "numeric.unit_statistics(…) gives one")
    A, b, c = unit.A, unit.b, unit.c
    # s = c⁻¹(1 + bᵀ(cA − bbᵀ)⁻¹b) is the Schur complement's inverse, (c − bᵀA⁻¹b)⁻¹.
    s = (1 + b @ np.linalg.solve(c * A - np.outer(b, b), b)) / c
    # Theorem 1: Δw₀ = s(g₀ − bᵀA⁻¹g) and Δw = A⁻¹(g − Δw₀b).
    bias = s * (unit.g0 - b @ np.linalg.solve(A, unit.g))
    return np.append(np.linalg.solve(A, unit.g - bias * b), bias)


def dense_step(unit: SampledStatistics) -> Array:
    """F⁻¹ times the gradient, by one solve with the whole matrix.

    Raises:
        TypeError: for what is no sampled statistics.
    """
    check_kind(unit, SampledStatistics, "unit", "numeric.unit_statistics(…) gives one")
    return np.asarray(np.linalg.solve(unit.fisher, unit.gradient), np.float64)


@dataclass(frozen=True, eq=False, repr=False)
class SampledShift(Answer):
    """Theorem 2 in numbers: E_q a, E_r a and k."""

    mean_q: Array
    mean_r: Array
    k: float


def sampled_shift(unit: SampledStatistics) -> SampledShift:
    """k = 1 + (E_q a − E_r a)ᵀ Var_q(a)⁻¹ E_q a (Clevert et al. 2016, Theorem 2).

    Raises:
        ValueError: if E δ = 0, where r ∝ δp is not defined.
        TypeError: for what is no sampled statistics.
    """
    check_kind(unit, SampledStatistics, "unit", "numeric.unit_statistics(…) gives one")
    if unit.g0 == 0:
        raise ValueError("E δ = 0: r ∝ δp is not defined, and neither is k")
    # q ∝ δ²p and r ∝ δp: E_q a = b/c, E_r a = g/g₀, Var_q a = A/c − E_q a E_q aᵀ.
    mean_q, mean_r = unit.b / unit.c, unit.g / unit.g0
    variance = unit.A / unit.c - np.outer(mean_q, mean_q)
    k = 1 + (mean_q - mean_r) @ np.linalg.solve(variance, mean_q)
    return SampledShift(mean_q, mean_r, float(k))


def angle(one: Any, other: Any) -> float:
    """The angle between two vectors in degrees, accurate for nearly parallel ones too.

    Raises:
        ValueError: if a vector is zero, or not finite: it has no direction.
    """
    u, v = _direction(one, "one"), _direction(other, "other")
    # tan(θ/2) = |u − v|/|u + v| for unit vectors: arccos(u·v) would lose half the digits near 0.
    return float(np.degrees(2 * np.arctan2(np.linalg.norm(u - v), np.linalg.norm(u + v))))


def _direction(given: Any, what: str) -> Array:
    vector = real_array(given, what)
    if not np.isfinite(vector).all():
        raise ValueError(f"{what} must be finite")
    largest = np.abs(vector).max(initial=0.0)
    if not largest:
        raise ValueError("a zero vector has no direction")
    # The square of a tiny or huge entry is no float.
    vector = vector / largest
    return np.asarray(vector / np.linalg.norm(vector))


def gradient_angle(activations: Any, delta: Any, damping: float = 0.0) -> float:
    """Degrees between a unit's ordinary gradient and its natural gradient.

    Args:
        activations, delta: as for ``unit_statistics``.
        damping: added to the diagonal of F as this share of its mean, where F is singular.
    """
    unit = unit_statistics(activations, delta)
    fisher = unit.fisher
    fisher += damping * np.trace(fisher) / len(fisher) * np.eye(len(fisher))
    return angle(np.linalg.solve(fisher, unit.gradient), unit.gradient)


def divergence(start: tuple[float, float], end: tuple[Any, Any]) -> Array:
    """KL(N(mu₁, σ₁²) ‖ N(mu₂, σ₂²)) for (mu, σ), the second of which may hold arrays.

    Raises:
        ValueError, TypeError: for what is no Gaussian: numbers that are not finite, σ not above 0.
    """
    (mu1, s1), (mu2, s2) = _gaussian(start, "start"), (real_array(part, "end") for part in end)
    if not (np.isfinite(mu2).all() and np.isfinite(s2).all() and (s2 > 0).all()):
        raise ValueError("end must be means and deviations that are finite, and these above 0")
    return np.asarray(np.log(s2 / s1) + (s1**2 + (mu1 - mu2) ** 2) / (2 * s2**2) - 0.5)


def unit_ellipse(centre: tuple[float, float], radius: float, points: int = 181) -> Array:
    """½ δᵀFδ = radius around N(mu, σ²): (points, 2), the divergence to second order.

    Raises:
        ValueError, TypeError: as ``geodesic``; for a negative radius.
    """
    (mean, deviation), radius = _gaussian(centre, "centre"), finite_number(radius, "radius")
    if radius < 0:
        raise ValueError(f"radius must not be negative, got {radius}")
    # F = diag(1/σ², 2/σ²) in (mu, σ): half axes σ√(2·radius) and σ√radius.
    turn = np.linspace(0, 2 * np.pi, whole_number(points, "points"))
    length = deviation * np.sqrt(2 * radius)
    return np.stack(
        [mean + length * np.cos(turn), deviation + length / np.sqrt(2) * np.sin(turn)], axis=1
    )


def _gaussian(given: object, what: str) -> tuple[float, float]:
    """A mean and a deviation as floats."""
    pair = real_array(given, what)
    if pair.shape != (2,) or not (np.isfinite(pair).all() and pair[1] > 0):
        raise ValueError(f"{what} must be a finite mean and a positive deviation, got {given}")
    return float(pair[0]), float(pair[1])


def geodesic(start: tuple[float, float], end: tuple[float, float], points: int = 101) -> Array:
    """The shortest path in Fisher's metric between two Gaussians (mu, σ): (points, 2).

    In (mu/√2, σ) it is a half circle centred on σ = 0, or a vertical line; the points are at
    equal Fisher distances.

    Raises:
        ValueError: for what is not finite, a σ that is not positive, or no points.
        TypeError: for what is no real numbers.
    """
    first, last = _gaussian(start, "start"), _gaussian(end, "end")
    (m1, s1), (m2, s2) = first, last
    t = np.linspace(0, 1, whole_number(points, "points"))
    # The distance d in the half plane of (mu/√2, σ): sinh(d/2) = |P₁ − P₂|/(2√(σ₁σ₂)).
    distance = 2 * np.arcsinh(
        np.hypot((m1 - m2) / np.sqrt(2), s1 - s2) / 2 / np.sqrt(s1) / np.sqrt(s2)
    )
    # On the hyperboloid P(t) = (sinh((1 − t)d)·P₁ + sinh(td)·P₂)/sinh d; of its coordinates 1/σ and
    # mu/σ are two, so that both are sums of what has one sign, and no circle is too large.
    one, other = (_shares(part, distance) / s for part, s in ((1 - t, s1), (t, s2)))
    whole = one + other
    return np.stack([m1 * (one / whole) + m2 * (other / whole), 1 / whole], axis=1)


def _shares(t: Array, distance: float) -> Array:
    """sinh(t·d)/sinh(d), t where d is 0."""
    if not distance:
        return t
    waned = np.expm1(-2 * t * distance) / np.expm1(-2 * distance)
    return np.asarray(np.exp((t - 1) * distance) * waned)
