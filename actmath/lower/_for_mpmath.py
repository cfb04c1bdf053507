"""Lower an activation to mpmath: one point at a time, at the working precision."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import mpmath
from mpmath.libmp import from_rational
from sympy import AccumBounds, Expr, Rational

from .._kept import kept
from .._text.kinds import check_kind, several_of
from ..activation import Activation
from ..derive._iteration.settled import settled
from ..derive._saturation.saturation import saturation
from ..derive._subject import resolve
from ..notation import x
from ..number import Number, compiled, mp
from ._arithmetics import Arithmetic, Enclosed, Precision
from ._functions.in_mpmath import MPMATH_FUNCTIONS
from ._stable import stable, stable_form

# Bits beyond the working precision, for the rounding of a few operations.
_GUARD = 16
# Of the exponent of an argument so much counts: float64 ends there.
_MOST_LOST = 1100


@kept(256, typed=True)
def to_mpmath(activation: Activation | str, order: int = 0) -> Callable[..., Any]:
    """f (order 0) or f′ (order 1) as a function of an mpf and of parameters by name.

    nan gives nan and ±inf the limit. The working precision is that of the argument's context at
    the time of the call, which is ``mpmath.mp`` for a number of another kind; parameters are exact.

    Raises:
        ValueError: for another order, an unknown parameter, or one outside its domain.
        NotSettledError: by the function, at an argument where no precision is enough; it is a
            ValueError.

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
            at = _point(argument, lowered.__name__)
            return asked.make_mpf(_agreed(lambda: computed(at, given), at, lowered.__name__)._mpf_)

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
        # A pole, as of |x|^p at 0 for p < 0, and what is not real have no value.
        value = _real(lambda: parts[index](at, *values))
        return _limit(activation, order, at, given) if mp.isnan(value) else value

    lowered.__name__ = activation.name
    return lowered


def _point(argument: Any, name: str) -> Any:
    if isinstance(argument, bool):
        raise TypeError(f"{name} needs a real number, got {argument}")
    return mp.mpf(argument)


def _agreed(evaluate: Callable[[], Any], at: Any, name: str) -> Any:
    """The value with all digits of the working precision, whatever the formula loses on the way."""
    if not at or not mp.isfinite(at):
        with mp.workprec(mp.prec + _GUARD):
            value = evaluate()
        return +value
    # The quotient of Taylor's remainder by a power, at 2ᵐ, loses 4|m| bits where both have order 4;
    # as many are lost at large arguments.
    lost = 4 * min(abs(int(mp.mag(at))), _MOST_LOST)
    return settled(evaluate, lost, f"{name} at {mp.nstr(at, 17)}")


def _real(evaluate: Callable[[], Any]) -> Any:
    """The value, nan where it is not real or divides by 0."""
    try:
        value = mp.convert(evaluate())
    except ZeroDivisionError:
        return mp.nan
    return value.real if value.imag == 0 else mp.nan


def _limit(activation: Activation, order: int, at: Any, given: dict[str, Number]) -> Any:
    """The symbolic limit, where the formula reads inf·0 at ±inf; nan where there is none."""
    if not mp.isinf(at):
        return mp.nan
    specific = activation.with_parameters(**given)
    ends = saturation(specific)
    side = ends.right if at > 0 else ends.left
    limit = (side.value, side.slope)[order].subs(specific.defaults)
    # AccumBounds is what SymPy gives for an oscillation: there is no limit.
    if limit.has(AccumBounds) or not limit.is_extended_real:
        return mp.nan
    return to_mpf(limit)


def to_mpf(value: Expr) -> Any:
    """An exact SymPy number at the working precision."""
    if isinstance(value, Rational):
        # Without a text between, which Python limits to 4300 digits.
        return mp.make_mpf(from_rational(int(value.p), int(value.q), mp.prec, "n"))
    check_kind(value, Expr, "value")
    return mp.mpf(_constant(value)())


def compile_mpmath(symbols: Sequence[Expr], formulas: Sequence[Expr]) -> Callable[..., Any]:
    """Formulas in any symbols, such as Gaussian moments, as one function that returns a list.

    They pass through ``stable`` first: SymPy writes erfc(−u) as 2 − erfc(u), which at large u
    loses every digit that a working precision can offer.
    """
    letters = several_of(symbols, Expr, "symbols")
    return compile_stable(letters, [stable(f) for f in several_of(formulas, Expr, "formulas")])


def compile_stable(symbols: Sequence[Expr], formulas: Sequence[Expr]) -> Callable[..., Any]:
    """The same for formulas that are stable already."""
    return _compile(list(symbols), list(formulas))


@lru_cache(maxsize=1024)
def _constant(value: Expr) -> Callable[[], Any]:
    return _compile([], value)


def _compile(symbols: list[Expr], expr: Expr | list[Expr]) -> Callable[..., Any]:
    return compiled(symbols, expr, MPMATH_FUNCTIONS)


def _enclosed(
    function: Callable[..., Any], points: Sequence[float], precision: Precision, **given: Number
) -> list[Enclosed]:
    with mp.workprec(precision.bits):
        return [Enclosed(function(mp.mpf(point), **given), mp.zero) for point in points]


MPMATH = Arithmetic("mpmath", to_mpmath, _enclosed, (Precision(53), Precision(200)))
