"""Closed forms of the noisy units against quadrature over the noise, and against Monte Carlo."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad
from sympy import Abs, Piecewise, Rational, S, exp, lambdify, oo, simplify, sympify

from actmath import catalog
from actmath.activation import Activation
from actmath.derive import harden
from actmath.derive._formula.pieces import pieces
from actmath.derive._moments.gaussian_moments import expectation
from actmath.derive._noise.noisy_unit import NoisyUnit, Variant, noise_deviation, noisy
from actmath.derive._saturation.clipped_line import smoothed_line
from actmath.notation import alpha, c, mu, nu, p, s, x, xi

UNITS = {name: harden(getattr(catalog, name)) for name in ("tanh", "sigmoid", "softplus")}
POINTS = (-5.0, -2.5, -1.2, 0.0, 0.7, 1.4, 3.0)
SETTINGS = ({alpha: 1.0, c: 3.0, p: 1.7, s: 0.8}, {alpha: 0.7, c: 8.0, p: -2.0, s: 2.0})
SETTINGS += ({alpha: 1.3, c: 1.0, p: 3.0, s: 0.1},)


@pytest.fixture(params=list(UNITS))
def hardened(request: pytest.FixtureRequest) -> object:
    return UNITS[request.param]


def sample(unit: NoisyUnit, values: dict, at: float) -> object:
    return lambdify(xi, unit.phi.subs({**values, x: at}), "math")


def edges(unit: NoisyUnit, values: dict, at: float) -> list[float]:
    """Noise at which the unit meets a threshold: the integrand has a kink there."""
    deviation = float(unit.deviation.subs({**values, x: at}))
    ends = (unit.hardened.left_threshold, unit.hardened.right_threshold)
    kinks = [(float(e) - at) / deviation for e in ends if e is not None and deviation > 1e-9]
    return sorted({-12.0, 0.0, 12.0, *(k for k in kinks if abs(k) < 12)})


def integrated(function: object, ends: list[float]) -> float:
    def weighted(z: float) -> float:
        return function(z) * math.exp(-z * z / 2) / math.sqrt(2 * math.pi)

    return sum(quad(weighted, *pair, epsabs=1e-13, limit=200)[0] for pair in pairwise(ends))


@pytest.mark.parametrize("variant", list(Variant))
@pytest.mark.parametrize("values", SETTINGS)
def test_mean_and_variance_are_those_of_quadrature(
    hardened: object, variant: Variant, values: dict
) -> None:
    unit = noisy(hardened, variant)
    mean, variance = (lambdify(x, e.subs(values), "scipy") for e in (unit.mean, unit.variance))
    for at in POINTS:
        phi, ends = sample(unit, values, at), edges(unit, values, at)
        first = integrated(phi, ends)
        spread_out = integrated(lambda z, m=first, f=phi: (f(z) - m) ** 2, ends)
        assert float(mean(at)) == pytest.approx(first, abs=1e-10)
        assert float(variance(at)) == pytest.approx(spread_out, abs=1e-9)


@pytest.mark.parametrize("variant", list(Variant))
def test_mean_and_variance_are_those_of_monte_carlo(variant: Variant) -> None:
    unit, values, n = noisy(UNITS["tanh"], variant), SETTINGS[1], 200_000
    draws = np.random.default_rng(7).standard_normal(n)
    for at in (-2.0, 1.6):
        got = lambdify(xi, unit.phi.subs({**values, x: at}), "numpy")(draws)
        mean, variance = (float(e.subs({**values, x: at})) for e in (unit.mean, unit.variance))
        fourth = np.mean((got - got.mean()) ** 4)
        assert abs(got.mean() - mean) < 5 * math.sqrt(variance / n)
        assert abs(got.var() - variance) < 5 * math.sqrt((fourth - variance**2) / n)


def test_smoothed_line_equals_the_moment_rule(hardened: object) -> None:
    """The ramps of this file and the piecewise rule are derived separately."""
    line = smoothed_line(hardened, s)
    parts, place = pieces(hardened.expr), {mu: x, nu: s**2}
    rule = [expectation(parts, k).subs(place, simultaneous=True) for k in (1, 2)]
    for at in ({x: 0.3, s: 0.9}, {x: -2.1, s: 1.7}, {x: 4, s: 0.5}):
        one, two = (float(e.subs(at)) for e in rule)
        assert float(line.mean.subs(at)) == pytest.approx(one, abs=1e-12)
        assert float(line.variance.subs(at)) == pytest.approx(two - one**2, abs=1e-11)


def test_sigma_is_the_printed_one() -> None:
    printed = c * (1 / (1 + exp(-p * x)) - sympify("1/2")) ** 2
    assert simplify(noise_deviation(x).rewrite(exp) - printed) == 0


def test_noise_vanishes_in_the_linear_regime_after_the_unit_and_when_selective() -> None:
    for variant in (Variant.NAN, Variant.NAH, Variant.NANIL, Variant.NANIS):
        linear = noisy(UNITS["tanh"], variant).regime(sympify(0))
        assert linear.phi == x
        assert linear.variance == 0
    assert noisy(UNITS["tanh"], Variant.NANI).regime(sympify(0)).variance != 0


def test_bias_is_the_leak_and_the_mean_of_the_noise() -> None:
    unit = noisy(UNITS["tanh"], "NAH")
    right = unit.regimes[-1]
    leak = (1 - alpha) * (x - 1)
    assert simplify((right.bias - leak).subs(c, 0)) == 0
    assert float(right.bias.subs({alpha: 1, c: 4, p: 50, x: 3})) == pytest.approx(
        -math.sqrt(2 / math.pi)
    )


def test_a_threshold_belongs_to_the_saturated_side() -> None:
    unit = noisy(UNITS["tanh"], "NANIS")
    for at in (-1, 1):
        assert unit.regime(sympify(at)).saturated
        assert float(unit.deviation.subs({x: at, s: 2})) == 2


def test_direction_as_printed_points_to_the_hard_unit_only_if_zero_lies_between() -> None:
    """d = −sgn(x)sgn(1 − α) takes the side of zero for the side of the threshold."""
    unit = noisy(UNITS["tanh"], "NAH")
    for regime in (unit.regimes[0], unit.regimes[-1]):
        toward = (regime.hard - regime.line).subs(x, regime.inside())
        assert regime.direction.subs(alpha, 0.5) * toward > 0
    shifted = Activation("shifted", 1 / (1 + exp(-(x - 10))))
    far = noisy(harden(shifted, at=10), "NAH")
    left = far.regimes[0]
    assert left.upper == 8
    assert (left.direction * (left.hard - left.line)).subs({alpha: 0.5, x: 5}) < 0


def test_formulas_show_themselves() -> None:
    assert r"\varphi(x, \xi)" in noisy(UNITS["sigmoid"], "NAH")._repr_latex_()
    assert noisy(UNITS["tanh"], "NAH").phi.has(Abs(xi), Piecewise)


def test_unknown_variant_is_an_error() -> None:
    with pytest.raises(ValueError, match="NANX"):
        noisy(UNITS["tanh"], "NANX")


def test_what_each_variant_is() -> None:
    table = {v.value: (v.at_input, v.learned) for v in Variant}
    assert table == {
        "NAN": (False, True),
        "NAH": (False, True),
        "NANI": (True, False),
        "NANIL": (True, True),
        "NANIS": (True, False),
    }
    draws = np.random.default_rng(1).standard_normal(400_000)
    for variant in Variant:
        noise = np.abs(draws) if variant == "NAH" else draws
        np.testing.assert_array_equal(lambdify(xi, variant.epsilon, "numpy")(draws), noise)
        assert float(variant.epsilon_mean) == pytest.approx(noise.mean(), abs=0.01)
        assert float(variant.epsilon_variance) == pytest.approx(noise.var(), abs=0.01)


@pytest.mark.parametrize("variant", list(Variant))
def test_a_point_is_in_the_regime_around_it(variant: Variant) -> None:
    unit = noisy(UNITS["sigmoid"], variant)
    assert [(r.lower, r.upper) for r in unit.regimes] == [(-oo, -2), (-2, 2), (2, oo)]
    wanted = {-9: 0, -2: 0, "-1.9": 1, 0: 1, "1.9": 1, 2: 2, 9: 2}
    for at, i in wanted.items():
        assert unit.regime(sympify(at)) is unit.regimes[i]
    for i, regime in enumerate(unit.regimes):
        assert regime.lower < regime.inside() < regime.upper
        assert regime.saturated is (i != 1)
        assert regime.hard == (0, x / 4 + S.Half, 1)[i]
        assert regime.line == x / 4 + S.Half
        assert (regime.delta - (regime.hard - regime.line)).expand() == 0
        assert (regime.bias - (regime.mean - regime.hard)).expand() == 0
        assert regime.caption() == f"Regime from {regime.lower} to {regime.upper}"
        assert unit.rows()[i] == (f"from {regime.lower} to {regime.upper}", regime.phi)
    assert unit.caption() == f"{variant} of Max(0, Min(1, x/4 + 1/2))"


def test_joined_formulas_are_those_of_their_regimes() -> None:
    unit = noisy(UNITS["sigmoid"], "NAH")
    values = {alpha: 0.7, c: 2.0, p: 1.1, xi: -0.8}
    for at in (-5, -2, sympify("-1/3"), 2, 4):
        regime = unit.regime(sympify(at))
        for field in ("phi", "mean", "variance", "deviation", "bias"):
            joined, own = (
                getattr(which, field).subs(values).subs(x, at) for which in (unit, regime)
            )
            assert float(joined) == pytest.approx(float(own), abs=1e-14)


def test_the_direction_hangs_on_the_side_of_0_and_of_1() -> None:
    """d = −sgn(x)·sgn(1 − α), with sgn(0) = +1."""
    unit = noisy(UNITS["tanh"], "NAN")
    for at in (-5, -1, 1, 4):
        for mix, sign in ((0.5, 1), (1, 1), (1.5, -1)):
            direction = unit.regime(sympify(at)).direction.subs(alpha, mix)
            assert direction == (-sign if at > 0 else sign)
    # Its saturated regime on the left holds 0.
    wide = noisy(harden(Activation("wide", 1 / (1 + exp(8 - 4 * x))), at=2), "NAN").regimes[0]
    assert wide.upper == Rational(3, 2)
    for at, d in ((-1, 1), (0, -1), (1, -1)):
        assert wide.direction.subs({alpha: 0, x: at}) == d
