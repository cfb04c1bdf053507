"""Rectifiers with learned slopes, and with random ones."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
import torch
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
