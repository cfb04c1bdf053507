"""Orbits and their corners."""

from __future__ import annotations

import numpy as np
import pytest

from actmath import catalog
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
