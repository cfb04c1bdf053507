"""The derivative as a function of the value, where there is one."""

from __future__ import annotations

import pytest
import torch
from sympy import Piecewise, exp

from actmath import Activation, catalog
from actmath.lower import to_torch
from actmath.lower._stable import StableForm, stable_form
from actmath.lower._torch.slope_from_value import slope_from_value
from actmath.lower._torch.values import torch_values
from actmath.notation import x


def both(activation: Activation) -> tuple[StableForm, StableForm]:
    return stable_form(activation), stable_form(activation, 1)


@pytest.mark.parametrize("name", ["elu", "selu", "celu"])
@pytest.mark.parametrize("size", ["1/2", 1, 3])
def test_slope_follows_from_the_value(name: str, size: int | str) -> None:
    activation = catalog.get(name).with_parameters(alpha=size)
    held = slope_from_value(*both(activation))
    assert held is not None
    argument = torch.linspace(-9, 9, 301, dtype=torch.float64)
    found = torch_values(held)(to_torch(activation)(argument))
    want = to_torch(activation, 1)(argument)
    # 1 ulp for expm1 or exp and ½ for each product and sum, none above the largest slope.
    bound = 2 * torch.finfo(torch.float64).eps * float(want.max())
    torch.testing.assert_close(found, want, rtol=0, atol=bound)


@pytest.mark.parametrize("name", ["relu", "abs", "sigmoid", "tanh", "softsign", "gelu"])
def test_slope_that_is_no_line_of_the_value(name: str) -> None:
    assert slope_from_value(*both(catalog.get(name))) is None


def test_no_slope_by_value_where_the_function_falls() -> None:
    falling = Activation("falling", Piecewise((x, x > 0), (1 - exp(x), True)))
    assert slope_from_value(*both(falling)) is None
