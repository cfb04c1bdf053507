"""What bends far from 0 is seen at every variance: no rule is trusted where it was not tried."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit
from sympy import Max, Rational, exp, tanh

from actmath import Activation
from actmath.notation import x
from actmath.numeric import dual_kernel, gaussian

# Gauss–Legendre, 24 nodes a panel.
_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(24)


def _unit(rng):
    """A formula, and f and f′ typed by hand; a step of width 1/k or a kink at c."""
    c, k = int(rng.integers(5, 61)), int(rng.choice([1, 2, 8, 30, 60]))
    height = int(rng.choice([1, 10, 1000]))
    if rng.random() < 0.3:
        f = (lambda t: np.tanh(t) + np.maximum(0, t - c), lambda t: np.cosh(t) ** -2.0 + (t > c))
        return tanh(x) + Max(0, x - c), *f, c, k
    expr = x + Rational(height, 100) / (1 + exp(-k * (x - c)))

    def value(t):
        return t + height / 100 * expit(k * (t - c))

    def slope(t):
        return 1 + height / 100 * k * expit(k * (t - c)) * expit(-k * (t - c))

    return expr, value, slope, c, k


def _nodes(mean, variance, c, k):
    """Places and weights of N(mean, variance), dense around 0 and around c."""
    deviation = variance**0.5
    rungs = 2.0 ** np.arange(-3, 14)
    ladders = [at + side * rungs / steep for at, steep in ((0, 1), (c, k)) for side in (1, -1)]
    even = mean + deviation * np.arange(-11, 11.1, 0.5)
    ends = np.unique(np.concatenate([*ladders, even, [0.0, c]]))
    ends = ends[np.abs(ends - mean) <= 11.01 * deviation]
    half = np.diff(ends)[:, None] / 2
    at = ends[:-1, None] + half * (_POINTS + 1)
    z = (at - mean) / deviation
    return at, half * _WEIGHTS * np.exp(-z * z / 2) / (deviation * np.sqrt(2 * np.pi))


@pytest.mark.filterwarnings("ignore:overflow encountered in cosh")
@pytest.mark.parametrize("seed", range(12))
def test_features_far_from_zero_are_seen_at_every_variance(seed):
    rng = np.random.default_rng(seed)
    expr, value, slope, c, k = _unit(rng)
    mean = rng.choice([0.0, 1.0], 12) * rng.uniform(-4, 4, 12)
    variance = 10 ** rng.uniform(-2, 4, 12)
    found = gaussian(Activation("far", expr), mean, variance)
    for i, (m, v) in enumerate(zip(mean, variance, strict=True)):
        at, weight = _nodes(m, v, c, k)
        f, square = value(at), slope(at) ** 2
        first = (weight * f).sum()
        spread = (weight * (f - first) ** 2).sum()
        assert abs(found.mean[i] - first) < 2e-13 * (first**2 + spread) ** 0.5
        assert found.variance[i] == pytest.approx(spread, rel=1e-12)
        assert found.derivative_second[i] == pytest.approx((weight * square).sum(), rel=1e-12)


@pytest.mark.parametrize("variance", [25.0, 49.0, 120.0])
def test_the_dual_kernel_sees_them_too(variance):
    """At c = 1 it is E f², and its derivative E f′²."""
    c, k, height = 28, 8, 10
    at, weight = _nodes(0.0, variance, c, k)
    value = at + height * expit(k * (at - c))
    slope = 1 + height * k * expit(k * (at - c)) * expit(-k * (at - c))
    unit = Activation("far", x + height / (1 + exp(-k * (x - c))))
    found = dual_kernel(unit, variance, variance, 1.0)
    assert float(found.value) == pytest.approx((weight * value**2).sum(), rel=1e-12)
    assert float(found.derivative) == pytest.approx((weight * slope**2).sum(), rel=1e-12)
    # And beside c = 1, where the trapezoidal rule has a plane of nodes.
    near = dual_kernel(unit, variance, variance, 1 - 1e-9)
    drop = 1e-9 * variance * (weight * slope**2).sum()
    assert float(near.value) == pytest.approx(float(found.value) - drop, rel=1e-11)
