"""Orthant by orthant, against points that are sent through a layer."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from sympy import Eq, Expr, Piecewise, Rational, S, binomial

from actmath import Activation, catalog
from actmath.derive._depth.folding import Effect, Folding, distinct_regions, folding, inverse_slopes
from actmath.lower import to_numpy
from actmath.notation import x as net

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


@pytest.mark.slow
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


SLOPES = [Rational(-2), S.Zero, Rational(3, 4)]


@pytest.mark.parametrize("left", SLOPES, ids=str)
@pytest.mark.parametrize("right", SLOPES, ids=str)
def test_any_pair_of_slopes_orthant_by_orthant(left: Expr, right: Expr) -> None:
    layer, size = Folding(left, right), 3
    ranks = []
    for signs in product([-1, 1], repeat=size):
        slopes = [right if sign > 0 else left for sign in signs]
        positive = sum(sign > 0 for sign in signs)
        ranks.append(sum(slope != 0 for slope in slopes))
        assert layer.rank(positive, size) == ranks[-1]
        assert layer.determinant(positive, size) == slopes[0] * slopes[1] * slopes[2]
    for rank in range(size + 1):
        assert layer.share_of_rank(rank, size) == Rational(ranks.count(rank), len(ranks))
    # f(t) = 5 at t = 5/right, if that is positive, and at 5/left, if that is negative.
    solutions = [5 / right] if right != 0 and 5 / right > 0 else []
    solutions += [5 / left] if left != 0 and 5 / left < 0 else []
    assert layer.preimages(size) == len(list(product(solutions, repeat=size)))
    # Is there a positive t with f(t) = f(−1)?
    meets = right != 0 and -left / right > 0
    effect = Effect.SQUASHES if left * right == 0 else Effect.FOLDS if meets else Effect.KEEPS
    assert layer.effect is effect


def test_a_share_is_that_of_the_orthants() -> None:
    for size in (0, 1, 7):
        for rank in range(size + 1):
            want = binomial(size, rank) * Rational(1, 2) ** size
            assert folding(catalog.relu).share_of_rank(rank, size) == want
    assert folding(catalog.relu).share_of_rank(8, 7) == 0
    assert folding(catalog.abs_).share_of_rank(3, 3) == 1


@pytest.mark.parametrize(
    "formula",
    [
        Piecewise((net + 1, net > 0), (net, True)),
        Piecewise((net, net > 0), (net - 1, True)),
        Piecewise((7, Eq(net, 0)), (net, net > 0), (2 * net, True)),
        Piecewise((net**2, net > 0), (net, True)),
        Piecewise((net, net > 0), (net**3, True)),
        net + 1,
    ],
    ids=str,
)
def test_pieces_must_be_straight_and_meet_at_the_origin(formula: Expr) -> None:
    """Of two parallel pieces with a jump at 0 the slopes alone would say that all is kept."""
    with pytest.raises(ValueError, match="two straight pieces that meet at the origin"):
        folding(Activation("other", formula))


def test_an_orthant_has_from_none_to_all_coordinates_positive() -> None:
    layer = Folding(S(2), S(3))
    for count in (layer.rank, layer.determinant):
        for positive in (-1, 4):
            with pytest.raises(ValueError, match=f"^{positive} positive coordinates of 3 cannot"):
                count(positive, 3)
    assert (layer.determinant(0, 3), layer.determinant(3, 3)) == (8, 27)
    assert (layer.rank(0, 3), layer.rank(3, 3)) == (3, 3)


def test_slopes_of_one_sign_are_undone_only_if_they_rise() -> None:
    undone = inverse_slopes(Folding(Rational(2, 3), Rational(1, 5)))
    assert (undone.left, undone.right) == (Rational(3, 2), 5)
    for left, right in ((S.One, S.Zero), (S.Zero, S.One), (S(-1), S.One)):
        with pytest.raises(ValueError, match=f"with slopes {left}, {right} cannot be undone"):
            inverse_slopes(Folding(left, right))


def test_regions_are_those_of_one_cut_more() -> None:
    """A new cut is itself cut by the others into as many parts as it adds: R(n, d) by recursion."""

    def regions(cuts: int, dimension: int) -> int:
        if cuts == 0 or dimension == 0:
            return 1
        return regions(cuts - 1, dimension) + regions(cuts - 1, dimension - 1)

    for cuts, dimension in product(range(9), range(1, 6)):
        assert distinct_regions(cuts, dimension) == regions(cuts, dimension)


def test_ten_thousand_terms_are_added_in_a_moment() -> None:
    """With as many dimensions as cuts each cut halves all parts."""
    assert distinct_regions(10_000, 10_000) == 2**10_000
    with pytest.raises(ValueError, match="at most 10000, got both beyond"):
        distinct_regions(10_001, 10_001)
    assert distinct_regions(10_001, 1) == 10_002
