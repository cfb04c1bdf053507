"""Waves apart from the rest of a term, and beside a line."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import Expr, S, cos, exp, lambdify, oo, sin, tan

from actmath.derive._formula._roots.wave_terms import last_crossing, split
from actmath.notation import x


def test_powers_of_waves_are_apart_from_the_other_factors() -> None:
    assert split(3 * x * sin(x) ** 2 * exp(x) / cos(2 * x)) == (
        sin(x) ** 2 / cos(2 * x),
        3 * x * exp(x),
    )
    assert split(S(5)) == (1, 5)
    assert split(tan(x)) == (tan(x), 1)


@pytest.mark.parametrize(
    ("formula", "wanted"),
    [
        (sin(3 * x) - 2 * x, S.Half),
        (x / 4 - 3 * cos(x) ** 2 * sin(5 * x) + 7, 40),
        ((sin(x) - 2) ** 2 - x, 9),
        (sin(x) / 2 + cos(x) / 3, oo),
        (x - sin(x) - x * (2 - 1), oo),
        (x * sin(x) - x, oo),
        (x - 1 / sin(x), oo),
        (x - tan(x), oo),
        (x**2 - sin(x), oo),
        (x - exp(sin(x)), oo),
    ],
    ids=str,
)
def test_a_line_outgrows_bounded_waves_alone(formula: Expr, wanted: Expr) -> None:
    found = last_crossing(formula)
    assert found == wanted
    if found.is_finite:
        values = lambdify(x, formula, "numpy")(np.linspace(float(found), 1e3, 100_001)[1:])
        assert np.ptp(np.sign(values)) == 0
