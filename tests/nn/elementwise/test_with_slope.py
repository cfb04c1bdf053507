"""Units written by hand: their derivatives of all orders; digits are in test_functional.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from mpmath import mp
from torch import Tensor
from torch.autograd import gradcheck, gradgradcheck

from actmath import catalog
from actmath.lower import to_mpmath
from actmath.lower._autograd.apply import evaluate
from actmath.lower._autograd.operator import apply
from actmath.nn._elementwise.sloped import ValueWithSlope
from actmath.nn._elementwise.with_slope import (
    GELU_BY_TANH_FORMULA,
    GELU_FORMULA,
    SLOPED,
    Written,
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


#: Beside 0, beside 1, where tanhshrink changes its formula, and far out, both ways.
SIDES = [1e-9, 3e-4, 0.3, 0.71, 0.999, 1.0, 1.001, 1.6, 7.3, 19.5, 35.0]
PRECISIONS = pytest.mark.parametrize(
    "dtype", [torch.float32, torch.float64], ids=["float32", "float64"]
)
#: What goes backward is of f′ itself, or of the root of which it is the square.
SECOND = {
    "softsign": lambda at: mp.sign(at) / (1 + abs(at)),
    "tanhshrink": mp.tanh,
    "sigmoid": to_mpmath(catalog.sigmoid, 1),
    "tanh": to_mpmath(catalog.tanh, 1),
}


def rise(function: Callable[[Any], Any], at: Any) -> Any:
    """The derivative, by a difference that is right to some 40 digits of 80."""
    step = mp.mpf(10) ** -40
    return (function(at + step) - function(at - step)) / (2 * step)


def within(found: Tensor, function: Callable[[Any], Any], x: Tensor, scale: Any) -> None:
    """Off by no more than some units in the last place of the scale at each point."""
    with mp.workdps(80):
        for at, number in zip(map(mp.mpf, x.tolist()), found.tolist(), strict=True):
            error = abs(mp.mpf(number) - function(at))
            assert error <= torch.finfo(x.dtype).eps * scale(at), (at, number)


@PRECISIONS
@pytest.mark.parametrize("recorded", [True, False], ids=["recorded", "not recorded"])
@pytest.mark.parametrize("name", SLOPED)
def test_operations_keep_the_digits(name: str, recorded: bool, dtype: torch.dtype) -> None:
    """Value, slope and bend as made of PyTorch's operations, without the loops in C, by mpmath."""
    x = torch.tensor([sign * side for side in SIDES for sign in (1, -1)]).to(dtype)
    unit, eps = SLOPED[name], torch.finfo(dtype).eps
    with torch.set_grad_enabled(recorded):
        value, other = unit.both(x)
        torch.testing.assert_close(unit.values(x), value, rtol=2 * eps, atol=0)
        slope, bend = unit.slope(value, other), unit.bend(value, other)
        torch.testing.assert_close(unit.slope_into(other.clone()), slope, rtol=2 * eps, atol=0)
    function, derived = (to_mpmath(catalog.get(name), order) for order in (0, 1))
    # The condition number of e^(−2x) is 2x.
    within(value, function, x, lambda at: (4 + 2 * abs(at)) * abs(function(at)))
    within(slope, derived, x, lambda at: (4 + 2 * abs(at)) * abs(derived(at)))
    # Where it passes through 0 it is a difference of terms like h.
    second = SECOND[name]

    def size(at: Any) -> Any:
        return (8 + 2 * abs(at)) * (abs(second(at)) + abs(rise(second, at)))

    within(bend, lambda at: rise(second, at), x, size)


@PRECISIONS
@pytest.mark.parametrize("unit", [GELU_FORMULA, GELU_BY_TANH_FORMULA], ids=["erf", "tanh"])
def test_operations_of_gelu_keep_the_digits(
    unit: Written, dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All the way to where the tail is below every number; without the loops in C."""
    monkeypatch.setattr("actmath.nn._elementwise.with_slope.looped", lambda *_: False)
    far, sides = 12.5 if dtype == torch.float32 else 37.0, (1e-9, 0.02, 0.3, 0.75, 1.6, 2.9, 5.6)
    x = torch.tensor([sign * side for side in (*sides, far) for sign in (1, -1)]).to(dtype)
    declared = catalog.gelu if unit is GELU_FORMULA else catalog.gelu_tanh
    value, derived = (to_mpmath(declared, order) for order in (0, 1))

    def scale(function: Callable[[Any], Any], order: int) -> Callable[[Any], Any]:
        def allowed(at: Any) -> Any:
            # The tail is e^(−v) of a v that is rounded, and each derivative has v′ as a factor.
            v = at * at / 2 if unit is GELU_FORMULA else abs(at) * (1.6 + 0.0714 * at * at)
            tail = mp.exp(-v) * (1 + abs(at) + at * at * (unit is not GELU_FORMULA)) ** order
            least = mp.mpf(torch.finfo(dtype).tiny) / torch.finfo(dtype).eps
            return (6 + 2 * v) * (abs(function(at)) + (tail if order else 0)) + 8 * least

        return allowed

    gradient = torch.linspace(1, 2, len(x)).to(dtype)
    partial = unit.partials[0]
    assert unit.pulled_back is not None
    within(unit(x), value, x, scale(value, 0))
    for found in (partial(x), unit.pulled_back(gradient, x) / gradient):
        within(found, derived, x, scale(derived, 1))

    def second(at: Any) -> Any:
        # f(x) − x is even: on the left nothing of it is lost beside 1.
        return rise(derived, -abs(at))

    within(partial.partials[0](x), second, x, scale(second, 2))
