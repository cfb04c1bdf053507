"""Signals in wide random networks: lengths, correlations, their fixed points and depth scales.

A layer has weights N(0, sigma_w²/n) and biases N(0, sigma_b²). In the limit of infinite width the
pre-activations are Gaussian with length q and, for two inputs, correlation c, and

    q ↦ sigma_w² E f(√q z)² + sigma_b²,   c ↦ (sigma_w² E f(u)f(v) + sigma_b²)/q*,
    χ₁ = sigma_w² E f′(√q* z)²

(Poole et al. 2016, Eqs. 3 to 6; Schoenholz et al. 2017, Eqs. 4 to 9). χ₁ is the slope of the
correlation map at c = 1 and the factor by which a layer multiplies the mean square of a gradient.
Where f jumps, f′ holds a δ whose square has no finite mean: χ₁ is infinite (Price's theorem).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..._arrays import real_array, real_number
from ..._text.tables import Answer
from ...activation import Activation
from ...derive._subject import resolve
from ...number import Number
from .._array import Array
from .._gaussian._rules.breaks import breaks
from .._gaussian.evaluate import gaussian
from .fixed_length import ROUGH, LengthMap, fixed_lengths
from .propagate import check_square


@dataclass(frozen=True, eq=False, repr=False)
class Phase(Answer):
    """The fixed points of a random network and how fast they are approached, as arrays.

    ``length`` is q*: 0 where signals die, nan where ``ending`` is not "converged", which is where
    lengths grow without bound ("diverged") or where float64 cannot tell ("not settled"). ``chi``
    is χ₁ at q*; ``ordered`` (χ₁ < 1) says that near inputs converge. ``length_scale`` and
    ``correlation_scale`` are the depths over which a deviation from q*, and from c = 1, shrinks by
    e (the latter negative where it grows: the chaotic phase). Of a unit that jumps χ₁ is inf, and
    the depth over which near inputs part is -0: at once. ``length_scale`` is nan, too, where
    rounding drowns the slope of lengths.
    """

    length: Array
    chi: Array
    ordered: Array
    length_scale: Array
    correlation_scale: Array
    ending: Array


def length_map(
    activation: Activation | str, length: Any, sigma_w: Any, sigma_b: Any, **parameters: Number
) -> Array:
    """One layer of lengths: sigma_w²·E f(√length·z)² + sigma_b².

    Raises:
        ValueError: for a length that is negative or not finite, or a sigma whose square is beyond
            the floats.

    >>> float(length_map("relu", 3.0, 2.0 ** 0.5, 0.0).round(12))
    3.0
    """
    w, b, q = _read(sigma_w=sigma_w, sigma_b=sigma_b, length=length)
    _check_lengths(q)
    second = gaussian(activation, 0.0, q, **parameters).second
    # What is beyond the floats is infinite.
    with np.errstate(over="ignore"):
        return np.asarray(w**2 * second + b**2)


def _check_lengths(q: Array) -> None:
    bad = q[~(np.isfinite(q) & (q >= 0))]
    if len(bad):
        raise ValueError(f"a length must be finite and not negative, got {float(bad[0])!r}")


def _read(**given: Any) -> list[Array]:
    """Each argument as an array of float64, deviations with squares.

    Raises:
        TypeError: for what would not be read as it is.
        ValueError: for a deviation whose square is beyond the floats.
    """
    found = {name: real_array(value, name) for name, value in given.items()}
    for name in [name for name in found if name.startswith("sigma")]:
        check_square(found[name], name)
    return list(found.values())


def correlation_map(
    activation: Activation | str,
    correlation: Any,
    length: Any,
    sigma_w: Any,
    sigma_b: Any,
    **parameters: Number,
) -> Array:
    """One layer of correlations at the fixed length q*: (sigma_w²·E f(u)f(v) + sigma_b²)/q*.

    Raises:
        ValueError: for a length that is not positive and finite, as where signals die, or a sigma
            whose square is beyond the floats.
    """
    # Loaded where a correlation is asked for: lengths need no pairs.
    from .._kernel.dual_kernel import dual_kernel

    w, b, q, c = _read(sigma_w=sigma_w, sigma_b=sigma_b, length=length, correlation=correlation)
    if not (np.isfinite(q) & (q > 0)).all():
        raise ValueError(f"correlations need a length that is positive and finite, got {q}")
    # Both inputs have length q, so that their covariance over √(q·q) is the correlation.
    kernel = dual_kernel(activation, q, q, c, **parameters)
    with np.errstate(over="ignore"):
        return np.asarray((w**2 * kernel.value + b**2) / q)


def phase(
    activation: Activation | str,
    sigma_w: Any,
    sigma_b: Any,
    start: float = 1.0,
    **parameters: Number,
) -> Phase:
    """Length fixed point, χ₁ and depth scales over arrays of (sigma_w, sigma_b).

    The fixed point is the one that iteration from ``start`` comes to (``fixed_lengths``); each is
    put back into the length map, which it passes to 1e-12. A length beyond 1e60 counts as
    unbounded, and one beyond 1e20 where float64 does not hold E f².

    Raises:
        ValueError: for a negative or non-finite sigma, or one whose square is beyond the floats, or
            a start outside (1e-100, 1e60).

    >>> float(phase("tanh", 1.0, 0.1).chi.round(4))
    0.8762
    >>> grown = phase("relu", [1.0, 1.42], 0.5)
    >>> grown.length, grown.ending
    (array([0.5, nan]), array(['converged', 'diverged'], dtype='<U16'))
    """
    subject = resolve(activation, parameters)
    w, b = np.broadcast_arrays(*_read(sigma_w=sigma_w, sigma_b=sigma_b))
    for values, name in ((w, "sigma_w"), (b, "sigma_b")):
        if not (np.isfinite(values) & (values >= 0)).all():
            raise ValueError(f"{name} must be finite and not negative, got {values}")
    start = real_number(start, "start")
    if not 1e-100 < start < 1e60:
        raise ValueError(f"start must be a length between 1e-100 and 1e60, got {start}")
    lengths = LengthMap(subject, w.ravel(), b.ravel())
    q, ending = fixed_lengths(lengths, start)
    chi, slope = (np.full(q.shape, np.nan) for _ in range(2))
    rows = np.flatnonzero(~np.isnan(q))
    if len(rows):
        some = lengths[rows]
        with np.errstate(invalid="ignore"):
            # No weights, and an infinite E f′²: nan.
            chi[rows] = some.w**2 * _slope_second(subject, q[rows])
        slope[rows] = some.slope(q[rows], ROUGH)
    found = (q, chi, chi < 1, _depth(slope), _depth(chi), ending)
    return Phase(*(column.reshape(w.shape) for column in found))


def _slope_second(subject: Activation, length: Array) -> Array:
    """E f′² at N(0, length), infinite where a Gaussian meets a jump: at length 0 one at 0 alone."""
    jumps = [b.at for b in breaks(subject) if b.jump]
    met = (length > 0) & bool(jumps) | (length == 0) & (0.0 in jumps)
    return np.where(met, np.inf, gaussian(subject, 0.0, length).derivative_second)


def _depth(factor: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        # factor^l = e^(−l/ξ) gives ξ = −1/log factor; at a factor of 1 nothing shrinks.
        return np.asarray(-1 / np.log(np.abs(factor)))


@dataclass(frozen=True, eq=False, repr=False)
class EdgeOfChaos(Answer):
    """The curve χ₁ = 1: for each length q the (sigma_w, sigma_b) that have it as fixed point.

    ``sigma_b`` is nan where no real bias does it, and both are where E f′² is 0 or infinite, as
    where f jumps. ``length_slope`` is the slope of the length map there: lengths near q come nearer
    to it only where it lies between −1 and 1. It is nan at a q so short beside f(0)² that rounding
    leaves it less than four digits.
    """

    length: Array
    sigma_w: Array
    sigma_b: Array
    length_slope: Array


def edge_of_chaos(activation: Activation | str, length: Any, **parameters: Number) -> EdgeOfChaos:
    """sigma_w² = 1/E f′², sigma_b² = q − sigma_w²·E f² at each length q.

    Raises:
        ValueError: for a length that is negative or not finite.

    >>> float(edge_of_chaos("relu", 1.0).sigma_w.round(6))
    1.414214
    """
    q, subject = real_array(length, "length"), resolve(activation, parameters)
    _check_lengths(q)
    at = gaussian(subject, 0.0, q)
    # χ₁ = sigma_w²·E f′² = 1; q = sigma_w²·E f² + sigma_b² then gives the bias.
    with np.errstate(divide="ignore"):
        w = np.sqrt(1 / _slope_second(subject, q))
    # A unit without slopes, such as a constant, has no edge: sigma_w would be infinite; nor has
    # one with an infinite E f′², such as √|x| or a step.
    w = np.where(np.isfinite(w) & (w > 0), w, np.nan)
    rest = q - w**2 * at.second
    # For rectifiers the difference is 0 and comes out as rounding of either sign.
    rest = np.where(np.abs(rest) < 1e-14 * q, 0.0, rest)
    bias = np.sqrt(np.where(rest >= 0, rest, np.nan))
    return EdgeOfChaos(q, w, bias, LengthMap(subject, w, bias).slope(q))
