"""Random networks of finite width have the kernels of infinite width, but for their error."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from actmath.lower import to_torch
from actmath.numeric import ntk_kernel, sample_kernels
from actmath.numeric._wide.finite_width import _one_network

INPUTS = np.random.default_rng(5).normal(size=(5, 3))
INPUTS[1], INPUTS[3] = INPUTS[0], -INPUTS[2]


@pytest.mark.parametrize("name", ["relu", "tanh"])
def test_wide_random_networks_have_these_kernels(name):
    """The mean of 40 networks lies within five of its standard errors, and 1 % for the width."""
    at = {"depth": 2, "weight_variance": 1.5, "bias_variance": 0.1}
    rows = INPUTS[[0, 2, 4]]
    seen = sample_kernels(name, rows, width=256, seeds=range(40), **at)
    said = ntk_kernel(name, rows, **at)
    for sampled, exact in ((seen.nngp, said.nngp), (seen.ntk, said.kernel)):
        error = sampled.std(0, ddof=1) / math.sqrt(len(sampled))
        size = np.sqrt(np.outer(np.diag(exact), np.diag(exact)))
        assert (np.abs(sampled.mean(0) - exact) < 5 * error + 0.01 * size).all()
        # The band is narrow enough to tell it from the kernel of one layer fewer.
        fewer = ntk_kernel(name, rows, **(at | {"depth": 1}))
        other = fewer.nngp if exact is said.nngp else fewer.kernel
        assert (np.abs(sampled.mean(0) - other) > 5 * error + 0.01 * size).any()


def test_the_tangent_kernel_is_that_of_autograd():
    """The same draws in a network of tensors, differentiated by every weight and bias."""
    weight, bias, widths = 1.5, 0.1, [7, 6]
    rows, unit = INPUTS[[0, 2]], to_torch("tanh")
    rng = np.random.default_rng(3)
    drawn, size = [], rows.shape[1]
    for width in widths:
        drawn += [rng.normal(size=(width, size)), rng.normal(size=(width, 1))]
        size = width
    drawn += [rng.normal(size=(size, 1)).T, np.zeros((1, 1))]
    leaves = [torch.tensor(part, requires_grad=True) for part in drawn]

    def output(x):
        signal = torch.tensor(x)[:, None]
        for at in range(0, len(leaves), 2):
            scale = math.sqrt(weight / len(signal))
            net = scale * leaves[at] @ signal + math.sqrt(bias) * leaves[at + 1]
            signal = unit(net)
        return net[0, 0]

    slopes = [torch.autograd.grad(output(x), leaves) for x in rows]
    flat = [torch.cat([part.reshape(-1) for part in one]) for one in slopes]
    wanted = [[float(a @ b) for b in flat] for a in flat]
    found = sample_kernels(
        "tanh", rows, depth=2, width=5, seeds=[3], weight_variance=weight, bias_variance=bias
    )
    assert found.ntk.shape == (1, 2, 2)
    f, slope = (lambda t: np.tanh(t)), (lambda t: 1 / np.cosh(t) ** 2)
    _, ntk = _one_network(np.random.default_rng(3), f, slope, rows.T, widths, (weight, bias))
    np.testing.assert_allclose(ntk, wanted, rtol=1e-12)


@pytest.mark.parametrize("change", [{"depth": 0}, {"width": 0}, {"seeds": []}])
def test_misuse(change):
    with pytest.raises(ValueError, match="at least 1"):
        sample_kernels("tanh", INPUTS, **({"depth": 1, "width": 4, "seeds": [1]} | change))


def test_one_layer_by_hand():
    """K = w·Σ f(z)f(z′)/n + b, and Θ adds (w·x·x′/d + b)·Σ a²f′(z)f′(z′), of the same draws."""
    weight, bias, rows = 1.5, 0.2, INPUTS[[0, 2, 4]]
    found = sample_kernels(
        "tanh", rows, depth=1, width=6, seeds=[4, 2], weight_variance=weight, bias_variance=bias
    )
    assert (found.width, found.seeds) == (6, (4, 2))
    for seed, nngp, ntk in zip(found.seeds, found.nngp, found.ntk, strict=True):
        rng = np.random.default_rng(seed)
        matrix, shift = rng.normal(size=(6, 3)), rng.normal(size=(6, 1))
        net = matrix @ rows.T * math.sqrt(weight / 3) + math.sqrt(bias) * shift
        out, signal, slope = rng.normal(size=(6, 1)), np.tanh(net), np.cosh(net) ** -2.0
        wanted = weight * signal.T @ signal / 6 + bias
        np.testing.assert_allclose(nngp, wanted, rtol=1e-12, atol=1e-14)
        back = out * slope * math.sqrt(weight / 6)
        wanted = wanted + (weight * rows @ rows.T / 3 + bias) * (back.T @ back)
        np.testing.assert_allclose(ntk, wanted, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("at", range(3))
def test_a_gradient_would_be_lost(at):
    leaves = [torch.ones(2, 2), torch.tensor(1.0), torch.tensor(0.5)]
    leaves[at].requires_grad_()
    rows, weight, bias = leaves
    given = {"weight_variance": weight, "bias_variance": bias}
    with pytest.raises(TypeError, match="a tensor needs a gradient, which would be lost here"):
        sample_kernels("tanh", rows, depth=1, width=2, seeds=[0], **given)
    given = {name: value.detach() for name, value in given.items()}
    found = sample_kernels("tanh", rows.detach(), depth=1, width=2, seeds=[0], **given)
    assert found.ntk.shape == (1, 2, 2)
