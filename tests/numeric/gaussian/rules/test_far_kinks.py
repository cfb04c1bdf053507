"""Moments where a kink is so many deviations away that they are subnormal numbers."""

from __future__ import annotations

import warnings

import mpmath
import numpy as np
import pytest

from actmath.activation import Activation
from actmath.numeric import dual_kernel, gaussian


@pytest.mark.parametrize("away", [37.0, 37.6, 37.8, 38.3, 39.5])
@pytest.mark.parametrize("side", [1, -1])
def test_a_jump_far_away(away: float, side: int) -> None:
    unit = Activation("far", f"sign({side}*x-1)")
    got = gaussian(unit, side * (1 - away), 1.0)
    with mpmath.mp.workdps(30):
        beyond = mpmath.ncdf(-mpmath.mpf(away))
        want = float(4 * beyond * (1 - beyond))
    assert float(got.mean) == -1
    # A subnormal number has no more than these: 5e-324 is the step between two of them.
    assert float(got.variance) == pytest.approx(want, rel=1e-12, abs=40 * 5e-324)


@pytest.mark.slow
def test_the_kernel_of_late_steps_at_high_correlations() -> None:
    unit = Activation("late", "where(x>=1,3,-1)")
    got = dual_kernel(unit, 1.0, 1.0, [0.95, 0.999, -0.95]).value
    with mpmath.mp.workdps(20):
        p = mpmath.ncdf(-1)
        for value, c in zip(got, ("0.95", "0.999", "-0.95"), strict=True):
            root = mpmath.sqrt(1 - mpmath.mpf(c) ** 2)
            both = mpmath.quad(
                lambda u, c=c, root=root: (
                    mpmath.npdf(u) * mpmath.ncdf((mpmath.mpf(c) * u - 1) / root)
                ),
                [1, 1.02, 1.05, 1.2, 1.6, 3, 12],
            )
            # f = −1 + 4·[x ≥ 1].
            assert float(value) == pytest.approx(float(1 - 8 * p + 16 * both), rel=1e-12)


def test_what_is_beyond_float64_is_inf_without_a_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = gaussian(Activation("late", "where(x>1,x,0)"), 1e308, 1.0)
    assert float(found.mean) == 1e308
    assert np.isinf(found.second)
