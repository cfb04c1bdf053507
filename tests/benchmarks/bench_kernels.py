"""Speed of kernels through depth beside a closed ReLU kernel as peers write it.

CPU time of this process, both sides in turn in one run, so that the ratios survive a busy machine.
"""

from __future__ import annotations

import time

import numpy as np
import pytest

from actmath.numeric import MomentRoute, ntk_kernel

pytestmark = pytest.mark.benchmark

EXAMPLES, FEATURES, DEPTH, WEIGHT = 200, 32, 3, 2.0
CLOSED = ("relu", "leaky_relu", "gelu", "erf", "elu", "selu", "hard_tanh")
SUMMED = ("tanh", "sigmoid", "silu", "mish", "softplus")


def bare_relu(x, y):
    """NNGP and NTK of ReLU by angles, in the words of Neural Tangents' closed form."""
    q1, q2 = (WEIGHT * (part**2).mean(1) for part in (x, y))
    k = theta = WEIGHT * x @ y.T / x.shape[1]
    for _ in range(DEPTH):
        norm = np.sqrt(np.outer(q1, q2))
        root = np.sqrt(np.maximum(norm**2 - k**2, 0))
        angle = np.arctan2(root, k)
        slope = WEIGHT * (0.5 - angle / (2 * np.pi))
        k = WEIGHT * root / (2 * np.pi) + slope * k
        theta = k + slope * theta
        q1, q2 = WEIGHT * q1 / 2, WEIGHT * q2 / 2
    return k, theta


def side_by_side(one, other, repeat=5):
    """The medians of CPU seconds, each timed after the other."""
    one(), other()
    times = []
    for _ in range(repeat):
        start = time.process_time()
        one()
        middle = time.process_time()
        other()
        times.append((middle - start, time.process_time() - middle))
    return np.median(times, axis=0)


def test_against_the_bare_relu_kernel():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, EXAMPLES, FEATURES))
    pairs = EXAMPLES**2 * DEPTH
    print(f"\nNTK and NNGP of {EXAMPLES} × {EXAMPLES} inputs, {DEPTH} hidden layers:")
    for name in CLOSED + SUMMED:
        found = ntk_kernel(name, x, y, depth=DEPTH, weight_variance=WEIGHT)
        assert (found.route is MomentRoute.CLOSED_FORM) == (name in CLOSED), name
        bare, ours = side_by_side(
            lambda: bare_relu(x, y),
            lambda name=name: ntk_kernel(name, x, y, depth=DEPTH, weight_variance=WEIGHT),
        )
        print(
            f"  {name:10} {found.route:11} {ours / pairs * 1e9:6.0f} ns a pair and layer, "
            f"{ours / bare:5.1f} × the bare ReLU ({bare / pairs * 1e9:.0f} ns)"
        )
    found = ntk_kernel("relu", x, y, depth=DEPTH, weight_variance=WEIGHT)
    k, theta = bare_relu(x, y)
    apart = np.abs(k - found.nngp).max(), np.abs(theta - found.kernel).max()
    print(f"  relu and the bare one differ by {apart[0]:.0e} (NNGP), {apart[1]:.0e} (NTK)")
    # The bare one on equal inputs: its angle is rounding, √ε and not 0.
    bare, exact = bare_relu(x, x)[1], ntk_kernel("relu", x, depth=DEPTH, weight_variance=WEIGHT)
    wrong = np.abs(np.diag(bare) / np.diag(exact.kernel) - 1).max()
    print(f"  on the diagonal the bare NTK errs by {wrong:.0e}, relative")
