"""Mean outputs and their rates of change, against the moments and against differences."""

from __future__ import annotations

import pytest
from mpmath import mp
from sympy import Interval, N, Rational, pi, simplify, sqrt

from actmath import catalog
from actmath.derive._moments.gaussian_moments import gaussian_moments
from actmath.derive._moments.mean_activation import mean_activation, nearest_zero
from actmath.lower import to_mpmath
from actmath.notation import alpha, mu, nu

LEAKY = catalog.leaky_relu.with_parameters(a=Rational(1, 10))
FOUR = (catalog.relu, LEAKY, catalog.shifted_relu, catalog.elu)
AT = {mu: Rational(-1, 3), nu: Rational(7, 5)}


@pytest.mark.parametrize("unit", FOUR, ids=lambda f: f.name)
def test_rate_by_the_mean_is_the_mean_derivative(unit: object) -> None:
    found = mean_activation(unit)
    expected = gaussian_moments(unit).derivative_mean
    values = {**AT, **unit.defaults}
    assert abs(N((found.by_mean - expected).subs(values), 50)) < 1e-40


@pytest.mark.parametrize("unit", FOUR, ids=lambda f: f.name)
def test_rates_against_differences_of_quadrature(unit: object) -> None:
    found, f = mean_activation(unit), to_mpmath(unit)

    def mean(m: object, v: object) -> object:
        points = [-40, -1, 0, 40]
        spread = mp.sqrt(v)
        return mp.quad(lambda x: f(x) * mp.npdf(x, m, spread), points)

    with mp.workdps(30):
        m, v, h = mp.mpf(-1) / 3, mp.mpf(7) / 5, mp.mpf(10) ** -8
        values = {**AT, **unit.defaults}
        by_mean = (mean(m + h, v) - mean(m - h, v)) / (2 * h)
        by_variance = (mean(m, v + h) - mean(m, v - h)) / (2 * h)
        assert abs(by_mean - mp.mpf(N(found.by_mean.subs(values), 30))) < 1e-14
        assert abs(by_variance - mp.mpf(N(found.by_variance.subs(values), 30))) < 1e-14


def test_standard_means_are_the_known_ones() -> None:
    assert simplify(mean_activation(catalog.relu).standard - 1 / sqrt(2 * pi)) == 0
    assert float(mean_activation(catalog.elu).standard.subs(alpha, 1)) == pytest.approx(
        0.16052057226655606
    )


def test_shifted_relu_is_nearer_zero_than_elu_unless_alpha_is_larger() -> None:
    found = nearest_zero(catalog.elu, FOUR[:3])
    assert found.winner == "shifted_relu"
    assert 1 not in found.shapes
    assert isinstance(found.shapes, Interval)
    own = mean_activation(catalog.elu).standard
    for end in (found.shapes.start, found.shapes.end):
        assert abs(N(abs(own.subs(alpha, end)) - found.rival, 40)) < 1e-30


def test_the_centred_shape_is_selu_s() -> None:
    found = nearest_zero(catalog.elu, FOUR[:3])
    assert abs(N(found.centred - catalog.selu.defaults[alpha], 50)) < 1e-40
    assert found.shapes.contains(found.centred)


def test_misuse() -> None:
    with pytest.raises(ValueError, match="at least one rival"):
        nearest_zero(catalog.elu, ())
    with pytest.raises(ValueError, match="exactly one shape"):
        nearest_zero(catalog.selu, FOUR[:1])


@pytest.mark.parametrize("order", [1, -1])
def test_between_the_shapes_the_mean_is_nearer_zero_than_that_of_every_rival(order: int) -> None:
    found = nearest_zero(catalog.elu, FOUR[:3][::order])
    assert found.winner == "shifted_relu"
    rivals = [abs(float(mean_activation(r).standard.subs(r.defaults))) for r in FOUR[:3]]
    assert float(found.rival) == pytest.approx(min(rivals))
    own = mean_activation(catalog.elu).standard
    start, end = float(found.shapes.start), float(found.shapes.end)
    for shape in (start - 0.01, start + 0.01, float(found.centred), end - 0.01, end + 0.01):
        nearer = abs(float(own.subs(alpha, shape))) < min(rivals)
        assert nearer is (start < shape < end)
    assert float(own.subs(alpha, found.centred)) == pytest.approx(0, abs=1e-12)


def test_a_unit_without_a_shape_is_refused_too() -> None:
    for unit in (catalog.relu, catalog.rrelu):
        with pytest.raises(ValueError, match="a unit with exactly one shape parameter"):
            nearest_zero(unit, FOUR[:2])
    assert nearest_zero("elu", ["relu"]).winner == "relu"
