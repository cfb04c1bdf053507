"""Orbits and their corners."""

from __future__ import annotations

import numpy as np
import pytest

from actmath import Activation, catalog
from actmath.derive._iteration.fixed_points import fixed_points
from actmath.numeric._geometry.cobweb import cobweb


@pytest.mark.parametrize("name", ["sigmoid", "hard_sigmoid"])
def test_orbits_come_to_the_fixed_point(name: str) -> None:
    activation = catalog.get(name)
    goal = float(fixed_points(activation).isolated[0].x)
    ends = cobweb(activation, [-4.0, 0.1, 5.0], steps=60).orbits[:, -1]
    assert ends == pytest.approx(goal, abs=1e-14)


def test_hard_tanh_stands_still_after_one_step() -> None:
    orbits = cobweb(catalog.hard_tanh, [-3.0, 0.25, 2.0], steps=5).orbits
    assert (orbits[:, 1:] == orbits[:, 1:2]).all()
    assert orbits[:, 1].tolist() == [-1.0, 0.25, 1.0]


def test_path_alternates_between_curve_and_diagonal() -> None:
    web = cobweb(catalog.tanh, [2.0], steps=4)
    across, up = (side[0] for side in web.path)
    assert len(across) == len(up) == 9
    assert np.array_equal(across[::2], up[::2])
    # Of four numbers or of one by one: 2 ulp for either way that NumPy may take tanh.
    np.testing.assert_array_max_ulp(np.tanh(across[1::2]), up[1::2], maxulp=4)
    assert all((np.diff(across) == 0) | (np.diff(up) == 0))


def test_misuse() -> None:
    with pytest.raises(ValueError, match="steps"):
        cobweb(catalog.tanh, [1.0], steps=0)
    with pytest.raises(ValueError, match="finite"):
        cobweb(catalog.tanh, [float("nan")])


def test_every_corner_of_a_path() -> None:
    """Of x ↦ 2x + 1 from 1 and from 0: 1, 3, 7 and 0, 1, 3."""
    web = cobweb(Activation("line", "2*x + 1"), [1.0, 0.0], steps=2)
    assert web.name == "line"
    assert web.orbits.tolist() == [[1, 3, 7], [0, 1, 3]]
    across, up = web.path
    assert across.tolist() == [[1, 1, 3, 3, 7], [0, 0, 1, 1, 3]]
    assert up.tolist() == [[1, 3, 3, 7, 7], [0, 1, 1, 3, 3]]


def test_parameters_are_those_of_the_orbit() -> None:
    web = cobweb("leaky_relu", [-8.0], 2, a="1/4")
    assert web.orbits.tolist() == [[-8, -2, -0.5]]


@pytest.mark.parametrize(
    ("formula", "start", "said"),
    [
        # One step more moves the last point by so much, beside 1 or its size.
        ("x + 1e-12", 0.0, "converged"),
        ("x + 2**-39", 0.0, "not settled"),
        ("x + 2**-39", 0.25, "not settled"),
        ("x - 2**-40", 0.25, "converged"),
        ("x - 2**-39", 0.0, "not settled"),
        ("x + x*2**-40", 2.0**20, "converged"),
        ("x + x*2**-40", -(2.0**20), "converged"),
        ("x + x*2**-39", -(2.0**20), "not settled"),
        # Up to 1e12, which lies between 2³⁹ and 2⁴⁰.
        ("2*x", 2.0**38, "not settled"),
        ("2*x", 2.0**39, "diverged"),
        ("-2*x", 2.0**38, "not settled"),
        ("-2*x", 2.0**39, "diverged"),
        # What is fixed may be large.
        ("x", 1e15, "converged"),
        # An infinite number minus another is none.
        ("x**3 - x**2", 1e200, "diverged"),
    ],
)
def test_where_an_ending_begins(formula: str, start: float, said: str) -> None:
    assert cobweb(Activation("unit", formula), [start], steps=1).endings.tolist() == [said]


def test_an_ending_is_that_of_the_last_point() -> None:
    """x ↦ x² from a half is 2 to the power of −2ⁿ after n steps."""
    endings = [
        cobweb(Activation("square", "x**2"), [0.5], steps=n).endings[0] for n in (4, 5, 6, 7)
    ]
    # 2⁻¹⁶, 2⁻³² and 2⁻⁶⁴: the step from 2⁻³² on moves it by 2e-10.
    assert endings == ["not settled", "not settled", "converged", "converged"]


def test_starts_and_steps_are_looked_at() -> None:
    for bad in (np.nan, np.inf, -np.inf):
        with pytest.raises(ValueError, match="starts must be finite, got"):
            cobweb("tanh", [1.0, bad])
    with pytest.raises(ValueError, match="starts must be a row of numbers, got the shape"):
        cobweb("tanh", [[1.0, 2.0], [3.0, 4.0]])
    assert cobweb("tanh", [1.0], 1).orbits.shape == (1, 2)
    assert cobweb("tanh", [1.0]).orbits.shape == (1, 21)
