"""Compiled moments with their derivatives, against quadrature and central differences."""

from __future__ import annotations

from dataclasses import astuple
from fractions import Fraction
from typing import Any

import pytest
from sympy import tanh

from actmath import Activation, Parameter, catalog
from actmath.activation import POSITIVE
from actmath.notation import alpha, x
from actmath.number import mp
from actmath.numeric import MomentRoute
from actmath.numeric._digits import quadrature
from actmath.numeric._digits.moment_derivatives import _admits, _rational, moment_function


@pytest.mark.slow
@pytest.mark.parametrize("name", ["selu", "relu6", "celu"])
def test_closed_forms_equal_steins_identity_by_quadrature(name: str) -> None:
    activation = catalog.get(name)
    found = moment_function(activation)
    assert found.route is MomentRoute.CLOSED_FORM
    with mp.workdps(30):
        at = (mp.mpf("0.3"), mp.mpf("1.7"))
        got = astuple(found.evaluate(*at, mp.zero))
        for one, other in zip(got, quadrature.with_derivatives(activation, *at), strict=True):
            assert abs(one - other) < mp.mpf(10) ** -24


def test_a_free_shape_is_the_third_argument() -> None:
    found = moment_function(catalog.elu, alpha)
    fixed = moment_function(catalog.elu.with_parameters(alpha="3/2"))
    with mp.workdps(30):
        at = (mp.mpf("-0.2"), mp.mpf("0.8"))
        pairs = zip(
            astuple(found.evaluate(*at, mp.mpf("1.5"))),
            astuple(fixed.evaluate(*at, mp.zero)),
            strict=True,
        )
        assert all(abs(one - other) < mp.mpf(10) ** -27 for one, other in pairs)


def test_without_a_closed_form_it_is_quadrature() -> None:
    found = moment_function(catalog.tanh)
    assert found.route is MomentRoute.QUADRATURE
    with mp.workdps(20):
        assert found.evaluate(mp.zero, mp.one, mp.zero).first == pytest.approx(0, abs=1e-18)


@pytest.mark.parametrize("name", ["elu", "tanh"])
def test_values_are_kept_for_each_precision_alone(name: str) -> None:
    found = moment_function(catalog.get(name))
    at: tuple[Any, ...] = (mp.mpf("0.5"), mp.one, mp.zero)
    with mp.workdps(15):
        rough = found.evaluate(*at).second
    with mp.workdps(40):
        fine = found.evaluate(*at).second
        assert 0 < abs(rough - fine) < 1e-14


@pytest.mark.parametrize(
    ("activation", "route"),
    [
        (catalog.elu, MomentRoute.CLOSED_FORM),
        (
            Activation("steep", tanh(alpha * x), (Parameter(alpha, 1, POSITIVE),)),
            MomentRoute.QUADRATURE,
        ),
    ],
    ids=["elu", "steep"],
)
def test_a_free_shape_by_either_route_is_that_of_a_unit_with_it(
    activation: Activation, route: MomentRoute
) -> None:
    """All six, at two shapes in turn: nothing is kept of the first."""
    found = moment_function(activation, alpha)
    fixed = moment_function(activation.with_parameters(alpha="3/4"))
    assert (found.route, fixed.route) == (route, route)
    with mp.workdps(15):
        at = (mp.mpf("-0.25"), mp.mpf("0.75"))
        found.evaluate(*at, mp.one)
        got = astuple(found.evaluate(*at, mp.mpf("0.75")))
        for one, other in zip(got, astuple(fixed.evaluate(*at, mp.zero)), strict=True):
            assert abs(one - other) < mp.mpf(10) ** -13


@pytest.mark.parametrize("value", ["0.1", "-2.75", "-1e-30", "3e40", "0", "1"])
def test_a_number_is_read_exactly(value: str) -> None:
    given = mp.mpf(value)
    exact = _rational(given)
    assert exact.is_Rational
    assert Fraction(int(exact.p), int(exact.q)) == Fraction(*float(given).as_integer_ratio())


def test_a_shape_outside_of_the_domain_has_no_integral() -> None:
    assert _admits(catalog.elu, alpha, mp.mpf("0.5"))
    assert not _admits(catalog.elu, alpha, mp.mpf("-0.5"))
