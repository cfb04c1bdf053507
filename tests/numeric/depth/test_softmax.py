"""Moments of softmax: against the sigmoid, limits in n and in scale, and Monte Carlo."""

from __future__ import annotations

import numpy as np
import pytest

from actmath.numeric import gaussian, softmax_moments


@pytest.mark.parametrize("scale", [1e-4, 0.3, 2.0, 8.0])
def test_of_two_it_is_the_sigmoid_of_the_difference(scale: float) -> None:
    """p_1 = σ(ℓ_1 − ℓ_2), of slope p_1p_2 by each logit."""
    found, of_one = softmax_moments(2, scale), gaussian("sigmoid", 0.0, 2 * scale**2)
    assert found.variance == pytest.approx(float(of_one.variance), rel=1e-13)
    assert found.gradient_second == pytest.approx(2 * float(of_one.derivative_second), rel=1e-13)


@pytest.mark.parametrize(("n", "scale"), [(3, 0.5), (16, 1.0), (64, 3.0)])
def test_against_draws(n: int, scale: float) -> None:
    """Within four standard errors of 40,000 draws."""
    logits = scale * np.random.default_rng(5).standard_normal((40_000, n))
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    square = p**2
    # Of a gradient g at the shares, p_i(g_i − Σ p_j g_j) arrives: averaged over g.
    gradient = square * (1 - 2 * p + square.sum(axis=1, keepdims=True))
    found = softmax_moments(n, scale)
    for drawn, value in ((square, found.second), (gradient, found.gradient_second)):
        means = drawn.mean(axis=1)
        error = means.std() / len(means) ** 0.5
        assert abs(means.mean() - value) < 4 * error


def test_many_entries_are_independent_lognormals() -> None:
    """n²·Var p → e^{s²} − 1 and n²·E g² → e^{s²}, by a share of 1/n."""
    found = softmax_moments(10**9, 0.5)
    assert found.variance * 1e18 == pytest.approx(np.expm1(0.25), rel=1e-8)
    assert found.gradient_second * 1e18 == pytest.approx(np.exp(0.25), rel=1e-8)


def test_flat_and_alone() -> None:
    flat, alone = softmax_moments(5, 0.0), softmax_moments(1, 3.0)
    assert (flat.variance, flat.pooled) == (0, pytest.approx(0.2))
    assert flat.gradient_second == pytest.approx(0.2**2 * 0.8)
    assert (alone.second, alone.gradient_second) == (1, 0)
    # To first order Var p = s²(n − 1)/n³.
    assert softmax_moments(5, 1e-9).variance == pytest.approx(4e-18 / 125, rel=1e-13)


def test_large_logits_choose_one() -> None:
    assert softmax_moments(10, 25.0).pooled > 0.93
    assert softmax_moments(10, 10.0).pooled < softmax_moments(10, 20.0).pooled < 1


def test_what_cannot_be_asked() -> None:
    with pytest.raises(ValueError, match="n must be an integer of at least 1, got 0"):
        softmax_moments(0)
    with pytest.raises(TypeError, match="n must be an integer, got"):
        softmax_moments(2.5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="scale must lie from 0 to 25, got -1"):
        softmax_moments(3, -1)
    with pytest.raises(ValueError, match="scale must be one number"):
        softmax_moments(3, [1.0, 2.0])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="scale must lie"):
        softmax_moments(3, float("nan"))


def test_it_shows_itself() -> None:
    assert "variance of what is pooled" in repr(softmax_moments(4))
