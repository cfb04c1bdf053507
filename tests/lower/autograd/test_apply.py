"""Gradients of lowered tensors are the derived ones, to their last digits and of any order."""

from __future__ import annotations

import pytest
import torch
from mpmath import mp
from sympy import exp, tanh
from torch.autograd import gradcheck, gradgradcheck

from actmath import Activation, Parameter, catalog
from actmath.activation import REALS
from actmath.lower import to_torch
from actmath.lower._autograd.apply import evaluate
from actmath.nn._elementwise.formula import formula_of
from actmath.notation import x

TANHEXP = Activation("tanhexp", x * tanh(exp(x)))


def test_a_slope_that_autograd_would_lose() -> None:
    at = torch.tensor([-20.0, 20.0], dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(to_torch(catalog.tanh)(at).sum(), at)
    want = float(mp.sech(20) ** 2)
    assert slope.tolist() == pytest.approx([want, want], rel=1e-14, abs=0)


def test_no_nan_where_a_factor_overflows() -> None:
    at = torch.tensor([-120.0, 90.0, 3e38], requires_grad=True)
    (slope,) = torch.autograd.grad(to_torch(TANHEXP)(at).sum(), at)
    assert slope.tolist() == [0, 1, 1]


@pytest.mark.parametrize("name", ["elu", "softplus", "prelu"])
def test_every_order_and_direction(name: str) -> None:
    function = to_torch(catalog.get(name))
    at = torch.tensor([-2.5, -0.3, 0.8, 4.0], dtype=torch.float64, requires_grad=True)
    assert gradcheck(function, at, check_forward_ad=True, check_batched_grad=True)
    assert gradgradcheck(function, at)


def test_third_derivative() -> None:
    function = to_torch(catalog.sigmoid)
    for _ in range(3):
        function = torch.func.grad(function)
    s = mp.mpf(1) / (1 + mp.exp(-0.5))
    want = s * (1 - s) * (1 - 6 * s + 6 * s**2)
    assert function(torch.tensor(0.5, dtype=torch.float64)).item() == pytest.approx(float(want))


def test_parameters_that_broadcast() -> None:
    slope = torch.tensor([[0.25], [0.5]], requires_grad=True)
    at = torch.tensor([-2.0, 3.0])
    to_torch(catalog.prelu)(at, a=slope).sum().backward()
    assert slope.grad is not None
    assert slope.grad.tolist() == [[-2], [-2]]


def test_a_slope_that_is_the_argument_itself_is_not_overwritten() -> None:
    """∂(a·x)/∂a is x, which the caller holds."""
    unit = Activation("line", "rate*x", (Parameter("rate", 2, REALS),))
    at, rate = torch.tensor([1.0, 2.0]), torch.tensor([3.0, 3.0], requires_grad=True)
    to_torch(unit)(at, rate=rate).backward(torch.tensor([5.0, 7.0]))
    assert rate.grad is not None
    assert rate.grad.tolist() == [5, 14]
    assert at.tolist() == [1, 2]


def test_nothing_is_recorded_where_no_gradient_is_wanted() -> None:
    assert to_torch(catalog.tanh)(torch.ones(2)).grad_fn is None
    with torch.no_grad():
        assert to_torch(catalog.tanh)(torch.ones(2, requires_grad=True)).grad_fn is None


def test_a_formula_without_partials_is_evaluated_as_it_is() -> None:
    second = formula_of(catalog.sigmoid).partials[0].partials[0]  # type: ignore[union-attr]
    assert second is not None
    assert evaluate(second, torch.zeros(1)).tolist() == [0]


def test_what_returns_its_argument_gives_a_tensor_of_its_own() -> None:
    given = torch.ones(3)
    found = evaluate(formula_of(catalog.identity), given)
    found.mul_(2)
    assert given.tolist() == [1.0, 1.0, 1.0]
