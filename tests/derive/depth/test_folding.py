"""Orthant by orthant, against points that are sent through a layer."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from sympy import Rational

from actmath import catalog
from actmath.derive._depth.folding import Effect, Folding, distinct_regions, folding, inverse_slopes
from actmath.lower import to_numpy

UNITS = ["relu", "abs", "leaky_relu", "prelu", "identity"]


@pytest.mark.parametrize("name", UNITS)
def test_rank_and_determinant_are_those_of_the_jacobian(name: str) -> None:
    layer, slope = folding(catalog.get(name)), to_numpy(catalog.get(name), 1)
    for signs in product([-1.0, 1.0], repeat=3):
        jacobian = np.diag(slope(np.array(signs)))
        positive = sum(sign > 0 for sign in signs)
        assert np.linalg.matrix_rank(jacobian) == layer.rank(positive, 3)
        assert np.linalg.det(jacobian) == pytest.approx(float(layer.determinant(positive, 3)))


@pytest.mark.parametrize("name", UNITS)
def test_preimages_of_a_positive_point_are_counted_right(name: str) -> None:
    f = to_numpy(catalog.get(name))
    layer = folding(catalog.get(name))
    candidates = [np.array(c) for c in product([-2.0, 2.0], repeat=2)]
    scaled = [c / np.where(c < 0, float(abs(layer.left)) or 1.0, 1.0) for c in candidates]
    hits = sum(np.allclose(f(c), [2.0, 2.0]) for c in scaled)
    assert hits == layer.preimages(2)


def test_effects() -> None:
    assert folding(catalog.relu).effect is Effect.SQUASHES
    assert folding(catalog.abs_).effect is Effect.FOLDS
    assert folding(catalog.leaky_relu).effect is Effect.KEEPS
    assert folding(catalog.leaky_relu.with_parameters(a=-1)).effect is Effect.FOLDS


def test_leaky_relu_is_undone_by_the_reciprocal_slope() -> None:
    layer = folding(catalog.prelu)
    undone = catalog.prelu.with_parameters(a=inverse_slopes(layer).left)
    x = np.linspace(-3, 3, 61)
    assert np.allclose(to_numpy(undone)(to_numpy(catalog.prelu)(x)), x)
    for layer in (folding(catalog.relu), Folding(Rational(-1, 4), Rational(-1, 2))):
        with pytest.raises(ValueError, match="cannot be undone"):
            inverse_slopes(layer)


def test_relu_keeps_one_orthant_whole_and_the_shares_add_up() -> None:
    layer = folding(catalog.relu)
    assert layer.share_of_rank(4, 4) == Rational(1, 16)
    assert sum(layer.share_of_rank(rank, 4) for rank in range(5)) == 1


def test_regions_of_the_plane_are_counted_by_sampling() -> None:
    random = np.random.default_rng(0)
    normals, offsets = random.normal(size=(5, 2)), random.normal(size=5)
    points = random.normal(size=(400_000, 2)) * random.choice([1, 5, 50], size=(400_000, 1))
    patterns = np.unique(points @ normals.T + offsets > 0, axis=0)
    assert len(patterns) == distinct_regions(5, 2) == 16


@pytest.mark.parametrize("name", ["elu", "shifted_relu", "relu6", "tanh"])
def test_other_units_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="two straight pieces"):
        folding(catalog.get(name))


def test_misuse() -> None:
    with pytest.raises(ValueError, match="cannot be"):
        folding(catalog.relu).rank(4, 3)
    with pytest.raises(ValueError, match="dimension"):
        distinct_regions(3, 0)


def test_regions_of_many_cuts_are_as_few_binomials_as_dimensions() -> None:
    n = 10**10
    assert distinct_regions(n, 2) == 1 + n + n * (n - 1) // 2
    with pytest.raises(ValueError, match="at most 10000"):
        distinct_regions(n, n)
