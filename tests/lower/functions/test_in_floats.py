"""The functions of stable formulas for Python's own floats."""

from __future__ import annotations

import pytest

from actmath.lower._functions.in_floats import FLOAT_FUNCTIONS

from ...reference.plain_functions import PLAIN, cases, check_digits
from .more_cases import more_cases


@pytest.mark.parametrize("name", PLAIN)
def test_digits(name: str) -> None:
    for arguments, value, change in cases(name):
        try:
            got = FLOAT_FUNCTIONS[name](*arguments)
        except OverflowError:
            assert abs(value) > 1e300
            continue
        check_digits(got, value, change, 2.0**-52, 2.0**-1022)


@pytest.mark.parametrize("name", PLAIN)
def test_digits_at_more_points(name: str) -> None:
    """Beside where formulas change, of both signs, with other numbers beside."""
    for arguments, value, change in more_cases(name):
        try:
            got = FLOAT_FUNCTIONS[name](*arguments)
        except OverflowError:
            assert abs(value) > 1e300
            continue
        check_digits(got, value, change, 2.0**-52, 2.0**-1022)
