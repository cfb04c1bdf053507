"""Slopes of noisy units: against differentiation of φ and Monte Carlo over the noise."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sympy import diff, exp, lambdify, log, simplify, sympify

from actmath import Activation, catalog
from actmath.derive import harden
from actmath.derive._noise.gradient import ClippedLaw, SlopeLaw, noise_gradient, output_slopes
from actmath.derive._noise.noisy_unit import Variant, noisy
from actmath.notation import alpha, c, p, s, x, xi

TANH = harden(catalog.tanh)
SIGMOID = harden(catalog.sigmoid)
VALUES = {alpha: 0.6, c: 6.0, p: -1.5, s: 1.1}
STEP = 1e-6


def central(function: object, at: float) -> object:
    return (function(at + STEP) - function(at - STEP)) / (2 * STEP)


@pytest.mark.parametrize("variant", list(Variant))
@pytest.mark.parametrize("hardened", [TANH, SIGMOID], ids=["tanh", "sigmoid"])
@pytest.mark.parametrize("at", [-3.3, 0.4, 2.9])
def test_mean_and_variance_of_the_slope_are_those_of_a_sample(
    variant: Variant, hardened: object, at: float
) -> None:
    unit, n = noisy(hardened, variant), 400_000
    draws = np.random.default_rng(3).standard_normal(n)
    phi = lambdify((x, xi), unit.phi.subs(VALUES), "numpy")
    slopes = np.broadcast_to(central(lambda a: phi(a, draws), at), draws.shape)
    law = noise_gradient(unit, unit.regime(sympify(at))).in_x
    mean, variance = (float(e.subs({**VALUES, x: at})) for e in (law.mean, law.variance))
    assert slopes.mean() == pytest.approx(mean, abs=5 * math.sqrt(variance / n) + 1e-6)
    fourth = np.mean((slopes - slopes.mean()) ** 4)
    error = 5 * math.sqrt(max(fourth - variance**2, 0) / n) + 1e-6
    assert slopes.var() == pytest.approx(variance, abs=error)


@pytest.mark.parametrize("variant", [Variant.NAN, Variant.NAH, Variant.NANIL])
def test_slope_by_p_is_that_of_a_sample(variant: Variant) -> None:
    unit, at, n = noisy(TANH, variant), -2.2, 400_000
    draws = np.random.default_rng(5).standard_normal(n)
    fixed = {key: value for key, value in VALUES.items() if key != p} | {x: at}
    phi = lambdify((p, xi), unit.phi.subs(fixed), "numpy")
    slopes = central(lambda a: phi(a, draws), -1.5)
    law = noise_gradient(unit, unit.regimes[0]).in_p
    mean, variance = (float(e.subs({**VALUES, x: at})) for e in (law.mean, law.variance))
    assert slopes.mean() == pytest.approx(mean, abs=5 * math.sqrt(variance / n) + 1e-6)
    assert slopes.var() == pytest.approx(variance, rel=0.02)


@pytest.mark.parametrize("variant", [Variant.NAN, Variant.NAH])
def test_formula_is_the_derivative_of_phi(variant: Variant) -> None:
    unit = noisy(SIGMOID, variant)
    for regime in unit.regimes:
        laws = noise_gradient(unit, regime)
        assert simplify(diff(regime.phi, x) - laws.in_x.formula) == 0
        assert simplify(diff(regime.phi, p) - laws.in_p.formula) == 0


@pytest.mark.parametrize("variant", [Variant.NAN, Variant.NAH])
@pytest.mark.parametrize("mix", [0.8, 1.0, 1.3])
def test_probability_of_a_negative_slope(variant: Variant, mix: float) -> None:
    unit, at, n = noisy(TANH, variant), 1.9, 200_000
    values = {alpha: mix, c: 3.0, p: 2.0, x: at}
    law = noise_gradient(unit, unit.regimes[-1]).in_x
    draws = np.random.default_rng(11).standard_normal(n)
    slopes = lambdify(xi, law.formula.subs(values), "numpy")(draws)
    expected = float(law.below().subs(values))
    error = 5 * math.sqrt(max(expected * (1 - expected), 1e-9) / n)
    assert np.mean(slopes < 0) == pytest.approx(expected, abs=error)


def test_half_normal_noise_turns_the_slope_of_a_hard_unit_negative_for_certain() -> None:
    unit = noisy(TANH, "NAH")
    for regime, at in ((unit.regimes[0], -2.0), (unit.regimes[-1], 2.0)):
        law = noise_gradient(unit, regime).in_x
        values = {alpha: 1, c: 2, p: 1, x: at}
        assert law.location.subs(values) == 0
        assert float(law.scale.subs(values)) < 0
        assert float(law.below().subs(values)) == 1.0


def test_input_noise_leaves_a_probability_of_an_exactly_zero_slope() -> None:
    unit = noisy(TANH, "NANI")
    law = noise_gradient(unit, unit.regimes[-1]).in_x
    assert isinstance(law, ClippedLaw)
    draws = np.random.default_rng(2).standard_normal(200_000)
    alive = np.mean(np.abs(1.5 + 0.7 * draws) < 1)
    assert float(law.alive.subs({x: 1.5, s: 0.7})) == pytest.approx(alive, abs=0.005)
    assert noise_gradient(unit, unit.regimes[-1]).in_p is None
    with pytest.raises(ValueError, match="before the unit"):
        output_slopes(unit, unit.regimes[-1])


def test_linear_regime_has_the_slope_of_the_line_with_certainty() -> None:
    for variant in (Variant.NAN, Variant.NAH, Variant.NANIL, Variant.NANIS):
        unit = noisy(SIGMOID, variant)
        law = noise_gradient(unit, unit.regimes[1]).in_x
        assert law.mean == sympify("1/4")
        assert law.variance == 0
        assert isinstance(law, SlopeLaw | ClippedLaw)


@pytest.mark.parametrize("half", [False, True])
@pytest.mark.parametrize("scale", [0.7, -1.3])
def test_a_law_is_that_of_its_sample(half: bool, scale: float) -> None:
    law = SlopeLaw(sympify("2/5"), sympify(scale), half)
    draws = np.random.default_rng(4).standard_normal(400_000)
    slopes = 0.4 + scale * (np.abs(draws) if half else draws)
    np.testing.assert_allclose(lambdify(xi, law.formula, "numpy")(draws), slopes)
    assert float(law.mean) == pytest.approx(slopes.mean(), abs=0.01)
    assert float(law.variance) == pytest.approx(slopes.var(), rel=0.02)
    for level in (-1, 0, "2/5", "1/2", 2):
        share = (slopes < float(sympify(level))).mean()
        assert float(law.below(sympify(level))) == pytest.approx(share, abs=0.005)
    assert float(law.below()) == pytest.approx((slopes < 0).mean(), abs=0.005)


@pytest.mark.parametrize("variant", list(Variant))
def test_what_is_learned_has_a_slope_by_p(variant: Variant) -> None:
    unit = noisy(TANH, variant)
    for regime in unit.regimes:
        laws = noise_gradient(unit, regime)
        assert (laws.in_p is None) is (variant in (Variant.NANI, Variant.NANIS))
        if laws.in_p is not None and not regime.saturated:
            # Without noise p does nothing.
            assert laws.in_p.mean == laws.in_p.variance == 0
        kind = SlopeLaw if variant in (Variant.NAN, Variant.NAH) else ClippedLaw
        assert isinstance(laws.in_x, kind)
        if variant is Variant.NANIS and not regime.saturated:
            assert (laws.in_x.alive, laws.in_x.mean, laws.in_x.variance) == (1, 1, 0)


@pytest.mark.parametrize("name", ["tanh", "softplus", "capped"])
@pytest.mark.parametrize("at", [-2.4, 0.1, 1.8])
def test_input_noise_on_lines_that_are_clipped_on_one_side_or_two(name: str, at: float) -> None:
    """By sums over the noise: where x + sξ is not clipped the slope is k, elsewhere 0."""
    unit = Activation("capped", -log(1 + exp(-x))) if name == "capped" else catalog.get(name)
    hard = harden(unit)
    made = noisy(hard, "NANI")
    law = noise_gradient(made, made.regime(sympify(at))).in_x
    assert isinstance(law, ClippedLaw)
    grid = (np.arange(400_000) + 0.5) / 400_000 * 20 - 10
    weight = np.exp(-grid * grid / 2) / np.sqrt(2 * np.pi) * 20 / 400_000
    place = at + 0.9 * grid
    low = -np.inf if hard.left_threshold is None else float(hard.left_threshold)
    high = np.inf if hard.right_threshold is None else float(hard.right_threshold)
    alive = (weight * ((place > low) & (place < high))).sum()
    k = float(hard.linearization.slope)
    got = [float(e.subs({x: at, s: 0.9})) for e in (law.alive, law.mean, law.variance)]
    want = [alive, k * alive, k**2 * alive * (1 - alive)]
    assert got == pytest.approx(want, abs=5e-5)


def test_misuse() -> None:
    unit = noisy(TANH, "NAN")
    with pytest.raises(TypeError, match=r"(?s)unit.*noisy\(hardened, variant\) makes one"):
        noise_gradient(TANH, unit.regimes[0])  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"regime.*unit\.regimes holds them"):
        noise_gradient(unit, 0)  # type: ignore[arg-type]
