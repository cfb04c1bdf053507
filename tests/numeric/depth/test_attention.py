"""Attention's logits exactly, and its shares against draws of queries and keys."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import Rational, sqrt

from actmath.numeric import attention_logit, attention_moments, softmax_moments


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
    monkeypatch.setattr("actmath.numeric._depth.attention._NODES", 40)
    assert attention_moments(20, 8).pooled == pytest.approx(few.pooled, rel=1e-9)


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
