"""At which ends of the line does a formula oscillate, so that it has no limit there?

Where there is one a large argument may stand in for ∞; of a wave it would show one value of many.
What a wave takes on far out lies between two numbers, of which SymPy knows bounds: those of sin x
and cos x, taken apart, make ±2 of their sum, which is at most √2.
"""

from __future__ import annotations

from collections.abc import Iterator

from sympy import AccumBounds, Add, Expr, Mul, Rational, S, diff, expand, gcd_list, oo, pi
from sympy.functions.elementary.trigonometric import TrigonometricFunction

from ...notation import x
from ...number import evaluated
from ._roots.real_roots import roots_between
from .expansion import is_short
from .pieces import Piece, limit_at

# Two bounds are one if they agree to so much: of a root 30 digits are known.
_SAME = 1e-20


def ends_without_limit(
    parts: tuple[Piece, ...], positive: dict[Expr, Expr]
) -> Iterator[tuple[Expr, Expr]]:
    """−∞ and ∞, each with nan, if a wave goes on there for ever and has no limit.

    Args:
        parts: the pieces of a function in ``notation.x``, from left to right.
        positive: for parameters that are known to be positive, ones of which SymPy knows it too.

    >>> from sympy import cos, sin
    >>> list(ends_without_limit((Piece(-oo, oo, x * cos(x)),), {}))
    [(-oo, nan), (oo, nan)]
    >>> list(ends_without_limit((Piece(-oo, oo, x + sin(x)),), {}))
    []
    """
    for part, end, side in ((parts[0], -oo, "+"), (parts[-1], oo, "-")):
        if _has_wave(part.expr) and _oscillates(part.expr.xreplace(positive), end, side):
            yield end, S.NaN


def _has_wave(expr: Expr) -> bool:
    return any(node.has(x) for node in expr.atoms(TrigonometricFunction))


def _oscillates(expr: Expr, end: Expr, side: str) -> bool:
    try:
        # SymPy gives the bounds of an oscillation, or the sign of one times infinity.
        return bool(limit_at(expr, end, side).has(AccumBounds))
    except (NotImplementedError, ValueError):
        # SymPy cannot say; where digits are guarded, values far out are looked at.
        return False


def tight(bounds: Expr, expr: Expr, end: Expr) -> Expr:
    """The least and the greatest of what a formula takes on far out; SymPy's bounds may be wider.

    They are known where it tends to a sum of waves with one period; else the bounds are returned.

    Args:
        bounds: the formula's limit at ``end`` by SymPy.

    >>> from sympy import cos, tanh
    >>> tight(AccumBounds(-2, 2), tanh(x) * 2 * cos(x) ** 2, oo)
    AccumBounds(0, 2)
    """
    if not bounds.has(AccumBounds) or bounds.has(oo, -oo) or expr.free_symbols != {x}:
        return bounds
    wave = _settled(expr, end)
    cycle = None if wave is None else period(wave)
    if cycle is None:
        return bounds
    turns = [root for root, _ in roots_between(diff(wave, x), S.Zero, cycle)]
    values = sorted((wave.subs(x, turn).simplify() for turn in turns), key=evaluated)
    return _as_given(bounds, values[0], values[-1]) if values else bounds


def _as_given(bounds: Expr, low: Expr, high: Expr) -> Expr:
    """Both ends: those that were right, for they are exact, or halves, or what was found."""
    ends = zip((min, max), (low, high), strict=True)
    return AccumBounds(*(_exact(bounds.replace(AccumBounds, end), found) for end, found in ends))


def _exact(before: Expr, found: Expr) -> Expr:
    """A number near what was found that has a name."""
    halves = Rational(round(2 * evaluated(found, 30)), 2)
    near = (name for name in (before, halves) if abs(evaluated(name - found, 30)) < _SAME)
    return next(near, found)


def _settled(expr: Expr, end: Expr) -> Expr | None:
    """The sum of waves to which a formula tends; None where it does not, or grows."""
    if not is_short(expr):
        return None
    side, found = ("+" if end == -oo else "-"), S.Zero
    for term in Add.make_args(expand(expr)):
        waves, others = _split(term)
        try:
            level = limit_at(others, end, side)
        except (NotImplementedError, ValueError):
            return None
        if not (level.is_number and level.is_finite):
            return None
        found += level * waves
    return found


def _split(term: Expr) -> tuple[Expr, Expr]:
    """The factors of a term that are powers of waves, and the others."""
    factors = Mul.make_args(term)
    waves = [f for f in factors if isinstance(f.as_base_exp()[0], TrigonometricFunction)]
    return Mul(*waves), Mul(*(factor for factor in factors if factor not in waves))


def period(expr: Expr) -> Expr | None:
    """A period of a formula of waves alone, of sin(ax) and cos(bx) with a rational a/b.

    >>> from sympy import cos, sin
    >>> period(sin(2 * x) + cos(3 * x)), period(sin(x) / x)
    (2*pi, None)
    """
    waves = [wave for wave in expr.atoms(TrigonometricFunction) if wave.has(x)]
    rates = [diff(wave.args[0], x) for wave in waves]
    beside = expr.xreplace(dict.fromkeys(waves, S.One))
    if not waves or beside.has(x) or any(rate.has(x) for rate in rates):
        return None
    ratios = [rate / rates[0] for rate in rates]
    if not all(ratio.is_Rational for ratio in ratios):
        return None
    return 2 * pi / abs(rates[0] * gcd_list(ratios))
