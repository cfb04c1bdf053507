"""The functions of stable formulas in JavaScript, and the error functions that it lacks."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
import quickjs
from mpmath import mp

from actmath.lower._functions.in_javascript import JAVASCRIPT_FUNCTIONS, javascript_library

from ...reference.plain_functions import PLAIN, cases, check_digits
from .more_cases import LIMITS, REST, more_cases

#: What a port of C code promises too; measured are 2.2.
ULPS = 4
SIZES = (0.0, 1e-300, 1e-20, 0.03, 0.2, 0.4999, 0.5, 0.75, 0.9999, 1.0, 1.5, 2.2, 4.0, 6.5, 13.0)
FAR = (26.0, 39.5, 41.0, 700.0, 1e8, 2.1e8, 1e30, 1e300)


def function(name: str) -> Callable[..., Any]:
    """A function of the table in QuickJS."""
    library = javascript_library([name])
    context = quickjs.Context()
    return context.eval(f"(() => {{ {library}\nreturn (...a) => {name}(...a); }})()")  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", PLAIN)
def test_digits(name: str) -> None:
    computed = function(name)
    for arguments, value, change in cases(name):
        got = computed(*map(float, arguments))
        check_digits(got, value, change, 2.0**-52, 2.0**-1022)


@pytest.mark.parametrize("name", ["erf", "erfc", "erfcx"])
def test_error_functions_keep_their_digits(name: str) -> None:
    computed = function(name)
    for u in [*SIZES, *(-size for size in SIZES), *FAR]:
        with mp.workdps(60):
            z = mp.mpf(u)
            # Beyond 1e3 erfc is 0 in float64; erfcx u = (1 − 1/(2u²) + …)/(u√π).
            tail = mp.erfc(z) if u < 1e3 else mp.zero
            scaled = mp.exp(z**2) * tail if u < 1e3 else (1 - 1 / (2 * z**2)) / (z * mp.sqrt(mp.pi))
            want = {"erf": mp.erf(z), "erfc": tail, "erfcx": scaled}[name]
            # erfcx on the left is 2e^{u²}, which an ulp of u changes by 2u² ulps.
            worth = 1 + (2 * z**2 if name == "erfcx" and u < 0 else 0)
            error = abs(mp.mpf(computed(u)) - want)
            assert error <= max(ULPS * worth * abs(want) * 2.0**-52, mp.mpf(2) ** -1070), u


def test_what_is_not_finite() -> None:
    inf = float("inf")
    assert [function(name)(inf) for name in ("erf", "erfc", "erfcx")] == [1, 0, 0]
    assert [function(name)(-inf) for name in ("erf", "erfc", "erfcx")] == [-1, 2, inf]


def test_the_scaled_product_neither_overflows_nor_dies_out() -> None:
    computed = function("ExpErfc")
    with mp.workdps(60):
        for a, b in ((1000.0, 40.0), (900.0, 29.0), (-5.0, -30.0), (2.0, 0.25)):
            want = mp.exp(a) * mp.erfc(b)
            got = computed(a, b, a - b**2)
            assert abs(got - want) <= 1e-12 * want, (a, b)


def test_the_library_declares_what_is_named_and_what_that_needs() -> None:
    library = javascript_library(["(x) => UpperErfc(x)"])
    declared = set(re.findall(r"^const (\w+) =", library, re.MULTILINE))
    tables = {"ALONG_HALF_LINE", "NEAR_ZERO"}
    assert declared == {"UpperErfc", "erfc", "erfcx", "erf", "bell", "chebyshev", *tables}
    assert javascript_library(["(x) => x"]) == ""


def test_the_library_is_small() -> None:
    """Less than a tenth of what a port of Faddeeva's code takes, 20 kB compressed."""
    assert len(javascript_library(JAVASCRIPT_FUNCTIONS)) < 6000


@pytest.mark.parametrize("name", PLAIN)
def test_digits_at_more_points(name: str) -> None:
    """Beside where formulas change, of both signs, with other numbers beside."""
    computed = function(name)
    for arguments, value, change in more_cases(name):
        got = computed(*map(float, arguments))
        if abs(value) < 1e300:
            check_digits(got, value, change, 2.0**-52, 2.0**-1022)


@pytest.mark.parametrize("name", LIMITS)
def test_limits(name: str) -> None:
    computed, rest = function(name), REST.get(name, ((),))[0]
    found = [computed(end, *map(float, rest)) for end in (-math.inf, math.inf, math.nan)]
    assert found == pytest.approx([*LIMITS[name], math.nan], rel=1e-15, abs=0, nan_ok=True)


@pytest.mark.parametrize("name", ["erf", "erfc", "erfcx"])
def test_error_functions_on_both_sides_of_where_formulas_change(name: str) -> None:
    computed = function(name)
    generator = random.Random(name)
    near = [edge * (1 + side * 2.0**-30) for edge in (0.5, 1.0, 26.2, 26.5) for side in (-1, 1)]
    for u in [*near, *(generator.uniform(-6, 26) for _ in range(40))]:
        with mp.workdps(50):
            z = mp.mpf(u)
            want = (mp.erf if name == "erf" else mp.erfc)(z)
            want *= mp.exp(z**2) if name == "erfcx" else 1
            worth = 1 + (2 * z**2 if name == "erfcx" and u < 0 else 0)
            error = abs(mp.mpf(computed(u)) - want)
            assert error <= ULPS * worth * max(abs(want), mp.mpf(2) ** -1022) * 2.0**-52, u


def test_polynomials_powers_and_offsets() -> None:
    """By Fractions: Horner's rule, (u − h) − l, c·uⁿ and u^{1/3} in two parts."""
    generator = random.Random(3)
    for _ in range(10):
        u, *c = (generator.uniform(-2, 2) for _ in range(generator.randint(2, 6)))
        want = float(sum(Fraction(number) * Fraction(u) ** k for k, number in enumerate(c)))
        assert function("Series")(u, *c) == pytest.approx(want, rel=1e-13, abs=1e-13)
        n = generator.randint(2, 5)
        power = float(Fraction(c[0]) * Fraction(u) ** n)
        assert function("ScaledPower")(u, c[0], float(n)) == pytest.approx(power, rel=1e-14)
    # c·u first: the power alone would overflow.
    assert function("ScaledPower")(1e200, 1e-150, 2.0) == pytest.approx(1e250, rel=1e-14)
    assert function("Offset")(0.1, 0.1, 1e-18) == -1e-18
    assert function("Reciprocal")(-4.0) == -0.25
    split = function("SplitPower")
    with mp.workdps(40):
        low = float(mp.mpf(1) / 3 - mp.mpf(1 / 3))
        for u in (1e-308, 1e-100, 0.7, 1e100, 1.7e308):
            assert abs(mp.mpf(split(u, 1 / 3, low)) / mp.cbrt(mp.mpf(u)) - 1) <= 4 * 2.0**-52
    assert [split(end, 1 / 3, low) for end in (0.0, math.inf)] == [0, math.inf]


def test_a_formula_that_is_lost_far_out_goes_on() -> None:
    """By a stand-in at the largest number: to ±∞ where it grew, to its value there elsewhere."""
    library = javascript_library(["extended"])
    context = quickjs.Context()
    largest = 1e300

    def values(formula: str, *endless: str) -> list[float]:
        ends = f"extended({formula}, {largest}, [{','.join(endless)}])"
        told = context.eval(f"(() => {{ {library}\nconst f = {ends}; return (u) => f(u, 2); }})()")
        return [told(u) for u in (-math.inf, -2e300, -1.0, 1.0, 2e300, math.inf)]

    lost = "Math.abs(u) > 1e300 ? NaN : "
    same = pytest.approx
    assert values(f"(u, p) => {lost} p * u") == [-math.inf, -2e300, -2, 2, 2e300, math.inf]
    assert values(f"(u, p) => {lost} 1 / (p * u)") == same(
        [-5e-301, -5e-301, -0.5, 0.5, 5e-301, 5e-301], rel=1e-14, abs=0
    )
    # Where the formula has a value it is that.
    assert values("(u, p) => p")[0] == 2
    at_the_left = values(f"(u, p) => {lost} p", "-Infinity")
    assert math.isnan(at_the_left[0])
    assert at_the_left[1:] == [2] * 5
    # Within the range what is no number stays none.
    assert math.isnan(values("(u, p) => u === 1 ? NaN : u")[3])
