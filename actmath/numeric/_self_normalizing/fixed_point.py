"""Every (shape or shift, scale) for which a target (mean, variance) is a fixed point."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from ...derive._formula._roots.bracketing import bracketed_root, secant_root
from ...derive._iteration.settled import NotSettledError
from ...number import mp
from .problem import Problem, ShapeAndScale
from .shape_scan import brackets, float_condition

# Decimal digits of a root in floats, and of the one that all longer ones start from.
_FLOAT_DIGITS, _START_DIGITS = 15, 30
# A root so much nearer to 0 than the scan's shapes, of 1e-3 and more, is 0.
_VANISHING = 1e-12


def roots(problem: Problem) -> tuple[ShapeAndScale, ...]:
    """All real solutions at the working precision, in an order that does not depend on it."""
    return _roots(problem, mp.setting)


@lru_cache(maxsize=64)
def _roots(problem: Problem, _: object) -> tuple[ShapeAndScale, ...]:
    if problem.shape is None:
        return _by_shift(problem)
    mean, variance, inner_mean, inner_variance = problem.target.numbers()
    shapes = _linear_shapes(problem) if problem.linear else _nonlinear_shapes(problem)
    found = []
    for shape in shapes:
        at = problem.moments_at(inner_mean, inner_variance, shape)
        scale = _scale(mean, variance, at.first, at.second)
        if scale is not None:
            found.append(ShapeAndScale(shape, mp.zero, scale))
    return tuple(found)


def _scale(mean: Any, variance: Any, first: Any, second: Any) -> Any:
    """lam from lam·E f = mean; where both sides are 0, from lam²·E f² = variance."""
    if mean == 0:
        return mp.sqrt(variance / second) if second > 0 else None
    return mean / first if first else None


def _by_shift(problem: Problem) -> tuple[ShapeAndScale, ...]:
    """lam = √(variance/Var f) and shift = mean/lam − E f: always one with a positive scale."""
    mean, variance, inner_mean, inner_variance = problem.target.numbers()
    at = problem.moments.evaluate(inner_mean, inner_variance, mp.zero)
    spread = at.second - at.first**2
    # A constant f has no variance to scale.
    if spread <= 0:
        return ()
    scale = mp.sqrt(variance / spread)
    return (ShapeAndScale(None, mean / scale - at.first, scale),)


def _linear_shapes(problem: Problem) -> tuple[Any, ...]:
    """f = A + shape·B makes E f linear and E f² quadratic in the shape, and so the condition.

    Three evaluations give the coefficients: at shape 0, 1 and −1.
    """
    mean, variance, inner_mean, inner_variance = problem.target.numbers()
    at = {s: problem.moments.evaluate(inner_mean, inner_variance, mp.mpf(s)) for s in (0, 1, -1)}
    # E f = a0 + a1·shape and E f² = b0 + b1·shape + b2·shape².
    a0, a1 = at[0].first, at[1].first - at[0].first
    b0, b1 = at[0].second, (at[1].second - at[-1].second) / 2
    b2 = (at[1].second + at[-1].second) / 2 - b0
    if mean == 0:
        # lam·E f = 0 is E f = 0, whatever lam.
        return (-a0 / a1,) if a1 else ()
    # (mean² + variance)·(E f)² − mean²·E f² = 0, highest power of the shape first.
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
    # The summands come from differences of moments: ten digits are left for their rounding.
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
    # Equal signs add, so that nothing cancels in q; the roots' product is c₀/c₂ (Vieta). A
    # double root's discriminant may have come out below 0.
    q = -(c1 + mp.sign(c1 or 1) * mp.sqrt(max(discriminant, mp.zero))) / 2
    return (q / c2, c0 / q) if q else (mp.zero,)


def _nonlinear_shapes(problem: Problem) -> tuple[Any, ...]:
    """Roots of the condition in the shape, bracketed on a grid and refined."""
    if problem.by_quadrature:
        return tuple(_polished(problem, start) for start in _starts(problem))
    condition, found = _condition(problem), []
    for left, right in _brackets(problem):
        shape = _enclosed(condition, left, right)
        found += [] if shape is None else [shape]
    return tuple(found)


def _enclosed(condition: Callable[[Any], Any], left: Any, right: Any) -> Any:
    """The root in a bracket, or None: what changed its sign in few digits may be rounding."""
    if left == right:
        return left
    if left < 0 < right and not _has_value(condition, mp.zero):
        # Beside 0, or nowhere: 0 itself is no shape.
        sides = ((left, -_VANISHING), (_VANISHING, right))
        found = (_enclosed(condition, *side) for side in sides)
        return next((shape for shape in found if shape is not None), None)
    if condition(mp.mpf(left)) * condition(mp.mpf(right)) > 0:
        return None
    return bracketed_root(condition, mp.mpf(left), mp.mpf(right))


@lru_cache(maxsize=256)
def _starts(problem: Problem) -> tuple[Any, ...]:
    """The roots to 30 digits, from those in floats: an integral is asked for as rarely as can be.

    One search for all working precisions.
    """
    rough, exactly, found = float_condition(problem), _condition(problem), []
    for left, right in _brackets(problem):
        if left == right:
            found.append(left)
            continue
        with mp.workdps(_FLOAT_DIGITS):
            near = bracketed_root(rough, mp.mpf(left), mp.mpf(right))
        with mp.workdps(_START_DIGITS):
            start = secant_root(exactly, near, mp.mpf(10) ** (2 - _FLOAT_DIGITS))
            if start is None or not left < start < right:
                start = _enclosed(exactly, left, right)
            # 0 is approached for ever, and no digit of it is its own.
            if start is not None and left < 0 < right and abs(start) < _VANISHING:
                start = mp.zero if _has_value(exactly, mp.zero) else None
            found += [] if start is None else [start]
    return tuple(found)


def _has_value(condition: Callable[[Any], Any], shape: Any) -> bool:
    try:
        return bool(mp.isfinite(condition(shape)))
    except (ValueError, ZeroDivisionError):
        # x + sin(bx)²/b is no unit at b = 0, though it has a limit there.
        return False


def _polished(problem: Problem, start: Any) -> Any:
    if mp.dps <= _START_DIGITS or not start:
        return start
    shape = secant_root(_condition(problem), start, mp.mpf(10) ** -_START_DIGITS)
    if shape is None:
        raise NotSettledError(
            f"the shape of {problem.activation.name} does not settle to {mp.dps} digits"
        )
    return shape


@lru_cache(maxsize=256)
def _brackets(problem: Problem) -> tuple[tuple[Any, Any], ...]:
    """One scan for all working precisions."""
    return brackets(problem, _condition(problem))


def _condition(problem: Problem) -> Callable[[Any], Any]:
    """(mean² + variance)·(E f)² − mean²·E f², or E f where the target mean is 0."""

    def condition(shape: Any) -> Any:
        mean, variance, inner_mean, inner_variance = problem.target.numbers()
        at = problem.moments.evaluate(inner_mean, inner_variance, shape)
        if mean == 0:
            return at.first
        # lam = mean/E f put into lam²·E f² = mean² + variance.
        return (mean**2 + variance) * at.first**2 - mean**2 * at.second

    return condition
