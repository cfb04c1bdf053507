"""SELU's moment map against Eqs. 4 and 5 as printed, and its Jacobian against differences."""

from __future__ import annotations

import random

import pytest
from mpmath import mp
from sympy import Expr, Rational, erf, erfc, exp, lambdify, pi, sqrt

from actmath import catalog
from actmath.derive._moments.gaussian_moments import gaussian_moments
from actmath.derive._moments.moment_map import moment_map
from actmath.notation import alpha, lam, mu, nu, omega, tau

# Klambauer et al. (2017), Eqs. 4 and 5, with y = μω and v = ντ.
Y, V = mu * omega, nu * tau
MEAN = (lam / 2) * (
    Y * erf(Y / sqrt(2 * V))
    + alpha * exp(Y + V / 2) * erfc((Y + V) / sqrt(2 * V))
    - alpha * erfc(Y / sqrt(2 * V))
    + sqrt(2 * V / pi) * exp(-(Y**2) / (2 * V))
    + Y
)
SECOND = (lam**2 / 2) * (
    (Y**2 + V) * (2 - erfc(Y / sqrt(2 * V)))
    + alpha**2
    * (
        -2 * exp(Y + V / 2) * erfc((Y + V) / sqrt(2 * V))
        + exp(2 * (Y + V)) * erfc((Y + 2 * V) / sqrt(2 * V))
        + erfc(Y / sqrt(2 * V))
    )
    + sqrt(2 / pi) * Y * sqrt(V) * exp(-(Y**2) / (2 * V))
)
SYMBOLS = (mu, nu, omega, tau, alpha, lam)
_random = random.Random(170602515)


def _point() -> dict[Expr, Expr]:
    signed = {s: Rational(_random.randint(-60, 60), 29) for s in (mu, omega)}
    positive = {s: Rational(_random.randint(1, 70), 23) for s in (nu, tau, alpha, lam)}
    return signed | positive


POINTS = [_point() for _ in range(8)]


@pytest.mark.parametrize("at", POINTS, ids=range(len(POINTS)))
def test_eqs_4_and_5_as_printed(at: dict[Expr, Expr]) -> None:
    g = moment_map(catalog.selu)
    for derived, printed in ((g.mean, MEAN), (g.second, SECOND), (g.variance, SECOND - MEAN**2)):
        want = printed.subs(at).evalf(75)
        assert abs(derived.subs(at).evalf(75) - want) <= Rational(1, 10) ** 60 * max(1, abs(want))


@pytest.mark.parametrize("at", POINTS[:3], ids=range(3))
def test_jacobians_against_differences(at: dict[Expr, Expr]) -> None:
    g = moment_map(catalog.selu)
    printed = {"jacobian": (MEAN, SECOND - MEAN**2), "jacobian_of_second": (MEAN, SECOND)}
    rest = {symbol: value for symbol, value in at.items() if symbol not in (mu, nu)}
    with mp.workdps(60):
        where = (mp.mpf(at[mu].p) / at[mu].q, mp.mpf(at[nu].p) / at[nu].q)
        for name, rows in printed.items():
            matrix = getattr(g, name).subs(at)
            for i, row in enumerate(rows):
                function = lambdify((mu, nu), row.subs(rest), "mpmath")
                for j, order in enumerate([(1, 0), (0, 1)]):
                    want = mp.diff(function, where, order)
                    assert abs(mp.mpf(matrix[i, j].evalf(60)) - want) < 1e-20 * (1 + abs(want))


def test_jacobian_at_the_fixed_point_of_eq_6() -> None:
    """The paper cuts 0.08883475… off after six places, so the last digit may be one too low."""
    at = {mu: 0, nu: 1, omega: 0, tau: 1}
    entries = moment_map(catalog.selu).at(at).jacobian.subs(catalog.selu.defaults).evalf(30)
    assert entries[0, 0] == 0
    assert abs(entries[1, 0]) < 1e-25
    assert abs(entries[0, 1] - Rational("0.088834")) < Rational("0.000001")
    assert abs(entries[1, 1] - Rational("0.782648")) < Rational("0.0000005")


@pytest.mark.slow
def test_zero_one_is_a_fixed_point_of_selu() -> None:
    g = moment_map(catalog.selu).at({mu: 0, nu: 1, omega: 0, tau: 1})
    assert abs(g.mean.subs(catalog.selu.defaults).evalf(70)) < 1e-60
    assert abs(g.variance.subs(catalog.selu.defaults).evalf(70) - 1) < 1e-60


def test_omega_and_tau_scale_the_input() -> None:
    """The map at (mu, nu, omega, tau) is the plain moments at (mu·omega, nu·tau)."""
    plain = gaussian_moments(catalog.elu)
    at = {mu: Rational(2, 3), nu: Rational(5, 4), omega: Rational(-3, 7), tau: Rational(9, 8)}
    inputs = {mu: at[mu] * at[omega], nu: at[nu] * at[tau], alpha: 2}
    g = moment_map(catalog.elu).at({**at, alpha: 2})
    assert abs((g.second - plain.second.subs(inputs)).evalf(60)) < 1e-55


def test_relu_halves_the_second_moment() -> None:
    g = moment_map(catalog.relu).at({mu: 0, omega: 1})
    assert (g.second - nu * tau / 2).expand() == 0
    assert g.jacobian_of_second[1, 1] == tau / 2


def test_rows_show_what_is_short_and_say_where_the_rest_stands() -> None:
    plain = moment_map(catalog.relu).at({mu: 0, nu: 1, omega: 1, tau: 1})
    rows = dict(plain.rows())
    assert list(rows) == ["mean", "second", "jacobian", "jacobian_of_second"]
    for name, text in rows.items():
        assert text == str(getattr(plain, name))
    assert plain.caption() == "MomentMap"
    whole = moment_map(catalog.selu)
    long = dict(whole.rows())
    for name in ("jacobian", "jacobian_of_second"):
        count = len(str(getattr(whole, name)))
        assert count > 150
        assert long[name] == f"2×2, {count} characters: .{name}"
    names = "alpha, lam, mu, nu, omega, tau"
    assert whole.caption() == f"MomentMap in {names}; .at({{mu: 0, …}}) puts in numbers"
    # What only one of the two moments hangs on is named, too.
    level = moment_map(catalog.identity).at({omega: 1, mu: 3})
    assert (level.mean, level.caption()[:24]) == (3, "MomentMap in nu, tau; .a")


def test_what_is_left_of_a_map_stays_a_map() -> None:
    found = moment_map(catalog.elu).at({omega: 0, alpha: 1})
    assert found.variance == found.second - found.mean**2
    assert not found.mean.has(omega, alpha)
    assert found.jacobian[0, 0] == 0
    assert found.jacobian.shape == found.jacobian_of_second.shape == (2, 2)
