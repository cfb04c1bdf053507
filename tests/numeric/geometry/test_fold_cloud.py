"""A cloud in the plane: what cannot be told apart any more, unit by unit."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from actmath import catalog
from actmath.numeric._geometry.fold_cloud import fold_cloud, rings


def test_one_to_one_units_lose_nothing() -> None:
    for unit in (catalog.leaky_relu, catalog.prelu, catalog.elu, catalog.identity):
        assert fold_cloud(unit, rings(), 4).kept == (1.0,) * 5


def test_relu_loses_what_lies_in_the_negative_quadrant_at_least() -> None:
    points = rings()
    found = fold_cloud(catalog.relu, points, 1, turn=0.0, push=0.0)
    negative = (points < 0).all(axis=1).mean()
    assert found.kept == (1.0, pytest.approx(1 - negative))
    assert np.array_equal(found.stages[1], points.clip(min=0))


def test_abs_lays_four_symmetric_points_on_one() -> None:
    found = fold_cloud(catalog.abs_, rings(), 1, turn=0.0, push=0.0)
    assert found.kept == (1.0, 0.0)


def test_each_layer_goes_on_from_the_one_before() -> None:
    found = fold_cloud(catalog.elu, rings(), 3, turn=0.3, push=0.2)
    for before, after in pairwise(found.stages):
        again = fold_cloud(catalog.elu, before, 1, turn=0.3, push=0.2)
        np.testing.assert_allclose(after, again.stages[1], rtol=1e-12, atol=1e-12)


def test_losses_never_come_back() -> None:
    kept = fold_cloud(catalog.relu, rings(), 5).kept
    assert all(later <= earlier for earlier, later in pairwise(kept))


def test_misuse() -> None:
    with pytest.raises(ValueError, match=r"points \(n, 2\)"):
        fold_cloud(catalog.relu, np.zeros(3), 1)
    with pytest.raises(ValueError, match="layers"):
        fold_cloud(catalog.relu, rings(), 0)
