"""How much a formula suffers from rounding, found by rounding it at random.

Every operation's result is moved by up to its unit roundoff, several times over. By how much the
results differ is what a formula loses at a point, seen at once for thousands of points and without
a number of many digits. What no spread shows, an intermediate result that overflows or dies out,
is reported apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Add, Expr, Mul, Pow, Rational

from ...notation import x
from .._arithmetics import Precision
from .._for_mpmath import to_mpf

#: From a formula to a function of an array, in NumPy.
Compile = Callable[[Expr], Callable[[NDArray[Any]], Any]]

# How often a formula is rounded at random.
_SAMPLES = 12
# Basic operations are rounded to half a unit; the functions of a library err by about one.
_HALF, _WHOLE = 0.5, 1.0


@dataclass
class Shaken:
    """One formula at many points, every operation rounded at random.

    ``suspicious``: points where an intermediate result overflowed, died out or is no number.
    """

    points: NDArray[Any]
    precision: Precision
    compile: Compile

    def __post_init__(self) -> None:
        self.suspicious = np.zeros(self.points.shape, dtype=bool)
        self._generator = np.random.default_rng(0)
        self._found: dict[Expr, NDArray[Any]] = {x: self.points[None, :]}

    def spread(self, expr: Expr) -> NDArray[Any]:
        """Half of what lies between the largest and the smallest sample, by point."""
        with np.errstate(all="ignore"):
            samples = np.broadcast_to(self._at(expr), (_SAMPLES, *self.points.shape))
            # Halves first: the difference of large values would overflow.
            distance: NDArray[Any] = samples.max(axis=0) / 2 - samples.min(axis=0) / 2
        return distance

    def _at(self, expr: Expr) -> NDArray[Any]:
        if expr not in self._found:
            self._found[expr] = self._evaluate(expr)
        return self._found[expr]

    def _evaluate(self, expr: Expr) -> NDArray[Any]:
        if not expr.free_symbols:
            # By mpmath: SymPy cannot evaluate the functions of stable formulas.
            number = float(to_mpf(expr))
            exact = isinstance(expr, Rational) and Rational(number) == expr
            return np.array([[number]]) if exact else self._rounded(np.array([[number]]), _HALF)
        if isinstance(expr, Add):
            return reduce(self._sum, map(self._at, expr.args))
        if isinstance(expr, Mul):
            return reduce(self._product, map(self._at, expr.args))
        if isinstance(expr, Pow) and expr.exp.is_number:
            # One rounding for a square or a root; others as a function.
            size = _HALF if expr.exp in (-1, 2, Rational(1, 2)) else _WHOLE
            return self._seen(self._rounded(self.compile(x**expr.exp)(self._at(expr.base)), size))
        return self._function(expr)

    def _function(self, expr: Expr) -> NDArray[Any]:
        # Numbers among the arguments, as a series' coefficients, are no tensors.
        varying = [arg for arg in expr.args if arg.free_symbols]
        if len(varying) > 1:
            # Of two variable arguments, as a power: what is lost before it is not seen.
            return self._seen(self._rounded(self.compile(expr)(self.points)[None, :], _WHOLE))
        alone = expr.func(*(x if arg in varying else arg for arg in expr.args))
        return self._seen(self._rounded(self.compile(alone)(self._at(varying[0])), _WHOLE))

    def _sum(self, one: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
        return self._seen(self._rounded(one + other, _HALF))

    def _product(self, one: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
        found = one * other
        # A product with ±2^k is exact.
        halves = (abs(np.frexp(part)[0].item()) for part in (one, other) if part.size == 1)
        exact = 0.5 in halves
        return self._seen(found if exact else self._rounded(found, _HALF))

    def _rounded(self, found: NDArray[Any], size: float) -> NDArray[Any]:
        shape = (_SAMPLES, *found.shape[1:])
        moved = self._generator.uniform(-size, size, shape) * self.precision.epsilon
        result: NDArray[Any] = found * (1 + moved)
        return result

    def _seen(self, found: NDArray[Any]) -> NDArray[Any]:
        if found.shape[-1] == self.points.size:
            lost = ~np.isfinite(found) | (np.abs(found) < self.precision.smallest)
            self.suspicious |= lost.any(axis=0) & (self.points != 0)
        return found
