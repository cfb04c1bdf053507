"""Lengths and correlations in wide networks: phases, their edge, and the scales of depth."""

from __future__ import annotations

import numpy as np
import pytest

from actmath.activation import Activation
from actmath.numeric import correlation_map, edge_of_chaos, length_map, phase
from actmath.numeric._depth.mean_field import _slope_second


def test_edge_of_chaos_is_where_chi_is_one():
    q = np.array([0.5, 1.0, 2.0])
    edge = edge_of_chaos("tanh", q)
    found = phase("tanh", edge.sigma_w, edge.sigma_b)
    np.testing.assert_allclose(found.length, q, rtol=1e-10)
    np.testing.assert_allclose(found.chi, 1.0, rtol=1e-12)


def test_he_is_the_edge_of_chaos_of_relu_at_every_length():
    edge = edge_of_chaos("relu", [0.1, 1.0, 50.0])
    np.testing.assert_allclose(edge.sigma_w, np.sqrt(2), rtol=1e-14)
    np.testing.assert_allclose(edge.sigma_b, 0.0, atol=1e-7)


def test_lengths_on_the_edge_attract_for_tanh_and_not_for_gelu():
    q = np.array([0.5, 1.0])
    for name in ("tanh", "gelu", "relu"):
        edge = edge_of_chaos(name, q)
        near = length_map(name, 1.001 * q, edge.sigma_w, edge.sigma_b)
        np.testing.assert_allclose((near - q) / (0.001 * q), edge.length_slope, rtol=2e-3)
    assert (np.abs(edge_of_chaos("tanh", q).length_slope) < 0.9).all()
    assert (edge_of_chaos("gelu", q).length_slope > 1.001).all()
    np.testing.assert_allclose(edge_of_chaos("relu", q).length_slope, 1.0, rtol=1e-9)


def test_phases_of_tanh():
    found = phase("tanh", [0.5, 1.0, 2.5, 2.5], [0.0, 0.0, 0.0, 0.3])
    assert list(found.ordered) == [True, False, False, False]
    assert list(found.length[:2]) == [0.0, 0.0]
    assert (found.correlation_scale[2:] < 0).all()
    q = found.length[2:]
    np.testing.assert_allclose(length_map("tanh", q, 2.5, [0.0, 0.3]), q, rtol=1e-12)


def test_relu_grows_without_bound_above_he():
    found = phase("relu", [1.0, 2.0], [0.5, 0.1])
    assert found.length[0] == pytest.approx(0.5, rel=1e-12)
    assert np.isnan(found.length[1])


def test_chi_is_the_slope_of_the_correlation_map_at_one():
    at = phase("tanh", 1.2, 0.4)
    q, step = float(at.length), 1e-4
    ends = correlation_map("tanh", [1 - 2 * step, 1 - step, 1.0], q, 1.2, 0.4)
    slope = (3 * ends[2] - 4 * ends[1] + ends[0]) / (2 * step)
    assert ends[2] == pytest.approx(1.0, rel=1e-12)
    assert slope == pytest.approx(float(at.chi), rel=1e-5)


def test_length_scale_is_what_iteration_shows():
    at = phase("tanh", 1.3, 0.2)
    q = [float(at.length) * 1.001]
    for _ in range(4):
        q.append(float(length_map("tanh", q[-1], 1.3, 0.2)))
    gaps = np.array(q) - float(at.length)
    assert -1 / np.log(gaps[4] / gaps[3]) == pytest.approx(float(at.length_scale), rel=1e-2)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: phase("relu", -1.0, 0.0), "sigma_w"),
        (lambda: phase("relu", 1.0, np.inf), "sigma_b"),
        (lambda: edge_of_chaos("tanh", -1.0), "a length must be finite and not negative"),
        (lambda: length_map("tanh", np.inf, 1.0, 0.0), "a length must be finite"),
        (lambda: length_map("relu", 0.0, 1e160, 0.0), "sigma_w must have a square that a float"),
        (lambda: correlation_map("tanh", 0.5, 1.0, [1.0, -1e160], 0.0), "sigma_w must have"),
        (lambda: phase("tanh", 1.0, [0.0, 1e155]), "sigma_b must have a square that a float"),
    ],
)
def test_misuse(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_a_jump_parts_near_inputs_at_once() -> None:
    # E f(u)f(v) of a step is 2·asin(c)/π: its slope at c = 1 is infinite.
    step, late = Activation("step", "where(x>=0,1,-1)"), Activation("late", "where(x>1,x,0)")
    for unit in (step, late):
        found = phase(unit, [0.5, 1.0], 0.1)
        assert np.isposinf(found.chi).all()
        assert not found.ordered.any()
        # From below: the deviation from c = 1 grows.
        assert (found.correlation_scale == 0).all()
        assert np.signbit(found.correlation_scale).all()
        edge = edge_of_chaos(unit, 1.0)
        assert np.isnan([edge.sigma_w, edge.sigma_b]).all()
    # At length 0 there is no Gaussian that meets the jump at 1.
    assert phase(late, 0.5, 0.0).chi == 0


@pytest.mark.filterwarnings("error")
def test_what_is_beyond_the_floats_is_infinite_and_warns_of_nothing() -> None:
    assert length_map("relu", 1e300, 1e154, 0.0) == np.inf
    assert correlation_map("relu", 1.0, 1e-300, 1e154, 1e10) == np.inf
    assert np.isnan(edge_of_chaos("relu", 5e-324).length_slope)


@pytest.mark.parametrize("q", [1e-30, 1e-20, 1e-12, 1e-8, 1e-6, 1e-3])
def test_the_slope_at_short_lengths_is_right_or_nan(q: float) -> None:
    """E f² of 1/2 + x/4 is 1/4 + q/16; of the sigmoid, with f″(0) = 0, the same but for O(q²)."""
    for name in ("hard_sigmoid", "sigmoid"):
        slope = float(edge_of_chaos(name, q).length_slope)
        assert np.isnan(slope) or slope == pytest.approx(1, abs=1e-3)
        assert np.isnan(slope) == (q < 1e-7)
    assert float(edge_of_chaos("tanh", q).length_slope) == pytest.approx(1, abs=0.01)


def test_the_depth_of_lengths_at_small_weights() -> None:
    """F′(q) → w²·(E f′² + E f·f″) = w²/16 for the sigmoid at 0; the depth is −1/log of it."""
    w = np.array([1e-5, 1e-4, 1e-3])
    found = phase("sigmoid", w, 0)
    np.testing.assert_allclose(found.length_scale, -1 / np.log(w**2 / 16), rtol=0.03)


def test_all_of_a_line_is_known_by_hand() -> None:
    """q ↦ w²q + b² has q* = b²/(1 − w²), and w² is the slope of lengths and χ₁."""
    w, b = np.array([[0.0], [0.5], [0.9]]), np.array([0.25, 3.0])
    found = phase("identity", w, b)
    share = w**2 + 0 * b
    np.testing.assert_allclose(found.length, b**2 / (1 - share), rtol=1e-12)
    np.testing.assert_allclose(found.chi, share, rtol=1e-12)
    with np.errstate(divide="ignore"):
        depth = -1 / np.log(share)
    np.testing.assert_allclose(found.correlation_scale, depth, rtol=1e-12)
    np.testing.assert_allclose(found.length_scale, depth, rtol=1e-9)
    assert found.ordered.all()
    assert (found.ending == "converged").all()
    for column in (found.length, found.chi, found.ordered, found.length_scale, found.ending):
        assert column.shape == (3, 2)
    # On the edge itself nothing shrinks, and near inputs keep their distance.
    edge = phase("identity", 1.0, 0.0)
    assert (float(edge.chi), bool(edge.ordered)) == (1, False)
    assert np.isinf(edge.correlation_scale)


def test_the_edge_of_a_sine_is_known_by_hand() -> None:
    """E f² = (1 − e^−2q)/2 and E f′² = (1 + e^−2q)/2; w²·e^−2q is the slope of lengths."""
    q = np.array([0.01, 0.3, 1.0, 4.0])
    found, fall = edge_of_chaos("sine", q), np.exp(-2 * q)
    weights = 2 / (1 + fall)
    np.testing.assert_array_equal(found.length, q)
    np.testing.assert_allclose(found.sigma_w**2, weights, rtol=1e-13)
    np.testing.assert_allclose(found.sigma_b**2, q - weights * (1 - fall) / 2, rtol=1e-9)
    np.testing.assert_allclose(found.length_slope, weights * fall, rtol=0, atol=1e-10)
    np.testing.assert_allclose(length_map("sine", q, found.sigma_w, found.sigma_b), q, rtol=1e-13)


def test_without_a_bias_or_weights_that_do_it_the_edge_is_nan() -> None:
    # x + 1: E f² = q + 1 at w = 1 leaves b² = −1.
    found = edge_of_chaos(Activation("raised", "x + 1"), 2.0)
    assert found.sigma_w == pytest.approx(1)
    assert np.isnan(found.sigma_b)
    flat = edge_of_chaos(Activation("flat", 3), [0.0, 1.0])
    assert np.isnan([flat.sigma_w, flat.sigma_b, flat.length_slope]).all()
    # At length 0 the edge of a unit with f(0) = 0 needs no bias.
    still = edge_of_chaos("tanh", 0.0)
    assert (float(still.sigma_w), float(still.sigma_b)) == (1, 0)
    assert still.length_slope == pytest.approx(1)


def test_a_gaussian_meets_a_jump_unless_it_is_a_point_elsewhere() -> None:
    at0, at1 = Activation("step", "where(x>=0,1,-1)"), Activation("late", "where(x>1,x,0)")
    assert _slope_second(at0, np.array([0.0, 1.0])).tolist() == [np.inf, np.inf]
    assert _slope_second(at1, np.array([0.0, 1.0])).tolist() == [0, np.inf]
    assert _slope_second(Activation("line", "2*x"), np.array([0.0, 1.0])).tolist() == [4, 4]


def test_one_layer_by_hand() -> None:
    """Of a line: w²q + b², and (w²q·c + b²)/q of a correlation, which need not be at most 1."""
    q, w, b = np.array([[0.0], [2.0]]), np.array([0.5, -3.0, 2.0]), 0.7
    np.testing.assert_allclose(length_map("identity", q, w, b), w**2 * q + b**2, rtol=1e-13)
    c = np.array([-1.0, 0.25, 1.0])
    found = correlation_map("identity", c, 2.0, w, b)
    np.testing.assert_allclose(found, (w**2 * 2 * c + b**2) / 2, rtol=1e-12)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: length_map("tanh", [1.0, -5e-324], 1, 0), "not negative, got -5e-324"),
        (lambda: length_map("tanh", np.nan, 1, 0), "a length must be finite and not negative, got"),
        (lambda: correlation_map("tanh", 0.5, [1.0, 0.0], 1, 0), "need a length that is positive"),
        (lambda: correlation_map("tanh", 0.5, np.inf, 1, 0), "need a length that is positive"),
        (lambda: phase("tanh", 1.0, 0.1, start=1e-100), "start must be a length between 1e-100"),
        (lambda: phase("tanh", 1.0, 0.1, start=1e60), "start must be a length .* got 1e\\+60"),
        (lambda: phase("tanh", 1.0, 0.1, start=np.nan), "start must be a length .* got nan"),
        (lambda: phase("tanh", np.nan, 0.1), "sigma_w must be finite and not negative"),
        (lambda: phase("tanh", [1.0, 0.5], [0.1, -0.1]), "sigma_b must be finite and not negative"),
    ],
    ids=range(9),
)
def test_what_cannot_be_asked_is_said(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_starts_reach_to_both_ends() -> None:
    """The line w = 1/2, b = 1 has the fixed length 4/3, however far away it begins."""
    for start in (1.1e-100, 0.9e60):
        found = phase("identity", 0.5, 1.0, start=start)
        assert found.length == pytest.approx(4 / 3, rel=1e-12)
