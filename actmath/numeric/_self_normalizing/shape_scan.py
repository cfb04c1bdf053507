"""Where a shape that enters nonlinearly makes the condition change its sign.

A closed form is looked at in 30 digits. An integral at many digits would cost too much for a scan,
so that there the condition is summed in Python's own floats.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from sympy import Expr, Float, Symbol, true

from ..._code import coded
from ...activation import Activation
from ...lower._for_mpmath import to_mpmath
from ...lower._functions.in_floats import FLOAT_FUNCTIONS
from ...lower._stable import numbered, stable_form
from ...notation import x
from ...number import mp
from .._digits import quadrature
from .problem import NoSelfNormalizationError, Problem

# The scan: so many shapes, equally spaced in their logarithm from 10^-3 to 10^3.
_SCAN, _DECADES = 61, 3
# Changes of sign that are followed by integrals of many digits, each of which takes seconds.
_MOST_BRACKETS = 6
# Double precision, in decimal digits as mpmath counts them.
_FLOAT_DIGITS = 15
# Of the sum of the terms' sizes: weights of 15 digits are off by some units of the last one.
_ROUNDING = 1e-14
# Of values whose squares floats hold.
_LARGEST = 1e150


def brackets(problem: Problem, condition: Callable[[Any], Any]) -> tuple[tuple[Any, Any], ...]:
    """Pairs of shapes between which the condition changes its sign, or one shape twice if it is 0.

    On a logarithmic grid of shapes from 1e-3 to 1e3, and mirrored, as far as the domain goes.
    """
    assert problem.shape is not None
    domain = problem.activation.parameter(problem.shape.name).domain
    scanned = float_condition(problem) if problem.by_quadrature else condition
    with mp.workdps(30):
        decades = (mp.mpf(2 * _DECADES * k) / (_SCAN - 1) - _DECADES for k in range(_SCAN))
        # 10^−3 … 10^3; 0 is left out, and its neighbours are −10^−3 and 10^−3.
        side = [mp.mpf(10) ** power for power in decades]
        both = [*(-s for s in reversed(side)), *side]
        known = [(s, scanned(s)) for s in both if domain.contains(Float(s)) is true]
    exact = [(s, s) for s, value in known if value == 0]
    if len(exact) > len(known) / 2:
        # Such as E tanh(b·x) = 0 at mean 0: zero on all of the domain, or a float's underflow.
        raise NoSelfNormalizationError(
            f"{problem.activation.name}: every {problem.shape} meets the condition on the mean, so "
            "that it cannot be solved for; ask for solve_for='shift', or for another mean"
        )
    crossed = [(s, t) for (s, one), (t, other) in pairwise(known) if one * other < 0]
    if problem.by_quadrature and len(crossed) > _MOST_BRACKETS:
        # Such as sin(b·x) at large b, which no fixed rule follows: most changes are its rounding.
        raise NoSelfNormalizationError(
            f"{problem.activation.name}: the condition changes its sign {len(crossed)} times in "
            f"{problem.shape}, too often to be followed; ask for solve_for='shift'"
        )
    return tuple(sorted(exact + crossed))


def float_condition(problem: Problem) -> Callable[[Any], float]:
    """variance·(E f)² − mean²·Var f, or E f where the target mean is 0, in floats."""
    assert problem.shape is not None
    function = _FloatFunction(problem.activation, problem.shape)
    with mp.workdps(_FLOAT_DIGITS):
        mean, variance, inner_mean, inner_variance = problem.target.numbers()
    centre, deviation = float(inner_mean), math.sqrt(inner_variance)

    def condition(shape: Any) -> float:
        given = float(shape)
        with mp.workdps(_FLOAT_DIGITS):
            kinks = tuple(mp.mpf(kink) for kink in function.kinks(given))
            nodes = quadrature.nodes(kinks, inner_mean, inner_variance)
        seen = [(float(w), function(centre + deviation * float(z), given)) for z, w in nodes]
        if not all(abs(f) < _LARGEST for _, f in seen):
            # Infinite, not real or too large to be squared: no change of sign is seen there.
            return math.nan
        first = math.fsum(w * f for w, f in seen)
        # What is left of a sum by the rounding of its terms is 0.
        if abs(first) <= _ROUNDING * math.fsum(abs(w * f) for w, f in seen):
            first = 0.0
        # Var f as a sum of squares: E f² − (E f)² would cancel.
        spread = math.fsum(w * (f - first) ** 2 for w, f in seen)
        # E f² = Var f + (E f)² in the condition: mean²·(E f)² cancels.
        return first if mean == 0 else float(variance) * first**2 - float(mean) ** 2 * spread

    return condition


class _FloatFunction:
    """f(x; shape) in Python's floats, piece by piece; where a float overflows, by mpmath."""

    def __init__(self, activation: Activation, shape: Symbol) -> None:
        parts = stable_form(activation).pieces
        self._name = shape.name
        self._values = [_compile([x, shape], part.expr) for part in parts]
        self._edges = [_compile([shape], part.upper) for part in parts[:-1]]
        self._careful = to_mpmath(activation)

    def kinks(self, shape: float) -> list[float]:
        """Where the pieces meet."""
        return [float(edge(shape)) for edge in self._edges]

    def __call__(self, at: float, shape: float) -> float:
        # The number of kinks left of x is the number of its piece.
        piece = self._values[sum(at > kink for kink in self.kinks(shape))]
        try:
            return float(piece(at, shape))
        except (OverflowError, ZeroDivisionError, ValueError):
            return float(self._careful(at, **{self._name: shape}))


def _compile(symbols: list[Symbol], expr: Expr) -> Callable[..., Any]:
    return coded(symbols, numbered(expr), [FLOAT_FUNCTIONS, "math"], common=True)
