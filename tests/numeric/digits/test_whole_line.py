"""The rule on the whole line gives what the sections give, or leaves it to them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Expr, erf, exp, log, sin, sqrt, tanh

from actmath import Activation
from actmath.notation import x
from actmath.number import mp
from actmath.numeric._digits.double_exponential import End, OutOfWorkError, Work, integrate
from actmath.numeric._digits.integrand import Integrand
from actmath.numeric._digits.partition import Partition
from actmath.numeric._digits.whole_line import over_the_line

from ...strategies import rationals

DIGITS = 20
SMOOTH = {
    "sigmoid": 1 / (1 + exp(-x)),
    "gelu": x * (1 + erf(x / sqrt(2))) / 2,
    "softplus": log(1 + exp(x)),
    "wave": sin(x) / (2 + sin(2 * x)),
    "exponential": exp(x / 2),
}


def both(formula: Expr, mean: Any, variance: Any) -> tuple[Any, Any]:
    """E f, E f² and E |f|, E f² by the whole line, and by sections."""
    with mp.workdps(DIGITS + 12):
        deviation = mp.sqrt(mp.mpf(variance.numerator) / variance.denominator)
        integrand = Integrand(
            Activation("smooth", formula),
            mp.mpf(mean.numerator) / mean.denominator,
            deviation,
        )
        partition = Partition(integrand, lambda f, slope, _: (f, f * f), int(DIGITS * 3.4) + 10)

        def terms(end: End, offset: Any, piece: int) -> tuple[Any, ...]:
            f, _ = integrand.at(end.x + deviation * offset, piece)
            z = end.z + offset
            weight = mp.exp(-z * z / 2) / mp.sqrt(2 * mp.pi)
            return weight * f, weight * f * f

        whole = over_the_line(partition, terms, DIGITS, Work(DIGITS))
        return whole, integrate(partition.sections(), terms, DIGITS)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(SMOOTH))
@given(mean=rationals(-3, 3), variance=rationals(1, 4))
def test_it_is_what_the_sections_give(name: str, mean: Any, variance: Any) -> None:
    found, expected = both(SMOOTH[name], mean, variance)
    assert found is not None
    (values, _), (sums, sizes) = found, expected
    for value, right, size in zip(values, sums, sizes, strict=True):
        assert abs(value - right) <= size * mp.mpf(10) ** -DIGITS


@pytest.mark.slow
@given(steep=st.integers(100, 10_000))
def test_what_is_sharp_or_broken_is_left_to_sections(steep: int) -> None:
    for formula in (tanh(steep * (x - 1)), abs(x) + steep):
        with mp.workdps(DIGITS):
            integrand = Integrand(Activation("sharp", formula), mp.zero, mp.one)
            partition = Partition(integrand, lambda f, slope, _: (f,), 80)
            assert over_the_line(partition, lambda *_: (mp.one,), DIGITS, Work(DIGITS)) is None


def test_what_does_not_settle_is_left_to_sections() -> None:
    """Poles at distance 1/200 from the line need steps below 2⁻⁷."""
    with mp.workdps(DIGITS):
        integrand = Integrand(Activation("wave", sin(x)), mp.zero, mp.one)
        partition = Partition(integrand, lambda f, slope, _: (f,), 80)

        def terms(end: End, offset: Any, piece: int) -> tuple[Any, ...]:
            return (mp.exp(-(offset**2)) / (mp.sin(offset) ** 2 + mp.mpf(1) / 40_000),)

        assert over_the_line(partition, terms, DIGITS, Work(DIGITS)) is None


def test_sums_over_the_whole_line_and_of_sizes_by_hand() -> None:
    """E z², E |z|·z and E |z|³ of the identity's terms; what has a kink does not settle."""
    with mp.workdps(DIGITS + 12):
        integrand = Integrand(Activation("line", x), mp.mpf(3), mp.mpf(2))
        partition = Partition(integrand, lambda f, slope, _: (f, slope), int(DIGITS * 3.4) + 10)
        seen: list[Any] = []

        def terms(end: End, offset: Any, piece: int) -> tuple[Any, ...]:
            seen.append(offset)
            assert (end.x, end.z, piece) == (3, 0, 0)
            return mp.npdf(offset) * offset**2, mp.npdf(offset) * (2 * offset - 5)

        found = over_the_line(partition, terms, DIGITS, Work(DIGITS))
        assert found is not None
        (second, mean), (size, whole) = found
        assert abs(second - 1) < 1e-20
        assert size == second
        assert abs(mean + 5) < 1e-19
        # 2z − 5 is above 0 from 5/2 on: E |2z − 5| = 5 + 2·E (2z − 5)⁺, to what its kink leaves.
        t = mp.mpf(5) / 2
        true = 5 + 4 * (mp.npdf(t) - t * mp.ncdf(-t))
        assert abs(whole / true - 1) < 1e-3
        # No point comes twice, none is a round number, and all lie within the reach.
        assert len(set(seen)) == len(seen)
        assert all(abs(4 * z - round(4 * z)) > 0.01 for z in seen[:50])
        low, high = partition.reach
        assert low <= min(seen) < low + 0.25
        assert high - 0.25 < max(seen) <= high


def test_what_is_spent_is_refused() -> None:
    with mp.workdps(DIGITS + 12):
        integrand = Integrand(Activation("line", x), mp.zero, mp.one)
        partition = Partition(integrand, lambda f, slope, _: (f,), 80)
        work = Work(DIGITS)
        over_the_line(partition, lambda *given: (mp.npdf(given[1]),), DIGITS, work)
        work.each = 10.0**6
        with pytest.raises(OutOfWorkError):
            over_the_line(partition, lambda *given: (mp.npdf(given[1]),), DIGITS, work)
