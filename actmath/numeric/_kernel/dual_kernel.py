"""E f(u)f(v) and its derivative for correlated centred Gaussians: an activation's dual kernel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..._text.tables import Answer
from ...activation import Activation
from ...derive._subject import resolve
from ...number import Number
from .._array import Array, RealArrays, real_arrays
from .._gaussian.result import AnyArray, MomentRoute
from .columns import kernel

# A correlation that was computed may pass 1 by rounding, in units of the last place.
_ULPS = 8


@dataclass(frozen=True, eq=False, repr=False)
class DualKernel(Answer):
    """value = E f(u)f(v) and derivative = ∂value/∂Cov(u, v) at fixed variances.

    By Price's theorem the derivative is E f′(u)f′(v), in which a jump of f counts as what it is:
    an infinite slope of finite area. At c = ±1 it may be infinite then.
    """

    activation: str
    value: AnyArray
    derivative: AnyArray
    route: MomentRoute


def dual_kernel(
    activation: Activation | str, first: Any, second: Any, correlation: Any, **parameters: Number
) -> DualKernel:
    """The dual kernel at Var u = first, Var v = second and their correlation, as arrays.

    At variances 1 it is the dual activation. Closed form for steps, lines and squares with one
    kink at 0 (relu: the arc-cosine kernel of order 1, Cho & Saul 2009, Eq. 6), for gelu, error
    functions, and elu, selu, celu and straight pieces where that keeps its digits (``elu_kernel``,
    ``broken_line``); the route is "closed form" only if every entry is. Elsewhere by quadrature
    (``hermite_series``, ``plane``). Units with f(λx) = λᵖf(x) are computed at variances 1 and
    scaled. Errors are some ulps of √(E f(u)²·E f(v)²); of the series and the two closed forms at
    most 5e-14 of it.

    Args:
        activation: an ``Activation`` or a catalog name.
        first, second: variances. Of 0 the answer is the limit, at which a jump or kink at 0 is
            seen from either side. correlation: in [−1, 1], up to 8 ulps beyond. All broadcast.
            PyTorch tensors give tensors, with gradients by all three.
        parameters: numbers for the activation's parameters.

    Raises:
        ValueError: for a variance that is negative or not finite, or a correlation outside
            [−1, 1].
        TypeError: for arrays that do not hold real numbers, or mask some (``gaussian``).
        ArithmeticError: where quadrature in float64 does not hold the integrand, as of x¹⁰⁰ at a
            variance of 1e30.

    >>> float(dual_kernel("relu", 1, 1, 1).value)
    0.5
    """
    subject = resolve(activation, parameters)
    given = real_arrays(first=first, second=second, correlation=correlation)
    value, slope, route = _columns(subject, given)
    return DualKernel(subject.name, given.finish(value), given.finish(slope), route)


def _columns(subject: Activation, given: RealArrays) -> tuple[AnyArray, AnyArray, MomentRoute]:
    ulps = _ULPS * (2.0**-23 if "float32" in str(given.dtype) else 2.0**-52)
    first, second, c = given.flat
    if not given.is_tensor:
        _check(list(given.flat), ulps)
        return kernel(subject, first, second, np.clip(c, -1, 1))
    from .tensors import with_gradients

    _check([flat.detach().cpu().numpy() for flat in given.flat], ulps)
    # What rounding put beyond ±1 keeps its gradient.
    inside = c + (c.detach().clamp(-1, 1) - c.detach())
    return with_gradients(subject, first, second, inside)


def _check(given: list[Array], ulps: float) -> None:
    q1, q2, c = given
    for q, what in ((q1, "first"), (q2, "second")):
        bad = q[~(np.isfinite(q) & (q >= 0))]
        if len(bad):
            raise ValueError(
                f"the {what} variance must be finite and not negative, got {float(bad[0])!r}"
            )
    beyond = c[~(np.abs(c) <= 1 + ulps)]
    if len(beyond):
        raise ValueError(f"the correlation must lie in [-1, 1], got {float(beyond[0])!r}")
