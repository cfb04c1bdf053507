"""Numbers are read exactly, and text is never evaluated."""

from __future__ import annotations

import copy
import math
import pickle
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from threading import Barrier
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp
from sympy import (
    CRootOf,
    Expr,
    Float,
    I,
    Integer,
    LambertW,
    Rational,
    Symbol,
    erf,
    erfc,
    exp,
    nan,
    oo,
    pi,
    sqrt,
    zoo,
)

import actmath
from actmath.notation import x
from actmath.number import approximate, compiled, evaluated, exact, few_digits, significant
from actmath.number import mp as own


@pytest.mark.parametrize(
    ("given_value", "value"),
    [
        (0.1, Rational(1, 10)),
        ("0.1", Rational(1, 10)),
        (np.float64(0.1), Rational(1, 10)),
        (Decimal("0.10"), Rational(1, 10)),
        (Fraction(1, 10), Rational(1, 10)),
        (Float(0.1), Rational(1, 10)),
        ("1e-400", Rational(1, 10**400)),
        (1e300, Integer(10) ** 300),
        (" -2/3 ", Rational(-2, 3)),
        ("+.5", Rational(1, 2)),
        ("3.", Integer(3)),
        (np.int64(-7), Integer(-7)),
        (10**40, Integer(10) ** 40),
        (sqrt(2), sqrt(2)),
        (-0.0, Integer(0)),
        (mpmath.mpf(0.1), Rational(1, 10)),
        # What holds more digits than a float keeps them.
        (mpmath.ldexp(1, -2000), Rational(1, 2**2000)),
        (own.ldexp(3, 5000), Integer(3) * 2**5000),
        (np.longdouble("1e-400"), Rational(*np.longdouble("1e-400").as_integer_ratio())),
    ],
    ids=repr,
)
def test_exact(given_value: object, value: Expr) -> None:
    found = exact(given_value)  # type: ignore[arg-type]
    assert found == value
    assert not found.has(Float)


@pytest.mark.parametrize(
    "value",
    [
        *(math.nan, math.inf, -math.inf, Decimal("nan"), Decimal("-Infinity"), nan, oo, zoo, I, x),
        *("", "nan", "inf", "1/0", "0/0", "2/-3", "1e", "0x10", "1_000", "1 2", "--1", "１", "pi"),
        *("__import__('os')", "x", "1.5/2", "1+1", "(1)"),
        *(mpmath.nan, mpmath.inf, np.float32("nan"), np.longdouble("inf")),
    ],
    ids=repr,
)
def test_no_finite_real_number(value: object) -> None:
    with pytest.raises(ValueError, match="the mean must be"):
        exact(value, "the mean")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "value",
    [
        *(True, None, 1j, [1], {}, np.array([1.0, 2.0]), np.True_, object),
        *(np.timedelta64(5, "ns"), mpmath.iv.mpf([0, 1])),
    ],
)
def test_no_number_at_all(value: object) -> None:
    with pytest.raises(TypeError, match="the mean must be a real number"):
        exact(value, "the mean")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "value",
    [mpmath.ldexp(1, 10**12), "1e99999", "-2.5e-0010000", Decimal("1e10000"), Decimal("-3e-99999")],
    ids=str,
)
def test_a_number_beyond_all_is_refused_at_once(value: object) -> None:
    with pytest.raises(ValueError, match="the mean must lie within 1e-9999 and 1e9999"):
        exact(value, "the mean")  # type: ignore[arg-type]


def test_zeros_before_an_exponent_are_read() -> None:
    assert exact("1e00002") == exact(Decimal("1e2")) == 100


@pytest.mark.parametrize("zero", ["0e99999999999", "-0.0", ".0", Decimal("0E-20000")])
def test_zero_has_any_exponent(zero: object) -> None:
    assert exact(zero) == 0  # type: ignore[arg-type]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_is_read_as_its_shortest_decimal(value: float) -> None:
    found = exact(value)
    assert float(found) == value
    assert found == exact(repr(value)) == exact(Decimal(repr(value)))


@given(st.fractions())
def test_fractions_survive(value: Fraction) -> None:
    assert exact(value) == exact(f"{value.numerator}/{value.denominator}")
    assert Fraction(int(exact(value).p), int(exact(value).q)) == value


@given(st.text(alphabet="0123456789.+-/eE _nif", max_size=8))
def test_text_is_a_number_or_a_value_error(text: str) -> None:
    try:
        found = exact(text)
    except ValueError:
        return
    assert found.is_rational


@pytest.mark.parametrize(
    "value",
    [pi, erfc(1) * exp(1), sqrt(2) - 1, Rational(-1, 3), Integer(0), CRootOf(x**5 - x - 1, 0)],
    ids=str,
)
@pytest.mark.parametrize("digits", [15, 30, 60])
def test_approximate_has_the_digits(value: Expr, digits: int) -> None:
    error = abs((approximate(value, digits) - value).evalf(10))
    assert error <= Float(10) ** (1 - digits) * max(1, abs(value.evalf(5)))


@pytest.mark.parametrize("branch", [0, -1])
def test_a_function_with_another_name_in_mpmath_has_the_digits(branch: int) -> None:
    """W(z)·e^{W(z)} = z, by mpmath's exponential alone."""
    with mp.workdps(60):
        w = mp.mpf(approximate(LambertW(Rational(-1, 7), branch), 40)._mpf_)
        assert abs(w * mp.exp(w) + mp.mpf(1) / 7) < mp.mpf(10) ** -39


def test_a_few_digits_of_what_no_float_holds() -> None:
    large = Integer(10) ** 400
    shown = [few_digits(v) for v in (large, large * sqrt(2), -sqrt(2) / large, sqrt(2), oo, nan)]
    assert shown == ["1e400", "1.41421e+400", "-1.41421e-400", "1.41421", "inf", "nan"]


def test_approximate_is_quick_at_a_hidden_zero() -> None:
    hidden = sqrt(2) * sqrt(3 + 2 * sqrt(2)) - 2 - sqrt(2)
    assert abs(approximate(hidden)) < 1e-35


def test_approximate_of_limits() -> None:
    assert approximate(oo) == oo
    assert approximate(-oo) == -oo
    assert approximate(Symbol("k", real=True) * 0) == 0


# --- numbers of so many digits ------------------------------------------------------------------


@st.composite
def values_and_digits(draw: st.DrawFn) -> tuple[Any, int]:
    digits = draw(st.integers(1, 60))
    mantissa = draw(st.integers(1, 10**80)) * draw(st.sampled_from([-1, 1]))
    with mp.workdps(100):
        return mp.mpf(mantissa) * mp.mpf(10) ** draw(st.integers(-200, 60)), digits


@given(values_and_digits())
def test_significant_prints_exactly_its_digits_and_is_what_it_prints(case: tuple[Any, int]) -> None:
    value, digits = case
    found = significant(value, digits)
    written = mp.nstr(value, digits, strip_zeros=False).removesuffix(".").replace(".e", "e")
    assert str(found) == repr(found) == written
    # Equal to its digits, and within half a unit of the last of them.
    assert exact(found) == exact(str(found)) == Rational(str(found))
    with mp.workdps(130):
        written = mp.mpf(str(found))
        assert abs(written / value - 1) <= mp.mpf(10) ** (1 - digits) / 2
        assert abs(mp.mpf(found) / written - 1) < mp.mpf(10) ** -digits / 4


@given(values_and_digits())
def test_significant_computes_compares_and_becomes_a_float(case: tuple[Any, int]) -> None:
    value, digits = case
    found, written = significant(value, digits), float(Rational(str(significant(value, digits))))
    assert float(found) == pytest.approx(written, rel=10.0**-digits + 1e-15)
    assert float(found * 2) == pytest.approx(2 * written, rel=10.0**-digits + 1e-15)
    assert float(found**2) == pytest.approx(written**2, rel=2 * 10.0**-digits + 1e-15)
    assert (found < 0) == (value < 0)
    assert bool(found > found - abs(found) / 2)
    assert np.asarray([found, found], dtype=float).dtype == float


@given(values_and_digits())
def test_significant_is_hashed_pickled_and_copied(case: tuple[Any, int]) -> None:
    found, again = significant(*case), significant(*case)
    assert found == again
    assert hash(found) == hash(again)
    for other in (pickle.loads(pickle.dumps(found)), copy.deepcopy(found)):
        assert (other, str(other)) == (found, str(found))


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        ("0.5", 1, "0.5"),
        ("0.5", 2, "0.50"),
        ("0.5", 15, "0.500000000000000"),
        ("3", 1, "3"),
        ("30", 1, "3e+1"),
        ("99.96", 3, "100"),
        ("1e-30", 4, "1.000e-30"),
        ("-2.5e60", 3, "-2.50e+60"),
        ("0", 1, "0"),
        ("0", 50, "0"),
    ],
)
def test_significant_at_the_edges(value: str, digits: int, text: str) -> None:
    assert str(significant(mp.mpf(value), digits)) == text


def test_a_thousand_digits_and_ten_thousand() -> None:
    with mp.workdps(10_020):
        for digits in (1000, 10_000):
            found = significant(mp.pi, digits)
            assert str(found) == mp.nstr(mp.pi, digits, strip_zeros=False)
            assert abs(mp.mpf(found) - mp.pi) < mp.mpf(10) ** (1 - digits)
            assert Float(exact(found), digits) - found == 0


def test_zero_is_a_zero_that_computes() -> None:
    zero = significant(mp.zero, 20)
    assert zero == 0 == zero
    assert (str(zero), f"{zero:.3g}", f"{zero:.1e}", float(zero)) == ("0", "0", "0.0e+1", 0.0)
    assert (float(zero * 2), float(zero + 1)) == (0.0, 1.0)
    assert not zero


@pytest.mark.parametrize("text", ["0.5", "-0.125", "3", "1e-30", "0"])
def test_it_is_compared_with_every_kind_of_number(text: str) -> None:
    with mp.workdps(40):
        number = significant(mp.mpf(text), 20)
    # SymPy's own numbers answer for themselves: its fractions equal no Float.
    assert (number == Rational(text)) == Rational(text).is_Integer
    for other in (Fraction(text), Decimal(text), float(text), number):
        # The float 1e-30 is another number, as it is for Python's decimals.
        equal = not isinstance(other, float) or Decimal(text) == other
        assert (number == other) == (other == number) == (number in [other]) == equal
        assert not equal or hash(number) == hash(other)
        assert number != other + 1
    assert (number < Fraction(text) + 1, Fraction(text) - 1 < number) == (True, True)
    assert number not in (None, "x", Decimal("nan"), float("inf"))


def test_no_point_stands_at_the_end() -> None:
    assert str(significant(mp.mpf(2), 1)) == "2"
    assert str(significant(mp.mpf(100000), 6)) == "100000"


def test_threads_set_their_own_precision() -> None:
    """Each sees its own digits, and ``mpmath.mp`` none of them."""
    before = mpmath.mp.prec
    wait = Barrier(4)

    def third(digits: int) -> str:
        with own.workdps(digits):
            wait.wait()
            value = compiled([], Rational(1, 3) + pi * 0)()
            wait.wait()
            return str(own.nstr(value, digits))

    with ThreadPoolExecutor(4) as threads:
        asked = [20, 50, 100, 200]
        assert list(threads.map(third, asked)) == ["0." + "3" * digits for digits in asked]
    assert mpmath.mp.prec == before


def test_a_root_of_a_polynomial_is_each_thread_s_own() -> None:
    """Kept digits belong to no thread: arithmetic with them has the digits of who asks."""
    root = CRootOf(x**5 - x - 1, 0)

    def shifted() -> Any:
        with own.workdps(40):
            return compiled([x], x - 7 * root)(own.mpf(1))

    with ThreadPoolExecutor(1) as threads:
        other = threads.submit(shifted).result()
    with mp.workdps(60):
        wanted = 1 - 7 * mp.findroot(lambda t: t**5 - t - 1, 1.2)
        for found in (shifted(), other):
            assert abs(mp.mpf(str(found)) / wanted - 1) < mp.mpf(10) ** -14
            assert abs(mp.make_mpf(found._mpf_) / wanted - 1) < mp.mpf(10) ** -39


def test_threads_evaluate_one_at_a_time() -> None:
    """SymPy sets the precision of the process's one context, and each thread set it back."""
    before = mpmath.mp.prec
    asked = [20, 50, 100, 200] * 30
    numbers = [erf(Rational(1, 3 + k)) for k in range(len(asked))]
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(evaluated, numbers, asked))
    assert mpmath.mp.prec == before
    with mp.workdps(220):
        for k, (value, digits) in enumerate(zip(found, asked, strict=True)):
            error = mp.make_mpf(value._mpf_) / mp.erf(mp.mpf(1) / (3 + k)) - 1
            assert abs(error) < mp.mpf(10) ** (1 - digits)


def test_no_file_sets_the_precision_of_the_process() -> None:
    """``mpmath.mp`` is read where a caller's precision is asked for, and nowhere imported."""
    files = (Path(actmath.__file__).parent).rglob("*.py")
    assert not [str(f) for f in files if "from mpmath import mp\n" in f.read_text("utf-8")]


@pytest.mark.parametrize("text", ["1e99999999", "-3e-99999999"])
def test_a_decimal_too_long_to_write_out_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="within 1e-9999 and 1e9999"):
        exact(Decimal(text))
