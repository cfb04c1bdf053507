"""The words for how an iteration ended, and that orbits use them rightly."""

from __future__ import annotations

import numpy as np
import pytest

from actmath import Activation, catalog
from actmath.notation import x
from actmath.numeric import cobweb, flow
from actmath.numeric._iteration import Ending
from actmath.numeric._self_normalizing.flow import ScaledUnit


@pytest.mark.parametrize(
    ("name", "start", "steps", "said"),
    [
        ("hard_sigmoid", 0.0, 60, Ending.CONVERGED),
        # Towards 0 like √(3/2n): after 60 steps at 0.15 and still on its way.
        ("tanh", 1.0, 60, Ending.UNSETTLED),
        ("relu", 5.0, 3, Ending.CONVERGED),
    ],
)
def test_a_cobweb_says_how_its_orbits_ended(name, start, steps, said):
    assert cobweb(catalog.get(name), [start], steps).endings.tolist() == [said]


def test_a_cobweb_of_a_unit_that_grows_has_left():
    cubic = Activation("cubic", x**3)
    found = cobweb(cubic, [0.5, -1.0, 1.5, 40.0], 5)
    assert found.endings.tolist() == ["converged", "converged", "diverged", "diverged"]
    assert cobweb(cubic, [1.01], 3).endings.tolist() == [Ending.UNSETTLED]


def test_the_flow_says_how_its_orbits_ended_and_converged_ones_stay():
    unit = ScaledUnit(catalog.selu)
    found = flow(unit, [0.0], [1.0], starts=[(0.5, 3.0), (0.5, 3.0)], layers=400)
    assert found.endings == (Ending.CONVERGED,) * 2
    last = found.orbits[0][-1]
    np.testing.assert_allclose(np.array(unit.step(*last)), last, atol=1e-11)
    grown = flow(ScaledUnit(catalog.relu), [0.0], [1.0], tau=4.0, starts=[(0.0, 1.0)], layers=99)
    assert grown.endings == (Ending.DIVERGED,)
    brief = flow(unit, [0.0], [1.0], starts=[(0.5, 3.0)], layers=2)
    assert brief.endings == (Ending.UNSETTLED,)
