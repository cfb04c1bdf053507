"""The functions of stable formulas for mpmath's numbers."""

from __future__ import annotations

import pytest

from actmath.lower._functions.in_mpmath import MPMATH_FUNCTIONS
from actmath.number import mp

from ...reference.plain_functions import PLAIN, cases, check_digits


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
