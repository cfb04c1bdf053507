"""Units written by hand: their derivatives of all orders; digits are in test_functional.py."""

from __future__ import annotations

import pytest
import torch
from torch.autograd import gradcheck, gradgradcheck

from actmath.lower._autograd.apply import evaluate
from actmath.lower._autograd.operator import apply
from actmath.nn._elementwise.sloped import ValueWithSlope
from actmath.nn._elementwise.with_slope import (
    GELU_BY_TANH_FORMULA,
    GELU_FORMULA,
    SLOPED,
)

AT = torch.tensor([-3.1, -0.4, 0.2, 0.9, 1.1, 5.3], dtype=torch.float64)
HANDED = pytest.mark.parametrize("name", [*SLOPED, GELU_FORMULA.name, GELU_BY_TANH_FORMULA.name])


@HANDED
def test_first_and_second_derivatives(name: str) -> None:
    def unit(x: torch.Tensor) -> torch.Tensor:
        return apply(name, x)

    x = AT.clone().requires_grad_()
    assert gradcheck(unit, x, check_forward_ad=True, check_batched_grad=True)
    assert gradgradcheck(unit, x, check_fwd_over_rev=True)
    # Of y² the first derivative 2y·f′ holds y and f′, and both are differentiated.
    assert gradgradcheck(lambda x: unit(x).square(), x)


@HANDED
def test_third_derivative(name: str) -> None:
    def third(x: torch.Tensor) -> torch.Tensor:
        function = torch.func.grad
        return function(function(function(lambda t: apply(name, t))))(x)

    step = 1e-5
    second = torch.func.grad(torch.func.grad(lambda t: apply(name, t)))
    for at in (-0.7, 0.4, 1.6):
        x = torch.tensor(at, dtype=torch.float64)
        rise = (second(x + step) - second(x - step)) / (2 * step)
        torch.testing.assert_close(third(x), rise, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("name", SLOPED)
def test_the_argument_is_not_kept(name: str) -> None:
    x = AT.clone().requires_grad_()
    held = x * 1
    y = ValueWithSlope.apply(SLOPED[name], held)[0]
    want = torch.autograd.grad(y.sum(), x, retain_graph=True)[0]
    held.data.fill_(7)
    assert torch.equal(torch.autograd.grad(y.sum(), x)[0], want)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@HANDED
def test_half_precision_is_float32_rounded_once(name: str, dtype: torch.dtype) -> None:
    x = AT.to(dtype).requires_grad_()
    wide = x.detach().float().requires_grad_()
    assert torch.equal(apply(name, x), apply(name, wide).to(dtype))
    one, other = (torch.autograd.grad(apply(name, at).sum(), at)[0] for at in (x, wide))
    torch.testing.assert_close(one.float(), other, rtol=torch.finfo(dtype).eps, atol=1e-7)


@pytest.mark.parametrize("unit", [GELU_FORMULA, GELU_BY_TANH_FORMULA])
def test_infinities_and_nan(unit: object) -> None:
    x = torch.tensor([-torch.inf, torch.inf, torch.nan], requires_grad=True)
    y = evaluate(unit, x)
    (slope,) = torch.autograd.grad(y.sum(), x)
    assert y[:2].tolist() == [0, torch.inf]
    assert slope[:2].tolist() == [0, 1]
    assert bool(y[2].isnan() & slope[2].isnan())
