"""All real zeros of a smooth formula on an interval: exact where SymPy can, else to 30 digits.

More digits where the formula has numbers far from 1, beside which 30 would be lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import partial
from itertools import pairwise
from typing import Any

from sympy import (
    E,
    Expr,
    Float,
    Function,
    Integer,
    LambertW,
    Poly,
    Rational,
    Wild,
    diff,
    exp,
    factor_terms,
    real_roots,
    solve,
    sqrt,
)

from ....notation import x
from ....number import approximate, mp, one_at_a_time
from ..multiples import may_be_simplified
from .bracketing import bracketed_root, real_function, real_value
from .search_points import DIGITS, digits_wanted, search_points


class RootRoute(StrEnum):
    """How a number was found: as an exact expression, or as digits by bracketing."""

    EXACT = "exact"
    NUMERIC = "numeric"


#: Likely zeros, tried exactly before digits are looked for.
_FAMILIAR = (Rational(0), Rational(1), Rational(-1), sqrt(2), -sqrt(2))
_a, _b, _c = (Wild(name, exclude=[x, 0]) for name in "abc")
_d = Wild("d", exclude=[x])


@one_at_a_time
def roots_between(expr: Expr, lower: Expr, upper: Expr) -> list[tuple[Expr, RootRoute]]:
    """The zeros of ``expr`` in ``notation.x`` with ``lower`` ≤ x ≤ ``upper``, without repeats.

    Polynomials are solved exactly. Otherwise ``search_points`` are searched for changes of sign of
    the derivative, and these and the turning points that were found for changes of sign of the
    function; zeros at a few familiar numbers are recognized symbolically. Zeros between which the
    function turns closer than the points (about 0.02 near 0), or beyond them, can be missed: the
    route "numeric" is no proof of completeness.

    Raises:
        NotImplementedError: for waves too fast to be searched.
    """
    digits = digits_wanted(expr)
    # As many again as large numbers of the formula take, and for a last few operations.
    working = 2 * digits - DIGITS + 15
    with mp.workdps(working):
        points = search_points(expr, lower, upper)
    # A factor such as 1e-100 has no zeros, and would make all values seem to be one.
    expr = factor_terms(expr).as_independent(x, as_Add=False)[1]
    exact = _polynomial_roots(expr) if expr.is_polynomial(x) else _recognized(expr)
    found: list[tuple[Expr, RootRoute]] = []
    seen: list[Expr] = []
    for root in exact:
        value = approximate(root, digits)
        if _within(value, lower, upper) and _is_new(value, seen, Integer(1)):
            found.append((root, RootRoute.EXACT))
            seen.append(value)
    if not expr.is_polynomial(x):
        with mp.workdps(working):
            for value in _scan(expr, points, mp.mpf(10) ** -digits):
                root = Float(value._mpf_, digits)
                if _is_new(root, seen, abs(root)):
                    found.append((root, RootRoute.NUMERIC))
                    seen.append(root)
    return found


def _within(value: Expr, lower: Expr, upper: Expr) -> bool:
    slack = Float(10, DIGITS) ** (
        5 - DIGITS
    )  # a root at the very end, seen with its last digits off
    return bool(approximate(lower) - slack <= value <= approximate(upper) + slack)


def _is_new(root: Expr, seen: list[Expr], size: Expr) -> bool:
    # Far above the error of either copy of a root, far below the spacing of the grid. A closed form
    # that is 0 has digits beside 0; what the grid finds has its own digits, however small it is.
    return all(abs(root - known) > 1e-12 * min(1, size) for known in seen)


def _polynomial_roots(expr: Expr) -> list[Expr]:
    polynomial = Poly(expr, x)
    # EX: coefficients such as √2; SymPy isolates the roots of rational polynomials only.
    if polynomial.get_domain().is_EX:
        return [root for root in solve(expr, x) if root.is_real]
    return list(real_roots(polynomial))


def _recognized(expr: Expr) -> list[Expr]:
    familiar = [p for p in _FAMILIAR if _vanishes(expr.subs(x, p))]
    return familiar + _lambert_roots(expr)


def _vanishes(value: Expr) -> bool:
    """Symbolically zero; the digits are looked at first, because simplifying is slow."""
    # 0 comes out of ``approximate`` as something below 10⁻³⁰ times its terms.
    size = abs(approximate(value))
    if not size.is_finite or size >= 1e-20 or not may_be_simplified(value, Function):
        return False
    return bool(value.simplify() == 0)


def _lambert_roots(expr: Expr) -> list[Expr]:
    """The zeros of a·e^{bx} + cx + d: x = −d/c − W(ab/c·e^{−bd/c})/b on both real branches."""
    match = expr.expand().match(_a * exp(_b * x) + _c * x + _d)
    if match is None:
        return []
    a, b, c, d = (match[wild] for wild in (_a, _b, _c, _d))
    argument = a * b / c * exp(-b * d / c)
    # W is real from −1/e on; at −1/e itself both branches are −1, with the last digits off.
    if approximate(argument * E + 1) < -1e-25:
        return []
    # Below 0 both branches W₀ and W₋₁ are real, above only W₀.
    branches = (0, -1) if approximate(argument) < 0 else (0,)
    return [-d / c - LambertW(argument, branch) / b for branch in branches]


def _scan(expr: Expr, grid: list[Any], tiny: Any) -> Iterator[Any]:
    value, slope = real_function(expr), real_function(diff(expr, x))
    # Between two turning points the function crosses 0 once at most.
    turnings = list(_crossings(slope, grid, tiny))
    yield from _crossings(value, sorted({*grid, *turnings}), tiny)
    # A double zero has no change of sign: it is a turning point at which the value vanishes.
    for turning in turnings:
        if abs(real_value(value, turning)) < mp.mpf(10) ** (-DIGITS) * min(1, abs(turning)):
            yield turning


def _crossings(function: Callable[[Any], Any], grid: list[Any], tiny: Any) -> Iterator[Any]:
    """Where the sign changes; what is below ``tiny`` counts as zero."""
    values = [real_value(function, point) for point in grid]
    # A zero on the grid shows no change of sign. In a tail that has died out, all are tiny.
    for point, before, at, after in zip(grid[1:], values, values[1:], values[2:], strict=False):
        if abs(at) <= tiny < min(abs(before), abs(after)) * mp.mpf(10) ** (-DIGITS // 2):
            yield point
    for (left, at_left), (right, at_right) in pairwise(zip(grid, values, strict=True)):
        if min(abs(at_left), abs(at_right)) > tiny and at_left * at_right < 0:
            root = bracketed_root(partial(real_value, function), left, right)
            # At a pole the sign changes too, and the value grows.
            if abs(real_value(function, root)) < min(abs(at_left), abs(at_right)):
                yield root
