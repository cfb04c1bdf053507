"""Closed forms for units of two arguments, against forms worked out by hand."""

from __future__ import annotations

import pytest
from sympy import Rational, pi, simplify, sqrt

from actmath import GatedUnit, catalog
from actmath.derive import gated_formulas
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
