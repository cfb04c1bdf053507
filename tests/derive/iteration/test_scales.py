"""Parameters far from 1: what does not hang on the scale of x stays, and waves are counted."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from sympy import Interval, S

from actmath import Activation, catalog
from actmath.derive import Stability, fixed_points, lipschitz

DRAW = random.Random(7)
#: Some as far from 1 as floats go, and two of any size between.
SIZES = [1e-12, 1e4, 1e100, 1e290]
SIZES += [10 ** DRAW.uniform(-18, 200) for _ in range(2)]


def steepness(name: str, **values: float) -> float:
    return float(lipschitz(catalog.CATALOG[name].with_parameters(**values)).constant)


@pytest.mark.slow
@pytest.mark.parametrize("beta", SIZES, ids=str)
def test_swish_is_as_steep_at_every_beta(beta: float) -> None:
    """β·x·σ(βx) is SiLU at βx, over β: the slopes are the same."""
    assert steepness("swish_beta", beta=beta) == pytest.approx(1.0998393201288669, rel=1e-14)


@pytest.mark.slow
@pytest.mark.parametrize("size", [1e-12, 1e5, 1e100], ids=str)
def test_other_switches_are_as_steep_at_every_sharpness(size: float) -> None:
    for name, parameter in (("acon", "beta"), ("smu", "sharpness")):
        usual = steepness(name, **{parameter: 1.0})
        assert steepness(name, **{parameter: size}) == pytest.approx(usual, rel=1e-14)


@pytest.mark.slow
@pytest.mark.parametrize("beta", SIZES, ids=str)
def test_a_factor_makes_steeper_by_itself(beta: float) -> None:
    found = steepness("e_swish", beta=beta)
    assert found == pytest.approx(beta * 1.0998393201288669, rel=1e-14)


@pytest.mark.slow
@pytest.mark.parametrize("beta", [1e4, 1e40, 10 ** DRAW.uniform(50, 200)], ids=str)
def test_a_mish_is_steep_where_it_begins(beta: float) -> None:
    """x·tanh(β·e^x) near x = −log β: with x = t − log β it is (t − log β)·tanh(eᵗ), whatever β."""
    steps = np.linspace(-5, 5, 100_001)
    inner = np.exp(steps)
    slope = np.tanh(inner) + (steps - math.log(beta)) * inner / np.cosh(inner) ** 2
    # log(1 + eˣ) = eˣ·(1 − eˣ/2 + …), where eˣ is some 1/β.
    found = steepness("beta_mish", beta=beta)
    assert found == pytest.approx(np.abs(slope).max(), rel=1e-6 + 4 / beta)


@pytest.mark.parametrize("beta", [1e4, 1e100, 1e160], ids=str)
def test_a_steep_swish_has_no_other_fixed_point_than_0(beta: float) -> None:
    """x·σ(βx) = x wants σ = 1."""
    (zero,) = fixed_points(catalog.swish_beta.with_parameters(beta=beta)).isolated
    assert (zero.x, zero.multiplier, zero.stability) == (0, S.Half, Stability.ATTRACTING)


@pytest.mark.slow
@pytest.mark.parametrize("rate", [0.5, 2, 33, *(DRAW.uniform(1, 150) for _ in range(4))])
def test_each_fixed_point_of_a_wave_is_found(rate: float) -> None:
    """As many as a comb of two million points sees, and each is judged by its slope."""
    comb = np.linspace(-1.01, 1.01, 2_000_003)
    gap = np.sin(rate * comb) - comb
    gap = gap[gap != 0]
    wanted = np.count_nonzero(np.sign(gap[1:]) != np.sign(gap[:-1]))
    found = fixed_points(catalog.siren.with_parameters(omega_0=rate)).isolated
    assert len(found) == wanted
    for point in found:
        assert abs(math.sin(rate * float(point.x)) - float(point.x)) < 1e-12 * rate
        attracted = abs(point.multiplier) < 1
        assert point.stability is (Stability.ATTRACTING if attracted else Stability.REPELLING)


@pytest.mark.slow
def test_every_fixed_point_of_snake_on_64_waves() -> None:
    """x + sin²x = x at the multiples of π; the waves that sin²x is made of have length 2π."""
    answer = fixed_points(catalog.snake)
    found = [float(point.x) for point in answer.isolated]
    assert found == pytest.approx([k * math.pi for k in range(-128, 129)], rel=1e-12)
    # There are more beyond, and the answer says so.
    name, where = answer.rows()[-1]
    assert (name, where) == ("searched", str(answer.searched))
    assert float(answer.searched.sup) == -float(answer.searched.inf) == pytest.approx(128 * math.pi)


@pytest.mark.parametrize("rate", [1e3, 1e17, 1e30, 1e160], ids=str)
def test_waves_too_fast_for_a_list_are_refused(rate: float) -> None:
    with pytest.raises(NotImplementedError, match=r"a wave of length .* has more zeros than"):
        fixed_points(catalog.siren.with_parameters(omega_0=rate))
    with pytest.raises(NotImplementedError, match="a wave of length"):
        lipschitz(catalog.sinlu.with_parameters(frequency=rate))


@pytest.mark.parametrize("rate", [1e3, 1e17, 1e160], ids=str)
def test_the_slope_of_a_fast_wave_is_known(rate: float) -> None:
    found = lipschitz(catalog.siren.with_parameters(omega_0=rate))
    assert (float(found.constant), found.attained_at) == (rate, 0)


def test_two_steep_falls_repel() -> None:
    """Both slopes are −10³⁰: what is lost in f(f(x)) does not decide."""
    (zero,) = fixed_points(Activation("steep", "-1e30*tanh(x)")).isolated
    assert (zero.x, zero.stability) == (0, Stability.REPELLING)


@pytest.mark.slow
def test_a_factor_below_all_floats_is_told_so() -> None:
    """mpelu falls to −1 within 10⁻²⁰⁰ of 0, and is the identity above it."""
    found = fixed_points(catalog.mpelu.with_parameters(rate=1e200))
    (low,) = found.isolated
    assert float(low.x) == pytest.approx(-1)
    assert low.rate == "linear: factor below 1e-300 per step"
    assert found.continuum == Interval(0, S.Infinity)
