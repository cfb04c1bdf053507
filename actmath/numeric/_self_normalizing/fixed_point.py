"""Every (shape or shift, scale) for which a target (mean, variance) is a fixed point."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from mpmath import mp
from sympy import Float, Symbol, true

from ...activation import Activation
from ...lower._for_mpmath import to_mpf
from .._digits.precise import Precise, Raw, precise
from .._gaussian.array_ops import NUMPY_OPS
from .._gaussian.panels import Panels
from .._gaussian.result import MomentRoute

_GUARD = 175
_SCAN = 61
_DECADES = 3


class Form(StrEnum):
    """What is free beside the output scale: a shape inside f, or a shift of its values."""

    SHAPE = "shape"
    SHIFT = "shift"


@dataclass(frozen=True)
class Target:
    """The fixed point asked for and the unit's weights, as exact numbers."""

    mean: Any
    variance: Any
    omega: Any
    tau: Any

    def numbers(self) -> tuple[Any, Any, Any, Any]:
        """Mean and variance of the outputs, then of the inputs of f, at the working precision."""
        mean, variance, omega, tau = (
            to_mpf(v) for v in (self.mean, self.variance, self.omega, self.tau)
        )
        return mean, variance, mean * omega, variance * tau


@dataclass(frozen=True)
class Pair:
    """One solution: shape (or None), shift (0 where a shape is free) and scale."""

    shape: Any
    shift: Any
    scale: Any


@dataclass(frozen=True)
class Problem:
    """lam·(f(x; shape) + shift) with one of shape and shift free, and its moments."""

    activation: Activation
    shape: Symbol | None
    linear: bool
    target: Target

    @property
    def moments(self) -> Precise:
        """Many-digit moments of f(x; shape), compiled once per activation."""
        return precise(self.activation, self.shape)

    @property
    def guard(self) -> int:
        """Digits to work with beyond those wanted.

        A closed form is worked out with 175 more: where one branch of f has a probability of
        1e-88, its share of the coefficients must still be told from their rounding.
        """
        return _GUARD if self.moments.route is MomentRoute.CLOSED_FORM else 0

    def raw(self, mean: Any, variance: Any, shape: Any) -> Raw:
        """The moments of f(x; shape); if linear in the shape, each a quadratic through three."""
        if not self.linear:
            return self.moments.evaluate(mean, variance, shape)
        zero, one, minus = (
            astuple(self.moments.evaluate(mean, variance, mp.mpf(s))) for s in (0, 1, -1)
        )
        return Raw(
            *(
                c + shape * (a - b) / 2 + shape**2 * ((a + b) / 2 - c)
                for c, a, b in zip(zero, one, minus, strict=True)
            )
        )

    def pairs(self) -> tuple[Pair, ...]:
        """All real solutions at the working precision, in an order that does not depend on it."""
        return _pairs(self, mp.prec)


@lru_cache(maxsize=64)
def _pairs(problem: Problem, _: int) -> tuple[Pair, ...]:
    if problem.shape is None:
        return _by_shift(problem)
    mean, variance, inner_mean, inner_variance = problem.target.numbers()
    shapes = _linear_shapes(problem) if problem.linear else _nonlinear_shapes(problem)
    found = []
    for shape in shapes:
        raw = problem.raw(inner_mean, inner_variance, shape)
        scale = _scale(mean, variance, raw.first, raw.second)
        if scale is not None:
            found.append(Pair(shape, mp.zero, scale))
    return tuple(found)


def _scale(mean: Any, variance: Any, first: Any, second: Any) -> Any:
    if mean == 0:
        return mp.sqrt(variance / second) if second > 0 else None
    return mean / first if first else None


def _by_shift(problem: Problem) -> tuple[Pair, ...]:
    """lam = √(variance/Var f) and shift = mean/lam − E f: always one with a positive scale."""
    mean, variance, inner_mean, inner_variance = problem.target.numbers()
    raw = problem.moments.evaluate(inner_mean, inner_variance, mp.zero)
    spread = raw.second - raw.first**2
    if spread <= 0:
        return ()
    scale = mp.sqrt(variance / spread)
    return (Pair(None, mean / scale - raw.first, scale),)


def _linear_shapes(problem: Problem) -> tuple[Any, ...]:
    """f = A + shape·B makes E f linear and E f² quadratic in the shape, and so the condition.

    Three evaluations give the coefficients: at shape 0, 1 and −1.
    """
    mean, variance, inner_mean, inner_variance = problem.target.numbers()
    at = {s: problem.moments.evaluate(inner_mean, inner_variance, mp.mpf(s)) for s in (0, 1, -1)}
    a0, a1 = at[0].first, at[1].first - at[0].first
    b0, b1 = at[0].second, (at[1].second - at[-1].second) / 2
    b2 = (at[1].second + at[-1].second) / 2 - b0
    if mean == 0:
        return (-a0 / a1,) if a1 else ()
    power, square = mean**2 + variance, mean**2
    return _real_roots(
        (power * a1**2, -square * b2),
        (2 * power * a0 * a1, -square * b1),
        (power * a0**2, -square * b0),
    )


def _real_roots(*summands: tuple[Any, Any]) -> tuple[Any, ...]:
    """Real roots of a quadratic, each coefficient (highest first) given as two summands.

    What is below the rounding of its summands counts as 0. The root without cancellation comes
    first, the other is their product divided by it.
    """
    tiny = mp.mpf(10) ** (10 - mp.dps)
    c2, c1, c0 = (
        one + other if abs(one + other) > tiny * (abs(one) + abs(other)) else mp.zero
        for one, other in summands
    )
    if c2 == 0:
        return (-c0 / c1,) if c1 else ()
    discriminant = c1**2 - 4 * c2 * c0
    if discriminant < -tiny * (c1**2 + abs(4 * c2 * c0)):
        return ()
    q = -(c1 + mp.sign(c1 or 1) * mp.sqrt(max(discriminant, mp.zero))) / 2
    return (q / c2, c0 / q) if q else (mp.zero,)


def _nonlinear_shapes(problem: Problem) -> tuple[Any, ...]:
    """Roots of the condition in the shape, bracketed on a grid and refined."""
    condition, tolerance = _condition(problem), mp.mpf(10) ** (-2 * mp.dps + 10)
    return tuple(
        left
        if left == right
        else mp.findroot(condition, (left, right), solver="anderson", tol=tolerance)
        for left, right in _brackets(problem)
    )


@lru_cache(maxsize=256)
def _brackets(problem: Problem) -> tuple[tuple[Any, Any], ...]:
    """Sign changes on a logarithmic grid of shapes from 1e-3 to 1e3, and mirrored."""
    assert problem.shape is not None
    domain = problem.activation.parameter(problem.shape.name).domain
    quick = problem.moments.route is MomentRoute.QUADRATURE
    condition = _rough_condition(problem) if quick else _condition(problem)
    with mp.workdps(30):
        decades = (mp.mpf(2 * _DECADES * k) / (_SCAN - 1) - _DECADES for k in range(_SCAN))
        side = [mp.mpf(10) ** power for power in decades]
        both = [*(-s for s in reversed(side)), *side]
        known = [(s, condition(s)) for s in both if domain.contains(Float(s)) is true]
    exact = [(s, s) for s, value in known if value == 0]
    crossed = [(s, t) for (s, one), (t, other) in pairwise(known) if one * other < 0]
    return tuple(sorted(exact + crossed))


def _rough_condition(problem: Problem) -> Callable[[Any], Any]:
    """The same in float64, where an integral at many digits would cost too much for a scan."""
    assert problem.shape is not None
    name = problem.shape.name
    mean, variance, inner_mean, inner_variance = (float(v) for v in problem.target.numbers())

    def condition(shape: Any) -> float:
        subject = problem.activation.with_parameters(**{name: float(shape)})
        at = np.array([inner_mean]), np.array([inner_variance])
        raw = Panels(subject).moments(NUMPY_OPS, *at)
        first, spread = float(raw.mean[0]), float(raw.variance[0])
        return first if mean == 0 else variance * first**2 - mean**2 * spread

    return condition


def _condition(problem: Problem) -> Callable[[Any], Any]:
    """(mean² + variance)·(E f)² − mean²·E f², or E f where the target mean is 0."""

    def condition(shape: Any) -> Any:
        mean, variance, inner_mean, inner_variance = problem.target.numbers()
        raw = problem.moments.evaluate(inner_mean, inner_variance, shape)
        if mean == 0:
            return raw.first
        return (mean**2 + variance) * raw.first**2 - mean**2 * raw.second

    return condition
