"""Owen's T: its integral, where it is elementary, its slopes, and where it is below all numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from mpmath import mp
from scipy.special import owens_t
from sympy import Rational, atan, erfc, pi, sqrt

from actmath.derive._moments.owen import OwenT, owen_t
from actmath.notation import mu, nu
from actmath.number import mp as ours


@pytest.mark.parametrize(
    ("h", "a"), [("0", "1/2"), ("1/3", "1"), ("7", "3/4"), ("17", "1"), ("41", "1/9"), ("60", "1")]
)
def test_owens_t_is_its_integral(h: str, a: str) -> None:
    with mp.workdps(60):
        at, end = (mp.mpf(Rational(text).p) / Rational(text).q for text in (h, a))
        inside = mp.quad(lambda x: mp.exp(-(at**2) * x**2 / 2) / (1 + x**2), mp.linspace(0, end, 9))
        want = mp.exp(-(at**2) / 2) * inside / (2 * mp.pi)
    with ours.workdps(50):
        got = owen_t(
            ours.mpf(Rational(h).p) / Rational(h).q, ours.mpf(Rational(a).p) / Rational(a).q
        )
    assert abs(mp.mpf(got._mpf_) - want) <= mp.mpf(10) ** -15 * want
    with mp.workdps(60):
        assert abs(mp.mpf(str(ours.nstr(got, 48))) - want) <= mp.mpf(10) ** -44 * want
    symbolic = OwenT(Rational(h), Rational(a)).evalf(40)
    assert abs(mp.mpf(str(symbolic)) / want - 1) < 1e-14


def test_owens_t_where_it_is_known() -> None:
    assert OwenT(0, sqrt(3) / 3) == Rational(1, 12)
    assert OwenT(0, Rational(1, 2)) == atan(Rational(1, 2)) / (2 * pi)
    assert OwenT(mu, 0) == 0
    # T(h, 1) = Φ(h)(1 − Φ(h))/2.
    both = erfc(1 / sqrt(2)) * (2 - erfc(1 / sqrt(2))) / 8
    assert abs((OwenT(1, 1) - both).evalf(30)) < 1e-29
    with ours.workdps(30):
        assert owen_t(ours.inf, ours.one) == 0
        assert ours.isnan(owen_t(ours.nan, ours.one))
        assert owen_t(ours.mpf(10) ** 30000, ours.one) == 0


@pytest.mark.parametrize("argument", [0, 1])
def test_owens_t_has_the_slopes_of_difference_quotients(argument: int) -> None:
    at = [Rational(3, 5), Rational(2, 3)]
    step = Rational(1, 10**20)
    ahead, behind = list(at), list(at)
    ahead[argument] += step
    behind[argument] -= step
    quotient = (OwenT(*ahead) - OwenT(*behind)).evalf(50) / (2 * step)
    slope = OwenT(mu, nu).diff((mu, nu)[argument]).subs({mu: at[0], nu: at[1]}).evalf(30)
    assert abs(quotient - slope) < Rational(1, 10**25)


def test_random_arguments_beside_another_program() -> None:
    draw = np.random.default_rng(9)
    for h, a in zip(draw.uniform(-9, 9, 60), draw.uniform(0, 1, 60), strict=True):
        assert float(owen_t(h, a)) == pytest.approx(owens_t(h, a), rel=1e-12, abs=1e-300)
        assert owen_t(-h, a) == owen_t(h, a)
    for h in (0.0, 0.5, 14.0, 16.0, 30.0):
        assert float(owen_t(h, 1.0)) == pytest.approx(owens_t(h, 1.0), rel=1e-12, abs=0)


@pytest.mark.parametrize("share", ["0.01", "0.3", "0.97", "1.03", "2.5"])
@pytest.mark.parametrize("digits", [15, 50, 120])
def test_both_series_have_all_digits_where_one_takes_over(digits: int, share: str) -> None:
    """The sum serves while h² is no more than four times the bits; T(h, 1) = Φ(h)(1 − Φ(h))/2."""
    with ours.workdps(digits):
        h = ours.sqrt(4 * ours.prec * ours.mpf(share))
        found = owen_t(h, ours.one)
        with ours.workdps(2 * digits + 40):
            above = ours.erfc(h / ours.sqrt(2)) / 2
            assert abs(found / (above * (1 - above) / 2) - 1) < ours.mpf(10) ** (1 - digits)


@pytest.mark.parametrize("share", ["0.97", "1.03"])
def test_short_ranges_have_all_digits_too(share: str) -> None:
    with ours.workdps(20):
        h = ours.sqrt(4 * ours.prec * ours.mpf(share))
        for end in (ours.mpf(1) / 3, ours.mpf("1e-9")):
            found = owen_t(h, end)
            with ours.workdps(50):

                def slope(t: Any, h: Any = h) -> Any:
                    return ours.exp(-(h**2) * t**2 / 2) / (1 + t**2)

                inside = ours.quad(slope, ours.linspace(0, end, 9))
                want = ours.exp(-(h**2) / 2) * inside / (2 * ours.pi)
                assert abs(found / want - 1) < ours.mpf(10) ** -19


def test_no_arguments_no_number() -> None:
    assert OwenT(mu, Rational(1, 2)).evalf() == OwenT(mu, Rational(1, 2))
    assert ours.isnan(owen_t(ours.one, ours.nan))
    assert owen_t(-ours.inf, ours.one) == 0
    assert owen_t(ours.mpf(3), ours.zero) == 0
    assert abs(owen_t(ours.zero, ours.mpf("0.3")) - ours.atan(ours.mpf("0.3")) / (2 * ours.pi)) < (
        1e-16
    )
    assert OwenT(mu, nu).is_real
    assert abs(OwenT(Rational(1, 3), Rational(2, 7)).evalf(25) * 2).is_Float
