"""What the PyTorch versions promise beyond the contract: types, parameters, gradients."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from sympy import Piecewise, Rational, S, Symbol, cos, cosh, erf, exp, log, pi, sin, sqrt, tanh

from actmath import Activation, Parameter, catalog
from actmath.lower import to_numpy, to_torch
from actmath.lower._for_numpy import guarded
from actmath.lower._for_torch import (
    _within,
    check_tensor,
    check_tensor_like,
    checked_parameters,
    guarded_values,
)
from actmath.lower._stable import stable_form
from actmath.notation import x
from actmath.number import mp

INF = math.inf


def test_tensors_must_be_floating() -> None:
    with pytest.raises(TypeError, match="floating"):
        to_torch(catalog.relu)(torch.tensor([1, 2]))


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_torch_dtypes_stay(kind: torch.dtype) -> None:
    for activation in (catalog.selu, catalog.gelu, catalog.hard_swish, catalog.mish):
        result = to_torch(activation)(torch.tensor([-2.0, 0.0, 3.0], dtype=kind))
        assert result.dtype == kind
        assert torch.isfinite(result).all()


SMOOTH = {
    "squareplus": (x + sqrt(x**2 + 4)) / 2,
    "isru": x / sqrt(1 + x**2),
    "late": x * tanh(exp(x)),
    "logsigmoid": log(1 / (1 + exp(-x))),
    "gelu": x * (1 + erf(x / sqrt(2))) / 2,
    "root": (x**2 + 1) ** Rational(1, 3),
    "quotient": x**3 / (1 + x**2),
}


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize("name", SMOOTH)
def test_half_precision_keeps_its_own_digits(name: str, kind: torch.dtype) -> None:
    """Value and gradient within 4 ulp·(1 + |x·f′/f|) of those in float64, and no inf in between."""
    unit, limits = Activation(name, SMOOTH[name]), torch.finfo(kind)
    sizes = 10.0 ** torch.linspace(-5, math.log10(limits.max), 60)
    points = torch.cat([torch.linspace(-12, 12, 97), sizes, -sizes]).to(kind)
    at = points[points.isfinite()].clone().requires_grad_()
    value = to_torch(unit)(at)
    (slope,) = torch.autograd.grad(value.sum(), at)
    exact = at.detach().double().numpy()
    for order, got in enumerate((value.detach(), slope)):
        want, near = (to_numpy(unit, order)(exact * (1 + step)) for step in (0, 2.0**-26))
        condition = np.abs(near - want) * 2**26
        promised = 4 * limits.eps * (np.abs(want) + condition) + limits.tiny
        inside = np.abs(want) < limits.max * (1 - limits.eps)
        assert (np.abs(got.double().numpy() - want) <= promised)[inside].all()


def test_numbers_are_examined_where_they_are_given() -> None:
    """At the default nothing is wrong, at another number every digit is lost beside 0."""
    level = Parameter("level", 2)
    unit = Activation("unit", exp(x) - level.symbol - x, (level,))
    points = np.array([1e-9, -1e-7, 3.0, -40.0])
    with mp.workdps(60):
        want = [float(mp.exp(t) - 1 - t) for t in map(mp.mpf, points)]
    np.testing.assert_allclose(to_numpy(unit)(points, level=1), want, rtol=2e-15)
    tensor = to_torch(unit)(torch.tensor(points), level=1)
    np.testing.assert_allclose(tensor.numpy(), want, rtol=2e-15)


def test_parameters_may_be_tensors_that_broadcast() -> None:
    slopes = torch.tensor([[0.1], [0.5]], dtype=torch.float64, requires_grad=True)
    points = torch.tensor([-2.0, 3.0], dtype=torch.float64)
    result = to_torch(catalog.prelu)(points, a=slopes)
    assert result.tolist() == [[-0.2, 3.0], [-1.0, 3.0]]
    (gradient,) = torch.autograd.grad(result.sum(), slopes)
    assert gradient.tolist() == [[-2.0], [-2.0]]


def test_declared_values_at_kinks_may_be_tensors() -> None:
    slope = Symbol("k", real=True)
    tent = Activation(
        "tent",
        Piecewise((x, x > 0), (slope * x, True)),
        (Parameter(slope, S(3)),),
        at_kinks=((0, (1 + slope) / 2),),
    )
    slopes = torch.tensor([[1.0], [5.0]], dtype=torch.float64)
    result = to_torch(tent, order=1)(torch.tensor([-1.0, 0.0, 1.0], dtype=torch.float64), k=slopes)
    assert result.tolist() == [[1, 1, 1], [5, 3, 1]]


@pytest.mark.parametrize("activation", catalog.CATALOG.values(), ids=catalog.CATALOG)
def test_gradcheck_away_from_kinks(activation: Activation) -> None:
    points = torch.tensor([-7.3, -2.4, -1.6, -0.4, 0.7, 1.7, 2.6, 4.5, 8.1], dtype=torch.float64)
    points.requires_grad_()
    assert torch.autograd.gradcheck(to_torch(activation), points)
    assert torch.autograd.gradgradcheck(to_torch(activation), points)


OTHER_NAMES = {"hard_tanh": "hardtanh", "hard_swish": "hardswish"}
EXTRA = {"prelu": {"weight": torch.tensor([0.25], dtype=torch.float64)}}
NOT_IN_PYTORCH = {
    "identity": lambda u: u,
    "abs": torch.abs,
    "shifted_relu": lambda u: u.clamp(min=-1),
    "arctan": torch.atan,
    "hard_sigmoid": lambda u: (u / 4 + 0.5).clamp(0, 1),
}


def peer(name: str) -> Any:
    """PyTorch's own function, or one made of its operations; None where a newcomer has neither."""
    functional = getattr(torch.nn.functional, OTHER_NAMES.get(name, name), None)
    return NOT_IN_PYTORCH.get(name, functional)


@pytest.mark.parametrize("name", [name for name in catalog.CATALOG if peer(name)])
def test_agrees_with_pytorch(name: str) -> None:
    keywords = EXTRA.get(name, {})
    points = torch.linspace(-9, 9, 1801, dtype=torch.float64)
    ours = to_torch(catalog.get(name))(points)
    torch.testing.assert_close(ours, peer(name)(points, **keywords), rtol=1e-7, atol=1e-9)


@pytest.mark.slow
def test_elementary_functions_of_tensors_and_of_constants() -> None:
    scale = Symbol("c", positive=True)
    formula = (
        sin(x) * cos(scale) + erf(x / sqrt(scale)) + cosh(scale) * exp(1) * x + pi * exp(sqrt(2))
    )
    mixed = Activation("mixed", formula, (Parameter(scale, Rational(3, 2)),))
    want = [float(mixed.value(at)) for at in (-1, 0, 2)]
    points = torch.tensor([-1.0, 0.0, 2.0], dtype=torch.float64)
    np.testing.assert_allclose(to_torch(mixed)(points).numpy(), want, rtol=1e-14)
    np.testing.assert_allclose(to_numpy(mixed)(points.numpy()), want, rtol=1e-14)


def test_derivative_of_a_derivative_far_out() -> None:
    """x² overflows there, and 0·inf is no gradient."""
    far = torch.tensor([1e308, -1e308, 1e160], dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(to_torch(catalog.arctan, 1)(far).sum(), far)
    assert slope.tolist() == [0, 0, 0]


def test_a_form_that_two_threads_made_is_one_form() -> None:
    """Two threads may make a form at the same time: both are equal, and neither is the other."""
    first = stable_form(catalog.gelu, 1)
    guarded(first)
    stable_form.cache_clear()
    guarded_values.cache_clear()
    second = stable_form(catalog.gelu, 1)
    assert second == first
    assert second is not first
    # It keeps its digits: nothing slower is to be evaluated in its place.
    assert guarded_values(second) is None


def test_what_was_given_in_place_of_a_tensor_is_said() -> None:
    with pytest.raises(TypeError, match="expected a floating-point tensor, got dtype"):
        to_torch(catalog.relu)(torch.tensor([1]))
    for given, kind in (
        (3.0, "float"),
        ([1.0], "list"),
        (np.ones(2), "ndarray"),
        (None, "NoneType"),
    ):
        message = f"expected a tensor, got a {kind}: torch.as_tensor may make one of it"
        for check in (check_tensor, check_tensor_like, to_torch(catalog.relu)):
            with pytest.raises(TypeError, match=message):
                check(given)  # type: ignore[arg-type]
    check_tensor_like(torch.zeros(1, dtype=torch.int64))


@pytest.mark.parametrize("kind", [torch.float16, torch.float32, torch.float64])
def test_a_break_beyond_the_largest_number_is_an_end(kind: torch.dtype) -> None:
    most = torch.finfo(kind).max
    argument = torch.zeros(1, dtype=kind)
    assert _within(most, argument) == most
    assert _within(-most, argument) == -most
    assert _within(3.0, argument) == 3
    if kind != torch.float64:
        assert _within(most * 1.01, argument) == INF
        assert _within(-most * 1.01, argument) == -INF
    tensor = torch.tensor([1e300], dtype=torch.float64)
    assert _within(tensor, argument) is tensor
    # A unit whose break lies there has at ∞ the limit of its last piece.
    unit = Activation("late", "where(x <= 10**50, x/3, 1/10)")
    found = to_torch(unit)(torch.tensor([-3.0, 3.0, INF], dtype=kind))
    assert found.tolist() == pytest.approx([-1, 1, 0.1], rel=1e-3)


def test_numbers_are_checked_and_tensors_are_taken_as_they_are() -> None:
    alpha = catalog.elu.parameter("alpha").symbol
    assert checked_parameters(catalog.elu, {"alpha": "1/3"}) == {alpha: 1 / 3}
    tensor = torch.tensor([-1.0])
    assert checked_parameters(catalog.elu, {"alpha": tensor})[alpha] is tensor
    assert checked_parameters(catalog.elu, {}) == {}
    with pytest.raises(ValueError, match="alpha"):
        checked_parameters(catalog.elu, {"alpha": -1})


@pytest.mark.slow
def test_gradients_by_each_tensor_and_by_no_number() -> None:
    """Of a·sinh(b·x), beside PyTorch's own."""
    unit = Activation("two", "a*sinh(b*x)", (Parameter("a", 2), Parameter("b", 3)))
    lowered = to_torch(unit)
    x_, a, b = (
        torch.tensor(values, dtype=torch.float64, requires_grad=True)
        for values in ([-0.5, 0.25, 1.0], [[1.5], [-2.0]], [0.75])
    )
    value = lowered(x_, a=a, b=b)
    assert value.shape == (2, 3)
    torch.testing.assert_close(value, a * torch.sinh(b * x_), rtol=1e-14, atol=0)
    got = torch.autograd.grad(value.sum(), (x_, a, b))
    want = torch.autograd.grad((a * torch.sinh(b * x_)).sum(), (x_, a, b))
    for one, other in zip(got, want, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-13, atol=0)
    # A number beside a tensor, in either place.
    half = lowered(x_, a=0.5, b=b)
    torch.testing.assert_close(half, 0.5 * torch.sinh(b * x_), rtol=1e-14, atol=0)
    assert torch.autograd.grad(half.sum(), b)[0].shape == (1,)


def test_a_derivative_that_vanishes_is_0() -> None:
    """By the shift 1 everywhere, and nothing changes either slope."""
    unit = Activation("shifted", "Max(x, 0) + a", (Parameter("a", 2),))
    point = torch.tensor([-1.0, 2.0], requires_grad=True)
    a = torch.tensor(0.5, requires_grad=True)
    value = to_torch(unit)(point, a=a)
    by_x, by_a = torch.autograd.grad(value.sum(), (point, a), create_graph=True)
    assert by_x.tolist() == [0, 1]
    assert by_a == 2
    (second,) = torch.autograd.grad(by_x.sum() + by_a, point, allow_unused=True)
    assert second is None or second.tolist() == [0, 0]


@pytest.mark.parametrize("order", [0, 1])
def test_nan_stays_beside_a_constant_piece_and_shape_is_kept(order: int) -> None:
    unit = Activation("levels", "where(x < 0, 1, where(x < 1, x + 1, 2))")
    argument = torch.tensor([[math.nan, -1.0], [0.5, 3.0]], dtype=torch.float64)
    found = to_torch(unit, order)(argument)
    assert found.shape == (2, 2)
    assert found[0, 0].isnan()
    assert found.flatten()[1:].tolist() == ([0, 1, 0] if order else [1, 1.5, 2])
