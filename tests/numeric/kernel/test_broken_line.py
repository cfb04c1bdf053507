"""The dual kernel of straight pieces against panels, at every correlation."""

from __future__ import annotations

import numpy as np
import pytest

from actmath import Activation, catalog
from actmath.numeric import gaussian
from actmath.numeric._kernel.broken_line import broken_line
from actmath.numeric._kernel.plane import by_panels

UNITS = [
    *map(catalog.get, ("hard_tanh", "relu6", "hard_sigmoid", "softshrink", "shifted_relu", "plu")),
    Activation("steps_up", "Piecewise((1 - x, x < -1), (2, x < 0), (2 + 3*x, x < 2), (8, True))"),
]


@pytest.mark.slow
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_panels_agree(unit):
    line = broken_line(unit)
    q1 = np.array([0.3, 1.0, 1.0, 2.0, 4.0, 1.7, 1.0])
    q2 = np.array([2.0, 1.0, 1.0, 0.3, 4.0, 0.9, 1.0])
    c = np.array([0.3, 1.0, -1.0, -0.7, 1 - 1e-9, 0.0, 1 - 1e-14])
    assert line.holds(q1, q2).all()
    value, slope = line.kernel(q1, q2, c)
    summed = by_panels(unit, q1, q2, c)
    moments = [gaussian(unit, 0.0, q) for q in (q1, q2)]
    size = np.sqrt(moments[0].second * moments[1].second)
    np.testing.assert_allclose(value / size, summed[0] / size, atol=2e-14)
    # At 1 − c = 1e-14 the panels' own angle has half its digits.
    np.testing.assert_allclose(slope[:-1], summed[1][:-1], atol=1e-13)
    np.testing.assert_allclose(slope[-1], summed[1][-1], atol=1e-8)
    wanted = summed[2] / (2 * np.sqrt(q1))
    np.testing.assert_allclose(line.scale_slope(unit, q1, q2, c), wanted, atol=1e-13)


@pytest.mark.parametrize("q", [1e-6, 1e-3, 100.0])
def test_at_the_ends_of_the_range_the_diagonal_is_the_second_moment(q):
    at = gaussian("hard_tanh", 0.0, q)
    value, slope = broken_line(catalog.hard_tanh).kernel(*(np.array([v]) for v in (q, q, 1.0)))
    assert value[0] == pytest.approx(at.second, rel=1e-13)
    assert slope[0] == pytest.approx(at.derivative_second, abs=1e-14)


@pytest.mark.parametrize("name", ["tanh", "hardshrink", "elu", "identity", "hard_swish"])
def test_what_is_none(name):
    assert broken_line(catalog.get(name)) is None


def test_where_it_holds():
    q = np.array([1e-7, 0.01, 1.0, 101.0])
    assert broken_line(catalog.hard_tanh).holds(q, q).tolist() == [False, True, True, False]
    narrow = broken_line(Activation("narrow", "Max(-1, Min(1, 100*x))"))
    assert narrow.holds(q / 1e4, q / 1e4).tolist() == [False, True, True, False]
    assert broken_line(catalog.softshrink).holds(q, q).tolist() == [False, False, True, False]
