"""GELU's closed form against Stein's formula in many digits, at every scale."""

from __future__ import annotations

import numpy as np
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


def test_by_double_quadrature():
    def gelu(t):
        return t * mp.ncdf(t)

    with mp.workdps(17):
        wanted = double(gelu, gelu, (0.7, 2, -0.4))
    value = gelu_kernel(np.array(0.7), np.array(2.0), np.array(-0.4))[0]
    assert abs(float(value) - float(wanted)) < 1e-15
