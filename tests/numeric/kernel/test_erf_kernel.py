"""The dual kernel of error functions against quadrature, and where nothing else has digits."""

from __future__ import annotations

import numpy as np
import pytest
from mpmath import mp
from sympy import erf

from actmath import Activation, catalog
from actmath.notation import x
from actmath.numeric._kernel.erf_kernel import error_function
from actmath.numeric._kernel.plane import by_quadrature

UNITS = (
    catalog.erf,
    Activation("normal_cdf", (1 + erf(x / 2**0.5)) / 2),
    Activation("turned", 1 - 2 * erf(-x / 3)),
)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_quadrature_agrees(unit):
    q1, q2 = np.array([0.3, 2.0, 1e-3, 30.0]), np.array([1.0, 2.0, 5.0, 30.0])
    c = np.array([0.3, 1.0, -1.0, 0.9999])
    value, slope, scale = error_function(unit).kernel(q1, q2, c)
    found = by_quadrature(unit, q1, q2, c)
    np.testing.assert_allclose(value, found.value, atol=1e-15)
    np.testing.assert_allclose(slope, found.derivative, rtol=4e-15)
    np.testing.assert_allclose(scale, found.scaling / (2 * np.sqrt(q1)), rtol=4e-14)


def test_as_published():
    """Williams (1996), Eq. 11: (2/π)·asin(2k/√((1 + 2q₁)(1 + 2q₂)))."""
    value, _, _ = error_function(catalog.erf).kernel(*map(np.array, (1.5, 0.5, 0.4)))
    k = 0.4 * np.sqrt(0.75)
    assert value == pytest.approx(2 / np.pi * np.arcsin(2 * k / np.sqrt(4 * 2)), rel=1e-15)


def test_far_out_it_is_a_sign():
    """At q = 10³⁰⁰ the kernel is (2/π)·asin c, whose angle 1 − c = 10⁻¹² is √(2·10⁻¹²)."""
    value, slope, _ = error_function(catalog.erf).kernel(*map(np.array, (1e300, 1e300, 1 - 1e-12)))
    gap = 1 - (1 - 1e-12)
    assert 1 - value == pytest.approx(2 / np.pi * np.sqrt(2 * gap), rel=1e-9)
    assert 0 < slope < 1e-290


def test_what_is_none():
    assert error_function(catalog.gelu) is None
    assert error_function(catalog.tanh) is None


def test_which_units_are_error_functions() -> None:
    found = error_function(Activation("own", 2 - 3 * erf(x / 4)))
    assert found is not None
    # With −3 and 1/4 or with 3 and −1/4: erf is odd.
    assert (found.height * found.rate, abs(found.rate), found.offset) == (-0.75, 0.25, 2)
    for expr in (erf(x**2), erf(x + 1), x * erf(x), erf(x) + x, erf(x) ** 2):
        assert error_function(Activation("none", expr)) is None


@pytest.mark.parametrize("at", [(0.3, 2.0, -0.7), (5.0, 0.01, 1.0), (2.0, 2.0, -1.0)])
def test_as_an_integral_in_many_digits(at: tuple[float, float, float]) -> None:
    """By the derivative of (2/π)·asin(2B²k/√((1 + 2B²q₁)(1 + 2B²q₂))) in mpmath."""
    unit = error_function(Activation("own", 2 - 3 * erf(x / 4)))
    value, slope, scale = (float(part) for part in unit.kernel(*map(np.array, at)))
    with mp.workdps(40):
        q1, q2, c = map(mp.mpf, at)
        b = mp.mpf(1) / 8

        def kernel(q: mp.mpf, k: mp.mpf) -> mp.mpf:
            return 18 / mp.pi * mp.asin(b * k / mp.sqrt((1 + b * q) * (1 + b * q2))) + 4

        k, step = c * mp.sqrt(q1 * q2), mp.mpf(10) ** -12
        by_k = (kernel(q1, k + step) - kernel(q1, k - step)) / (2 * step)
        ends = [kernel(q1 + s * step, c * mp.sqrt((q1 + s * step) * q2)) for s in (-1, 1)]
        assert value == pytest.approx(float(kernel(q1, k)), rel=1e-14)
        assert slope == pytest.approx(float(by_k), rel=1e-14)
        assert scale == pytest.approx(float((ends[1] - ends[0]) / (2 * step)), rel=1e-14)
