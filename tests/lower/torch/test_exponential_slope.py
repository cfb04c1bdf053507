"""The backward pass of exponential units in one pass, with every digit of the exponential."""

from __future__ import annotations

import pytest
import torch
from mpmath import mp
from sympy import Piecewise, exp

from actmath import Activation, catalog, nn
from actmath.lower import to_torch
from actmath.lower._stable import stable_form
from actmath.lower._torch.exponential_slope import exponential_slope, exponential_value
from actmath.notation import x

from ...reference.agreement import check_same_up_to_rounding

UNITS = ("elu", "selu", "celu")
MODULES = {"elu": nn.ELU, "selu": nn.SELU, "celu": nn.CELU}


def exact_slope(name: str, at: float, alpha: float = 1.0) -> object:
    """f′ by hand, in 40 digits."""
    with mp.workdps(40):
        point = mp.mpf(at)
        if name == "selu":
            ends = [mp.mpf(v.evalf(40)) for v in catalog.selu.defaults.values()]
            alpha, scale = ends
            return scale * (alpha * mp.exp(point) if at < 0 else 1)
        if at > 0:
            return mp.one
        return alpha * mp.exp(point) if name == "elu" else mp.exp(point / alpha)


@pytest.mark.parametrize("name", UNITS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("way", ["eager", "vmap", "batched", "compiled"])
def test_far_below_the_gradient_is_that_of_the_exponential(
    name: str, dtype: torch.dtype, way: str
) -> None:
    far = 80.0 if dtype == torch.float32 else 700.0
    points = [-far, -40.0, -15.0, -10.5, -3.0, -0.5, -1e-12, 0.75, 30.0]
    at = torch.tensor(points, dtype=dtype, requires_grad=True)
    module = MODULES[name]()
    if way == "vmap":
        rows = torch.func.vmap(torch.func.grad(module))
        found = rows(at)
    elif way == "batched":
        found = torch.autograd.grad(
            module(at), at, torch.eye(len(points), dtype=dtype), is_grads_batched=True
        )[0].diagonal()
    else:
        function = torch.compile(module, backend="aot_eager") if way == "compiled" else module
        (found,) = torch.autograd.grad(function(at).sum(), at)
    for value, got in zip(at.tolist(), found.tolist(), strict=True):
        want = exact_slope(name, value)
        bound = 4 * torch.finfo(dtype).eps * (1 + abs(value)) * abs(want)  # type: ignore[call-overload, operator, arg-type]
        assert abs(mp.mpf(got) - want) <= bound, value


def test_the_printed_examples() -> None:
    at = torch.tensor(-40.0, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(nn.ELU()(at), at)
    assert slope.item() == pytest.approx(4.248354255291589e-18, rel=1e-14, abs=0)


@pytest.mark.parametrize("size", ["1/2", 3])
@pytest.mark.parametrize("name", UNITS)
def test_other_sizes(name: str, size: int | str) -> None:
    activation = catalog.get(name).with_parameters(alpha=size)
    slope = exponential_slope(stable_form(activation, 1))
    assert slope is not None
    at = torch.linspace(-9, -1, 5, dtype=torch.float64)
    ratio = slope(torch.full_like(at, 2), at) / slope(torch.ones_like(at), at - 1)
    # e^{x/α} for the CELU, eˣ for the others; the gradient is a factor.
    rate = 1 / float(activation.defaults.popitem()[1]) if name == "celu" else 1.0
    torch.testing.assert_close(ratio, torch.full_like(at, 2 * float(mp.exp(rate))))


@pytest.mark.parametrize("name", ["relu", "abs", "sigmoid", "tanh", "softsign", "gelu"])
def test_units_of_another_form(name: str) -> None:
    assert exponential_slope(stable_form(catalog.get(name), 1)) is None


@pytest.mark.parametrize(
    "formula",
    [
        Piecewise((x, x > 0), (1 - exp(x), True)),
        Piecewise((x, x > 0), (exp(-x) - 1, True)),
        Piecewise((x, x > 1), (exp(x - 1), True)),
        Piecewise((-x, x > 0), (exp(x), True)),
    ],
    ids=str,
)
def test_near_misses(formula: Activation) -> None:
    unit = Activation("near_miss", formula)
    assert exponential_slope(stable_form(unit, 1)) is None


@pytest.mark.parametrize("name", UNITS)
def test_values_in_one_pass(name: str) -> None:
    activation = catalog.get(name)
    value = exponential_value(stable_form(activation))
    assert value is not None
    at = torch.tensor([-torch.inf, -40.0, -1.5, -1e-20, 0.0, 2.5, torch.inf, torch.nan])
    check_same_up_to_rounding(value(at.double()), to_torch(activation)(at.double()))
