"""Equal inputs stay equal, opposite ones opposite, through many layers."""

from __future__ import annotations

import numpy as np
import pytest

from actmath.numeric import ntk_kernel

INPUTS = np.random.default_rng(5).normal(size=(5, 3))
INPUTS[1], INPUTS[3] = INPUTS[0], -INPUTS[2]


@pytest.mark.parametrize("name", ["relu", "elu", "selu", "gelu", "erf", "tanh", "hard_tanh"])
def test_equal_and_opposite_inputs(name):
    """A correlation of 1 stays one to the last bits, after ten layers too."""
    found = ntk_kernel(name, INPUTS, depth=10, weight_variance=1.3, bias_variance=0.2)
    for kernel in (found.kernel, found.nngp):
        assert (kernel == kernel.T).all()
        np.testing.assert_allclose(kernel[0], kernel[1], rtol=1e-13)
        assert kernel[0, 1] == pytest.approx(kernel[0, 0], rel=1e-13)
    across = ntk_kernel(
        name, INPUTS, INPUTS.copy(), depth=10, weight_variance=1.3, bias_variance=0.2
    )
    np.testing.assert_allclose(across.kernel, found.kernel, rtol=1e-12, atol=1e-13)
    odd = ntk_kernel(name, INPUTS[2:4], depth=3).kernel
    if name in ("erf", "tanh", "hard_tanh"):
        assert odd[0, 1] == pytest.approx(-odd[0, 0], rel=1e-13)


def test_opposite_inputs_come_apart_where_the_unit_is_not_odd():
    """PReLU with a = 1/4 is 5/8·x + 3/8·|x|, and E |u||v| = 2q/π·(√(1−c²) + c·arcsin c)."""
    c = -1.0
    for depth in (1, 2, 3):
        kernel = ntk_kernel("prelu", INPUTS[2:4], depth=depth).nngp
        of_sizes = 2 / np.pi * (np.sqrt(1 - c * c) + c * np.arcsin(c))
        c = (25 * c + 9 * of_sizes) / 34
        assert kernel[0, 1] == pytest.approx(c * kernel[0, 0], rel=1e-13)
