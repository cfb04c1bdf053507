"""What a deactivated unit passes on: the exact variance, its limit, and where two units cross."""

from __future__ import annotations

import pytest
from sympy import N, Rational, log, simplify

from actmath import catalog
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
