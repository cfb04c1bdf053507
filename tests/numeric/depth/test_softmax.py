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
    assert softmax_moments(5, 1e-9).variance == pytest.approx(4e-18 / 125, rel=1e-13, abs=0)


@pytest.mark.slow
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


@pytest.mark.parametrize("scale", [0.05, 0.5, 1.5])
def test_of_three_it_is_a_sum_over_their_differences(scale: float) -> None:
    """By the trapezoidal rule over ℓ_1 − ℓ_3 and ℓ_2 − ℓ_3, of variances 2s² and covariance s²."""
    step = 0.1
    line = np.arange(-8.5, 8.5 + step / 2, step)
    one, other = np.meshgrid(line, line)
    weights = np.exp(-(one**2 + other**2) / 2) * step**2 / (2 * np.pi)
    # Cholesky's factor of ((2, 1), (1, 2)).
    first, second = 2**0.5 * one, (one + 3**0.5 * other) / 2**0.5
    shares = np.exp(scale * np.stack([first, second, np.zeros_like(first)]))
    p = shares / shares.sum(axis=0)
    # A gradient g of independent entries leaves p_i(g_i − Σ p_j g_j) at the logits.
    gradient = p**2 * (1 - 2 * p + (p**2).sum(axis=0))
    found = softmax_moments(3, scale)
    assert found.mean == 1 / 3
    for values, got in (
        (p[0] ** 2, found.second),
        ((p[1] - 1 / 3) ** 2, found.variance),
        (gradient[2], found.gradient_second),
    ):
        assert got == pytest.approx(float((weights * values).sum()), rel=1e-12)
    assert found.pooled == pytest.approx(3 * found.second, rel=1e-14)


def test_a_caption_and_rows_say_which_and_what() -> None:
    found = softmax_moments(4, 0.0)
    assert found.caption() == "softmax of 4 logits N(0, 0²); quadrature"
    assert found.rows() == (
        ("E p", "0.25"),
        ("E p²", "0.0625"),
        ("Var p", "0"),
        ("mean square of the gradient at a logit", "0.046875"),
        ("variance of what is pooled", "0.25"),
    )
    assert softmax_moments(4).scale == 1.0


@pytest.mark.slow
def test_the_ends_of_what_can_be_asked() -> None:
    # With few steep logits a pair decides: of two the larger one takes all.
    assert softmax_moments(2, 25.0).second == pytest.approx(0.5, rel=0.1)
    with pytest.raises(ValueError, match=r"scale must lie from 0 to 25, got 25\.1"):
        softmax_moments(2, 25.1)
    with pytest.raises(ValueError, match="n must be an integer of at most 1000000000000, got"):
        softmax_moments(10**12 + 1)
    most = softmax_moments(10**12, 1.0)
    assert most.variance * 1e24 == pytest.approx(np.expm1(1.0), rel=1e-9)
    assert most.gradient_second * 1e24 == pytest.approx(np.e, rel=1e-9)
    # From the smallest scale on, and of one alone, all is as it must be.
    assert softmax_moments(2, 1e-150).variance == pytest.approx(1e-300 / 8, rel=1e-12, abs=0)


@pytest.mark.parametrize("scale", [0.1, 0.12, pytest.param(25.0, marks=pytest.mark.slow)])
def test_of_two_large_and_nearly_equal_ones(scale: float) -> None:
    """On both sides of where X − 1 has digits of its own, and where the sums end."""
    found, of_one = softmax_moments(2, scale), gaussian("sigmoid", 0.0, 2 * scale**2)
    assert found.variance == pytest.approx(float(of_one.variance), rel=1e-12)
    assert found.gradient_second == pytest.approx(2 * float(of_one.derivative_second), rel=1e-12)
