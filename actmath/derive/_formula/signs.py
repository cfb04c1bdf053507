"""The sign that an expression in parameters has wherever the parameters lie, if it is one sign."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from sympy import Expr, Interval, S, Set, Symbol, solve
from sympy.core.relational import Relational

from ...number import compiled, mp
from ._roots.bracketing import real_value

# So many random values of the parameters are tried, 2^{±12} away from an end without limit.
_TRIED, _OCTAVES = 48, 12


@dataclass(frozen=True)
class Signs:
    """Decides signs, by SymPy's assumptions first.

    Else what is continuous in a parameter and vanishes nowhere in its interval has one sign there:
    that at any point, of which many are tried.

    Args:
        domains: where parameters lie; of another symbol the assumptions say it.

    >>> from sympy import exp
    >>> from actmath.notation import alpha
    >>> from actmath.activation import POSITIVE
    >>> signs = Signs(((alpha, POSITIVE),))
    >>> signs.of(exp(-1 / alpha) - 1), signs.of(1 - alpha)
    (-1, None)
    >>> Signs(((alpha, Interval.open(0, 1)),)).of(1 - alpha)
    1
    """

    domains: tuple[tuple[Symbol, Set], ...] = ()

    def of(self, value: Expr, weak: bool = False) -> int | None:
        """−1, 0 or 1; None where it depends on a parameter, or nobody knows.

        Args:
            weak: may it also be 0 at the ends of the parameters' domains?
        """
        for sign, has_it in ((1, value.is_positive), (-1, value.is_negative), (0, value.is_zero)):
            if has_it:
                return sign
        symbols = sorted(value.free_symbols, key=str)
        domains = [self._domain(symbol) for symbol in symbols]
        if not symbols or not all(isinstance(domain, Interval) for domain in domains):
            return None
        found = _tried(value, symbols, domains)
        pairs = zip(symbols, domains, strict=True)
        decided = found and any(self._never_vanishes(value, *pair, weak) for pair in pairs)
        return found if decided else None

    def holds(self, condition: Any) -> bool | None:
        """Is a condition true for all values of the parameters, or false? None if undecided."""
        for relation in S(condition).atoms(Relational):
            sign = self.of(relation.lhs - relation.rhs)
            if sign is not None:
                condition = condition.xreplace({relation: relation.func(S(sign), 0)})
        return bool(condition) if condition in (True, False) else None

    def _domain(self, symbol: Symbol) -> Set:
        positive = Interval.open(0, S.Infinity)
        least = Interval(0, S.Infinity) if symbol.is_nonnegative else S.Reals
        return dict(self.domains).get(symbol, positive if symbol.is_positive else least)

    def _never_vanishes(self, value: Expr, symbol: Symbol, domain: Set, weak: bool) -> bool:
        """Is every zero in one parameter outside its domain, wherever the others lie?"""
        try:
            roots = solve(value, symbol)
        except NotImplementedError:
            return False
        return all(root.is_real is False or self._is_outside(root, domain, weak) for root in roots)

    def _is_outside(self, root: Expr, domain: Set, weak: bool) -> bool:
        below, above = self.of(domain.inf - root), self.of(root - domain.sup)
        sides = ((below, domain.left_open), (above, domain.right_open))
        return any(side == 1 or (side == 0 and (weak or is_open)) for side, is_open in sides)


def _tried(value: Expr, symbols: list[Symbol], domains: list[Set]) -> int | None:
    """The sign at random values of the parameters; None where it is not always the same."""
    rng = random.Random(0)
    function = compiled(symbols, value)
    with mp.workdps(30):
        rows = ([_within(domain, rng) for domain in domains] for _ in range(_TRIED))
        signs = {mp.sign(real_value(lambda row: function(*row), row)) for row in rows}
    # nan, where there is no value, is neither.
    return int(signs.pop()) if signs in ({-1}, {1}) else None


def _within(domain: Set, rng: random.Random) -> Any:
    """A random point inside an interval."""
    lower, upper = domain.inf, domain.sup
    if lower.is_finite and upper.is_finite:
        return mp.mpf(lower) + mp.mpf(upper - lower) * rng.uniform(0.01, 0.99)
    away = mp.mpf(2) ** rng.uniform(-_OCTAVES, _OCTAVES)
    if not lower.is_finite and not upper.is_finite:
        return away * rng.choice((-1, 1))
    return mp.mpf(lower) + away if lower.is_finite else mp.mpf(upper) - away
