"""Numbers of many digits: as answers print them, and as they are read from text."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import inf
from numbers import Integral
from sys import float_info
from typing import Any

from mpmath.libmp import from_int, from_str, mpf_mul, mpf_pow_int, numeral, to_rational, to_str
from sympy import Expr, Float, Integer, Rational, S


class Digits(Float):  # type: ignore[misc]
    """A SymPy ``Float`` that is compared with other numbers as the decimal that it prints.

    ``Float`` itself equals no integer, prints 0 as 0.0, and raises where it meets a ``Fraction``.
    This one is compared as Python's ``Decimal`` is, and has its hash: 0.1 equals Fraction(1, 10),
    and no float, since the float 0.1 is another number, while 0.5 equals the float too. SymPy's
    fractions equal no ``Float``. What is computed with it is an ordinary ``Float``.
    """

    __slots__ = ()

    @property
    def real(self) -> Digits:
        """The number itself, as Python's numbers have it."""
        return self

    @property
    def imag(self) -> Expr:
        """0."""
        return S.Zero

    @property
    def _decimal(self) -> Decimal:
        return Decimal(str(self))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Integer):
            return self == int(other)
        if hasattr(other, "_mpf_") and not isinstance(other, Expr):
            # mpmath compares what is held: of few digits that is not all that is printed.
            return self._mpf_ == other._mpf_ and self == Fraction(*to_rational(other._mpf_))
        if isinstance(other, Decimal) and other.is_nan():
            return False
        if isinstance(other, Integral | Fraction | Decimal | float):
            return self._decimal == other
        # NotImplemented, for what is no number, is no True.
        same = super().__eq__(other) is True
        # A plain Float has the hash of a float.
        return same and (isinstance(other, Digits) or self._decimal == float(self))

    def __hash__(self) -> int:
        return hash(self._decimal)

    def _sympystr(self, printer: Any) -> str:
        text = str(printer._print_Float(self))
        return text.removesuffix(".").replace(".e", "e") if self else "0"


def power_of_ten(text: str, bits: int) -> tuple[int, int, int, int]:
    """A decimal such as "1.5e-4342938" as mpmath's bare digits, without 10^n written out."""
    mantissa, _, power = text.partition("e")
    # As many bits more as n has, and some for the two roundings.
    exactly = bits + 4 * len(power) + 40
    scale = mpf_pow_int(from_int(10), int(power or 0), exactly, "n")
    found: tuple[int, int, int, int] = mpf_mul(from_str(mantissa, exactly), scale, bits, "n")
    return found


def read_decimal(text: str) -> Expr:
    """What was written with a point and an exponent, exactly.

    >>> read_decimal("-0.25"), read_decimal("1e3")
    (-1/4, 1000)
    """
    mantissa, _, exponent = text.lower().partition("e")
    whole, _, fraction = mantissa.partition(".")
    sign = -1 if whole.startswith("-") else 1
    number = Integer(sign * _read_integer(whole.lstrip("+-") + fraction))
    return number * Integer(10) ** (int(exponent or 0) - len(fraction))


def _read_integer(digits: str) -> int:
    """An integer of any length: Python itself refuses to read more than 4300 digits at once."""
    if len(digits) <= 4300:
        return int(digits)
    half = len(digits) // 2
    power: int = 10**half
    return _read_integer(digits[:-half]) * power + _read_integer(digits[-half:])


def decimal_text(value: Expr, digits: int) -> str:
    """A number to so many digits, also one beyond all floats.

    >>> decimal_text(Rational(1, 3), 6), decimal_text(Integer(2) ** 2000, 6), decimal_text(S.One, 6)
    ('0.333333', '1.14813e+602', '1')
    """
    size = float(value)
    if not value or not value.is_finite or float_info.min <= abs(size) < inf:
        return f"{size:.{digits}g}"
    number, e, exponent = to_str(Float(value, digits + 10)._mpf_, digits).partition("e")
    return f"{number.removesuffix('.0')}{e}{exponent}"


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
