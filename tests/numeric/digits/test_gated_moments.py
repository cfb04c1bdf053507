"""Moments of units of two arguments, against integrals that share no code with them."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
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


@pytest.mark.slow
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


@pytest.mark.parametrize("correlation", ["-3/4", "1/3", "1", "-1"])
def test_a_product_of_two_gaussians_by_hand(correlation: str) -> None:
    """f = xz, both N(0, 3): Isserlis' theorem; every row is named, gains last."""
    rho, spread = float(Fraction(correlation)), 3.0
    found = gated_moments("bilinear", 0, 3, variance_z=3, correlation=correlation, digits=20)
    gradient = 2 * spread + 2 * rho * rho * spread
    second = spread**2 * (1 + 2 * rho**2)
    wanted = {
        "E f": rho * spread,
        "E f²": second,
        "Var f": spread**2 * (1 + rho**2),
        "E (∂f/∂x)²": spread,
        "E (∂f/∂z)²": spread,
        "E ∂f/∂x·∂f/∂z": rho * spread,
        "forward gain": (spread / second) ** 0.5,
        "backward gain": gradient**-0.5,
    }
    rows = dict(found.rows())
    assert list(rows) == list(wanted)
    for label, value in wanted.items():
        assert float(rows[label]) == pytest.approx(value, rel=1e-14), label
    assert f"x ~ N(0, 3), z ~ N(0, 3), correlation {correlation};" in found.caption()


@pytest.mark.parametrize(
    "given",
    [
        {"mean": 1},
        {"mean_z": 1},
        {"variance": 2},
        {"variance_z": "1/2"},
        {"mean": 1, "mean_z": 1},
    ],
    ids=str,
)
def test_where_the_lengths_differ_there_are_no_gains(given: dict[str, Any]) -> None:
    found = gated_moments("bilinear", **given)
    assert (found.forward_gain, found.backward_gain) == (nan, nan)
    assert [label for label, _ in found.rows()][-1] == "E ∂f/∂x·∂f/∂z"
    assert gated_moments("bilinear", 0, "1/2", variance_z=0.5).forward_gain is not nan


def test_a_gate_that_never_moves() -> None:
    """f = 2z: E f² = 4 and E f_z² = 4, and f_x is 0."""
    flat = GatedUnit("flat", Activation("two", "2 + 0*x"))
    found = gated_moments(flat, digits=12)
    assert (float(found.second), float(found.by_z_second)) == (4, 4)
    assert (found.by_x_second, found.by_both, found.mean) == (0, 0, 0)
    assert float(found.forward_gain) == float(found.backward_gain) == 0.5


@pytest.mark.parametrize("name", ["tanh", "gaussian_rbf"])
@pytest.mark.parametrize(
    ("mean", "mean_z", "correlation"), [(0, 0, 0.5), (0, 1, 0.5), (0.25, 1, -0.5)]
)
def test_gates_with_a_symmetry_and_without_one(
    monkeypatch: pytest.MonkeyPatch, name: str, mean: float, mean_z: float, correlation: float
) -> None:
    """An odd gate, an even one, about the mean and beside it: nothing is left out wrongly."""
    unit = GatedUnit("mine", catalog.get(name))
    found = gated_moments(unit, mean, 2, mean_z=mean_z, correlation=correlation, digits=10)
    by_name = {
        "tanh": (np.tanh, lambda x: np.cosh(x) ** -2.0),
        "gaussian_rbf": (lambda x: np.exp(-x * x), lambda x: -2 * x * np.exp(-x * x)),
    }
    monkeypatch.setitem(GATES, "mine", by_name[name])
    want = integrals("mine", mean, 2, mean_z, 1, correlation)
    size = want[1] ** 0.5
    for field, value in zip(FIELDS, want, strict=True):
        assert float(getattr(found, field)) == pytest.approx(value, rel=1e-9, abs=1e-12 * size)


@pytest.mark.parametrize("name", ["mean", "variance", "mean_z", "variance_z", "correlation"])
def test_each_argument_is_a_single_number(name: str) -> None:
    with pytest.raises(TypeError, match=rf"^{name} must be a single number, got a list; actmath"):
        gated_moments("glu", **{name: [0.5, 0.5]})
    for least in ({"correlation": 1}, {"correlation": -1}, {"variance_z": "1e-9"}):
        assert gated_moments("bilinear", **least).second > 0
