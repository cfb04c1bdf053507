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


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (([1.0], None, 1, 0), r"inputs must be a matrix .* shape \(1,\)"),
        ((np.zeros((2, 0)), None, 1, 0), r"inputs must be a matrix .* shape \(2, 0\)"),
        ((np.zeros((1, 2, 3)), None, 1, 0), r"inputs must be a matrix .* shape \(1, 2, 3\)"),
        (([[1.0]], [2.0], 1, 0), r"others must be a matrix .* shape \(1,\)"),
        (([[1.0, 2.0]], [[1.0, 2.0, 3.0]], 1, 0), "number of features, got 2 and 3"),
        (([[np.inf]], None, 1, 0), "inputs must be finite"),
        (([[1.0]], [[1.0], [-np.inf]], 1, 0), "others must be finite"),
        (
            ([[1.0]], None, -5e-324, 0),
            "weight_variance must be one number, finite and not negative",
        ),
        (([[1.0]], None, [1.0], 0), r"weight_variance must be one number, .* got \[1\.\]"),
        (([[1.0]], None, np.inf, 0), "weight_variance must be one number, .* got inf"),
        (([[1.0]], None, 1, -1), r"bias_variance must be one number, .* got -1\.0"),
        (([[1.0]], None, 1, np.nan), "bias_variance must be one number, .* got nan"),
    ],
    ids=range(12),
)
def test_what_is_refused_is_named(given, said):
    with pytest.raises(ValueError, match=said):
        wide_inputs(*given)


def test_the_largest_numbers_and_variances_of_0_are_read():
    largest = np.finfo(np.float64).max
    found = wide_inputs([[largest, -largest]], None, 0, 0)
    assert (float(found.weight), float(found.bias)) == (0, 0)
    assert found.inputs.tolist() == [[largest, -largest]]
    assert found.others is None


@pytest.mark.parametrize("make", [np.array, torch.tensor])
def test_answers_are_single_where_all_rows_are(make):
    kind = np if make is np.array else torch
    rows = {width: make([[1.0, 2.0]], dtype=width) for width in (kind.float32, kind.float64)}
    for first in rows:
        for second in (*rows, None):
            given = wide_inputs(rows[first], rows.get(second), 1.0, 0.5)
            single = first == kind.float32 and second in (kind.float32, None)
            assert given.single == single
            assert given.finish(given.inputs).dtype == (kind.float32 if single else kind.float64)


@pytest.mark.parametrize("bias", [0.0, 0.7])
def test_correlations_near_1_are_those_of_the_rows_and_others_stay(bias):
    """1 − c = |x̂ − ŷ|²/2 of the rows (σ_w·x/√d, σ_b), by their difference."""
    rng = np.random.default_rng(6)
    x = rng.normal(size=(3, 4))
    y = np.concatenate([x + 1e-6 * rng.normal(size=(3, 4)), -x - 1e-5 * rng.normal(size=(3, 4))])
    i, j = (part.ravel() for part in np.indices((3, 6)))
    given = wide_inputs(x, y, 2.0, bias)

    def whole(rows):
        return np.hstack([rows * np.sqrt(2.0 / 4), np.full((len(rows), 1), bias**0.5)])

    a, b = whole(x).astype(np.longdouble), whole(y).astype(np.longdouble)
    a, b = (part / np.sqrt((part**2).sum(-1, keepdims=True)) for part in (a, b))
    c = np.asarray((a[i] * b[j]).sum(-1), dtype=float)
    rough = np.clip(c + 3e-14, -1, 1)
    found = near_correlations(given, rough, i, j)
    near = 1 - np.abs(rough) < 1e-3
    assert near.any()
    np.testing.assert_array_equal(found[~near], rough[~near])
    sign = np.where(c < 0, -1, 1)
    gap = ((a[i] - sign[:, None] * b[j]) ** 2).sum(-1) / 2
    # Gaps are about 1e-12, and what is rough is off by 3e-14: 1 − c has some ulps of 1.
    np.testing.assert_allclose((1 - sign * found)[near], gap.astype(float)[near], atol=1e-15)
