"""Exact numbers of any length as text."""

from __future__ import annotations

from mpmath.libmp import numeral
from sympy import Expr, Rational


def rational_text(value: Expr) -> str:
    """A rational number in full, or with an exponent where that is shorter and as exact.

    >>> from sympy import Integer, S
    >>> rational_text(Rational(2, 3)), rational_text(Integer(10) ** 400), rational_text(S.Pi)
    ('2/3', '1e400', 'pi')
    """
    if not isinstance(value, Rational):
        return str(value)
    # mpmath writes integers of any length, and Python none beyond 4300 digits.
    above, below = (_decimal_digits(int(part)) for part in (value.p, value.q))
    above, below = (_with_exponent(text) for text in (above, below))
    if value.p == 1 and below.startswith("1e"):
        return below.replace("e", "e-")
    return above if value.q == 1 else f"{above}/{below}"


def _decimal_digits(number: int) -> str:
    # mpmath cuts in halves what it is told to have more than 250 digits; log₁₀ 2 is 0.301.
    return str(numeral(number, 10, number.bit_length() * 302 // 1000 + 1))


def _with_exponent(text: str) -> str:
    short = text.rstrip("0")
    zeros = len(text) - len(short)
    return f"{short}e{zeros}" if zeros > 20 else text
