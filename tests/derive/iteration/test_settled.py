"""A value that two precisions agree on: what cancels is found, rounding is 0, no guess is made."""

from __future__ import annotations

from itertools import count

import pytest

from actmath.derive._iteration.settled import NotSettledError, settled
from actmath.number import mp


def test_what_cancels_is_found() -> None:
    small = mp.ldexp(1, -1000)
    with mp.workprec(53):
        # 2⁻¹⁰⁰⁰ beside 1, which no precision below a thousand bits holds.
        assert settled(lambda: (1 + small) - 1) == small


def test_two_precisions_that_are_too_low_do_not_agree() -> None:
    """1 + u is 1 at both, so that e^u − 1 − u would be −u; it is u²/2."""
    small = mp.ldexp(1, -700)
    with mp.workprec(53):
        assert settled(lambda: mp.exp(small) - 1 - small) == small**2 / 2
    assert mp._prec_rounding[1] == "n"


def test_a_divisor_that_is_0_at_few_digits_is_none() -> None:
    with mp.workprec(53):
        step = mp.ldexp(1, -400)
        assert settled(lambda: step / ((1 + step) - 1)) == 1


def test_a_true_zero_is_0_and_takes_two_looks() -> None:
    seen = []

    def nothing() -> object:
        seen.append(mp.prec)
        return mp.zero

    with mp.workprec(53):
        assert settled(nothing) == 0
    assert len(seen) == 3
    assert seen[-1] >= 2304


def test_rounding_alone_is_0() -> None:
    with mp.workprec(53):
        assert settled(lambda: mp.sin(mp.pi)) == 0


def test_what_is_nowhere_is_nan_and_what_is_infinite_stays() -> None:
    assert mp.isnan(settled(lambda: mp.nan))
    assert settled(lambda: mp.inf) == mp.inf


def test_what_never_settles_is_said() -> None:
    turn = count()
    with pytest.raises(NotSettledError, match="a coin does not settle to 53 bits"), mp.workprec(53):
        settled(lambda: mp.mpf(1 + next(turn) % 2), what="a coin")


@pytest.mark.parametrize("bits", [24, 53, 200])
def test_a_value_has_all_bits_that_were_asked_for(bits: int) -> None:
    """√2 − 1.41421356 loses 27 bits on the way."""
    with mp.workprec(bits):
        found = settled(lambda: mp.sqrt(2) - mp.mpf(141421356) / 10**8)
    with mp.workprec(4 * bits):
        want = mp.sqrt(2) - mp.mpf(141421356) / 10**8
        assert abs(found - want) <= mp.ldexp(abs(want), 1 - bits)


def test_what_is_lost_may_be_told_beforehand() -> None:
    seen = []

    def lossy() -> object:
        seen.append(mp.prec)
        return (1 + mp.ldexp(1, -900)) - 1

    with mp.workprec(53):
        assert settled(lossy, lost=900) == mp.ldexp(1, -900)
        early = len(seen)
        assert settled(lossy) == mp.ldexp(1, -900)
    # Untold, it takes more attempts.
    assert early < len(seen) - early


def test_the_rounding_of_others_is_left_alone() -> None:
    def fails() -> object:
        raise ZeroDivisionError

    with mp.workprec(53):
        assert mp.isnan(settled(fails))
        assert mp._prec_rounding[1] == "n"
        assert mp.prec == 53


def test_each_precision_is_twice_the_one_before() -> None:
    seen = []

    def cancelling() -> object:
        seen.append(mp.prec)
        return mp.sqrt(1 + mp.ldexp(1, -150)) - 1

    with mp.workprec(53):
        assert settled(cancelling) == pytest.approx(2.0**-151, rel=1e-15)
    assert seen == [69, 170, 340]
