"""Interpolation at Chebyshev points."""

from __future__ import annotations

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
