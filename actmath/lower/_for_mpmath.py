"""Lower an activation to mpmath: one point at a time, at the working precision."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import mpmath
from mpmath.libmp import from_rational
from sympy import AccumBounds, Expr, Rational

from ..activation import Activation
from ..derive._saturation.saturation import saturation
from ..derive._subject import resolve
from ..notation import x
from ..number import Number, compiled, mp
from ._arithmetics import Arithmetic, Enclosed, Precision
from ._stable import stable, stable_form

# Binary digits of an exponent: the square of 10^9999 has 66,432.
_LARGEST_EXPONENT = 2**17
# And those of an argument whose exponential is taken by parts.
_LARGE = 40


def _erfc(u: Any) -> Any:
    """erfc by its asymptotic series for huge arguments, where mpmath's own overflows an integer."""
    # erfc u = e^{−u²}/(u√π)·(1 − 1/(2u²) + 1·3/(2u²)² − …): some 20 terms reach 2^{−prec}.
    if mp.isfinite(u) and u > mp.ldexp(1, max(64, mp.prec // 40)):
        total, term, k = mp.zero, mp.one, 0
        while abs(term) > mp.eps:
            total += term
            k += 1
            term *= -(2 * k - 1) / (2 * u**2)
        return _exp(-(u**2)) / (u * mp.sqrt(mp.pi)) * total
    # Far to the left 2 − erfc(−u) is 2: e^{−u²} is below 2^{−1.4·prec}.
    if mp.isfinite(u) and u < -mp.sqrt(mp.prec):
        return mp.mpf(2)
    return mp.erfc(u)


def _exp(u: Any) -> Any:
    """exp, but 0 or infinite where its exponent alone would fill the memory."""
    size = mp.mag(u) if u and mp.isfinite(u) else 0
    if size > _LARGEST_EXPONENT:
        return mp.inf if u > 0 else mp.zero
    if size < _LARGE:
        return mp.exp(u)
    # mpmath multiplies e by itself where u is an integer, however large: eᵘ = 2ⁿ·e^{u − n·log 2}.
    with mp.workprec(mp.prec + size):
        n = mp.floor(u / mp.ln2)
        rest = u - n * mp.ln2
    return mp.ldexp(mp.exp(rest), int(n))


def _hyperbolic_ramp(u: Any, c: Any) -> Any:
    """(u + √(u² + c))/2 as a sum of two positive terms."""
    # = max(u, 0) + c/(2(√(u² + c) + |u|)); for u < 0 the sum as it stands would cancel.
    return max(u, mp.zero) + c / (2 * (mp.sqrt(u**2 + c) + abs(u)))


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    # An mpf's exponent has no bound: neither u² here nor e^{−u} below overflows.
    "Hypotenuse": lambda u, c: mp.sqrt(u**2 + c),
    "HyperbolicRamp": _hyperbolic_ramp,
    "exp": _exp,
    "Expm1": lambda u: mp.expm1(u),
    "Expit": lambda u: 1 / (1 + _exp(-u)),
    # log(1 + eᵘ) = max(u, 0) + log(1 + e^{−|u|}), which does not overflow.
    "Log1pExp": lambda u: mp.log1p(_exp(-abs(u))) + max(u, mp.zero),
    "UpperErfc": _erfc,
    "StableTanh": lambda u: mp.tanh(u),
}


@lru_cache(maxsize=256)
def to_mpmath(activation: Activation | str, order: int = 0) -> Callable[..., Any]:
    """f (order 0) or f′ (order 1) as a function of an mpf and of parameters by name.

    nan gives nan and ±inf the limit. The working precision is that of the argument's context at
    the time of the call, which is ``mpmath.mp`` for a number of another kind; parameters are exact.

    Raises:
        ValueError: for another order, an unknown parameter, or one outside its domain.

    >>> from actmath import catalog
    >>> with mpmath.mp.workdps(30):
    ...     print(to_mpmath(catalog.sigmoid)(mpmath.mp.mpf(-100)))
    3.72007597602083596296e-44
    """
    activation = resolve(activation)
    form = stable_form(activation, order)
    symbols = form.symbols
    parts = [_compile([x, *symbols], piece.expr) for piece in form.pieces]
    breaks = [_compile(symbols, piece.upper) for piece in form.pieces[:-1]]
    points = [tuple(_compile(symbols, side) for side in pair) for pair in form.at_points]

    def lowered(argument: Any, **given: Number) -> Any:
        asked = getattr(argument, "context", mpmath.mp)
        with mp.workprec(asked.prec):
            return asked.make_mpf(computed(mp.mpf(argument), given)._mpf_)

    def computed(at: Any, given: dict[str, Number]) -> Any:
        # nan lies above no break, so that the first piece, even a constant, would take it.
        if mp.isnan(at):
            return at
        values = [to_mpf(value) for value in activation.substitution(given).values()]
        for point, value in points:
            if at == point(*values):
                return mp.mpf(value(*values))
        # The left piece holds at a break.
        index = sum(bool(at > edge(*values)) for edge in breaks)
        value = mp.mpf(parts[index](at, *values))
        return _limit(activation, order, at, given) if mp.isnan(value) else value

    lowered.__name__ = activation.name
    return lowered


def _limit(activation: Activation, order: int, at: Any, given: dict[str, Number]) -> Any:
    """The symbolic limit, where the formula reads inf·0 at ±inf; nan where there is none."""
    if not mp.isinf(at):
        return mp.nan
    specific = activation.with_parameters(**given)
    ends = saturation(specific)
    side = ends.right if at > 0 else ends.left
    limit = (side.value, side.slope)[order].subs(specific.defaults)
    # AccumBounds is what SymPy gives for an oscillation: there is no limit.
    if isinstance(limit, AccumBounds) or not limit.is_extended_real:
        return mp.nan
    return to_mpf(limit)


def to_mpf(value: Expr) -> Any:
    """An exact SymPy number at the working precision."""
    if isinstance(value, Rational):
        # Without a text between, which Python limits to 4300 digits.
        return mp.make_mpf(from_rational(int(value.p), int(value.q), mp.prec, "n"))
    return mp.mpf(_constant(value)())


def compile_mpmath(symbols: Sequence[Expr], formulas: Sequence[Expr]) -> Callable[..., Any]:
    """Formulas in any symbols, such as Gaussian moments, as one function that returns a list.

    They pass through ``stable`` first: SymPy writes erfc(−u) as 2 − erfc(u), which at large u
    loses every digit that a working precision can offer.
    """
    return compile_stable(symbols, [stable(formula) for formula in formulas])


def compile_stable(symbols: Sequence[Expr], formulas: Sequence[Expr]) -> Callable[..., Any]:
    """The same for formulas that are stable already."""
    return _compile(list(symbols), list(formulas))


@lru_cache(maxsize=1024)
def _constant(value: Expr) -> Callable[[], Any]:
    return _compile([], value)


def _compile(symbols: list[Expr], expr: Expr | list[Expr]) -> Callable[..., Any]:
    return compiled(symbols, expr, _FUNCTIONS)


def _enclosed(
    function: Callable[..., Any], points: Sequence[float], precision: Precision, **given: Number
) -> list[Enclosed]:
    with mp.workprec(precision.bits):
        return [Enclosed(function(mp.mpf(point), **given), mp.zero) for point in points]


MPMATH = Arithmetic("mpmath", to_mpmath, _enclosed, (Precision(53), Precision(200)))
