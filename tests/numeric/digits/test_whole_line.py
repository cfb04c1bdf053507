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
from actmath.numeric._digits.double_exponential import End, Work, integrate
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
