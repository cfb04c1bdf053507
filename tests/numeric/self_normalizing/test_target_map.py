"""Targets: solutions are counted, what is impossible is left out."""

from __future__ import annotations

import numpy as np
import pytest

from actmath import Activation, Parameter, catalog
from actmath.notation import alpha
from actmath.numeric import target_map
from actmath.numeric._self_normalizing.constants import constants


def test_targets_count_and_leave_out_the_impossible():
    found = target_map("elu", [0, 2], ["0.01", 1], omega=0)
    assert found.count.tolist() == [[1, 0], [1, 0]]
    assert np.isnan(found.radius[:, 1]).all()
    assert (found.solved, found.attracting) == (2, 2)
    radius = float(constants("elu", 0, "0.01", omega=0).spectral_radius)
    assert found.radius[0, 0] == pytest.approx(radius)


def test_with_omega_1_every_elu_target_is_solved_and_none_attracts():
    found = target_map("elu", ["-1", 0, "1/2"], ["0.1", 10], omega=1)
    assert (found.solved, found.attracting) == (6, 0)


def test_every_field_of_a_map():
    """Of two solutions both are counted, and the radius is that of the one to use."""
    bent = Activation("bent", catalog.elu.expr, (Parameter(alpha, 1),), at_kinks=((0, alpha),))
    given = {"omega": "1/4", "tau": "3/2"}
    found = target_map(bent, [1, "1/2"], [1, 0.75, 9], **given)
    assert (found.label, found.omega) == (bent.title, "1/4")
    assert (found.means, found.variances) == (("1", "1/2"), ("1", "0.75", "9"))
    assert found.count.shape == found.radius.shape == (3, 2)
    for i, variance in enumerate(found.variances):
        for j, mean in enumerate(found.means):
            one = constants(bent, mean, variance, **given)
            admissible = [s for s in one.all_solutions if s.admissible]
            assert found.count[i, j] == len(admissible)
            least = min(float(s.spectral_radius) for s in admissible)
            assert found.radius[i, j] == pytest.approx(least, rel=1e-14)
    assert found.count.max() == 2
    assert found.solved == 6
    assert found.attracting == (found.radius < 1).sum()


def test_a_radius_of_1_does_not_attract():
    found = target_map("relu", [0, "1/2"], [1, 2], solve_for="shift")
    assert found.radius.tolist() == [[1, 1], [1, 1]]
    assert (found.solved, found.attracting) == (4, 0)
