"""Layers of sines: the fixed length by Lambert's W beside the iteration that goes there."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from mpmath import mp
from sympy import Rational, coth, exp, simplify

from actmath.derive import sine_layers, turning_of_uniform
from actmath.notation import nu


@pytest.mark.parametrize(("weights", "turning"), [(2, 1), ("1.5", 1), (2, "-0.15"), ("1/2", 0.5)])
def test_iteration_goes_to_the_fixed_length(weights: str | int, turning: str | float) -> None:
    found = sine_layers(weights, turning)
    total, c = (mp.mpf(v.p) / v.q for v in (found.weights, found.turning))
    q = mp.one
    for _ in range(400):
        q = total * (1 - c * mp.exp(-2 * q)) / 2
    assert abs(q - mp.mpf(str(found.length.evalf(20)))) < 1e-14
    assert abs(found.slope.evalf(20) - total * c * mp.exp(-2 * q)) < 1e-14
    # 1 + and 1 − add up to 2.
    assert abs(found.gradient_there.evalf(20) - (total - q)) < 1e-14
    assert abs(found.slope.evalf()) < 1
    assert found.lengths(1.0, 60)[-1] == pytest.approx(float(q))


def test_biases_turn_the_sine_as_drawn() -> None:
    rng = np.random.default_rng(0)
    q, bound = 0.8, 1.875
    net = rng.normal(0, q**0.5, 10**6) + rng.uniform(-bound, bound, 10**6)
    found = sine_layers(2, turning_of_uniform(bound))
    # The mean of a million cos² is known to 0.0004.
    for formula, drawn in ((found.following, np.sin(net)), (found.gradient, np.cos(net))):
        assert float(formula.subs(nu, q)) == pytest.approx(2 * np.mean(drawn**2), abs=0.003)


def test_whatever_the_weights_a_gradient_grows_at_the_fixed_length() -> None:
    # S for which nu is fixed, put into S(1 + e^(−2q))/2.
    factor = 2 * nu / (1 - exp(-2 * nu)) * (1 + exp(-2 * nu)) / 2
    assert simplify((factor - nu * coth(nu)).rewrite(exp)) == 0
    found = sine_layers(3)
    q = found.length.evalf(30)
    assert abs(found.gradient_there.evalf(30) - q * coth(q)) < 1e-25


def test_small_weights_have_no_length_but_0() -> None:
    assert sine_layers(1).length == sine_layers("1/2").length == 0
    assert sine_layers(1).slope == 1
    assert sine_layers("1/2").gradient_there == Rational(1, 2)


@pytest.mark.parametrize(("weights", "turning"), [(0, 1), (-1, 1), (1, 2), ("nan", 0), ("x", 0)])
def test_other_numbers_are_refused(weights: str | int, turning: int) -> None:
    with pytest.raises((ValueError, TypeError), match="weights"):
        sine_layers(weights, turning)


def test_misuse_of_lengths_and_bounds() -> None:
    for start, depth in ((-1, 2), (1, 0), (np.nan, 2), (np.inf, 2)):
        with pytest.raises(ValueError, match="start"):
            sine_layers(2).lengths(start, depth)
    with pytest.raises(ValueError, match="bound"):
        turning_of_uniform(-1)


def test_what_was_asked_before_makes_no_truth_value_a_number() -> None:
    sine_layers(1, 1)
    for call in (lambda: sine_layers(True), lambda: sine_layers(1, True)):
        with pytest.raises(TypeError, match="must be a real number, got the truth value True"):
            call()


@pytest.mark.slow
@pytest.mark.parametrize("turning", [-1, 1])
def test_turnings_reach_from_minus_1_to_1(turning: int) -> None:
    assert sine_layers(2, turning).turning == turning
    for beyond in (turning * 1.001, turning * 2):
        with pytest.raises(ValueError, match="turning between −1 and 1, got 2 and"):
            sine_layers(2, beyond)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("weights", "turning", "dies"),
    [(1, 1, True), ("1.2", 1, False), (1, "0.99", False), ("1/9", "-1", False), ("1/9", 1, True)],
)
def test_only_small_weights_without_biases_let_lengths_die(
    weights: str | int, turning: str | int, dies: bool
) -> None:
    found = sine_layers(weights, turning)
    assert (found.length == 0) is dies
    # At 1 they go to 0 like 1/n.
    assert found.lengths(0.5, 60)[-1] == pytest.approx(float(found.length), abs=0.02)


def test_lengths_begin_with_the_first_and_follow_the_map() -> None:
    found = sine_layers("1.5", "0.5")
    assert found.lengths(0, 1) == (0,)
    lengths = found.lengths(0.25, 5)
    assert len(lengths) == 5
    assert lengths[0] == 0.25
    for before, after in pairwise(lengths):
        assert after == pytest.approx(1.5 * (1 - 0.5 * np.exp(-2 * before)) / 2, rel=1e-14)
    assert sine_layers(2).lengths(0, 3) == (0, 0, 0)


def test_a_uniform_bias_turns_by_its_mean_cosine() -> None:
    for bound in (0.1, 1.0, 4.0):
        at = (np.arange(200_000) + 0.5) / 200_000 * 2 * bound - bound
        want = np.cos(2 * at).mean()
        assert float(turning_of_uniform(bound)) == pytest.approx(want, abs=1e-9)
    with pytest.raises(ValueError, match=r"bound must be 0 or positive, got -0\.001"):
        turning_of_uniform(-0.001)
