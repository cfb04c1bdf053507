"""What a deactivated unit passes on: the exact variance, its limit, and where two units cross."""

from __future__ import annotations

import pytest
from sympy import N, Rational, exp, log, pi, simplify

from actmath import Activation, catalog
from actmath.derive._moments.passed_noise import (
    crossing_of_deactivated,
    crossing_of_slopes,
    passed_variance,
)
from actmath.notation import alpha, mu, nu, x

LEAKY = catalog.leaky_relu.with_parameters(a=Rational(1, 10))


@pytest.mark.parametrize("unit", [LEAKY, catalog.prelu, catalog.elu], ids=lambda f: f.name)
def test_whole_variance_tends_to_the_deactivated_one(unit: object) -> None:
    found = passed_variance(unit)
    errors = []
    for mean in (-4, -8, -12):
        at = {mu: mean, nu: 1, **unit.defaults}
        errors.append(abs(N((found.whole / found.deactivated).subs(at) - 1, 60)))
    assert errors[0] > errors[1] > errors[2]
    assert errors[2] < 1e-12


def test_small_noise_is_passed_on_by_the_slope() -> None:
    found = passed_variance(catalog.elu)
    limit = (found.deactivated / (found.slope.subs(x, mu) ** 2 * nu)).subs(alpha, 1)
    assert simplify(limit.series(nu, 0, 1).removeO()) == 1


def test_relu_passes_nothing_on() -> None:
    assert passed_variance(catalog.relu).deactivated == 0
    assert crossing_of_deactivated(catalog.elu, catalog.relu) is None


@pytest.mark.parametrize("slope", [Rational(1, 100), Rational(1, 10), Rational(1, 4)])
def test_slopes_cross_at_the_logarithm(slope: Rational) -> None:
    leaky = catalog.leaky_relu.with_parameters(a=slope)
    assert simplify(crossing_of_slopes(catalog.elu, leaky) - log(slope)) == 0


def test_deactivated_variances_cross_where_the_formula_says() -> None:
    at = crossing_of_deactivated(catalog.elu, LEAKY)
    one, other = (
        passed_variance(f).deactivated.subs(f.defaults).subs(mu, at) for f in (catalog.elu, LEAKY)
    )
    assert simplify((one / other).subs(nu, 2)) == 1


def test_parallel_units_do_not_cross() -> None:
    assert crossing_of_slopes(LEAKY, LEAKY) is None
    assert crossing_of_deactivated(LEAKY, catalog.prelu) is None


def test_what_is_passed_on_by_hand() -> None:
    found = passed_variance(catalog.prelu)
    slope = catalog.prelu.parameters[0].symbol
    assert (found.activation, found.slope) == (catalog.prelu, slope)
    assert found.deactivated == slope**2 * nu
    # Var (eᶻ − 1)·α = α²·(e^ν − 1)·e^{2μ + ν}, the variance of a lognormal variable.
    elu = passed_variance(catalog.elu)
    lognormal = alpha**2 * (exp(nu) - 1) * exp(2 * mu + nu)
    assert simplify(elu.deactivated - lognormal) == 0
    assert simplify(elu.slope - alpha * exp(x)) == 0
    # Of the whole ReLU at mean 0: (1 − 1/π)/2.
    assert simplify(passed_variance("relu").whole.subs({mu: 0, nu: 1}) - (1 - 1 / pi) / 2) == 0


def test_two_crossings_and_none_are_no_crossing() -> None:
    cubic = Activation("cubic", "x**3/3")
    quarter = catalog.leaky_relu.with_parameters(a=Rational(1, 4))
    assert crossing_of_slopes(cubic, quarter) is None
    assert crossing_of_slopes(catalog.elu, catalog.elu.with_parameters(alpha=2)) is None
    assert crossing_of_slopes(Activation("parabola", "x**2"), quarter) == Rational(1, 8)
    # A ratio that is no exponential of the mean.
    assert crossing_of_deactivated(cubic, quarter) is None
    assert crossing_of_deactivated(catalog.relu, catalog.relu) is None


@pytest.mark.parametrize("size", [1, 3])
def test_the_order_of_two_units_does_not_matter(size: int) -> None:
    elu = catalog.elu.with_parameters(alpha=size)
    one, other = (crossing_of_deactivated(*pair) for pair in ((elu, LEAKY), (LEAKY, elu)))
    assert abs((one - other).subs(nu, Rational(2, 3)).evalf(30)) < 1e-25
    # α²(e^ν − 1)e^{2μ + ν} = a²ν.
    want = (log(nu / 100) - log(size**2 * (exp(nu) - 1)) - nu) / 2
    assert abs((one - want).subs(nu, Rational(2, 3)).evalf(30)) < 1e-25
