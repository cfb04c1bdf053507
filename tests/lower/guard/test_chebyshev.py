"""Interpolation at Chebyshev points."""

from __future__ import annotations

import random

import pytest
from mpmath.ctx_mp import MPContext

from actmath.lower._guard.chebyshev import interpolated, polynomial

CONTEXT = MPContext()
CONTEXT.prec = 400


@pytest.mark.parametrize("size", [5, 20, 44])
def test_a_polynomial_is_found_again(size: int) -> None:
    powers = [3, -1, 0, 2, 7]
    found = interpolated(CONTEXT, lambda t: CONTEXT.polyval(powers[::-1], t), size)
    assert found is not None
    again = polynomial(CONTEXT, found, 58)
    assert len(again) == len(powers)
    assert max(abs(one - other) for one, other in zip(again, powers, strict=True)) < 1e-100


def test_an_exponential_is_met_between_the_points() -> None:
    found = interpolated(CONTEXT, CONTEXT.exp, 30)
    assert found is not None
    powers = polynomial(CONTEXT, found, 200)
    for at in (-1.0, -0.37, 0.0, 0.81):
        assert abs(CONTEXT.polyval(powers[::-1], at) - CONTEXT.exp(at)) < 1e-25


def test_nothing_where_a_value_is_not_to_be_had() -> None:
    assert interpolated(CONTEXT, CONTEXT.log, 8) is None
    assert interpolated(CONTEXT, lambda t: 1 / (t - t), 8) is None


def test_no_real_value_at_one_point_alone_is_none() -> None:
    """Infinite, no number, or complex, at one of the points and not at the others."""
    last = min(CONTEXT.cos(CONTEXT.pi * (k + 0.5) / 8) for k in range(8))
    for wrong in (CONTEXT.inf, CONTEXT.nan, CONTEXT.mpc(1, 1)):
        assert interpolated(CONTEXT, lambda t: wrong if t < last + 0.01 else t, 8) is None  # noqa: B023
    assert interpolated(CONTEXT, lambda t: t, 8) is not None


@pytest.mark.parametrize("seed", range(4))
def test_powers_have_the_value_of_the_chebyshev_series(seed: int) -> None:
    """Σ c_j cos(j·arccos t), for random coefficients of any count, the first one alone too."""
    generator = random.Random(seed)
    for size in (1, 2, 3, generator.randint(4, 24)):
        numbers = [CONTEXT.mpf(generator.uniform(-1, 1)) for _ in range(size)]
        powers = polynomial(CONTEXT, numbers, 200)
        assert len(powers) == size
        for at in (-1.0, generator.uniform(-1, 1), 1.0):
            angle = CONTEXT.acos(at)
            want = sum((c * CONTEXT.cos(j * angle) for j, c in enumerate(numbers)), CONTEXT.zero)
            assert abs(CONTEXT.polyval(powers[::-1], at) - want) < 1e-24 * 3**size


def test_what_is_left_out_is_below_the_bits_together() -> None:
    """Sixteen coefficients just below 2^−34 are below 2^−30 together; one above stays."""
    small = CONTEXT.ldexp(1, -34)
    tail = [small * (1 - CONTEXT.ldexp(1, -9))] * 15
    assert len(polynomial(CONTEXT, [CONTEXT.mpf(1), *tail], 30)) == 1
    assert len(polynomial(CONTEXT, [CONTEXT.mpf(-1), *tail], 30)) == 1
    # The largest need not be the first, and what comes before the last large one stays.
    assert len(polynomial(CONTEXT, [CONTEXT.zero, CONTEXT.mpf(2), small * 3, *tail], 30)) == 3
    assert len(polynomial(CONTEXT, [CONTEXT.mpf(1), *tail, small * 1.01, *tail], 30)) == 17


@pytest.mark.parametrize("parity", [0, 1])
def test_of_an_even_or_odd_function_every_other_power_is_exactly_0(parity: int) -> None:
    function = (CONTEXT.cos, CONTEXT.sin)[parity]
    found = interpolated(CONTEXT, function, 24)
    assert found is not None
    powers = polynomial(CONTEXT, found, 58)
    assert all(number == 0 for number in powers[1 - parity :: 2])
    assert all(number != 0 for number in powers[parity::2])
