"""Values without masks: those of ``to_torch``, bit for bit where nothing is reordered."""

from __future__ import annotations

import math

import pytest
import torch
from sympy import Piecewise, S, exp, log

from actmath import Activation, catalog
from actmath.lower import to_torch
from actmath.lower._stable import stable_form
from actmath.lower._torch.by_value import slope_by_value
from actmath.lower._torch.in_place import in_place
from actmath.lower._torch.maskless import to_torch_values
from actmath.notation import alpha, x

KINDS = pytest.mark.parametrize("kind", [torch.float32, torch.float64])
EVERY = pytest.mark.parametrize("name", list(catalog.CATALOG))


def points(kind: torch.dtype) -> torch.Tensor:
    """Kinks and their neighbours, the smallest and the largest numbers, infinities."""
    kinks = torch.tensor([-3, -2, -1, 0, 1, 2, 3, 6], dtype=kind)
    beside = [torch.nextafter(kinks, torch.tensor(side, dtype=kind)) for side in (-9, 9)]
    ends = torch.tensor([1e30, -1e30, math.inf, -math.inf, math.nan], dtype=kind)
    return torch.cat([torch.linspace(-9, 9, 301, dtype=kind), kinks, *beside, ends])


@KINDS
@EVERY
@pytest.mark.parametrize("order", [0, 1])
def test_values_are_those_with_masks(name: str, order: int, kind: torch.dtype) -> None:
    argument = points(kind)
    kept = argument.clone()
    found = to_torch_values(catalog.get(name), order)(argument)
    eps = torch.finfo(kind).eps
    want = to_torch(catalog.get(name), order)(argument)
    torch.testing.assert_close(found, want, rtol=4 * eps, atol=eps / 2, equal_nan=True)
    assert torch.equal(argument.nan_to_num(nan=7.0), kept.nan_to_num(nan=7.0))


@pytest.mark.parametrize(
    "name", ["relu", "leaky_relu", "abs", "hard_tanh", "relu6", "shifted_relu"]
)
def test_lines_and_levels_are_exact(name: str) -> None:
    argument = points(torch.float32)[:-1]
    for order in (0, 1):
        found = to_torch_values(catalog.get(name), order)(argument)
        assert torch.equal(found, to_torch(catalog.get(name), order)(argument))


def test_parameters_as_tensors() -> None:
    slopes = torch.tensor([[-0.5], [0.25], [2.0]])
    argument = torch.tensor([-2.0, 0.0, 3.0])
    for order in (0, 1):
        found = to_torch_values(catalog.prelu, order)(argument, a=slopes)
        assert torch.equal(found, to_torch(catalog.prelu, order)(argument, a=slopes))


def test_a_piece_that_is_infinite_at_its_break_needs_masks() -> None:
    cut = Activation("cut", Piecewise((log(x), x > 0), (0, True)))
    assert to_torch_values(cut)(torch.tensor([-1.0, 0.0, 1.0])).tolist() == [0, 0, 0]


def test_a_jump_and_three_pieces() -> None:
    stair = Activation("stair", Piecewise((1, x < -1), (x**2, x <= 2), (exp(-x) + 7, True)))
    argument = torch.linspace(-4, 4, 33, dtype=torch.float64)
    torch.testing.assert_close(to_torch_values(stair)(argument), to_torch(stair)(argument))


@pytest.mark.parametrize("name", ["elu", "selu", "celu"])
@pytest.mark.parametrize("size", ["1/2", 1, 3])
def test_slope_follows_from_the_value(name: str, size: int | str) -> None:
    activation = catalog.get(name).with_parameters(alpha=size)
    held = slope_by_value(activation)
    assert held is not None
    argument = torch.linspace(-9, 9, 301, dtype=torch.float64)
    found = to_torch_values(held)(to_torch(activation)(argument))
    want = to_torch(activation, 1)(argument)
    # 1 ulp for expm1 or exp and ½ for each product and sum, none above the largest slope.
    bound = 2 * torch.finfo(torch.float64).eps * float(want.max())
    torch.testing.assert_close(found, want, rtol=0, atol=bound)


@pytest.mark.parametrize("name", ["relu", "abs", "sigmoid", "tanh", "softsign", "gelu"])
def test_slope_that_is_no_line_of_the_value(name: str) -> None:
    assert slope_by_value(catalog.get(name)) is None


def test_no_slope_by_value_where_the_function_falls() -> None:
    falling = Activation("falling", Piecewise((x, x > 0), (1 - exp(x), True)))
    assert slope_by_value(falling) is None


@pytest.mark.parametrize("name", list(catalog.CATALOG))
def test_overwriting_spares_what_others_hold(name: str) -> None:
    activation = catalog.get(name)
    numbers = [float(value) for value in activation.defaults.values()]
    for piece in stable_form(activation).pieces:
        run = in_place(piece.expr, list(activation.defaults))
        if run is None or not piece.expr.has(x):
            continue
        argument = torch.tensor([0.25, 0.5])
        first = torch.as_tensor(run(argument, False, *numbers)).clone()
        assert argument.tolist() == [0.25, 0.5]
        assert torch.equal(torch.as_tensor(run(argument, True, *numbers)), first)


def test_an_unknown_function_is_left_to_the_compiler() -> None:
    assert in_place(x ** S("1/3"), []) is None
    assert in_place(alpha * x, [alpha])(torch.ones(1), False, 3.0).tolist() == [3]


def test_derivative_of_a_derivative_far_out() -> None:
    """x² overflows there, and 0·inf is no gradient."""
    far = torch.tensor([1e308, -1e308, 1e160], dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(to_torch(catalog.arctan, 1)(far).sum(), far)
    assert slope.tolist() == [0, 0, 0]
