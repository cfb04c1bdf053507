"""What is read as inputs, and the angle between near ones."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from actmath.numeric import ntk_kernel
from actmath.numeric._wide.inputs import near_correlations, wide_inputs


@pytest.mark.parametrize("gap", [1e-3, 1e-5, 1e-7])
def test_near_inputs_keep_the_angle_between_them(gap):
    """θ = gap, of whose cosine float64 has lost half the digits: Θ¹ = K¹ + (1 − θ/π)·K⁰."""
    rows = np.array([[1.0, 0.0], [math.cos(gap), math.sin(gap)]]) * math.sqrt(2)
    kernel = ntk_kernel("relu", rows, depth=1, weight_variance=1.0).kernel
    order_one = math.cos(gap) + (math.sin(gap) - gap * math.cos(gap)) / math.pi
    wanted = order_one / 2 + (0.5 - gap / (2 * math.pi)) * math.cos(gap)
    assert kernel[0, 1] == pytest.approx(wanted, abs=2**-53 / gap)


def test_parallel_and_opposite_rows():
    """Without a bias 2x and −3x are parallel to x; with one they are not."""
    rows = np.array([[0.3, -1.7, 0.9]])
    others = np.concatenate([2 * rows, -4 * rows, rows + 1e-9])
    i, j = np.zeros(3, int), np.arange(3)
    rough = np.array([1 - 1e-15, -1 + 1e-15, 1.0])
    bare = wide_inputs(rows, others, 1.0, 0.0)
    found = near_correlations(bare, rough, i, j)
    assert found[0] == 1
    assert found[1] == -1
    assert 0 < 1 - found[2] < 1e-17 or found[2] == 1
    biased = near_correlations(wide_inputs(rows, others, 1.0, 0.5), rough, i, j)
    assert biased[0] < 1 - 1e-3


def test_what_is_read():
    given = wide_inputs([[1, 2]], None, 1, 0)
    assert given.inputs.dtype == np.float64
    assert not given.single
    given = wide_inputs(torch.ones(1, 2), np.ones((3, 2), np.float32), 1.5, torch.tensor(0.1))
    assert given.inputs.dtype == given.others.dtype == given.bias.dtype == torch.float64
    assert given.single
    assert given.finish(given.inputs).dtype == torch.float32
