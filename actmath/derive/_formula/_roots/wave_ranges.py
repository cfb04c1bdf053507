"""Between which numbers does a wave move, and by which period?

SymPy's limits at infinity bound each factor and term apart: sin x + cos x lies in their [−2, 2] and
comes to √2.
"""

from __future__ import annotations

from sympy import AccumBounds, Add, Expr, Rational, S, diff, expand, gcd_list, oo, pi
from sympy.functions.elementary.trigonometric import TrigonometricFunction

from ....notation import auxiliary, x
from ....number import evaluated
from ..expansion import is_short
from ..pieces import limit_at
from .wave_terms import split

# Two bounds are one if they agree to so much: of a root 30 digits are known.
_SAME = 1e-20


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
    cycle = period(wave)
    if cycle is None:
        return bounds
    # Few formulas go on as a wave: the search for roots is loaded where one comes.
    from .real_roots import roots_between

    turns = [root for root, _ in roots_between(diff(wave, x), S.Zero, cycle)]
    values = sorted((wave.subs(x, turn) for turn in turns), key=evaluated)
    if not values:
        return bounds
    return _as_given(bounds, values[0].simplify(), values[-1].simplify())


def _as_given(bounds: Expr, low: Expr, high: Expr) -> Expr:
    """Both ends: those that were right, for they are exact, or halves, or what was found."""
    ends = zip((min, max), (low, high), strict=True)
    return AccumBounds(*(_exact(bounds.replace(AccumBounds, end), found) for end, found in ends))


def _exact(before: Expr, found: Expr) -> Expr:
    """A number near what was found that has a name."""
    halves = Rational(round(2 * evaluated(found, 30)), 2)
    near = (name for name in (before, halves) if abs(evaluated(name - found, 30)) < _SAME)
    return next(near, found)


def _settled(expr: Expr, end: Expr) -> Expr:
    """The sum of waves to which a formula tends; itself where it does not, or grows."""
    if not is_short(expr):
        return expr
    side, found = ("+" if end == -oo else "-"), S.Zero
    for term in Add.make_args(expand(expr)):
        waves, others = split(term)
        try:
            level = limit_at(others, end, side)
        except (NotImplementedError, ValueError):
            return expr
        if not (level.is_number and level.is_finite):
            return expr
        found += level * waves
    return found


def period(expr: Expr) -> Expr | None:
    """A period of a formula of waves alone, of sin(ax) and cos(bx) with a rational a/b.

    >>> from sympy import cos, sin
    >>> period(sin(2 * x) + cos(3 * x)), period(sin(x) / x)
    (2*pi, None)
    """
    waves = [wave for wave in expr.atoms(TrigonometricFunction) if wave.has(x)]
    rates = [diff(wave.args[0], x) for wave in waves]
    # A number in their place would make cos(x)ˣ a number, too.
    beside = expr.xreplace({wave: auxiliary(f"wave {i}") for i, wave in enumerate(waves)})
    if not waves or beside.has(x) or any(rate.has(x) for rate in rates):
        return None
    ratios = [rate / rates[0] for rate in rates]
    if not all(ratio.is_Rational for ratio in ratios):
        return None
    return 2 * pi / abs(rates[0] * gcd_list(ratios))
