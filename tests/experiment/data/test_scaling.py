"""Scalings are fitted to the training part, and drop what is constant there."""

from __future__ import annotations

import numpy as np
import pytest

from actmath.experiment import data


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
