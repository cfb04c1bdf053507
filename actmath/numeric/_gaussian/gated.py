"""Moments of g(x)·z over arrays of two correlated Gaussians, in forms that do not cancel.

With x = mean + σt, g = c + d for the constant c = E g, and z = μ_z + r·t + what t does not know, of
variance s = ν_z·(1 − ρ²), where r = ρ√ν_z, everything is a sum of T_k = E[h·He_k(t)], k ≤ 2, for h
= g, d², g′², which the rules of ``_rules`` give. Var f = s·E g² + Var(g·(μ_z + r·t)), whose second
part is

    c²r² + μ_z²·Var d + r²·Var(dt) + 2c·r·μ_z·E dt + 2c·r²·E dt² + 2μ_z·r·Cov(d, dt),

so that nothing is subtracted but what the correlation itself takes away; without one, nothing is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..._text.tables import Answer
from ...activation import Activation
from ...derive._gated.subject import resolve_gated
from ...gated_unit import GatedUnit
from ...number import Number
from .._array import real_arrays
from ._rules.breaks import breaks, has_infinite_square
from ._rules.calibration import calibrate
from ._rules.gradients import hermite_sums
from .array_ops import NUMPY_OPS, ArrayOps, torch_ops
from .result import AnyArray, Columns

_LARGEST = np.finfo(np.float64).max
#: What each argument may be, in a message; the correlation is looked at by itself.
_WANTED = {
    "mean": (-np.inf, "finite"),
    "variance": (np.nextafter(0, 1), "finite and positive"),
    "mean_z": (-np.inf, "finite"),
    "variance_z": (0.0, "finite and not negative"),
}


@dataclass(frozen=True, eq=False, repr=False)
class GatedArrayMoments(Answer):
    """E f, E f², Var f, E f_x², E f_z² and E f_x·f_z of f(x, z) = g(x)·z, in the inputs' shape."""

    unit: str
    mean: AnyArray
    second: AnyArray
    variance: AnyArray
    by_x_second: AnyArray
    by_z_second: AnyArray
    by_both: AnyArray


def gated_gaussian(
    unit: GatedUnit | str,
    mean: Any = 0.0,
    variance: Any = 1.0,
    *,
    mean_z: Any = 0.0,
    variance_z: Any = 1.0,
    correlation: Any = 0.0,
    **parameters: Number,
) -> GatedArrayMoments:
    """Moments of a unit of two arguments over arrays, by quadrature in float64.

    Against 30-digit values the relative error is below 1e-12 for |mean| ≤ 5 and variances from 0.01
    to 25 where x and z are independent; where a correlation makes terms cancel, below 1e-12 of
    what is subtracted.

    Args:
        unit: a ``GatedUnit`` or a name of ``catalog.GATED``.
        mean, variance: of x, the gate's argument: NumPy arrays, PyTorch tensors (one makes the
            answer a tensor, with gradients of any order) or numbers, as of ``gaussian``.
        mean_z, variance_z: of z, the value that the gate lets through.
        correlation: of x and z, from −1 to 1; all five are broadcast.
        parameters: numbers for the gate's parameters.

    Raises:
        KeyError: for an unknown name.
        TypeError: for an activation, which has one argument, and for arrays of other kinds.
        ValueError: for a variance of x that is not positive, one of z that is negative, what is not
            finite, a correlation outside [−1, 1], or shapes that do not broadcast.
        ArithmeticError: where moments are infinite or beyond float64, or it loses g's digits; only
            E f_x² may be inf beside the others, where the gate is as steep as √|x|.

    >>> gated_gaussian("bilinear", [0.0, 1.0], mean_z=2.0, correlation=0.5).mean
    array([0.5, 2.5])
    """
    subject = resolve_gated(unit, parameters)
    of_z = {"mean_z": mean_z, "variance_z": variance_z, "correlation": correlation}
    given = real_arrays(mean=mean, variance=variance, **of_z)
    ops = torch_ops() if given.is_tensor else NUMPY_OPS
    _check(*(ops.detached(flat) for flat in given.flat))
    with np.errstate(all="ignore"):
        found = _moments(ops, subject.gate, *given.flat)
    _check_answer(subject.name, *map(ops.detached, found))
    return GatedArrayMoments(subject.name, *map(given.finish, found))


def _check(*arrays: np.ndarray) -> None:
    for array, (what, (least, need)) in zip(arrays, _WANTED.items(), strict=False):
        # In this order a nan does not pass.
        wrong = ~((array >= max(least, -_LARGEST)) & (array <= _LARGEST))
        _refuse(wrong, array, f"{what} must be {need}")
    correlation = arrays[-1]
    _refuse(~(np.abs(correlation) <= 1), correlation, "correlation must lie from −1 to 1")


def _check_answer(name: str, *columns: np.ndarray) -> None:
    """Whether all are finite, but for an E f_x² that is infinite at a kink of the gate."""
    *others, _, second, both = columns
    lost = ~np.isfinite(np.array([*others, second, both])).all(axis=0)
    if lost.any():
        raise ArithmeticError(
            f"the moments of {name} at flat index {int(np.argmax(lost))} are beyond float64; "
            "actmath.gated_moments computes single points"
        )


def _refuse(wrong: np.ndarray, array: np.ndarray, said: str) -> None:
    if wrong.any():
        at = int(np.argmax(wrong))
        raise ValueError(f"{said}, got {array[at]} at flat index {at}")


def _moments(
    ops: ArrayOps,
    gate: Activation,
    mean: AnyArray,
    variance: AnyArray,
    mean_z: AnyArray,
    variance_z: AnyArray,
    correlation: AnyArray,
) -> Columns:
    """The six of the module's docstring, in the order of ``GatedArrayMoments``."""
    plain, once, twice = hermite_sums(calibrate(gate).expectations, gate, ops, mean, variance)
    lean = correlation * ops.sqrt(variance_z)
    rest = variance_z * (1 - correlation) * (1 + correlation)
    # c, and E d, which is 0 but not its gradient.
    centre = ops.value_of(plain[0])
    off = plain[0] - centre
    # E g²·He_k = E d²·He_k + 2c·E d·He_k + c²·E He_k.
    square = (
        plain[1] + centre * (centre + 2 * off),
        once[1] + 2 * centre * once[0],
        twice[1] + 2 * centre * twice[0],
    )
    steep = plain[3], once[3], twice[3]
    if has_infinite_square(gate):
        steep = plain[3], 0.0 * mean, 0.0 * mean
    slopes = _of_product(ops, gate, square, mean, variance)
    shared = (
        (centre * lean) ** 2
        + mean_z**2 * (plain[1] - off**2)
        + lean**2 * (twice[1] + plain[1] - once[0] ** 2)
        + 2 * centre * lean * mean_z * once[0]
        + 2 * centre * lean**2 * (twice[0] + off)
        + 2 * mean_z * lean * (once[1] - off * once[0])
    )
    return (
        mean_z * plain[0] + lean * once[0],
        _times_square(square, mean_z, lean, variance_z),
        rest * square[0] + shared,
        _times_square(steep, mean_z, lean, variance_z),
        square[0],
        mean_z * slopes[0] + lean * slopes[1],
    )


def _times_square(
    sums: Columns, mean_z: AnyArray, lean: AnyArray, variance_z: AnyArray
) -> AnyArray:
    """E h·z² = (μ_z² + ν_z)·T_0 + 2μ_z·r·T_1 + r²·T_2."""
    return (mean_z**2 + variance_z) * sums[0] + 2 * mean_z * lean * sums[1] + lean**2 * sums[2]


def _of_product(
    ops: ArrayOps, gate: Activation, square: Columns, mean: AnyArray, variance: AnyArray
) -> tuple[AnyArray, AnyArray]:
    """E g·g′ and E g·g′·t: half of E(g²)′, by Stein's identity, less what jumps of g² add."""
    deviation = ops.sqrt(variance)
    first, second = square[1] / (2 * deviation), square[2] / (2 * deviation)
    for b in breaks(gate):
        if b.jump:
            # Of (g²)′ a jump is a point mass.
            jump = (b.above**2 - (b.above - b.jump) ** 2) / 2
            at = (b.at - mean) / deviation
            density = ops.exp(-0.5 * at * at) / ((2 * np.pi) ** 0.5 * deviation)
            first = first - jump * density
            second = second - jump * density * at
    return first, second
