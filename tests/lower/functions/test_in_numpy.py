"""The functions of stable formulas for NumPy arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from mpmath import mp

from actmath.lower._functions.in_numpy import NUMPY_FUNCTIONS

from ...reference.plain_functions import PLAIN, cases, check_digits
from .more_cases import LIMITS, REST, more_cases


@pytest.mark.parametrize("name", PLAIN)
def test_digits(name: str) -> None:
    for (u, *rest), value, change in cases(name):
        with np.errstate(all="ignore"):
            (got,) = NUMPY_FUNCTIONS[name](np.array([u]), *rest)
        check_digits(got, value, change, 2.0**-52, 2.0**-1022)


@pytest.mark.parametrize("name", PLAIN)
def test_single_precision_stays(name: str) -> None:
    (u, *rest), *_ = next(iter(cases(name)))
    with np.errstate(all="ignore"):
        assert NUMPY_FUNCTIONS[name](np.array([u], np.float32), *rest).dtype == np.float32


@pytest.mark.parametrize("kind", [np.float64, np.float32])
@pytest.mark.parametrize("name", PLAIN)
def test_digits_at_more_points(name: str, kind: type[np.floating[Any]]) -> None:
    """Beside where formulas change, of both signs, with other numbers, in both precisions."""
    limits = np.finfo(kind)
    for (u, *rest), value, change in more_cases(name, kind is np.float32):
        with np.errstate(all="ignore"):
            (got,) = NUMPY_FUNCTIONS[name](np.array([u], kind), *rest)
        if abs(value) <= float(limits.max):
            check_digits(float(got), value, change, float(limits.eps), float(limits.tiny))


@pytest.mark.parametrize("name", LIMITS)
def test_limits(name: str) -> None:
    with np.errstate(all="ignore"):
        ends = np.array([-np.inf, np.inf, np.nan])
        found = NUMPY_FUNCTIONS[name](ends, *REST.get(name, ((),))[0])
    np.testing.assert_allclose(found, [*LIMITS[name], np.nan], rtol=1e-15)


def test_split_powers_at_every_magnitude() -> None:
    """u^{1/3} with the exponent in two parts; one float alone errs by 700/2 ulps far out."""
    third = 1 / 3
    with mp.workdps(40):
        low = float(mp.mpf(1) / 3 - mp.mpf(third))
        for u in (5e-324, 1e-308, 1e-100, 0.7, 1e100, 1.7e308):
            (got,) = NUMPY_FUNCTIONS["SplitPower"](np.array([u]), third, low)
            # Where the logarithm is held, half of the factor is that of the smallest normal number.
            assert abs(mp.mpf(float(got)) / mp.cbrt(mp.mpf(u)) - 1) <= 4 * 2.0**-52
    ends = NUMPY_FUNCTIONS["SplitPower"](np.array([0.0, np.inf]), third, low)
    assert ends.tolist() == [0, np.inf]
