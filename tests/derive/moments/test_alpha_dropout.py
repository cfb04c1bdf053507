"""The affine step of alpha dropout, against the paper's forms and against expectation outright."""

from __future__ import annotations

import pytest
from sympy import Rational, Symbol, simplify, sqrt

from actmath import Activation, catalog
from actmath.derive._moments.alpha_dropout import alpha_dropout, saturation_value
from actmath.notation import alpha, alpha_prime, lam, mu, nu, q


def test_paper_s_form_at_zero_and_one() -> None:
    found = alpha_dropout().at({mu: 0, nu: 1})
    a = (q + alpha_prime**2 * q * (1 - q)) ** Rational(-1, 2)
    assert simplify(found.scale**2 - a**2) == 0
    assert simplify(found.shift + found.scale * (1 - q) * alpha_prime) == 0


def test_paper_s_general_form() -> None:
    found = alpha_dropout()
    a = sqrt(nu / (q * ((1 - q) * (alpha_prime - mu) ** 2 + nu)))
    assert simplify(found.scale**2 - a**2) == 0
    assert simplify(found.shift - (mu - found.scale * (q * mu + (1 - q) * alpha_prime))) == 0


@pytest.mark.slow
def test_two_point_distribution_keeps_its_moments_exactly() -> None:
    """y = ±s with equal odds; the moments after dropping are a finite sum."""
    s, kept, value = Symbol("s", positive=True), Rational(2, 3), Rational(-7, 4)
    found = alpha_dropout().at({mu: 0, nu: s**2, q: kept, alpha_prime: value})
    outcomes = [(s, kept / 2), (-s, kept / 2), (value, 1 - kept)]
    images = [(found.scale * y + found.shift, weight) for y, weight in outcomes]
    mean = sum(y * weight for y, weight in images)
    assert simplify(mean) == 0
    assert simplify(sum(y**2 * weight for y, weight in images) - s**2) == 0


def test_selu_drops_to_minus_lambda_alpha() -> None:
    values = catalog.selu.defaults
    assert simplify(saturation_value(catalog.selu) + values[alpha] * values[lam]) == 0


def test_units_without_an_off_state_are_refused() -> None:
    with pytest.raises(ValueError, match="does not saturate"):
        saturation_value(catalog.leaky_relu)


def test_mean_and_variance_are_those_of_what_is_dropped() -> None:
    """y = 1 ± 3 with equal odds, kept with probability 2/3 and else set to −5."""
    found = alpha_dropout().at({mu: 1, nu: 9, q: Rational(2, 3), alpha_prime: -5})
    outcomes = [(4, Rational(1, 3)), (-2, Rational(1, 3)), (-5, Rational(1, 3))]
    mean = sum(y * weight for y, weight in outcomes)
    assert (found.value, found.mean) == (-5, mean)
    assert found.variance == sum((y - mean) ** 2 * weight for y, weight in outcomes)
    assert found.scale == sqrt(9 / found.variance)
    assert found.scale * mean + found.shift == 1


@pytest.mark.parametrize(
    ("name", "value"), [("relu", 0), ("shifted_relu", -1), ("silu", 0), ("tanh", -1), ("elu", -1)]
)
def test_other_units_drop_to_their_level(name: str, value: int) -> None:
    assert saturation_value(catalog.get(name)) == value


@pytest.mark.parametrize("text", ["x", "-log(1 + x**2)"])
def test_a_slope_of_0_without_a_level_is_no_off_state(text: str) -> None:
    with pytest.raises(ValueError, match="sinking does not saturate on the left"):
        saturation_value(Activation("sinking", text))
