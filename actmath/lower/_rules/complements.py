"""Sums in which a function is subtracted from its limit, or a limit from it.

c·F(u) with a term c·r beside it, for F and r of the table, is c·G(u), where G does not cancel.
"""

from __future__ import annotations

from collections.abc import Callable

from sympy import Add, Expr, Mul, S, atan, cos, cosh, erf, erfc, exp, pi, sin, sinh

from ...notation import x
from .._functions.algebraic import Direction, HyperbolicRamp, Hypotenuse
from .._functions.exponential import (
    Expit,
    Expm1,
    Log1pExp,
    LogCosh,
    LogMeanExp,
    StableTanh,
    UpperAtan,
    UpperErfc,
)

_Rule = tuple[Callable[..., Expr | int], Callable[..., Expr]]

#: F: pairs of r and G with F(u) + r(u) = G(u).
COMPLEMENTS: dict[type[Expr], tuple[_Rule, ...]] = {
    exp: ((lambda u: -1, Expm1),),
    Expm1: ((lambda u: 1, exp),),
    StableTanh: (
        # 1 + tanh u = 2/(1 + e^{−2u}).
        (lambda u: 1, lambda u: 2 * Expit(2 * u)),
        (lambda u: -1, lambda u: -2 * Expit(-2 * u)),
    ),
    Expit: (
        (lambda u: -1, lambda u: -Expit(-u)),
        (lambda u: -S.Half, lambda u: StableTanh(u / 2) / 2),
    ),
    # log(1 + eᵘ) = u + log(1 + e^{−u}), and its like.
    Log1pExp: ((lambda u: -u, lambda u: Log1pExp(-u)),),
    LogMeanExp: ((lambda u: -u, lambda u: LogMeanExp(-u)),),
    LogCosh: (
        (lambda u: u, lambda u: LogMeanExp(2 * u)),
        (lambda u: -u, lambda u: LogMeanExp(-2 * u)),
    ),
    erf: (
        (lambda u: 1, lambda u: UpperErfc(-u)),
        (lambda u: -1, lambda u: -UpperErfc(u)),
    ),
    UpperErfc: (
        # SymPy itself writes erfc(−u) as 2 − erfc(u): undone here.
        (lambda u: -2, lambda u: -UpperErfc(-u)),
        (lambda u: -1, lambda u: -erf(u)),
    ),
    atan: (
        (lambda u: pi / 2, lambda u: UpperAtan(-u)),
        (lambda u: -pi / 2, lambda u: -UpperAtan(u)),
    ),
    UpperAtan: ((lambda u: -pi / 2, lambda u: -atan(u)),),
    Direction: (
        # 1 + u/√(u² + c) = (√(u² + c) + u)/√(u² + c).
        (lambda u, c: 1, lambda u, c: 2 * HyperbolicRamp(u, c) / Hypotenuse(u, c)),
        (lambda u, c: -1, lambda u, c: -2 * HyperbolicRamp(-u, c) / Hypotenuse(u, c)),
    ),
    cosh: ((lambda u: -1, lambda u: 2 * sinh(u / 2) ** 2),),
    cos: (
        (lambda u: -1, lambda u: -2 * sin(u / 2) ** 2),
        (lambda u: 1, lambda u: 2 * cos(u / 2) ** 2),
    ),
    sin: (
        # 1 ± sin u touches 0: as the square of sin(u/2) ± cos(u/2), which crosses it.
        (lambda u: 1, lambda u: (sin(u / 2) + cos(u / 2)) ** 2),
        (lambda u: -1, lambda u: -((sin(u / 2) - cos(u / 2)) ** 2)),
    ),
}


def stable_complement(total: Expr) -> Expr | None:
    """The first pair of the table that is found in a sum, taken together.

    >>> from sympy import sqrt
    >>> stable_complement(x / 2 + x * erf(x / sqrt(2)) / 2)
    x*UpperErfc(-sqrt(2)*x/2)/2
    """
    if not isinstance(total, Add):
        return None
    for term in total.args:
        factors = Mul.make_args(term)
        for factor in factors:
            for ratio, together in COMPLEMENTS.get(type(factor), ()):
                if type(factor) is not UpperErfc and not factor.has(x):
                    continue
                beside = ratio(*factor.args) * term / factor
                if beside in total.args:
                    return total - term - beside + term / factor * together(*factor.args)
    return None


def named_erfc(expr: Expr) -> Expr | None:
    """erfc, which SymPy rewrites for negated arguments, as the function that it leaves alone."""
    return UpperErfc(expr.args[0]) if isinstance(expr, erfc) else None
