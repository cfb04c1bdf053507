"""What equals a number of digits: as sets and dicts need it."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from mpmath import mp
from sympy import Rational

from actmath.number import significant

_TEXTS = ("0.5", "0.1", "0.25", "3", "1e-30", "0", "1e30", "1e-400", "1.00000000000000000001")


def test_what_is_equal_has_one_hash_and_one_equal() -> None:
    """Over all kinds of numbers: equality is symmetric, and a set tells what is equal."""
    with mp.workdps(50):
        numbers = [significant(mp.mpf(text), digits) for text in _TEXTS for digits in (1, 15, 40)]
        kinds = [
            kind(text) for text in _TEXTS for kind in (float, Fraction, Decimal, Rational, mp.mpf)
        ]
    for number in numbers:
        # SymPy's integers on the left equal no Float.
        equal = [n for n in (*numbers, *kinds, 3, 10**30) if number == n and not is_sympy(n)]
        assert all(other == number and hash(other) == hash(number) for other in equal)
        # mpmath's numbers equal no Fraction and no Decimal.
        plain = [n for n in equal if not hasattr(n, "_mpf_")]
        assert len({number, *plain}) == 1
        assert all(one == other for one in plain for other in plain)
    with mp.workdps(50):
        assert significant(mp.mpf("1.00000000000000000001"), 21) not in (1, 1.0)


def is_sympy(value: object) -> bool:
    return isinstance(value, Rational)
