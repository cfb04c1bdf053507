"""What rows on random networks compute, beside networks that are drawn."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import S

from actmath import catalog
from actmath.claims.chaos import glorot, jacobians, printed_points
from actmath.claims.chaos._points import edge_at
from actmath.claims.chaos.correlations import tangent_kernel


def test_the_average_singular_value() -> None:
    values = np.linalg.svd(np.random.default_rng(0).normal(size=(400, 400)), compute_uv=False)
    # The edge of the spectrum moves with n^(−2/3), the mean with 1/n.
    assert values.mean() / 20 == pytest.approx(float(glorot.average_singular_value(S(1))), rel=0.01)


def squared_singular_values(width: int, depth: int, orthogonal: bool, seed: int) -> np.ndarray:
    """Of the Jacobian of a ReLU network with σ_w² = 2 and no biases."""
    rng = np.random.default_rng(seed)
    signal, jacobian = rng.normal(size=width), np.eye(width)
    for _ in range(depth):
        weights = 2**0.5 * rng.normal(size=(width, width)) / width**0.5
        if orthogonal:
            weights = 2**0.5 * np.linalg.qr(weights)[0]
        net = weights @ signal
        jacobian = (net > 0)[:, None] * (weights @ jacobian)
        signal = np.maximum(net, 0)
    return np.linalg.svd(jacobian, compute_uv=False) ** 2


@pytest.mark.parametrize("orthogonal", [True, False])
def test_the_spectrum_of_relu_networks(orthogonal: bool) -> None:
    width, depth = 200, 3
    drawn = [squared_singular_values(width, depth, orthogonal, seed) for seed in range(12)]
    means = np.array([values.mean() for values in drawn])
    spreads = np.array([(values**2).mean() for values in drawn]) - means**2
    wanted = depth * float(jacobians.spread_by_layer(jacobians.relu_ratio(), orthogonal))
    # Four standard errors, and 1/width for what a finite width shifts.
    for found, target in ((means, 1.0), (spreads, wanted)):
        error = 4 * found.std(ddof=1) / len(found) ** 0.5 + 5 * target / width
        assert abs(found.mean() - target) < error
        assert error < 0.35 * target
    # At least half of the singular values vanish.
    assert all((values < 1e-12).sum() >= width * 0.4 for values in drawn)


def test_the_tangent_kernel_of_a_residual_network() -> None:
    """Σ over layers of |∂y/∂W_l|², W of deviation σ_w/√n times parameters of deviation 1."""
    width, layers, variance = 300, 5, 4.0
    found = []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        signal = rng.normal(size=width)
        signal *= (width / (signal @ signal)) ** 0.5
        scale = (variance / width) ** 0.5
        # The first layer is plain; the others add a branch.
        inputs, steps = [signal], []
        y = scale * rng.normal(size=(width, width)) @ signal
        for _ in range(layers - 1):
            weights = scale * rng.normal(size=(width, width))
            inputs.append(np.maximum(y, 0))
            steps.append(np.eye(width) + weights * (y > 0))
            y = y + weights @ inputs[-1]
        back, total = np.eye(width), 0.0
        for at in reversed(range(layers)):
            # The mean over output units of |∂y_i/∂y_l|²·|input|²·σ_w²/n.
            total += (back**2).sum() / width * (inputs[at] @ inputs[at]) * variance / width
            if at:
                back = back @ steps[at - 1]
        found.append(total)
    wanted = float(tangent_kernel(S(4), S(layers)))
    error = 4 * np.std(found, ddof=1) / len(found) ** 0.5
    assert abs(np.mean(found) - wanted) < error + 0.02 * wanted
    assert error < 0.3 * wanted


def test_the_sigmoids_edge_by_its_definition() -> None:
    """One drawn wide layer at the point that is found keeps lengths, and gradients."""
    unit = catalog.sigmoid
    point = edge_at(unit, 0.0)
    z = point.length**0.5 * np.random.default_rng(0).normal(size=1_000_000)
    f = 1 / (1 + np.exp(-z))
    assert point.sigma_w**2 * np.mean(f**2) == pytest.approx(point.length, rel=5e-3)
    assert point.sigma_w**2 * np.mean((f * (1 - f)) ** 2) == pytest.approx(1, rel=1e-2)


@pytest.mark.slow
def test_the_sampling_error() -> None:
    """Of fixed lengths where means over 4,000 normals stand for the moments, with σ_b = 0.5."""
    found = []
    for seed in range(40):
        z = np.random.default_rng(seed).normal(size=4000)
        q = 1.3
        for _ in range(40):
            f = np.tanh(q**0.5 * z)
            q = 0.25 + np.mean(f**2) / np.mean((1 - f**2) ** 2)
        found.append(q)
    wanted = printed_points.sampling_error(catalog.tanh, 0.5, 4000)
    # The standard deviation of 40 draws is known to 11 %.
    assert np.std(found, ddof=1) / np.mean(found) == pytest.approx(wanted, rel=0.35)
