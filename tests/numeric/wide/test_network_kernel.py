"""NNGP and NTK against an oracle of nested integrals, published values, differences, networks."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special
from sympy import sin

from actmath import Activation
from actmath.notation import x as argument
from actmath.numeric import (
    dual_kernel,
    gaussian,
    nngp_kernel,
    ntk_kernel,
)

RNG = np.random.default_rng(5)
INPUTS = RNG.normal(size=(5, 3))
INPUTS[1], INPUTS[3] = INPUTS[0], -INPUTS[2]
POINTS, WEIGHTS = np.polynomial.legendre.leggauss(24)
#: By hand: f, f′ and the places where f′ jumps.
TWINS = {
    "relu": (lambda t: np.maximum(t, 0), lambda t: 1.0 * (t > 0), [0.0]),
    "elu": (
        lambda t: np.where(t > 0, t, np.expm1(np.minimum(t, 0))),
        lambda t: np.exp(np.minimum(t, 0)),
        [0.0],
    ),
    "hard_tanh": (lambda t: np.clip(t, -1, 1), lambda t: 1.0 * (np.abs(t) < 1), [-1.0, 1.0]),
    "tanh": (np.tanh, lambda t: np.cosh(t) ** -2.0, []),
    "erf": (special.erf, lambda t: 2 / math.sqrt(math.pi) * np.exp(-t * t), []),
    "softplus": (lambda t: np.logaddexp(t, 0), special.expit, []),
    "silu": (
        lambda t: t * special.expit(t),
        lambda t: special.expit(t) * (1 + t * special.expit(-t)),
        [],
    ),
}


def panels(places):
    """Nodes and weights on [−10, 10] for each row of places at which a panel is to end.

    Panels of two deviations: 24 nodes do where the poles of tanh are 1.1 away.
    """
    even = np.broadcast_to(np.arange(-10.0, 11, 2), (len(places), 11))
    ends = np.sort(np.concatenate([even, np.clip(places, -10, 10)], axis=1))
    half = np.diff(ends)[..., None] / 2
    nodes = ends[:, :-1, None] + half * (1 + POINTS)
    weights = half * WEIGHTS * np.exp(-(nodes**2) / 2) / math.sqrt(2 * math.pi)
    return nodes.reshape(len(places), -1), weights.reshape(len(places), -1)


def expectation(f, kinks, q1, q2, c):
    """E f(u)f(v), an integral in an integral, both split at the kinks."""
    first, along, across = q1**0.5, c * q2**0.5, (q2 * (1 - c * c)) ** 0.5
    own = [kink / scale for kink in kinks for scale in (first, along or 1.0)]
    (z,), (outer,) = panels(np.array([own]))
    # Where v crosses a kink, for each z.
    crossed = (np.array(kinks) - along * z[:, None]) / across
    y, inner = panels(crossed)
    mean = (f(along * z[:, None] + across * y) * inner).sum(1)
    return float(outer @ (f(first * z) * mean))


@settings(max_examples=30, deadline=None)
@given(
    name=st.sampled_from(sorted(TWINS)),
    q1=st.floats(0.1, 2),
    q2=st.floats(0.1, 2),
    c=st.floats(-0.9, 0.9),
    weight=st.floats(0.3, 2),
    bias=st.floats(0, 1),
)
def test_one_layer_is_a_double_integral(name, q1, q2, c, weight, bias):
    f, slope, kinks = TWINS[name]
    # Inputs with net inputs of those variances and that correlation, at σ_w = 1 and σ_b = 0.
    rows = np.sqrt(2) * np.array([[q1**0.5, 0], [c * q2**0.5, (q2 * (1 - c * c)) ** 0.5]])
    value, steep = (expectation(g, kinks, q1, q2, c) for g in (f, slope))
    first = ntk_kernel(name, rows[:1], rows[1:], depth=0).kernel[0, 0]
    found = dual_kernel(name, q1, q2, c)
    size = math.sqrt(np.prod(gaussian(name, 0, [q1, q2]).second))
    assert abs(found.value - value) < 2e-13 * size
    assert abs(found.derivative - steep) < 2e-13
    # The same kernel in the recursion, whose first layer has variances of its own.
    scaled = rows * np.sqrt(1 / weight)
    whole = ntk_kernel(name, scaled[:1], scaled[1:], depth=1, weight_variance=weight)
    assert whole.nngp[0, 0] == pytest.approx(weight * value, abs=2e-13 * weight * size)
    assert whole.kernel[0, 0] == pytest.approx(weight * value + weight * steep * first, abs=1e-12)
    moved = nngp_kernel(name, rows, depth=1, bias_variance=bias).kernel
    assert moved[0, 0] >= bias


def test_relu_as_published():
    """Cho & Saul (2009), Eq. 6 and Sec. 2.3; Jacot et al. (2018), Theorem 1, by hand."""
    theta = 1.1
    rows = np.array([[1.0, 0.0], [math.cos(theta), math.sin(theta)]]) * math.sqrt(2)
    found = ntk_kernel("relu", rows, depth=(0, 1, 2), weight_variance=2.0)
    tangent, angle = 2 * math.cos(theta), theta
    assert found.nngp[0, 0, 1] == pytest.approx(tangent, rel=1e-15)
    for layer in (1, 2):
        order_one = (math.sin(angle) + (math.pi - angle) * math.cos(angle)) / math.pi
        covariance = 2 * order_one
        tangent = covariance + (math.pi - angle) / math.pi * tangent
        assert found.nngp[layer, 0, 1] == pytest.approx(covariance, rel=1e-14)
        assert found.kernel[layer, 0, 1] == pytest.approx(tangent, rel=1e-14)
        angle = math.acos(order_one)
    np.testing.assert_allclose(found.kernel[:, 0, 0], [2, 4, 6], rtol=1e-15)


@pytest.mark.parametrize("name", ["relu", "selu", "gelu", "erf", "tanh"])
@pytest.mark.parametrize("kind", [nngp_kernel, ntk_kernel])
def test_gradients_are_slopes(kind, name):
    """By weights, biases and distinct inputs, equal and opposite pairs among them."""
    pull = torch.tensor(RNG.normal(size=(5, 5)))
    direction = torch.tensor(RNG.normal(size=(5, 3)))
    # Equal inputs stay equal: at others the tangent kernel has a kink.
    direction[1], direction[3] = direction[0], -direction[2]

    def pulled(step, at):
        weight, bias, way = (start + step * (at == k) for k, start in enumerate((1.3, 0.2, 0.0)))
        rows = torch.tensor(INPUTS) + way * direction
        found = kind(name, rows, depth=2, weight_variance=weight, bias_variance=bias)
        return (pull * found.kernel).sum()

    for at in range(3):
        leaf = torch.zeros((), dtype=torch.float64, requires_grad=True)
        (gradient,) = torch.autograd.grad(pulled(leaf, at), leaf)
        ends = [float(pulled(torch.tensor(k * 2e-3).double(), at)) for k in (-2, -1, 1, 2)]
        quotient = (ends[0] - 8 * ends[1] + 8 * ends[2] - ends[3]) / (12 * 2e-3)
        assert float(gradient) == pytest.approx(quotient, rel=1e-7, abs=1e-8)


def test_gradients_of_equal_inputs_are_numbers():
    rows = torch.tensor(INPUTS, requires_grad=True)
    for name in ("relu", "leaky_relu", "elu"):
        (gradient,) = torch.autograd.grad(
            ntk_kernel(name, rows, torch.tensor(INPUTS), depth=3).kernel.sum(), rows
        )
        assert torch.isfinite(gradient).all()


def test_forms_of_the_answer():
    single = INPUTS.astype(np.float32)
    assert nngp_kernel("relu", single, depth=1).kernel.dtype == np.float32
    assert nngp_kernel("relu", torch.tensor(single), depth=1).kernel.dtype == torch.float32
    assert nngp_kernel("relu", INPUTS, INPUTS[:2], depth=[1, 3]).kernel.shape == (2, 5, 2)
    assert nngp_kernel("tanh", np.zeros((0, 3)), depth=2).kernel.shape == (0, 0)
    waves = Activation("waves", sin(argument))
    found = nngp_kernel(waves, [[1.0, 2.0], [2.0, -1.0]], depth=1)
    # E sin(u)sin(v) = e^{−(q₁+q₂)/2}·sinh(k).
    assert found.kernel[0, 0] == pytest.approx(math.exp(-2.5) * math.sinh(2.5), rel=1e-14)
    assert abs(found.kernel[0, 1]) < 1e-16
    assert (nngp_kernel("sigmoid", [[0.0]], depth=1).kernel == 0.25).all()


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        ({"inputs": [1.0, 2.0]}, ValueError, "matrix"),
        ({"inputs": [[]]}, ValueError, "feature"),
        ({"inputs": [[np.nan]]}, ValueError, "finite"),
        ({"others": [[1.0]]}, ValueError, "features, got 2 and 1"),
        ({"depth": -1}, ValueError, "depth"),
        ({"depth": [3, 1]}, ValueError, "increase"),
        ({"depth": 1.5}, TypeError, "integer"),
        ({"depth": True}, TypeError, "bool"),
        ({"weight_variance": -1}, ValueError, "weight_variance"),
        ({"bias_variance": [0.1, 0.2]}, ValueError, "one number"),
        ({"bias_variance": np.inf}, ValueError, "bias_variance"),
        ({"inputs": [["a", "b"]]}, TypeError, "inputs"),
        ({"inputs": None}, TypeError, "inputs"),
        ({"weight_variance": None}, TypeError, "weight_variance"),
        ({"inputs": [[1e200, 0.0]]}, ArithmeticError, "overflow"),
        ({"weight_variance": 1e300, "depth": 9}, ArithmeticError, "float64"),
        ({"activation": "hardshrink"}, ValueError, "jump"),
    ],
)
def test_misuse_is_a_sentence(change, error, said):
    given = {"activation": "relu", "inputs": [[1.0, 2.0]], "depth": 1} | change
    with pytest.raises(error, match=said):
        ntk_kernel(given.pop("activation"), given.pop("inputs"), **given)


def test_depths_are_one_or_several_that_increase():
    rows = INPUTS[:2]
    single = [nngp_kernel("relu", rows, depth=depth).kernel for depth in range(4)]
    for depth in ([0, 3], (1,), range(1, 4), [np.int64(2)]):
        found = nngp_kernel("relu", rows, depth=depth)
        assert found.depth == tuple(depth)
        np.testing.assert_allclose(found.kernel, [single[at] for at in depth], rtol=1e-13)
    assert nngp_kernel("relu", rows, depth=np.int64(2)).depth == 2
    for bad in ([], [1, 1], [2, 1], [-1, 2], -1):
        with pytest.raises(ValueError, match="depth must be 0 or more, and several must increase"):
            nngp_kernel("relu", rows, depth=bad)
    for bad in ([1, True], False):
        with pytest.raises(TypeError, match="got a bool"):
            nngp_kernel("relu", rows, depth=bad)
    for bad in ([1, 1.5], "2", None):
        with pytest.raises(
            TypeError, match="depth must be an integer, the number of hidden layers"
        ):
            nngp_kernel("relu", rows, depth=bad)


def test_a_jump_is_seen_by_the_process_and_not_by_gradients():
    """E sgn(u)·sgn(v) is 2/π·asin(c)."""
    step = Activation("step", "where(x>=0,1,-1)")
    found = nngp_kernel(step, [[1.0, 0.0], [1.0, 1.0]], depth=1, weight_variance=3.0)
    np.testing.assert_allclose(found.kernel, [[3, 1.5], [1.5, 3]], rtol=1e-12)
    with pytest.raises(ValueError, match="step jumps: gradients see nothing of a jump"):
        ntk_kernel(step, [[1.0]], depth=0)
