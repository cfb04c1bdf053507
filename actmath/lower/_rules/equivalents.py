"""Spellings of one formula, for whoever looks for the one that keeps its digits at a point."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from sympy import Expr, cancel, exp, expand, factor, fraction, together
from sympy.polys.polyerrors import PolynomialError

from ...derive._formula.expansion import is_short
from ...derive._formula.multiples import may_be_factored, named_powers
from ...notation import x
from .one_root import by_one_root
from .periodic import halved_angles
from .rewriting import rewritten

# Beyond so many operations a transformation takes longer than it is worth.
_CHEAP = 120


def equivalents(expr: Expr, positive: Mapping[Expr, Expr]) -> tuple[Expr, ...]:
    """The same function of ``notation.x``: the stable form first, then others worth a trial.

    Args:
        expr: one smooth piece of a formula.
        positive: for symbols that are known to be positive, ones of which SymPy knows it too.

    >>> equivalents(exp(x) - 1, {})
    (Expm1(x), exp(x) - 1)
    """
    stable = rewritten(expr, positive)
    found = [stable, expr, halved_angles(stable)]
    for spelling in _spellings(expr):
        found += [rewritten(spelling, positive), spelling]
    return tuple(dict.fromkeys(found))


def _spellings(expr: Expr) -> Iterator[Expr]:
    named, constants = named_powers(expr)
    ways: list[Callable[[Expr], Expr | None]] = [by_one_root]
    # SymPy multiplies powers out before it looks for what they have in common.
    if expr.count_ops() <= _CHEAP and is_short(expr):
        factored = [_factored] if may_be_factored(named) else []
        ways += [expand, together, *factored, cancel, _divided(1), _divided(-1)]
    for way in ways:
        try:
            found = way(named)
        # Where polynomials in what the formula is made of are not to be had.
        except (PolynomialError, NotImplementedError):
            continue
        if found is not None:
            yield found.xreplace(constants)


def _factored(expr: Expr) -> Expr:
    return factor(together(expr))


def _divided(sign: int) -> Callable[[Expr], Expr]:
    """Numerator and denominator divided by the exponential that is largest for x of that sign."""

    def way(expr: Expr) -> Expr:
        above, below = (part.expand() for part in fraction(together(expr)))
        rates = [_rate(e.args[0]) for e in below.atoms(exp)]
        largest = max((sign * rate for rate in rates), default=0)
        scale = exp(-sign * largest * x)
        return (above * scale).expand() / (below * scale).expand()

    return way


def _rate(u: Expr) -> Expr:
    """The coefficient of x in a line, 0 for what is none."""
    rate = u.coeff(x) if u.is_polynomial(x) else x
    return rate if rate.is_Rational else 0 * x
