"""Closed forms for units of two arguments, against forms worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import Rational, pi, simplify, sqrt

from actmath import GatedUnit, catalog
from actmath.derive import gated_formulas
from actmath.lower import to_numpy
from actmath.notation import mu, mu_z, nu, nu_z, rho

STANDARD = {mu: 0, nu: 1, mu_z: 0, nu_z: 1}


def test_the_product_of_two_gaussians() -> None:
    """E (xz)² = μ²μ_z² + μ²ν_z + μ_z²ν + νν_z + 4μμ_zκ + 2κ² (Isserlis)."""
    found, k = gated_formulas("bilinear"), rho * sqrt(nu * nu_z)
    second = mu**2 * mu_z**2 + mu**2 * nu_z + mu_z**2 * nu + nu * nu_z
    assert simplify(found.second - second - 4 * mu * mu_z * k - 2 * k**2) == 0
    assert simplify(found.by_both - mu * mu_z - k) == 0
    assert found.variance == found.second - found.mean**2


def test_reglu_where_the_gate_is_a_half() -> None:
    """E relu(x)·z = ρ/2 and E relu(x)²z² = (1 + 2ρ²)/2 at mean 0 and variance 1."""
    found = gated_formulas("reglu").at(STANDARD)
    assert simplify(found.mean - rho / 2) == 0
    assert simplify(found.second - Rational(1, 2) - rho**2) == 0
    assert simplify(found.by_x_second - Rational(1, 2)) == 0


@pytest.mark.slow
def test_geglu_has_the_second_moment_of_gelu() -> None:
    """E gelu(Z)² = 1/3 + 1/(2√3π)."""
    found = gated_formulas("geglu").at({**STANDARD, rho: 0})
    assert found.second.evalf(30) == (Rational(1, 3) + 1 / (2 * sqrt(3) * pi)).evalf(30)
    assert found.mean == 0


def test_a_gate_that_jumps() -> None:
    """Of hard shrink, z·x for |x| > λ: the jump has no part in E f_x·f_z = E g·g′·z."""
    unit = GatedUnit("mine", catalog.hardshrink)
    found = gated_formulas(unit).at({**STANDARD, **unit.defaults})
    # g·g′ = x there, so that E g·g′·z = ρ·E[x²; |x| > λ] = ρ·E g².
    assert simplify(found.by_both - rho * found.by_z_second) == 0


def test_without_a_closed_form_the_numeric_route_is_named() -> None:
    with pytest.raises(NotImplementedError, match=r"actmath.gated_moments\('glu', …\)"):
        gated_formulas("glu")


def test_it_shows_itself() -> None:
    found = gated_formulas("bilinear")
    assert r"\mathbb{E} f" in found._repr_latex_()
    assert "by_both" in repr(found)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["bilinear", "reglu"])
def test_all_five_are_sums_over_x_of_what_z_has_beside_it(name: str) -> None:
    """Given x, z is Gaussian about μ_z + κ(x − μ)/ν with the variance ν_z − κ²/ν."""
    values = {mu: 0.4, nu: 1.7, mu_z: -0.6, nu_z: 0.8, rho: 0.55}
    unit = catalog.GATED[name]
    found = gated_formulas(unit).at({**values, **unit.defaults})
    step = 1e-4
    at = np.arange(-12, 12, step) + step / 2
    x = 0.4 + np.sqrt(1.7) * at
    weight = np.exp(-at * at / 2) / np.sqrt(2 * np.pi) * step
    kappa = 0.55 * np.sqrt(1.7 * 0.8)
    z = -0.6 + kappa * (x - 0.4) / 1.7
    square = z**2 + 0.8 - kappa**2 / 1.7
    g, slope = (to_numpy(unit.gate, order)(x) for order in (0, 1))
    wanted = {
        "mean": g * z,
        "second": g**2 * square,
        "by_x_second": slope**2 * square,
        "by_z_second": g**2,
        "by_both": g * slope * z,
    }
    for field, integrand in wanted.items():
        assert float(getattr(found, field)) == pytest.approx((weight * integrand).sum(), rel=1e-4)
    assert float(found.variance) == pytest.approx(
        (weight * g**2 * square).sum() - (weight * g * z).sum() ** 2, rel=1e-4
    )
