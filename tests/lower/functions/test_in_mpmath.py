"""The functions of stable formulas for mpmath's numbers."""

from __future__ import annotations

import pytest

from actmath.lower._functions.in_mpmath import MPMATH_FUNCTIONS
from actmath.number import mp

from ...reference.plain_functions import PLAIN, cases, check_digits
from .more_cases import more_cases


@pytest.mark.parametrize("name", PLAIN)
def test_digits(name: str) -> None:
    for (u, *rest), value, change in cases(name):
        with mp.workdps(40):
            got = MPMATH_FUNCTIONS[name](mp.mpf(u), *(mp.mpf(other) for other in rest))
        check_digits(got, value, change, 1e-39, 0.0)


def test_erfc_far_to_the_right_has_all_digits() -> None:
    """By Laplace's fraction, √π·e^{u²}·erfc u = 1/(u + (1/2)/(u + (2/2)/(u + …)))."""
    with mp.workprec(600):
        u = mp.ldexp(1, 66) + mp.mpf("0.5")
        below = u
        for k in range(30, 0, -1):
            below = u + mp.mpf(k) / 2 / below
        found = MPMATH_FUNCTIONS["UpperErfc"](u)
        with mp.workprec(800):
            scaled = found * mp.exp(u**2) * mp.sqrt(mp.pi)
        assert abs(scaled * below - 1) < mp.ldexp(1, -580)


def test_exponents_that_no_memory_holds() -> None:
    huge = mp.exp(mp.mpf(10) ** 9)
    assert MPMATH_FUNCTIONS["exp"](-huge) == 0
    assert MPMATH_FUNCTIONS["exp"](huge) == mp.inf
    assert MPMATH_FUNCTIONS["StableTanh"](-huge) == -1
    assert MPMATH_FUNCTIONS["Log1pExp"](huge) == huge
    assert MPMATH_FUNCTIONS["UpperErfc"](huge) == 0


def test_infinities_and_what_is_no_number() -> None:
    for name in ("exp", "erfc", "tanh"):
        function, plain = MPMATH_FUNCTIONS[name], getattr(mp, name)
        assert mp.isnan(function(mp.nan))
        assert [function(end) for end in (mp.inf, -mp.inf)] == [plain(mp.inf), plain(-mp.inf)]


@pytest.mark.parametrize("name", PLAIN)
def test_digits_at_more_points(name: str) -> None:
    for (u, *rest), value, change in more_cases(name):
        with mp.workdps(40):
            got = MPMATH_FUNCTIONS[name](mp.mpf(u), *(mp.mpf(other) for other in rest))
        check_digits(got, value, change, 1e-39, 0.0)


@pytest.mark.parametrize("size", [38, 39, 40, 41, 200, 2000])
def test_the_logarithm_of_a_large_exponential_is_its_argument(size: int) -> None:
    """On both sides of where the argument is taken by parts, whole or not."""
    for sign in (-1, 1):
        for half in (0, 0.5):
            with mp.workprec(size + 20):
                u = sign * (mp.ldexp(1.25, size - 1) + half)
            with mp.workprec(200):
                got = MPMATH_FUNCTIONS["exp"](u)
            with mp.workprec(300 + size):
                assert abs(mp.log(got) - u) < mp.ldexp(1, -196)


@pytest.mark.parametrize("precision", [60, 3000])
def test_erfc_on_both_sides_of_where_its_series_takes_over(precision: int) -> None:
    """By Laplace's fraction; the series is taken beyond 2^64, or 2^75 at 3000 bits."""
    for bits in (63, 64, 65, 74, 75, 76):
        with mp.workprec(precision):
            u = mp.ldexp(1.25, bits)
            found = MPMATH_FUNCTIONS["UpperErfc"](u)
        with mp.workprec(2 * precision + 300):
            below = u
            for k in range(40, 0, -1):
                below = u + mp.mpf(k) / 2 / below
            scaled = found * mp.exp(u**2) * mp.sqrt(mp.pi)
            # The square, rounded, is the exponent: 2^{2·bits} units of the last bit.
            assert abs(mp.log(scaled * below)) < mp.ldexp(1, 2 * bits + 4 - precision)


@pytest.mark.parametrize("at", ["-8.7", "-9", "-12.2", "-12.5", "-30"])
def test_erfc_far_to_the_left(at: str) -> None:
    with mp.workprec(150):
        u = mp.mpf(at)
        found = MPMATH_FUNCTIONS["erfc"](u)
        with mp.workprec(400):
            assert abs(found - mp.erfc(u)) <= mp.ldexp(1, -148)


def test_lambert_w_by_its_equation_on_both_branches() -> None:
    with mp.workdps(40):
        for branch, points in ((0, ("-0.36", "0.5", "1e10")), (-1, ("-0.36", "-1e-10"))):
            for at in points:
                w = MPMATH_FUNCTIONS["LambertW"](mp.mpf(at), branch)
                assert abs(w * mp.exp(w) / mp.mpf(at) - 1) < 1e-36
                assert (w > -1) is (branch == 0)
