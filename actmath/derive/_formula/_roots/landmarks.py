"""Where along the line a formula bends, and within what width: points are to be dense there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from itertools import pairwise
from typing import Any

import mpmath
from sympy import Expr, Function, Poly, PolynomialError, Pow, diff, preorder_traversal
from sympy.functions.elementary.trigonometric import TrigonometricFunction

from ....notation import x
from ....number import compiled, mp
from .bracketing import bracketed_root, real_function, real_value

# Digits of a landmark: it need not be exact, since nodes gather on both sides of it.
_DIGITS = 20
# Higher polynomials as arguments have too many zeros to cut the line at.
_HIGHEST_DEGREE = 8


@lru_cache(maxsize=256)
def landmarks(expr: Expr) -> tuple[tuple[float, float], ...]:
    """Places and widths: 0 with 1, and where an inner argument is 0, turns or comes near to 0.

    tanh(1000·(x − 3)) has all that it does within some 1/1000 of 3, and √(x² + 10⁻⁶) bends at 0
    within 1/1000. Arguments that are no polynomials are looked into, not solved.

    >>> from sympy import tanh
    >>> landmarks(tanh(1000 * (x - 3)))
    ((0.0, 1.0), (3.0, 0.001))
    """
    found = {0.0: 1.0}
    for argument in _arguments(expr):
        for place, width in _bends(argument):
            found[place] = min(width, found.get(place, width))
    return tuple(sorted(found.items()))


def crossed_landmarks(expr: Expr, grid: list[Any]) -> Iterator[tuple[Any, Any]]:
    """Places and widths where an inner argument that is no polynomial is 0 or turns on a grid.

    Waves have too many, and points of their own.

    >>> from sympy import exp, tanh
    >>> grid = [mp.mpf(k) for k in range(5)]
    >>> [(round(float(at), 4), float(width)) for at, width in crossed_landmarks(
    ...     tanh(100 * (exp(x) - 5)), grid)]
    [(1.6094, 0.002)]
    """
    for argument in sorted(set(_arguments(expr)), key=str):
        if argument.is_polynomial(x) or argument.has(TrigonometricFunction):
            continue
        value, slopes = real_function(argument), _slopes(argument)
        for function in (value, slopes[0]):
            found = partial(real_value, function)
            values = [found(point) for point in grid]
            for left, right in pairwise(zip(grid, values, strict=True)):
                if left[1] * right[1] < 0:
                    at = bracketed_root(found, left[0], right[0])
                    yield at, _width(slopes, at)


def _arguments(expr: Expr) -> Iterator[Expr]:
    """What stands inside functions, roots, denominators and exponents, as far as it holds x."""
    for node in preorder_traversal(expr):
        whole_power = isinstance(node, Pow) and node.exp.is_Integer and node.exp.is_positive
        if isinstance(node, Function | Pow) and not whole_power:
            yield from (argument for argument in node.args if argument.has(x))


def _bends(argument: Expr) -> Iterator[tuple[float, float]]:
    """The real parts of the zeros of a polynomial and of its slope, each with a width."""
    try:
        polynomial = Poly(argument, x)
    except PolynomialError:
        return
    if polynomial.free_symbols - {x} or not 0 < polynomial.degree() <= _HIGHEST_DEGREE:
        return
    slopes = _slopes(argument)
    for poly in (polynomial, polynomial.diff(x)):
        for root in _zeros(poly):
            at = mp.re(root)
            # The zero itself may lie beside the line.
            beside = abs(mp.im(root))
            yield float(at), float(min(_width(slopes, at), beside if beside > 1e-9 else mp.inf))


def _slopes(argument: Expr) -> list[Callable[[Any], Any]]:
    return [real_function(diff(argument, x, k)) for k in (1, 2)]


def _width(slopes: list[Callable[[Any], Any]], at: Any) -> Any:
    """The distance at which a term of Taylor's series has grown to 1; 1 where none does."""
    sizes = [abs(real_value(slope, at)) / k for k, slope in enumerate(slopes, 1)]
    widths = [size ** (-mp.one / k) for k, size in enumerate(sizes, 1) if size > 0]
    return min(widths, default=mp.one)


def _zeros(polynomial: Poly) -> list[Any]:
    with mp.workdps(_DIGITS):
        coefficients = [compiled([], c)() for c in polynomial.all_coeffs()]
        try:
            return list(mp.polyroots(coefficients, maxsteps=100, extraprec=200))
        except (mpmath.libmp.NoConvergence, ZeroDivisionError):
            return []
