"""Equal inputs stay equal, opposite ones opposite, through many layers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from actmath.numeric import MomentRoute, nngp_kernel, ntk_kernel

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


def _rectified(q1, q2, k):
    """E f(u)f(v) and E f′(u)f′(v) of a rectifier (Cho & Saul 2009), 0 where a variance is 0."""
    size = np.sqrt(q1 * q2)
    angle = np.arccos(np.clip(np.divide(k, size, out=np.zeros_like(k), where=size > 0), -1, 1))
    slope = np.where(size > 0, (np.pi - angle) / (2 * np.pi), 0)
    return size * np.sin(angle) / (2 * np.pi) + k * slope, slope


def _waved(q1, q2, k):
    """E sin u·sin v and E cos u·cos v."""
    return np.exp(-(q1 + q2) / 2) * np.sinh(k), np.exp(-(q1 + q2) / 2) * np.cosh(k)


def _recursion(layer: Callable, x, y, depth, weight, bias):
    """Every pair by itself, also those of an input with itself: lists of K and Θ by depth."""
    k = weight * (x[:, None] * y[None]).sum(-1) / x.shape[1] + bias
    q1, q2 = (weight * (rows**2).mean(-1) + bias for rows in (x, y))
    q1, q2 = (np.broadcast_to(q, k.shape) for q in (q1[:, None], q2[None]))
    kernels, tangents = [k], [k]
    for _ in range(depth):
        value, slope = layer(q1, q2, k)
        k = weight * value + bias
        tangents.append(k + weight * slope * tangents[-1])
        kernels.append(k)
        q1, q2 = (weight * layer(q, q, q)[0] + bias for q in (q1, q2))
    return np.array(kernels), np.array(tangents)


@pytest.mark.parametrize(("name", "layer"), [("relu", _rectified), ("sine", _waved)])
@pytest.mark.parametrize("bias", [0.0, 0.3])
def test_lengths_and_angles_move_together(name, layer, bias):
    """Of inputs of several lengths, beside themselves and beside others, layer by layer."""
    rng = np.random.default_rng(8)
    x, y = rng.normal(size=(4, 3)) * [[0.3], [1], [2], [0.1]], rng.normal(size=(2, 3))
    for others in (None, y):
        kernels, tangents = _recursion(layer, x, x if others is None else y, 4, 1.7, bias)
        at = {"depth": range(5), "weight_variance": 1.7, "bias_variance": bias}
        found = ntk_kernel(name, x, others, **at)
        np.testing.assert_allclose(found.nngp, kernels, rtol=1e-12, atol=1e-14)
        # An input beside itself has an angle of 0, of which arccos keeps half of the digits.
        np.testing.assert_allclose(found.kernel, tangents, rtol=1e-6)
        alone = nngp_kernel(name, x, others, **at).kernel
        np.testing.assert_allclose(alone, found.nngp, rtol=1e-13, atol=1e-15)
        assert (found.activation, found.depth) == (name, (0, 1, 2, 3, 4))


def test_an_input_of_0_without_biases_says_nothing():
    rows = np.array([[0.0, 0.0], [1.0, -2.0], [3.0, 0.5]])
    kernels, tangents = _recursion(_rectified, rows, rows, 2, 2.0, 0.0)
    found = ntk_kernel("relu", rows, depth=(1, 2), weight_variance=2.0)
    np.testing.assert_allclose(found.nngp, kernels[1:], rtol=1e-12, atol=1e-15)
    assert (found.kernel[:, 0] == 0).all()
    np.testing.assert_allclose(found.kernel[:, 1, 2], tangents[1:, 1, 2], rtol=1e-12)


def test_a_route_is_the_worst_of_its_layers():
    rows = [[1.0, 2.0], [0.5, -1.0]]
    for depth in (0, 1, 3):
        assert nngp_kernel("relu", rows, depth=depth).route == MomentRoute.CLOSED_FORM
        wanted = MomentRoute.QUADRATURE if depth else MomentRoute.CLOSED_FORM
        assert ntk_kernel("tanh", rows, depth=depth).route == wanted


def test_what_leaves_the_floats_is_said_with_what_would_help():
    with pytest.raises(ArithmeticError, match="squares of the inputs overflow float64; scale"):
        nngp_kernel("relu", [[1e160]], depth=1)
    with pytest.raises(ArithmeticError, match="variances of relu grow beyond float64; take fewer"):
        nngp_kernel("relu", [[1.0]], depth=4, weight_variance=1e100)


def test_tensors_and_arrays_have_one_kernel():
    rows, others = INPUTS[:3], INPUTS[2:]
    for name in ("relu", "tanh"):
        at = {"depth": 3, "weight_variance": 1.2, "bias_variance": 0.4}
        array = ntk_kernel(name, rows, others, **at)
        tensor = ntk_kernel(name, torch.tensor(rows), torch.tensor(others), **at)
        assert tensor.kernel.dtype == torch.float64
        np.testing.assert_allclose(tensor.kernel.numpy(), array.kernel, rtol=1e-11, atol=1e-13)
        np.testing.assert_allclose(tensor.nngp.numpy(), array.nngp, rtol=1e-11, atol=1e-13)
