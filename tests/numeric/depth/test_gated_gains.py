"""Gains of units of two arguments: against many digits, and in a random layer."""

from __future__ import annotations

import numpy as np
import pytest

from actmath import gated_moments
from actmath.catalog import GATED
from actmath.numeric import MomentRoute, gains, gated_gains


@pytest.mark.parametrize("name", GATED)
def test_they_are_those_of_many_digits(name: str) -> None:
    found, want = gated_gains(name, 2.0), gated_moments(name, 0, 2, variance_z=2, digits=17)
    assert found.forward == pytest.approx(float(want.forward_gain), rel=1e-13)
    assert found.backward == pytest.approx(float(want.backward_gain), rel=1e-13)


def test_a_wide_random_layer_keeps_the_gradient() -> None:
    """backward²/fan_out for both matrices; the weights of x and z correlated by one half."""
    rng = np.random.default_rng(7)
    inputs, units, rho = 600, 600, 0.5
    gain = gated_gains("bilinear", correlation=rho).backward
    w, own = rng.standard_normal((2, units, inputs))
    v = rho * w + np.sqrt(1 - rho**2) * own
    signal, upstream = rng.standard_normal(inputs), rng.standard_normal(units)
    # x and z of length 1 in the forward pass, whatever the gain of the backward pass.
    x, z = (matrix @ signal / np.sqrt(inputs) for matrix in (w, v))
    down = gain / np.sqrt(units) * (w.T @ (upstream * z) + v.T @ (upstream * x))
    assert np.mean(down**2) / np.mean(upstream**2) == pytest.approx(1, abs=0.2)


def test_what_cannot_be_asked() -> None:
    with pytest.raises(ValueError, match="length must be one positive number"):
        gated_gains("glu", 0.0)
    with pytest.raises(ValueError, match="correlation must be one number"):
        gated_gains("glu", correlation=[0.0, 1.0])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="correlation must lie from −1 to 1"):
        gated_gains("glu", correlation=2.0)


@pytest.mark.parametrize("rho", [-1.0, -0.6, 0.0, 0.5, 1.0])
@pytest.mark.parametrize("length", [0.25, 3.0])
def test_of_a_product_they_are_known_by_hand(rho: float, length: float) -> None:
    """E x²z² = q²(1 + 2ρ²); E z² + E x² + 2ρ·E xz = 2q(1 + ρ²)."""
    found = gated_gains("bilinear", length, rho)
    square, slope = length**2 * (1 + 2 * rho**2), 2 * length * (1 + rho**2)
    assert found.forward == pytest.approx((length / square) ** 0.5, rel=1e-13)
    assert found.backward == pytest.approx(slope**-0.5, rel=1e-13)
    assert found.signal_factor == pytest.approx(square / slope / length, rel=1e-13)
    assert found.gradient_factor == pytest.approx(slope * length / square, rel=1e-13)
    assert (found.activation, found.length) == ("bilinear", length)
    assert found.route == MomentRoute.QUADRATURE


def test_of_equal_arguments_they_are_those_of_the_one_argument_unit() -> None:
    """x·σ(x) is SiLU: with ρ = 1 both matrices are the same one."""
    found, want = gated_gains("glu", 1.5, 1.0), gains("silu", 1.5)
    assert found.forward == pytest.approx(want.forward, rel=1e-12)
    assert found.backward == pytest.approx(want.backward, rel=1e-12)


@pytest.mark.parametrize("length", [-1.0, np.inf, np.nan])
def test_a_length_is_one_positive_finite_number(length: float) -> None:
    with pytest.raises(ValueError, match=f"length must be one positive number, got {length}"):
        gated_gains("glu", length)
