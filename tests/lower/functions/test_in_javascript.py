"""The functions of stable formulas in JavaScript, and the error functions that it lacks."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import quickjs
from mpmath import mp

from actmath.lower._functions.in_javascript import JAVASCRIPT_FUNCTIONS, javascript_library

from ...reference.plain_functions import PLAIN, cases, check_digits

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
