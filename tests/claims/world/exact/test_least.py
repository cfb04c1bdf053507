"""Best constants of functions whose best constant is known."""

from __future__ import annotations

from actmath.claims.world._exact.least import least_deviation, zero_between
from actmath.number import mp


def test_the_middle_of_a_wave_is_nearest_to_it() -> None:
    found = least_deviation(lambda c, t: mp.sin(t) + c - mp.mpf(3) / 10, (0.2, 1.5, 4.6), 12)
    assert abs(float(found) - 0.3) < 1e-11


def test_a_zero_between_two_ends() -> None:
    with mp.workdps(25):
        assert abs(mp.mpf(str(zero_between(lambda c: c**2 - 2, (1, 2), 20))) - mp.sqrt(2)) < 1e-19
