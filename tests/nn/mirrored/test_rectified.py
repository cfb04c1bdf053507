"""Rectifiers with learned slopes, and with random ones."""

from __future__ import annotations

import itertools
import math
import re
from fractions import Fraction

import numpy as np
import pytest
import torch
from sympy import Rational
from torch import Tensor
from torch import nn as torch_nn

from actmath import catalog, nn

EXACT = torch.float64


class TestPReLU:
    def test_shape_of_slopes(self) -> None:
        x = torch.randn(2, 3, 4, 5)
        module = nn.PReLU(3)
        with torch.no_grad():
            module.weight.copy_(torch.tensor([0.0, 0.5, 1.0]))
        y = module(x)
        assert torch.equal(y[:, 2], x[:, 2])
        assert torch.equal(y[:, 0], x[:, 0].relu())

    def test_zero_dimensional_and_empty(self) -> None:
        assert nn.PReLU()(torch.tensor(-2.0)).shape == ()
        assert nn.PReLU(3)(torch.empty(0, 3)).shape == (0, 3)

    def test_double_backward_through_both(self) -> None:
        x = torch.tensor([-2.0, -0.5, 1.5], dtype=EXACT, requires_grad=True)
        a = torch.tensor(0.3, dtype=EXACT, requires_grad=True)
        y = (nn.elementwise(catalog.prelu, x, a=a) ** 2).sum()
        gx, ga = torch.autograd.grad(y, (x, a), create_graph=True)
        (cross,) = torch.autograd.grad(ga, x, retain_graph=True)
        torch.testing.assert_close(cross, torch.where(x < 0, 4 * a * x, 0 * x))
        (again,) = torch.autograd.grad(gx.sum(), a)
        torch.testing.assert_close(again, (4 * a * x.clamp(max=0)).sum())

    def test_vmap_over_slopes(self) -> None:
        x = torch.linspace(-2, 2, 7, dtype=EXACT)
        slopes = torch.tensor([0.0, 0.25, 1.0], dtype=EXACT)

        def loss(a: Tensor) -> Tensor:
            return nn.elementwise(catalog.prelu, x, a=a).sum()

        gradients = torch.func.vmap(torch.func.grad(loss))(slopes)
        torch.testing.assert_close(gradients, x.clamp(max=0).sum().expand(3))

    @pytest.mark.parametrize("shape", [(4,), (2, 5)])
    def test_refuses_other_channels(self, shape: tuple[int, ...]) -> None:
        with pytest.raises(ValueError, match="3 slopes"):
            nn.PReLU(3)(torch.zeros(shape))
        with pytest.raises(ValueError, match="at least 1"):
            nn.PReLU(0)

    def test_any_axis_has_the_channels(self) -> None:
        x = torch.randn(2, 4, 3, generator=torch.Generator().manual_seed(0))
        last, second = nn.PReLU(3, axis=-1), nn.PReLU(3)
        with torch.no_grad():
            for module in (last, second):
                module.weight.copy_(torch.tensor([0.0, 0.5, 1.5]))
        torch.testing.assert_close(last(x), second(x.mT).mT)
        assert repr(last) == "PReLU(num_parameters=3, axis=-1)"
        with pytest.raises(ValueError, match="dimension 5"):
            nn.PReLU(3, axis=5)(x)

    def test_autocast_does_not_stop_at_the_weight(self) -> None:
        x = torch.randn(4, 3, dtype=torch.bfloat16, requires_grad=True)
        module = nn.PReLU(3)
        with torch.autocast("cpu", torch.bfloat16):
            module(x).sum().backward()
        assert module.weight.grad is not None
        assert module.weight.grad.dtype == torch.float32


def test_slopes_and_counts_of_any_kind_of_number() -> None:
    unit = nn.PReLU(np.int64(3), Fraction(1, 4), axis=np.int64(-1))
    assert unit.weight.tolist() == [0.25] * 3
    assert unit(torch.full((2, 3), -1.0)).tolist() == [[-0.25] * 3] * 2
    for name, bad in itertools.product(("num_parameters", "init", "axis"), (True, None, "x", 1j)):
        with pytest.raises((TypeError, ValueError), match=f"^{name} must"):
            nn.PReLU(**{name: bad})


class TestRReLU:
    def test_evaluation_is_torch_s(self) -> None:
        x = torch.linspace(-8, 8, 101, dtype=EXACT)
        torch.testing.assert_close(nn.RReLU().eval()(x), torch_nn.RReLU().eval()(x))

    def test_training_draws_slopes_with_the_right_mean_and_spread(self) -> None:
        torch.manual_seed(0)
        x = torch.full((200_000,), -1.0, dtype=EXACT)
        slopes = -nn.RReLU(0.2, 0.6).train()(x)
        assert 0.2 <= float(slopes.min()) < 0.201
        assert 0.599 < float(slopes.max()) <= 0.6
        error = 0.4 / math.sqrt(12) / math.sqrt(len(x))
        assert abs(float(slopes.mean()) - 0.4) < 5 * error
        assert torch.equal(nn.RReLU()(x.abs()), x.abs())

    def test_gradient_is_the_slope_that_was_drawn(self) -> None:
        x = torch.tensor([-2.0, -1.0, 3.0], dtype=EXACT, requires_grad=True)
        y = nn.RReLU()(x)
        y.sum().backward()
        torch.testing.assert_close(x.grad, y.detach() / x.detach())

    def test_refuses_limits_out_of_order(self) -> None:
        with pytest.raises(ValueError, match="must not exceed"):
            nn.RReLU(0.5, 0.1)


@pytest.mark.parametrize("axis", [0, 1, 2, 3, -1, -2, -3, -4])
def test_each_slope_is_its_channel_s(axis: int) -> None:
    # In double precision: the slopes' gradients are sums.
    x = torch.randn(2, 4, 3, 5, generator=torch.Generator().manual_seed(0)).double()
    count = x.shape[axis]
    module = nn.PReLU(count, axis=axis).double()
    slopes = torch.linspace(-1, 2, count, dtype=torch.float64)
    with torch.no_grad():
        module.weight.copy_(slopes)
    found = module(x)
    for i in range(count):
        part = x.select(axis, i)
        torch.testing.assert_close(found.select(axis, i), part.relu() - slopes[i] * (-part).relu())
    found.sum().backward()
    below = x.clamp(max=0).movedim(axis, 0).flatten(1).sum(1)
    torch.testing.assert_close(module.weight.grad, below)


@pytest.mark.parametrize(
    ("axis", "shape"),
    [
        (2, (3, 3)),
        (-3, (3, 3)),
        (0, (3,)),
        (-1, (3,)),
        (1, ()),
        (1, (3, 2)),
        (0, (2, 3)),
        (-1, (3, 2)),
        (1, (3, 1)),
    ],
)
def test_channels_of_another_number_or_dimension(axis: int, shape: tuple[int, ...]) -> None:
    said = (
        f"has 3 slopes, one for each channel in dimension {axis}, but the input has shape {shape}"
    )
    with pytest.raises(ValueError, match=re.escape(said) + "$"):
        nn.PReLU(3, axis=axis)(torch.zeros(shape))


@pytest.mark.parametrize("shape", [(), (3,), (1, 1), (2, 3), (2, 3, 4)])
def test_one_slope_is_for_any_shape(shape: tuple[int, ...]) -> None:
    for axis in (1, -1, 7):
        module = nn.PReLU(init=0.5, axis=axis)
        assert torch.equal(module(torch.full(shape, -2.0)), torch.full(shape, -1.0))


def test_two_slopes_are_two_functions() -> None:
    assert nn.PReLU(init=0.5).activation.value(-3) == Rational(-3, 2)
    with pytest.raises(ValueError, match="this PReLU is 2 functions, one for each channel"):
        _ = nn.PReLU(2).activation
    assert repr(nn.PReLU()) == "PReLU(num_parameters=1)"
    assert repr(nn.PReLU(2, axis=0)) == "PReLU(num_parameters=2, axis=0)"
    older = nn.PReLU.__new__(nn.PReLU)
    older.__setstate__(torch_nn.PReLU(2).__getstate__())
    assert older.axis == 1
    newer = nn.PReLU.__new__(nn.PReLU)
    newer.__setstate__(nn.PReLU(2, axis=-2).__getstate__())
    assert newer.axis == -2


@pytest.mark.parametrize(
    ("lower", "upper"),
    [(0.5, 0.1), (math.nan, 1), (0, math.nan), (-math.inf, 0), (0, math.inf), (math.inf, math.inf)],
)
def test_limits_of_random_slopes(lower: float, upper: float) -> None:
    said = f"^lower must not exceed upper and both be finite, got {lower} and {upper}$"
    with pytest.raises(ValueError, match=said):
        nn.RReLU(lower, upper)
    module = nn.RReLU().eval()
    module.lower, module.upper = lower, upper
    with pytest.raises(ValueError, match=said):
        module(torch.ones(2))


def test_random_slopes_between_equal_limits_and_in_place() -> None:
    x = torch.tensor([-2.0, 0.0, 3.0])
    for module in (nn.RReLU(0.25, 0.25), nn.RReLU(0.25, 0.25).eval(), nn.RReLU(0, 0.5).eval()):
        assert module(x).tolist() == [-0.5, 0.0, 3.0]
        module.inplace = True
        held = x.clone()
        assert module(held).data_ptr() == held.data_ptr()
        assert held.tolist() == [-0.5, 0.0, 3.0]
    # In evaluation the mean of the limits.
    assert nn.RReLU("1/4", 0.5).activation.value(-8) == -3
