"""Attention's logits exactly, and its shares against draws of queries and keys."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import chi2
from sympy import Rational, sqrt

from actmath.numeric import attention_logit, attention_moments, gaussian, softmax_moments
from actmath.numeric._depth.attention import _length_nodes


def test_one_over_the_root_of_the_width_keeps_the_variance() -> None:
    assert {attention_logit(d).variance for d in (1, 7, 64, 4096)} == {1}
    assert attention_logit(64, 1).variance == 64
    found = attention_logit(9, variance_q=2, variance_k="1/2", correlation="1/3")
    assert (found.mean, found.variance) == (1, Rational(10, 9))
    assert attention_logit(2, "1/2", variance_q=3).scale == Rational(1, 2)
    assert attention_logit(5).scale == sqrt(5) / 5


def test_moments_of_drawn_dot_products() -> None:
    """Within four standard errors of 400,000 draws, up to the fourth."""
    rng, width, rho = np.random.default_rng(3), 4, 0.5
    q, own = rng.standard_normal((2, 400_000, width))
    k = rho * q + (1 - rho**2) ** 0.5 * own
    drawn = (q * k).sum(axis=1) / width**0.5
    found = attention_logit(width, correlation="1/2")
    mean, variance = float(found.mean), float(found.variance)
    fourth = (3 + float(found.excess_kurtosis)) * variance**2
    for power, value in ((1, 0.0), (2, variance), (4, fourth)):
        powers = (drawn - mean) ** power
        assert abs(powers.mean() - value) < 4 * powers.std() / len(drawn) ** 0.5


@pytest.mark.parametrize(("n", "width"), [(8, 2), (32, 16)])
def test_shares_of_drawn_queries_and_keys(n: int, width: int) -> None:
    rng = np.random.default_rng(4)
    q, k = rng.standard_normal((8000, width)), rng.standard_normal((8000, n, width))
    logits = np.einsum("bd,bnd->bn", q, k) / width**0.5
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    pooled = ((p / p.sum(axis=1, keepdims=True)) ** 2).sum(axis=1)
    found = attention_moments(n, width).pooled
    assert abs(pooled.mean() - found) < 4 * pooled.std() / len(pooled) ** 0.5


def test_wide_heads_have_gaussian_logits() -> None:
    """The size of a query is then nearly 1: what remains of it is 2/d of the variance."""
    wide, limit = attention_moments(20, 10**6), softmax_moments(20, 1.0)
    assert wide.pooled == pytest.approx(limit.pooled, rel=1e-5)
    assert wide.logit_variance == pytest.approx(1)


def test_the_rule_has_converged(monkeypatch: pytest.MonkeyPatch) -> None:
    few = attention_moments(20, 8)
    monkeypatch.setattr("actmath.numeric._depth.attention._NODES", 60)
    assert attention_moments(20, 8).pooled == pytest.approx(few.pooled, rel=1e-12)


def test_what_cannot_be_asked() -> None:
    with pytest.raises(ValueError, match="width must be an integer of at least 1, got 0"):
        attention_logit(0)
    with pytest.raises(ValueError, match="variance_k must be positive, got 0"):
        attention_logit(3, variance_k=0)
    with pytest.raises(ValueError, match="correlation must lie from −1 to 1"):
        attention_logit(3, correlation=2)
    with pytest.raises(ValueError, match="scale must be one number that is not negative"):
        attention_moments(3, 4, -1.0)
    with pytest.raises(ValueError, match="scale must not be 0"):
        attention_logit(3, 0)
    with pytest.raises(ValueError, match=r"scale must be at most 0\.\d+ at this width, got 1"):
        attention_moments(3, 4096, 1.0)


@pytest.mark.parametrize("rho", [Fraction(k, 4) for k in (-4, -3, 0, 1, 4)])
def test_cumulants_of_a_product_add_up(rho: Fraction) -> None:
    """E (xz)ᵏ for k = 1 to 4 by Isserlis' theorem; cumulants of d independent ones add up."""
    raw = (rho, 1 + 2 * rho**2, 9 * rho + 6 * rho**3, 9 + 72 * rho**2 + 24 * rho**4)
    mean, variance = raw[0], raw[1] - raw[0] ** 2
    fourth = raw[3] - 4 * mean * raw[2] + 6 * mean**2 * raw[1] - 3 * mean**4
    cumulant, width, scale = fourth - 3 * variance**2, 7, Fraction(-2, 5)
    q, k = Fraction(9, 4), Fraction(1, 4)
    found = attention_logit(width, scale, variance_q=q, variance_k=k, correlation=rho)
    # √(q·k) = 3/4 multiplies each product.
    assert found.mean == Rational(str(width * scale * mean * Fraction(3, 4)))
    assert found.variance == Rational(str(width * scale**2 * variance * q * k))
    assert found.excess_kurtosis == Rational(str(cumulant / (width * variance**2)))
    assert (found.width, found.scale) == (width, Rational(-2, 5))


@pytest.mark.parametrize("width", [1, 2, 5, 6, 64, 10**6])
def test_the_rule_for_lengths_has_their_moments(width: int) -> None:
    """E |q|^2k = d(d + 2)…(d + 2k − 2), by nodes in increasing order."""
    lengths, weights = map(np.array, _length_nodes(width))
    assert (np.diff(lengths, prepend=0) > 0).all()
    moment = 1.0
    for k in range(8):
        assert weights @ lengths ** (2 * k) == pytest.approx(moment, rel=1e-11)
        moment *= width + 2 * k


@pytest.mark.parametrize("width", [pytest.param(1, marks=pytest.mark.slow), 2, 3, 16])
def test_of_two_keys_moments_are_those_of_a_sigmoid_over_lengths(width: int) -> None:
    """To 12 digits, by 200 points over |q|: p_1 = σ(ℓ_1 − ℓ_2), of slope p_1p_2."""
    points, parts = np.polynomial.legendre.leggauss(200)
    lengths = 7 * (1 + points)
    density = parts * lengths ** (width - 1) * np.exp(-(lengths**2) / 2)
    at = gaussian("sigmoid", 0.0, 2 * lengths**2 / width)
    squares = (at.variance, at.derivative_second)
    variance, slope = (density @ part / density.sum() for part in squares)
    found = attention_moments(2, width)
    assert found.variance == pytest.approx(variance, rel=2e-12)
    assert found.gradient_second == pytest.approx(2 * slope, rel=2e-12)
    assert found.second == pytest.approx(found.variance + 1 / 4, rel=1e-13)
    assert found.pooled == pytest.approx(2 * found.second, rel=1e-13)
    assert (found.n, found.width, found.scale) == (2, width, pytest.approx(width**-0.5))
    assert found.logit_variance == pytest.approx(1)
    assert found.caption() == f"attention to 2 keys of {width} components; quadrature"


def test_a_scale_multiplies_the_logits() -> None:
    found = attention_moments(5, 16, 0.0)
    assert (found.scale, found.logit_variance) == (0, 0)
    assert (found.second, found.variance) == (pytest.approx(1 / 25), 0)
    some = attention_moments(5, 16, 0.5)
    assert (some.scale, some.logit_variance) == (0.5, 4.0)
    assert some.second == pytest.approx(some.variance + 1 / 25, rel=1e-13)
    assert some.pooled == pytest.approx(5 * some.second, rel=1e-13)
    assert attention_logit(3, "1/2").caption() == "1/2·q·k, 3 components"


def test_the_last_scale_before_too_large_a_one_is_named() -> None:
    with pytest.raises(ValueError, match="at this width, got 9") as refusal:
        attention_moments(2, 8, 9)
    # It is told to three digits.
    largest = float(str(refusal.value).split()[5])
    with pytest.raises(ValueError, match="at this width"):
        attention_moments(2, 8, 1.01 * largest)
    # Softmax is known up to 25: longer queries are as rare as e^−55, or a power of the length more.
    assert np.exp(-65) < chi2.sf((25 / largest) ** 2, 8) < np.exp(-50)
    for scale in (np.inf, np.nan):
        with pytest.raises(ValueError, match=f"not negative, got {scale}"):
            attention_moments(2, 8, scale)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"width": 10**12 + 1}, "width must be an integer of at most 1000000000000"),
        ({"variance_q": 0}, "variance_q must be positive, got 0"),
        ({"variance_q": -1}, "variance_q must be positive, got -1"),
        ({"correlation": "-101/100"}, "correlation must lie from −1 to 1, got -101/100"),
        ({"correlation": "101/100"}, "correlation must lie from −1 to 1, got 101/100"),
    ],
)
def test_numbers_beyond_their_bounds_are_named(given: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        attention_logit(**{"width": 2, **given})  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["n", "width"])
def test_counts_reach_to_a_billion_thousands(name: str) -> None:
    for count, said in ((0, "at least 1"), (10**12 + 1, "at most 1000000000000")):
        with pytest.raises(ValueError, match=f"{name} must be an integer of {said}, got {count}"):
            attention_moments(**{"n": 2, "width": 2, name: count})
    assert attention_logit(10**12).excess_kurtosis == Rational(6, 10**12)
