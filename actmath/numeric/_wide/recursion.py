"""From layer to layer of an infinitely wide network: variances, correlations, tangents.

With Q(q) = E f(√q·z)² and the dual kernel F of f, for two inputs with variances q₁, q₂ and
covariance k of their net inputs (Lee et al. 2018, Eqs. 4 and 5; Jacot et al. 2018, Theorem 1),

    q ← σ_w²·Q(q) + σ_b²,   k ← σ_w²·F(q₁, q₂, c) + σ_b²,   c = k/√(q₁q₂),
    Θ ← k + σ_w²·F′(q₁, q₂, c)·Θ   with F′ = E f′(u)f′(v).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ...activation import Activation
from .._array import Array
from .._gaussian.array_ops import ArrayOps
from .._gaussian.evaluate import gaussian
from .._gaussian.result import AnyArray, MomentRoute
from .inputs import WideInputs, near_correlations, squared_lengths

# What a correlation of ±1 may lose to rounding in one layer.
_ULPS = 8 * 2.0**-52


@dataclass(frozen=True, eq=False)
class WideSide:
    """The net inputs of single examples: variances, and tangent kernels of each with itself."""

    variance: AnyArray
    tangent: AnyArray


@dataclass(frozen=True, eq=False)
class WideLayer:
    """Net inputs of one layer, for examples and for the pairs (i, j) of them.

    ``first`` and ``second`` are one object where inputs are paired with themselves: then the pairs
    are those with i < j.
    """

    first: WideSide
    second: WideSide
    rows: tuple[AnyArray, AnyArray]
    covariance: AnyArray
    correlation: AnyArray
    tangent: AnyArray
    route: MomentRoute

    def matrix(self, ops: ArrayOps, tangent: bool) -> AnyArray:
        """The kernel, (inputs, others): of the process, or the tangent one."""
        flat = self.tangent if tangent else self.covariance
        count, others = len(self.first.variance), len(self.second.variance)
        if self.first is not self.second:
            return flat.reshape(count, others)
        alone = self.first.tangent if tangent else self.first.variance
        # Places of the pairs i < j, of their mirror images, and of the diagonal.
        places = np.empty((count, count), np.intp)
        upper = np.triu_indices(count, 1)
        places[upper] = places.T[upper] = np.arange(len(upper[0]))
        np.fill_diagonal(places, len(upper[0]) + np.arange(count))
        return ops.join([flat, alone])[places]


def wide_layers(given: WideInputs, unit: Activation) -> Iterator[WideLayer]:
    """The first layer, and all that follow, without end."""
    layer = _first(given)
    while True:
        yield layer
        layer = _next(given, unit, layer)


def _first(given: WideInputs) -> WideLayer:
    ops, x = given.ops, given.inputs
    y = x if given.others is None else given.others
    pairs = (
        np.triu_indices(len(x), 1)
        if given.others is None
        else np.indices((len(x), len(y))).reshape(2, -1)
    )
    i, j = (np.asarray(part) for part in pairs)
    first = _first_side(given, x)
    second = first if given.others is None else _first_side(given, y)
    k = (given.weight * (x @ y.T / x.shape[1]) + given.bias)[i, j]
    quotient = _quotient(ops, k, first.variance[i], second.variance[j])
    exact = near_correlations(given, ops.detached(quotient), i, j)
    c = _rounded(ops, quotient, np.clip(exact, -1, 1))
    return WideLayer(first, second, (i, j), k, c, k, MomentRoute.CLOSED_FORM)


def _first_side(given: WideInputs, rows: AnyArray) -> WideSide:
    with np.errstate(over="ignore"):
        variance = squared_lengths(given, rows)
    if not np.isfinite(given.ops.detached(variance)).all():
        raise ArithmeticError("the squares of the inputs overflow float64; scale them first")
    return WideSide(variance, variance)


def _next(given: WideInputs, unit: Activation, layer: WideLayer) -> WideLayer:
    # Loaded where there is a second layer: what has none needs no pairs.
    from .._kernel.dual_kernel import dual_kernel

    ops, weight, bias = given.ops, given.weight, given.bias
    i, j = layer.rows
    first = _next_side(given, unit, layer.first)
    second = first if layer.second is layer.first else _next_side(given, unit, layer.second)
    at = layer.first.variance[i], layer.second.variance[j], layer.correlation
    found = dual_kernel(unit, *at)
    k = weight * found.value + bias
    quotient = _quotient(ops, k, first.variance[i], second.variance[j])
    c = np.clip(ops.detached(quotient), -1, 1)
    # What was ±1 and is so but for rounding is ±1: equal inputs stay equal.
    whole = (np.abs(ops.detached(layer.correlation)) == 1) & (1 - np.abs(c) <= _ULPS)
    c = _rounded(ops, quotient, np.where(whole, np.sign(c), c))
    tangent = k + weight * found.derivative * layer.tangent
    worst = MomentRoute.QUADRATURE
    route = worst if worst in (layer.route, found.route) else MomentRoute.CLOSED_FORM
    return WideLayer(first, second, layer.rows, k, c, tangent, route)


def _next_side(given: WideInputs, unit: Activation, side: WideSide) -> WideSide:
    with np.errstate(over="ignore"):
        at = gaussian(unit, 0.0, side.variance)
        variance = given.weight * at.second + given.bias
    if not np.isfinite(given.ops.detached(variance)).all():
        raise ArithmeticError(
            f"the variances of {unit.name} grow beyond float64; take fewer layers or less weight"
        )
    tangent = variance + given.weight * at.derivative_second * side.tangent
    return WideSide(variance, tangent)


def _quotient(ops: ArrayOps, k: AnyArray, q1: AnyArray, q2: AnyArray) -> AnyArray:
    """k/√(q₁q₂), 0 where a variance is 0."""
    alive = (q1 > 0) & (q2 > 0)
    q1, q2 = (ops.where(alive, q, 1.0) for q in (q1, q2))
    return ops.where(alive, k / (q1**0.5 * q2**0.5), 0.0)


def _rounded(ops: ArrayOps, c: AnyArray, exact: Array) -> AnyArray:
    """The correlation with exact values in place of its own, and its gradient.

    At ±1 a correlation is as large as it may be: it has no gradient.
    """
    values = ops.constant(exact, c)
    return ops.where(abs(values) == 1, values, c + (values - ops.value_of(c)))
