"""Moments of units of two arguments, against integrals that share no code with them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.special import expit, ndtr
from scipy.stats import norm
from sympy import nan

from actmath import Activation, GatedUnit, catalog, gated_moments, moments
from actmath.numeric import MomentRoute

#: g and g′ typed by hand for arrays, with a kink at 0 or none.
GATES: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "glu": (expit, lambda x: expit(x) * expit(-x)),
    "reglu": (lambda x: np.maximum(x, 0.0), lambda x: 1.0 * (x > 0)),
    "geglu": (lambda x: x * ndtr(x), lambda x: ndtr(x) + x * norm.pdf(x)),
    "swiglu": (lambda x: x * expit(x), lambda x: expit(x) * (1 + x * expit(-x))),
    "bilinear": (lambda x: x, np.ones_like),
}
FIELDS = ("mean", "second", "by_x_second", "by_z_second", "by_both")


def integrals(name: str, m: float, v: float, m_z: float, v_z: float, rho: float) -> list[float]:
    """E of the five over both arguments by Gauss–Legendre panels, in z by three nodes.

    Three are exact for squares of z; the panels of x end at 0, where a gate may have its kink.
    """
    g, slope = GATES[name]
    points, weights = np.polynomial.legendre.leggauss(40)
    cuts = np.concatenate([np.linspace(-12, -m / v**0.5, 9), np.linspace(-m / v**0.5, 12, 9)[1:]])
    half = np.diff(cuts)[:, None] / 2
    t = cuts[:-1, None] + half * (points + 1)
    share = half * weights * norm.pdf(t)
    x, found = m + v**0.5 * t, np.zeros(5)
    for u, weight in ((-(3**0.5), 1 / 6), (0.0, 2 / 3), (3**0.5, 1 / 6)):
        z = m_z + v_z**0.5 * (rho * t + (1 - rho**2) ** 0.5 * u)
        f_x, f_z = slope(x) * z, g(x)
        five = (f_z * z, (f_z * z) ** 2, f_x**2, f_z**2, f_x * f_z)
        found += [weight * np.sum(share * each) for each in five]
    return [*map(float, found)]


@pytest.mark.parametrize("name", GATES)
def test_against_integrals_over_both_arguments(name: str) -> None:
    for m, v, m_z, v_z, rho in [(0.5, 2, -0.25, 0.5, 0.375), (-1, 0.25, 2, 3, -0.75)]:
        found = gated_moments(name, m, v, mean_z=m_z, variance_z=v_z, correlation=rho)
        want = integrals(name, m, v, m_z, v_z, rho)
        for field, value in zip(FIELDS, want, strict=True):
            assert float(getattr(found, field)) == pytest.approx(value, rel=1e-13)
        assert float(found.variance) == pytest.approx(want[1] - want[0] ** 2, rel=1e-12)


@pytest.mark.parametrize("name", ["reglu", "geglu"])
def test_both_routes_agree_to_many_digits(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"mean_z": "1/3", "variance_z": 2, "correlation": "-1/2", "digits": 30}
    closed = gated_moments(name, "1/2", 3, **given)
    monkeypatch.setattr(
        "actmath.numeric._digits.gated_moments._closed_form_if_any", lambda unit: None
    )
    summed = gated_moments(name, "1/2", 3, **given)
    assert (closed.route, summed.route) == (MomentRoute.CLOSED_FORM, MomentRoute.QUADRATURE)
    assert closed.to_json() == {**summed.to_json(), "route": closed.to_json()["route"]}


@pytest.mark.parametrize("name", ["tanh", "sigmoid"])
def test_what_is_0_by_symmetry_is_0_and_quick(name: str) -> None:
    """An odd gate has E g = 0, E g² and E g′² nothing of first order."""
    unit = GatedUnit("mine", catalog.get(name))
    found = gated_moments(unit, mean_z=2, digits=12)
    own = moments(name, digits=12)
    assert float(found.mean) == 2 * float(own.mean)
    assert float(found.second) == pytest.approx(5 * float(own.second), rel=1e-11)
    assert gated_moments(unit).mean == 0


def test_one_gaussian_twice_is_the_unit_of_one_argument() -> None:
    """At correlation 1 f is x·g(x), of slope f_x + f_z."""
    found = gated_moments("swiglu", correlation=1, digits=20)
    own = moments(Activation("own", "x**2*sigmoid(x)"), digits=20)
    assert (found.mean, found.variance) == (own.mean, own.variance)
    slope = found.by_x_second + found.by_z_second + 2 * found.by_both
    assert float(slope) == pytest.approx(float(own.derivative_second), rel=1e-15)
    assert float(found.backward_gain) == pytest.approx(float(own.derivative_second) ** -0.5)


def test_what_cancels_in_the_closed_form_is_integrated() -> None:
    """Far to the left E gelu² is 10^−360 of what it is made of."""
    found, own = gated_moments("geglu", -50, digits=5), moments("gelu", -50, digits=5)
    assert float(found.by_z_second * 10**300) == pytest.approx(1.11707e-63, rel=1e-5)
    assert own.second > 0
    assert own.variance > 0


def test_gains_are_for_one_length() -> None:
    found = gated_moments("reglu", 0, 4, variance_z=4, digits=20)
    # E f² = 8 for a length of 4, and E f_x² = E f_z² = 2.
    assert float(found.forward_gain) == pytest.approx(math.sqrt(0.5), rel=1e-15)
    assert float(found.backward_gain) == pytest.approx(0.5, rel=1e-15)
    assert gated_moments("reglu", 1).forward_gain is nan
    assert len(gated_moments("reglu", 1).rows()) == 6


def test_fifteen_digits_are_shown_where_none_are_asked() -> None:
    assert str(gated_moments("bilinear", 1, 4, mean_z=2, correlation="1/2").mean) == "3." + 14 * "0"


def test_what_cannot_be_asked() -> None:
    with pytest.raises(ValueError, match="variance must be positive, got -1"):
        gated_moments("glu", 0, -1)
    with pytest.raises(ValueError, match="variance_z must be positive, got 0"):
        gated_moments("glu", variance_z=0)
    with pytest.raises(ValueError, match="correlation must lie from −1 to 1, got 11/10"):
        gated_moments("glu", correlation="1.1")
    with pytest.raises(ValueError, match="correlation must lie from −1 to 1, got -11/10"):
        gated_moments("glu", correlation="-1.1")
    with pytest.raises(TypeError, match=r"mean must be a single number.*gated_gaussian"):
        gated_moments("glu", np.zeros(3))
    with pytest.raises(ValueError, match="digits must be an integer"):
        gated_moments("glu", digits=0)
    with pytest.raises(ValueError, match="are infinite"):
        gated_moments(GatedUnit("root", Activation("own", "sqrt(abs(x))")))


def test_it_shows_itself() -> None:
    found = gated_moments("bilinear", 1, 2, digits=5)
    assert found.caption().startswith("bilinear(x, z), x ~ N(1, 2), z ~ N(0, 1), correlation 0;")
    assert "E (∂f/∂x)²" in found._repr_html_()
