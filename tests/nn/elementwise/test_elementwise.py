"""The one autograd.Function: both orders, every way of differentiating, every kind of input."""

from __future__ import annotations

import copy
import io
import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sympy import Max
from torch import Tensor
from torch.autograd import gradcheck, gradgradcheck
from torch.fx.experimental.proxy_tensor import make_fx
from torch.nn import functional

from actmath import catalog
from actmath.activation import Activation, Parameter
from actmath.derive._formula.pieces import breakpoints
from actmath.nn import NAN, Elementwise
from actmath.nn._elementwise.elementwise import elementwise
from actmath.nn._elementwise.formula import formula_of
from actmath.notation import lower
from actmath.notation import x as net

from ...reference.agreement import check_same_up_to_rounding

EVERY = pytest.mark.parametrize("name", list(catalog.CATALOG))
PARAMETRIC = [(f.name, p.name) for f in catalog.CATALOG.values() for p in f.parameters]


def points(*, grad: bool = True) -> Tensor:
    """Away from every kink of the catalog by more than the finite difference."""
    values = torch.tensor([-7.3, -2.4, -0.7, -0.2, 0.3, 0.9, 1.7, 4.4, 8.1], dtype=torch.float64)
    return values.requires_grad_(grad)


@EVERY
def test_both_orders_against_finite_differences(name: str) -> None:
    module = Elementwise(catalog.get(name))
    assert gradcheck(module, points(), check_forward_ad=True, check_batched_grad=True)
    assert gradgradcheck(module, points())


@pytest.mark.parametrize(("name", "parameter"), PARAMETRIC)
def test_parameter_gradients_against_finite_differences(name: str, parameter: str) -> None:
    activation = catalog.get(name)
    value = float(activation.parameter(parameter).default)
    theta = torch.full((3, 1), value, dtype=torch.float64, requires_grad=True)

    def of(x: Tensor, t: Tensor) -> Tensor:
        return elementwise(activation, x, **{parameter: t})

    symbol = activation.parameter(parameter).symbol
    if any(each.has(symbol) for each in breakpoints(activation.expr)):
        with pytest.raises(ValueError, match=f"moves with {parameter}: it can be set"):
            of(points(), theta)
        return
    assert gradcheck(of, (points(), theta), check_forward_ad=True)
    assert gradgradcheck(of, (points(), theta))


@EVERY
def test_derivative_is_the_derived_one_not_autograd_through_the_lowered_formula(name: str) -> None:
    x = points()
    y = Elementwise(catalog.get(name))(x)
    assert "Apply" in type(y.grad_fn).__name__
    (slope,) = torch.autograd.grad(y.sum(), x)
    (through,) = torch.autograd.grad(formula_of(catalog.get(name)).lowered(x).sum(), x)
    torch.testing.assert_close(slope, through, rtol=1e-12, atol=1e-15)


@EVERY
def test_vmap_grad_and_hessian_agree_with_a_loop(name: str) -> None:
    module = Elementwise(catalog.get(name))
    rows = torch.stack([points(grad=False), points(grad=False) / 2])

    def loss(row: Tensor) -> Tensor:
        return (module(row) ** 2).sum()

    hessian = torch.func.hessian(loss)
    torch.testing.assert_close(
        torch.func.vmap(hessian)(rows), torch.stack([hessian(row) for row in rows])
    )
    forward, backward = torch.func.jacfwd(module)(rows[0]), torch.func.jacrev(module)(rows[0])
    torch.testing.assert_close(forward, backward)


@pytest.mark.parametrize("name", ["relu", "prelu", "selu", "gelu", "softsign", "softplus"])
def test_compiled_whole_graph_equals_eager(name: str) -> None:
    torch.compiler.reset()
    module = Elementwise(catalog.get(name))
    compiled = torch.compile(module, fullgraph=True, backend="aot_eager")
    one, other = points(), points()
    module(one).sum().backward()
    compiled(other).sum().backward()
    check_same_up_to_rounding(compiled(other), module(one))
    check_same_up_to_rounding(other.grad, one.grad)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@EVERY
def test_half_precision_is_float32_rounded_once(name: str, dtype: torch.dtype) -> None:
    x = points(grad=False).to(dtype)
    y = Elementwise(catalog.get(name))(x)
    assert y.dtype == dtype
    assert torch.equal(y, Elementwise(catalog.get(name))(x.float()).to(dtype))


@EVERY
def test_autocast_keeps_the_dtype_of_the_input(name: str) -> None:
    x = points(grad=False).to(torch.bfloat16).requires_grad_()
    with torch.autocast("cpu", torch.bfloat16):
        y = Elementwise(catalog.get(name))(x)
    y.sum().backward()
    assert y.dtype == torch.bfloat16
    assert x.grad is not None
    assert x.grad.dtype == torch.bfloat16
    assert bool(x.grad.isfinite().all())


@EVERY
def test_shapes_and_strides(name: str) -> None:
    module = Elementwise(catalog.get(name))
    assert module(torch.empty(0, 3)).shape == (0, 3)
    assert module(torch.tensor(0.5)).shape == ()
    grid = torch.linspace(-3, 3, 24).reshape(4, 6)
    check_same_up_to_rounding(module(grid.T), module(grid).T)
    check_same_up_to_rounding(module(grid[::2, 1::2]), module(grid)[::2, 1::2])
    spread = torch.tensor([[0.5], [-0.5]]).expand(2, 5)
    check_same_up_to_rounding(module(spread), module(spread.clone()))


#: Who swings for ever at +∞ and at −∞, and whose slope does so.
SWINGING = {
    "sine": (True, True),
    "siren": (True, True),
    "cosine": (True, True),
    "gcu": (True, True),
}
SWINGING_SLOPE = SWINGING | {"snake": (True, True), "sinlu": (True, False)}


@EVERY
def test_infinities_give_limits_and_nan_stays(name: str) -> None:
    x = torch.tensor([math.inf, -math.inf, math.nan, 1e30, -1e30], requires_grad=True)
    y = Elementwise(catalog.get(name))(x)
    (slope,) = torch.autograd.grad(y.sum(), x)
    for found, swinging in ((y, SWINGING), (slope, SWINGING_SLOPE)):
        assert found.isnan().tolist() == [*swinging.get(name, (False, False)), True, False, False]
    # A unit may come near to its limit as slowly as 1/x.
    for limit, near in ((y[0], y[3]), (y[1], y[4])):
        assert not limit.isfinite() or abs(limit - near) <= 1e-28


@given(st.floats(-0.5, 1.5), st.floats(-30, 30).filter(lambda value: abs(value) > 1e-3))
def test_shared_slope_sums_over_everything_that_shares_it(slope: float, scale: float) -> None:
    x = scale * torch.linspace(-1, 1, 24, dtype=torch.float64).reshape(2, 3, 4)
    upstream = torch.cos(x)
    for shape, axes in (((1,), (0, 1, 2)), ((3, 1), (0, 2))):
        a = torch.full(shape, slope, dtype=torch.float64, requires_grad=True)
        (elementwise(catalog.prelu, x, a=a) * upstream).sum().backward()
        expected = (upstream * x.clamp(max=0)).sum(dim=axes).reshape(shape)
        torch.testing.assert_close(a.grad, expected)


def test_copies_pickles_and_names_itself() -> None:
    module = Elementwise(catalog.elu, alpha=2)
    buffer = io.BytesIO()
    torch.save(module, buffer)
    buffer.seek(0)
    restored = torch.load(buffer, weights_only=False)
    for twin in (restored, copy.deepcopy(module)):
        assert repr(twin) == "Elementwise(elu, alpha=2)"
        expected = functional.elu(points(grad=False), 2.0)
        check_same_up_to_rounding(twin(points(grad=False)), expected)
    assert list(module.parameters()) == []


@pytest.mark.parametrize(("wrong", "message"), [({"beta": 1}, "beta"), ({"alpha": -1}, "alpha")])
def test_refuses_wrong_parameters(wrong: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Elementwise(catalog.elu, **wrong)


def test_refuses_what_is_no_tensor() -> None:
    with pytest.raises(TypeError, match="expected a tensor, got a list"):
        elementwise("prelu", [1.0], a=torch.tensor(0.5))
    with pytest.raises(TypeError, match="a must be a tensor, got a float"):
        elementwise("prelu", torch.ones(1), a=0.5)


# Of the last four the values in double precision were cut off to integers.
@pytest.mark.parametrize("name", ["relu", "siren", "xielu", "e_swish", "pau"])
def test_refuses_integers(name: str) -> None:
    for wrong in (torch.arange(3), torch.tensor([True]), torch.tensor([1j])):
        with pytest.raises(TypeError, match="floating-point"):
            Elementwise(name)(wrong)
    with pytest.raises(TypeError, match="expected a tensor, got a list"):
        Elementwise(name)([1.0])


def test_refuses_to_learn_a_breakpoint() -> None:
    moving = Activation("moving", Max(lower, net), (Parameter(lower, 0),))
    with pytest.raises(ValueError, match="moves with lower"):
        elementwise(moving, points(), lower=torch.tensor(0.5))


@pytest.mark.parametrize("name", ["elu", "selu", "celu", "relu"])
def test_overwriting_the_output_leaves_the_gradient_right(name: str) -> None:
    x = points()
    y = Elementwise(catalog.get(name))(x)
    y.mul_(3)
    (slope,) = torch.autograd.grad(y.sum(), x)
    torch.testing.assert_close(slope, 3 * formula_of(catalog.get(name)).partials[0](points()))


def test_inference_mode() -> None:
    with torch.inference_mode():
        y = Elementwise(catalog.selu)(torch.tensor([-1.0, 2.0]))
    assert y.is_inference()


@pytest.mark.parametrize("name", ["softplus", "silu"])
def test_a_graph_of_operations_holds_at_other_numbers(name: str) -> None:
    module, x = Elementwise(name), torch.linspace(-2, 2, 9)
    slope = torch.func.grad(lambda t: module(t).square().sum())
    torch.testing.assert_close(make_fx(slope)(x)(40 * x), slope(40 * x))


@pytest.mark.slow
def test_a_stack_of_modules_is_compiled_whole() -> None:
    torch.compiler.reset()
    for module in (Elementwise("elu", alpha=0.5), NAN().eval()):
        call, x = torch.vmap(module), torch.linspace(-3, 3, 10).reshape(2, 5)
        torch.testing.assert_close(torch.compile(call, backend="eager", fullgraph=True)(x), call(x))


def test_overwriting_its_argument_leaves_the_gradient_right() -> None:
    module = Elementwise(catalog.elu, alpha=0.5)
    plain = points()
    (want,) = torch.autograd.grad(module(plain).sum(), plain)
    module.inplace = True
    leaf = points()
    held = leaf * 1
    found = module(held)
    assert found.data_ptr() == held.data_ptr()
    torch.testing.assert_close(found, module(points(grad=False)))
    torch.testing.assert_close(torch.autograd.grad(found.sum(), leaf)[0], want)


def test_parameters_are_shown_to_six_digits_and_read_as_floats() -> None:
    module = Elementwise(catalog.rrelu, lower="1/7", upper=0.123456789 * 2)
    assert repr(module) == "Elementwise(rrelu, lower=0.142857, upper=0.246914)"
    assert (module.lower, module.upper) == (1 / 7, 0.246913578)
    module.upper = 3
    assert (module.lower, module.upper) == (1 / 7, 3.0)
    assert type(module.upper) is float
    module.other = 3
    assert module.other == 3
    with pytest.raises(AttributeError, match="no attribute 'alpha'"):
        _ = module.alpha
    blank = Elementwise.__new__(Elementwise)
    with pytest.raises(AttributeError, match="lower"):
        _ = blank.lower
    assert "formula" not in module.__getstate__()
    assert module.__getstate__()["activation"] == module.activation
