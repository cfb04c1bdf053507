"""The functions of stable formulas for NumPy arrays."""

from __future__ import annotations

import numpy as np
import pytest

from actmath.lower._functions.in_numpy import NUMPY_FUNCTIONS

from ...reference.plain_functions import PLAIN, cases, check_digits


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
