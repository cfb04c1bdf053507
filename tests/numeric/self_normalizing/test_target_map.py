"""Targets: solutions are counted, what is impossible is left out."""

from __future__ import annotations

import numpy as np
import pytest

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
