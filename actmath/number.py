"""Exact numbers in, and out numbers of so many digits: 0.1 means one tenth at any precision."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache, wraps
from numbers import Integral, Real
from operator import index
from types import FunctionType
from typing import Any, ParamSpec, TypeAlias, TypeVar

import mpmath
from mpmath.libmp import dps_to_prec, from_rational, prec_to_dps, to_rational
from sympy import CRootOf, Expr, Float, Integer, Rational, S, Tuple, default_sort_key, sympify
from sympy import Integral as Integration
from sympy.utilities.lambdify import MPMATH_TRANSLATIONS

__all__ = [
    "Number",
    "approximate",
    "compiled",
    "evaluated",
    "exact",
    "few_digits",
    "mp",
    "one_at_a_time",
    "significant",
]


def __dir__() -> list[str]:
    return sorted(__all__)


Number: TypeAlias = int | float | str | Decimal | Fraction | Expr

# The largest power of ten, up or down, that a number may hold: 1e9999 is worked out in full.
_LARGEST_POWER = 9999
_WRITTEN = re.compile(r"\s*[+-]?(\d+/\d+|(\d+\.?\d*|\.\d+)([eE][+-]?0*(\d+))?)\s*", re.ASCII)


class _OwnContext(threading.local):
    """mpmath's arithmetic with a working precision that each thread has for itself.

    ``mpmath.mp`` is one for the whole process: two threads that set its precision spoil each
    other's digits, and a caller would find it changed. What is computed here is set here.
    """

    #: SymPy itself evaluates in that one context of the process: only one thread at a time.
    symbolic = threading.RLock()

    def __init__(self) -> None:
        self.own = mpmath.MPContext()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.own, name)

    @property
    def setting(self) -> tuple[object, int]:
        """The thread's context and its precision: a key under which its numbers may be kept."""
        return self.own, self.own.prec

    @cached_property
    def names(self) -> dict[str, Any]:
        """What ``from mpmath import *`` gives, of this thread's context."""
        public = {name: name for name in vars(mpmath) if not name.startswith("_")}
        # SymPy writes some by a name of its own: LambertW for lambertw.
        known = (public | MPMATH_TRANSLATIONS).items()
        return {name: getattr(self.own, own) for name, own in known if hasattr(self.own, own)}


#: In place of ``mpmath.mp``, which no file of the package touches.
mp = _OwnContext()


def compiled(
    symbols: Sequence[Expr],
    formula: Expr | Sequence[Expr],
    functions: Mapping[str, Callable[..., Any]] | None = None,
) -> Callable[..., Any]:
    """A formula, or a list of them, as a function of numbers of ``mp``, in each thread its own.

    Args:
        symbols: the arguments, in their order.
        formula: what is computed; a list gives a list.
        functions: of the formula that mpmath does not have.

    >>> compiled([], [S.Pi / 3, S.One])()
    [mpf('1.0471975511965976'), 1]
    """
    from ._code import coded
    from .notation import auxiliary

    given = dict(functions or {})
    # No printer knows the roots of polynomials: they come in as further arguments.
    roots = sorted(Tuple(sympify(formula)).atoms(CRootOf), key=default_sort_key)
    # With a blank, which no parameter's name has.
    known = {root: auxiliary(f"root {i}", real=True) for i, root in enumerate(roots)}
    named = (
        [sympify(part).xreplace(known) for part in formula]
        if isinstance(formula, list)
        else (sympify(formula).xreplace(known))
    )
    # SymPy writes the code with the names of mpmath's one context for the process …
    with mp.symbolic:
        # A common part would take an integral's variable out of the integral.
        parts = named if isinstance(named, list) else [named]
        common = not any(part.has(Integration) for part in parts)
        written = coded([*symbols, *known.values()], named, [given, "mpmath"], common=common)
    local = threading.local()

    def evaluate(*values: Any) -> Any:
        # … and each thread runs it with the names of its own.
        if not hasattr(local, "bound"):
            names = {**written.__globals__, **mp.names, **given}
            local.bound = FunctionType(written.__code__, names)
        # A number computes in the context that made it: each thread makes its own of the digits.
        return local.bound(*values, *(mp.make_mpf(_root(root, mp.prec + 20)) for root in roots))

    return evaluate


@lru_cache(maxsize=256)
def _root(root: Expr, bits: int) -> tuple[int, int, int, int]:
    """The root of a polynomial as mpmath's bare digits, which belong to no context."""
    with mp.symbolic:
        found = root.eval_rational(n=prec_to_dps(bits) + 2)
    digits: tuple[int, int, int, int] = from_rational(int(found.p), int(found.q), bits)
    return digits


def evaluated(expr: Expr, digits: int = 15) -> Expr:
    """SymPy's own evaluation: it raises its precision until it is sure of the digits.

    It does so in the one context of the process, so that only one thread may at a time: no other
    file calls ``evalf``.

    >>> evaluated(S.Pi, 20)
    3.1415926535897932385
    """
    with mp.symbolic:
        return expr.evalf(digits)


_Given = ParamSpec("_Given")
_Found = TypeVar("_Found")


def one_at_a_time(function: Callable[_Given, _Found]) -> Callable[_Given, _Found]:
    """A function that asks SymPy for signs, limits or simple forms, run by one thread at a time."""

    @wraps(function)
    def alone(*args: _Given.args, **named: _Given.kwargs) -> _Found:
        with mp.symbolic:
            return function(*args, **named)

    return alone


def exact(value: object, what: str = "value") -> Expr:
    """The number as an exact SymPy value.

    A float is read as the shortest decimal that prints it (0.1 is 1/10, not the double beside it),
    a SymPy ``Float`` as its decimals, a number of mpmath or ``longdouble`` that no float is as the
    binary number that it is. A string is an integer, a decimal or a fraction, never evaluated.

    Args:
        value: a finite real number in any of the usual types.
        what: the name to use in an error message.

    Raises:
        ValueError: if the text is no number, or the number is nan, infinite or not real.
        TypeError: if the type is none of the above; mpmath counts its intervals among the reals.

    >>> exact(0.1), exact("-2/3"), exact("1e-3")
    (1/10, -2/3, 1/1000)
    """
    if isinstance(value, bool):
        raise TypeError(f"{what} must be a real number, got the truth value {value}")
    if isinstance(value, Expr):
        return _real(value, what)
    if isinstance(value, str | Decimal):
        return _from_text(str(value), what)
    if isinstance(value, Fraction | Integral):
        return _rational(value, what)
    if isinstance(value, Real) and not hasattr(value, "_mpi_"):
        return _from_real(value, what)
    raise TypeError(f"{what} must be a real number, got {value!r} of type {type(value).__name__}")


def _from_text(text: str, what: str) -> Expr:
    from ._digits import read_decimal

    written = _WRITTEN.fullmatch(text)
    if not written:
        right = "a finite number such as 1, -0.25, 1e-3 or 2/3"
        raise ValueError(f"{what} must be {right}, got {text!r}")
    if written[2] and not re.search("[1-9]", written[2]):
        # One of Decimal keeps the exponent of what was subtracted.
        return S.Zero
    if len(written[4] or "") > 4:
        raise ValueError(f"{what} must lie within 1e-9999 and 1e9999, got {text!r}")
    above, slash, below = text.strip().partition("/")
    divisor = read_decimal(below) if slash else S.One
    if divisor == 0:
        raise ValueError(f"{what} must be a finite number, got {text!r}")
    return read_decimal(above) / divisor


def _rational(value: Fraction | Integral, what: str) -> Expr:
    if isinstance(value, Integral):
        try:
            return Integer(index(value))
        except TypeError:  # NumPy counts its spans of time among the integers.
            raise TypeError(f"{what} must be a real number, got {value!r}") from None
    return Rational(*value.as_integer_ratio())


def _from_real(value: Any, what: str) -> Expr:
    near = float(value)
    if near == value or value != value:
        return _from_text(repr(near), what)
    # Numbers of mpmath and NumPy's longest ones may have more digits than a float.
    of_mpmath = hasattr(value, "_mpf_")
    if of_mpmath and abs(mpmath.mag(value)) > 33_219:
        raise ValueError(f"{what} must lie within 1e-9999 and 1e9999, got {value}")
    return Rational(*(to_rational(value._mpf_) if of_mpmath else value.as_integer_ratio()))


def _real(value: Expr, what: str) -> Expr:
    if value.free_symbols:
        raise ValueError(f"{what} must be a number, but {value} contains {value.free_symbols}")
    with mp.symbolic:
        usable = value.is_extended_real is True and value.is_finite is True
    if not usable:
        raise ValueError(f"{what} must be a finite real number, got {value}")
    from ._digits import read_decimal

    return read_decimal(str(value)) if isinstance(value, Float) else value


def approximate(value: Expr, digits: int = 30) -> Expr:
    """A closed form to some digits, by evaluating it once with 15 digits to spare.

    ``evalf`` instead raises its precision until it is sure of every digit, which for an
    expression that is exactly 0 takes seconds. Here 0 comes out as something tiny.
    """
    with mp.symbolic:
        usual = not value.has(CRootOf) and value.is_finite and value.is_real
    if not usual:
        return evaluated(value, digits)
    with mp.workdps(digits + 15):
        return Float(mp.mpf(compiled([], value)())._mpf_, digits)


def few_digits(value: Expr) -> str:
    """A number as a console shows it: a rational as it is, what else is known with six digits.

    >>> few_digits(exact("2/3")), few_digits(S.Pi)
    ('2/3', '3.14159')
    """
    from ._digits import decimal_text, rational_text

    return rational_text(value) if value.is_Rational else decimal_text(approximate(value), 6)


def significant(value: Any, digits: int) -> Expr:
    """An mpf as a SymPy number that prints exactly that many significant digits.

    It holds what it prints: the value rounded to those digits, and no guard digits. What is
    infinite is ``oo``, what is not determined ``nan``.

    >>> third = significant(mp.mpf(1) / 3, 5)
    >>> third, third * 2, significant(mp.mpf("2.5e-9"), 3), significant(mp.zero, 5)
    (0.33333, 0.66666, 2.50e-9, 0)
    """
    # Here: what answers are printed as is not needed to compute them.
    from ._digits import Digits, power_of_ten, read_decimal

    if not value:
        return Digits("0", digits)
    if not mp.isfinite(value):
        return S.NaN if mp.isnan(value) else S.Infinity if value > 0 else S.NegativeInfinity
    # Python prints integers up to 4300 digits, and a mantissa may have more than are wanted.
    with mp.workdps(digits + 25):
        text = mp.nstr(mp.mpf(value), digits, strip_zeros=False)
    bits = dps_to_prec(digits)
    if abs(mp.mag(value)) > _LARGEST_POWER:
        return Digits._new(power_of_ten(text, bits), bits)
    return Digits._new(read_decimal(text)._as_mpf_val(bits), bits)
