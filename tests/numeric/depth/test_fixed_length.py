"""Every fixed length that is given is one, and none is given where there is none."""

from __future__ import annotations

import numpy as np
import pytest
from mpmath import mp
from sympy import exp

from actmath import Activation, catalog
from actmath.notation import x
from actmath.numeric import length_map, phase
from actmath.numeric._depth.fixed_length import (
    LengthMap,
    _accelerated,
    _ends,
    _follow,
    _put_back,
    _where_nothing_holds,
)
from actmath.numeric._iteration import Ending

# The grids of the phase diagrams in the book: the largest sigma_w of each.
DIAGRAMS = {"tanh": 3.0, "relu": 2.0, "elu": 2.0, "selu": 2.0}


@pytest.mark.parametrize("name", DIAGRAMS)
def test_over_the_whole_grid_every_converged_length_is_put_back(name):
    w, b = np.meshgrid(np.linspace(0.4, DIAGRAMS[name], 45), np.linspace(0, 2, 29))
    found = phase(name, w, b)
    settled = found.ending == Ending.CONVERGED
    q = found.length[settled]
    np.testing.assert_allclose(length_map(name, q, w[settled], b[settled]), q, rtol=2e-12)
    # The others have no number, neither for the length nor for what is computed from it.
    for column in (found.length, found.chi, found.length_scale, found.correlation_scale):
        assert np.isnan(column[~settled]).all()
    assert not found.ordered[~settled].any()
    assert (found.ending[~settled] == Ending.DIVERGED).all()


def test_relu_has_a_fixed_length_exactly_below_the_root_of_two():
    """q = w²q/2 + b²: q* = b²/(1 − w²/2) where w² < 2, else none."""
    w, b = np.meshgrid([0.3, 1.0, 1.41, 1.4142, 1.41418181818, 1.41818181818, 1.5, 40.0], [0.25, 2])
    found = phase("relu", w, b)
    with np.errstate(invalid="ignore"):
        wanted = np.where(w**2 < 2, b**2 / (1 - w**2 / 2), np.nan)
    np.testing.assert_allclose(found.length, wanted, rtol=1e-9)
    assert ((found.ending == Ending.DIVERGED) == (w**2 > 2)).all()


@pytest.mark.parametrize(
    ("name", "w", "b"), [("relu", 1.41818181818, 0.5), ("elu", 1.418, 0.25), ("gelu", 1.42, 0.5)]
)
def test_an_iterate_that_still_moves_is_no_fixed_length(name, w, b):
    found = phase(name, w, b)
    assert np.isnan(found.length)
    assert found.ending == Ending.DIVERGED


@pytest.mark.parametrize(
    ("name", "w", "b", "wanted"),
    [
        ("relu", 1.0, 1e7, 2e14),
        ("relu", 1.0, 1e-9, 2e-18),
        ("sigmoid", 1e-8, 0.0, 2.5e-17),
        # q ≈ w²q + b² for small q.
        ("tanh", 0.5, 1e-7, 1e-14 / 0.75),
        ("tanh", 1.0, 0.0, 0.0),
        ("tanh", 0.2, 0.0, 0.0),
    ],
)
def test_lengths_far_from_one(name, w, b, wanted):
    assert phase(name, w, b).length == pytest.approx(wanted, rel=1e-9, abs=1e-300)


@pytest.mark.parametrize(
    ("slope", "rest", "found"),
    [
        # q ↦ slope·q + rest from 1: the fixed point rest/(1 − slope).
        (0.5, 1.0, 2.0),
        (-0.5, 3.0, 2.0),
        # That is farther than a factor of 2 away, or the slope too near to 1: the second image.
        (0.9, 1.0, 2.71),
        (0.9, 0.01, 0.829),
        (0.96, 0.05, 1.0196),
    ],
)
def test_a_step_of_steffensen_solves_a_line_that_contracts(slope, rest, found):
    one = slope + rest
    assert _accelerated(np.ones(1), *(np.full(1, q) for q in (one, slope * one + rest))) == (
        pytest.approx(found, rel=1e-13)
    )


@pytest.mark.slow
def test_tanh_against_many_digits():
    w, b = mp.mpf("1.5"), mp.mpf("0.3")

    def miss(q):
        ends = [-12, -4, 0, 4, 12]
        second = mp.quad(lambda z: mp.tanh(mp.sqrt(q) * z) ** 2 * mp.npdf(z), ends)
        return w**2 * second + b**2 - q

    with mp.workdps(25):
        wanted = float(mp.findroot(miss, 0.8))
    assert phase("tanh", 1.5, 0.3).length == pytest.approx(wanted, rel=1e-12)


def test_a_length_that_is_fixed_at_the_start_up_to_rounding():
    """F(q)/q − 1 is 2e-14 at the start, which is no growth for certain, and below 0 beyond."""

    class Falling(LengthMap):
        def second(self, length):
            return length * (1 + 2e-14 - np.log(np.maximum(length, 1e-300)) / 1000)

        def __getitem__(self, rows):
            return Falling(self.subject, self.w[rows], self.b[rows])

    found, ending = _follow(Falling(None, np.ones(2), np.zeros(2)), 1.0)
    np.testing.assert_allclose(found, 1, rtol=1e-10)
    assert (ending == Ending.CONVERGED).all()


def test_a_dip_of_the_rounding_hides_none_of_the_growth():
    """F(q)/q − 1 is 0 at t = log q = 0.51 and 0.53, between two points; noise from t = 16 on."""

    class Dipping(LengthMap):
        def second(self, length):
            t = np.log(np.maximum(length, 1e-300))
            dip = 0.05 * ((t - 0.52) ** 2 - 1e-4) * np.exp(-((t - 0.52) ** 2) / 8)
            return length * (1 + dip + 2e-14 * np.cos(7 * t))

        def __getitem__(self, rows):
            return Dipping(self.subject, self.w[rows], self.b[rows])

    found, ending = _follow(Dipping(None, np.ones(1), np.zeros(1)), 1.0)
    assert found[0] == pytest.approx(np.exp(0.51), rel=1e-10)
    assert ending[0] == Ending.CONVERGED


def test_where_rounding_decides_nothing_is_said():
    """√2 in floats is a little above √2: lengths grow by b² a layer, and by 2e-16 of themselves."""
    found = phase("relu", 2**0.5, 0.5)
    assert np.isnan(found.length)
    assert found.ending == Ending.UNSETTLED
    # Without a bias every length is fixed, the start too.
    assert phase("relu", 2**0.5, 0.0, start=3.0).length == pytest.approx(3.0, rel=1e-12)


@pytest.mark.slow
def test_a_pair_of_fixed_lengths_between_the_points_of_the_search_is_found():
    """f = x(1 − 3.2x²/(1 + x²)²) is x near 0 and far out, and less between: E f²/q has a dip."""
    unit = Activation("dip", x * (1 - 16 * x**2 / (5 * (1 + x**2) ** 2)))
    q = np.geomspace(0.3, 3, 4001)
    share = length_map(unit, q, 1.0, 0.0) / q
    # Growth is below 1 only within 3 % of one length, where the search has steps of 41 %.
    w = (1 / share.min()) ** 0.5 * (1 - 1e-5)
    below = q[w**2 * share < 1]
    assert 1 < below[-1] / below[0] < 1.03
    found = phase(unit, w, 0.0, start=1e-3)
    assert found.ending == Ending.CONVERGED
    assert found.length == pytest.approx(below[0], rel=1e-2)
    assert phase(unit, w * (1 + 2e-5), 0.0, start=1e-3).ending == Ending.DIVERGED


def test_exponentials_grow_without_bound_where_float64_does_not_hold_them():
    """E sinh(√q·z)² = (e^{2q} − 1)/2: above (q − b²)/w² everywhere but for small weights."""
    found = phase(Activation("sinh_", "sinh(x)"), [0.3, 1.0, 2.0], 0.1)
    assert found.ending.tolist() == ["converged", "diverged", "diverged"]
    q = found.length[0]
    assert 0.3**2 * np.expm1(2 * q) / 2 + 0.01 == pytest.approx(q, rel=1e-12)


@pytest.mark.slow
def test_where_no_length_is_known_nothing_is_computed_at_another():
    found = phase(Activation("chirp", "sin(exp(x))"), [0.5, 1.0], 0.1)
    assert set(found.ending) == {"not settled"}
    assert np.isnan(found.chi).all()


def test_a_length_that_does_not_give_itself_is_no_answer():
    """ReLU has q ↦ w²q/2 + b²: with w = b = 1 only 2 is fixed, with w² = 2 and b = 1 nothing is."""
    lengths = LengthMap(catalog.relu, np.array([1, 1, 2**0.5, 1]), np.ones(4))
    said = np.array([2.0, 2.1, 3.0, np.nan])
    ending = np.array(["converged"] * 3 + ["diverged"], dtype="<U16")
    found, ending = _put_back(lengths, said, ending)
    np.testing.assert_array_equal(found, [2, np.nan, np.nan, np.nan])
    assert ending.tolist() == ["converged", "not settled", "not settled", "diverged"]


@pytest.mark.parametrize("formula", ["x^3", "x^9", "x^32"])
@pytest.mark.parametrize("sigma_w", [1.0, 1e100])
def test_lengths_that_overflow_on_their_way_diverge_without_a_warning(formula, sigma_w):
    found = phase(Activation("growing", formula), sigma_w, 0.1)
    assert found.ending == Ending.DIVERGED
    assert np.isnan(found.length)


def test_lengths_of_any_order_and_shape_have_their_squares_or_none():
    """E exp(√q·z)² = e^{2q}, which float64 does not hold at 400; of nan nothing is told."""
    lengths = np.array([[80.0, np.nan, 0.5], [400.0, 1e-3, 1000.0]])
    found = LengthMap(Activation("growing", exp(x)), np.ones(1), np.zeros(1)).second(lengths)
    with np.errstate(over="ignore"):
        wanted = np.exp(2 * lengths)
    np.testing.assert_allclose(found, np.where(lengths > 354, np.nan, wanted), rtol=1e-10)


def test_a_map_of_a_line_and_its_growth_and_slope():
    """q ↦ w²q + b²: growth w² + b²/q − 1, and the slope w² at every length, 0 too."""
    w, b = np.array([0.5, 2.0, 3.0]), np.array([0.0, 0.3, 1.0])
    lengths, q = LengthMap(catalog.identity, w, b), np.array([0.25, 4.0, 1e10])
    np.testing.assert_allclose(lengths.image(q), w**2 * q + b**2, rtol=1e-14)
    np.testing.assert_allclose(lengths.growth(q), w**2 + b**2 / q - 1, rtol=1e-13)
    for at in (q, np.zeros(3)):
        # An ulp of E f² in a step of 1e-4·q is 3e-12.
        np.testing.assert_allclose(lengths.slope(at), w**2, rtol=1e-10)
    some = lengths[[2, 0]]
    np.testing.assert_allclose(some.image(np.ones(2)), [10, 0.25], rtol=1e-14)


def test_a_slope_is_of_the_fourth_order():
    """Of sin, E f² = (1 − e^{−2q})/2: the slope w²·e^{−2q} but for ulps of E f²/(1e-4·q)."""
    q = np.array([1e-3, 0.3, 2.0, 9.0])
    found = LengthMap(catalog.get("sine"), np.full(4, 1.5), np.zeros(4)).slope(q)
    np.testing.assert_allclose(found, 2.25 * np.exp(-2 * q), rtol=0, atol=1e-10)


def test_a_slope_that_rounding_may_drown_is_nan():
    """Of 1 + x/100 an ulp of E f² = 1 in a step of 1e-4·q beside E f′² = 1e-4."""
    unit = Activation("shifted", 1 + x / 100)
    lengths = LengthMap(unit, np.ones(2), np.zeros(2))
    q = np.array([0.9, 1.1]) * 2.0**-52 / (1e-4 * 1e-4 * 1e-4)
    found = lengths.slope(q, clear=1e-4)
    assert np.isnan(found).tolist() == [True, False]
    assert found[1] == pytest.approx(1e-4, rel=1e-3)
    assert not np.isnan(lengths.slope(q, clear=1.0)).any()


def test_what_becomes_of_lengths_without_a_fixed_one_on_their_way():
    """They grow for certain, die where 0 is fixed, or nobody knows."""
    lengths = LengthMap(catalog.identity, np.ones(6), np.array([0, 0, 0, 0.5, 0, 0]))
    onward = np.full((6, 3), 0.1)
    onward[1, 2] = 1e-14
    onward[5, 1] = np.nan
    found, ending = _ends(lengths, np.array([1.0, 1.0, -1.0, -1.0, -1.0, -1.0]), onward)
    assert ending.tolist() == [
        *("diverged", "not settled", "converged", "not settled", "converged", "not settled"),
    ]
    np.testing.assert_array_equal(found, [np.nan, np.nan, 0, np.nan, 0, np.nan])


def test_where_nothing_is_held_the_last_that_is_bounds_the_others():
    """E f² falls like 1/√q at most: 90·√(q/q′) from the largest of all that are known."""
    lengths = LengthMap(catalog.identity, np.array([2.0, 0.01]), np.zeros(2))
    points = np.tile([1.0, 4.0, 16.0, 64.0, 1e21], (2, 1))
    second = np.tile([90.0, np.nan, 10.0, np.nan, np.nan], (2, 1))
    onward = np.full((2, 5), -7.0)
    found = _where_nothing_holds(lengths, points, second, onward)
    np.testing.assert_allclose(found[0], [-7, 4 * 45 / 4 - 1, -7, -7, np.inf])
    # 90 at 1 is 11.25 at 64: w²·11.25/64 is less than 1, of which nothing follows.
    assert found[1].tolist() == [-7, -7, -7, -7, np.inf]
