"""Scalings are fitted to the training part, and drop what is constant there."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from actmath.experiment import data
from actmath.experiment.data._scaling import fitted


def test_raw_scalings(digits: data.DataSet) -> None:
    image = digits.test[:1]
    for name, divisor in (("stored", 1), ("unit", 255)):
        scaling = data.SCALINGS[name](digits.train)
        np.testing.assert_allclose((image - scaling.shift) * scaling.factor, image / divisor)


def test_standardized_pixels_have_mean_0_and_variance_1_or_are_dropped(
    digits: data.DataSet,
) -> None:
    scaling = data.standardized(digits.train)
    scaled = (digits.train - scaling.shift) * scaling.factor
    constant = np.ptp(digits.train, axis=0) == 0
    assert 0 < constant.sum() < 784
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(scaled.var(axis=0), ~constant, rtol=1e-12)


def test_unit_scaling_is_for_images() -> None:
    with pytest.raises(ValueError, match="take standardized"):
        data.unit_interval(np.ones((3, 2)))


def test_a_constant_column_is_dropped_whatever_rounding_makes_of_its_deviation() -> None:
    table = np.stack([np.full(7, 0.1), np.arange(7.0)], axis=1)
    assert table.std(axis=0)[0] > 0
    scaling = data.standardized(table)
    assert scaling.factor[0] == 0
    assert scaling.factor[1] == pytest.approx(0.5)


def test_standardized_together(digits: data.DataSet) -> None:
    scaling = data.standardized_together(digits.train)
    scaled = (digits.train - scaling.shift) * scaling.factor
    assert scaled.mean() == pytest.approx(0, abs=1e-12)
    assert scaled.var() == pytest.approx(1)
    assert len(set(scaling.factor)) == 1


@pytest.mark.parametrize("size", [1e-320, 1e-200, 1e-160, 1e154, 1e200, 1e307])
@pytest.mark.parametrize("scaling", [data.standardized, data.standardized_together])
def test_a_spread_whose_square_is_no_double_is_refused(
    scaling: Callable[[data.Features], data.Scaling], size: float
) -> None:
    """It was dropped as a constant, or made nan."""
    table = np.array([[1.0, 7 * size], [1.0, 1 * size], [1.0, 2 * size]])
    with pytest.raises(ValueError, match="beyond double precision: write it in another unit"):
        scaling(table[:, 1:])
    with pytest.raises(ValueError, match="beyond double precision: write it in another unit"):
        data.standardized(table)


def test_inputs_beyond_the_weights_type_are_refused() -> None:
    """They were infinite, and their networks nan, as if training had diverged."""
    train, others = np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([[0.5, 1e39]])
    for name in ("stored", "standardized"):
        with pytest.raises(ValueError, match=f"scaling {name}: input 2 of .* beyond float32"):
            fitted(name, train, others, "float32")
        assert fitted(name, train, others, "float64").factor[1] > 0
    large = np.array([[1.7e308, 0.0], [1.7e308, 1.0]])
    assert fitted("standardized", large, large[:0], "float32").factor.tolist() == [0, 2]
