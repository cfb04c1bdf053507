"""GELU's closed form against Stein's formula in many digits, at every scale."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from mpmath import mp

from actmath.numeric._kernel.gelu_kernel import gelu_kernel

from .oracle import double


def stein(q1, q2, k):
    a, b = 1 + q1, 1 + q2
    rest = (q1 * q2 + k * k * (1 / a + 1 / b - 1)) / (2 * mp.pi * mp.sqrt(a * b - k * k))
    return k / 4 + k * mp.asin(k / mp.sqrt(a * b)) / (2 * mp.pi) + rest


@given(st.floats(-300, 300), st.floats(-300, 300), st.floats(-1, 1))
@example(250.0, 250.0, 1 - 2**-53)
@example(250.0, 180.0, -1 + 2**-53)
@example(300.0, 300.0, 1.0)
@example(300.0, 300.0, -1.0)
@example(42.0, 151.0, -1 + 2**-53)
@example(-300.0, -300.0, 1.0)
def test_at_every_scale(first, second, c):
    q1, q2 = 10.0**first, 10.0**second
    value, slope = gelu_kernel(*map(np.array, (q1, q2, c)))
    with mp.workdps(700):
        q1, q2 = mp.mpf(q1), mp.mpf(q2)
        size = mp.sqrt(q1 * q2)
        k = mp.mpf(c) * size
        assert abs(value - stein(q1, q2, k)) <= 4e-16 * size
        if abs(c) < 1:
            step = size * (1 - abs(mp.mpf(c))) * mp.mpf(10) ** -100
            ends = [stein(q1, q2, k + s * step) for s in (-1, 1)]
            assert abs(slope - (ends[1] - ends[0]) / (2 * step)) <= 4e-15
        else:
            # At the ends 0 and 1/2 in the limit of large variances, never beyond.
            assert -1e-9 <= slope * c <= 1.2


@pytest.mark.slow
def test_by_double_quadrature():
    def gelu(t):
        return t * mp.ncdf(t)

    with mp.workdps(17):
        wanted = double(gelu, gelu, (0.7, 2, -0.4))
    value = gelu_kernel(np.array(0.7), np.array(2.0), np.array(-0.4))[0]
    assert abs(float(value) - float(wanted)) < 1e-15


@pytest.mark.parametrize(("q1", "q2", "c"), [(2.0, 0.5, 1), (2.0, 0.5, -1), (1e42, 1e30, -1)])
def test_at_the_ends_of_the_correlation_by_a_single_integral(q1, q2, c):
    """u = ±v·σ₁/σ₂: E f′(σ₁z)·f′(±σ₂z) with f′ = Φ + zφ."""

    def slope(t):
        return mp.ncdf(t) + t * mp.npdf(t)

    got = float(gelu_kernel(*map(np.array, (q1, q2, float(c))))[1])
    with mp.workdps(30):
        s1, s2 = mp.sqrt(q1), mp.sqrt(q2)
        own = [k / s for k in (1, 5, 20, 100) for s in (s1, s2)]
        ends = sorted({0, *(side * e for side in (-1, 1) for e in (*own, 1, 4, 12))})
        wanted = mp.quad(lambda z: slope(s1 * z) * slope(c * s2 * z) * mp.npdf(z), ends)
    assert abs(got - wanted) < 1e-15
