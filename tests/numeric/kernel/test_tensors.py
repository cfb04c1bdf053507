"""Gradients of dual kernels against differences of many-digit values, and what has none."""

from __future__ import annotations

import pytest
import torch
from mpmath import mp
from sympy import Piecewise

from actmath import Activation, catalog
from actmath.notation import x
from actmath.numeric import dual_kernel
from actmath.numeric._kernel.tensors import slope_of

from .oracle import double

AT = (0.8, 0.5, 0.3)


def leaves(*numbers, dtype=torch.float64):
    return [torch.tensor([float(n)], dtype=dtype, requires_grad=True) for n in numbers]


@pytest.mark.slow
def test_gradients_of_a_smooth_unit_against_many_digits():
    given = leaves(*AT)
    found = dual_kernel("tanh", *given)
    value = torch.autograd.grad(found.value.sum(), given, retain_graph=True)
    slope = torch.autograd.grad(found.derivative.sum(), given)

    def curve(t):
        return mp.sech(t) ** 2

    for at, (by_value, by_slope) in enumerate(zip(value, slope, strict=True)):
        with mp.workdps(30):
            step, ends = mp.mpf(10) ** -8, []
            for side in (-1, 1):
                moved = [mp.mpf(n) + side * step * (k == at) for k, n in enumerate(AT)]
                # The slope's own gradient is looked at in one variance and the correlation.
                units = ((mp.tanh, mp.tanh), (curve, curve))[: 1 + (at > 0)]
                ends.append([double(*pair, moved) for pair in units])
            by = [(two - one) / (2 * step) for one, two in zip(*ends, strict=True)]
        assert abs(by_value.item() - by[0]) < 1e-12
        assert at == 0 or abs(by_slope.item() - by[1]) < 1e-12


def test_gradients_of_relu_in_closed_form():
    """σ₁σ₂·A₁(c): its slopes are A₁σ₂/2σ₁ and σ₁σ₂·(π − θ)/2π."""
    q1, q2, c = given = leaves(1e-200, 1e200, 0.5)
    found = dual_kernel("relu", *given)
    found.value.sum().backward()
    angle = torch.pi - torch.acos(torch.tensor(0.5, dtype=torch.float64))
    height = (0.75**0.5 + angle * 0.5) / (2 * torch.pi)
    assert q1.grad.item() == pytest.approx(height.item() * 1e200 / 2, rel=1e-14)
    assert q2.grad.item() == pytest.approx(height.item() * 1e-200 / 2, rel=1e-14)
    assert c.grad.item() == pytest.approx(angle.item() / (2 * torch.pi), rel=1e-14)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["elu", "hard_tanh"])
def test_gradients_through_kinks(name):
    given = leaves(0.9, 1.6, -0.4)
    torch.autograd.gradcheck(
        lambda *t: tuple(getattr(dual_kernel(name, *t), part) for part in ("value", "derivative")),
        given,
        eps=1e-5,
        atol=1e-8,
        rtol=1e-8,
    )


def test_tensors_come_back_as_they_went_in():
    single = dual_kernel("gelu", *leaves(1, 2, 0.5, dtype=torch.float32))
    assert single.value.dtype == torch.float32
    assert single.value.item() == pytest.approx(
        float(dual_kernel("gelu", 1, 2, 0.5).value), rel=1e-6
    )
    whole = dual_kernel("gelu", torch.tensor([1, 2]), 2, 0.5)
    assert whole.value.dtype == torch.float64
    assert not whole.value.requires_grad
    assert "tensor" in repr(whole)
    assert dual_kernel("gelu", torch.ones(2, 1), torch.ones(3), 0.5).value.shape == (2, 3)


def test_a_correlation_that_rounding_put_beyond_one_keeps_its_gradient():
    q1, q2, c = leaves(1, 1, 1.0000000000000002)
    dual_kernel("tanh", q1, q2, c).value.sum().backward()
    assert c.grad.item() == pytest.approx(float(dual_kernel("tanh", 1, 1, 1).derivative), rel=1e-13)


def test_gradients_that_are_not_had_are_refused():
    step = Activation("step", Piecewise((1, x >= 1), (0, True)))
    found = dual_kernel(step, *leaves(1, 1, 0.5))
    with pytest.raises(NotImplementedError, match="jumps"):
        found.derivative.sum().backward()
    for pair in ((0, 1), (1, 0), (0, 0)):
        with pytest.raises(ValueError, match="variance of 0"):
            dual_kernel("tanh", *leaves(*pair, 0.5)).value.sum().backward()
    given = leaves(1, 1, 0.5)
    (first,) = torch.autograd.grad(dual_kernel("relu", *given).value, given[:1], create_graph=True)
    with pytest.raises(RuntimeError, match="grad"):
        first.backward()


def test_the_slope_as_a_unit():
    assert slope_of(catalog.hard_tanh).value(0.5) == 1
    assert slope_of(catalog.hard_tanh).value(2) == 0


def test_gradients_of_the_derivative_where_constants_are_long() -> None:
    # selu's slopes are closed forms in erfc, which SymPy does not evaluate in stable forms.
    given = [torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in (1.0, 2.0, 0.5)]
    dual_kernel("selu", *given).derivative.backward()
    step = 1e-5
    ends = [dual_kernel("selu", 1.0, 2.0, 0.5 + side * step).derivative for side in (-1, 1)]
    assert float(given[2].grad) == pytest.approx(float(ends[1] - ends[0]) / (2 * step), rel=1e-6)


@pytest.mark.parametrize(
    "name", ["relu", pytest.param("gelu", marks=pytest.mark.slow), "erf", "leaky_relu"]
)
def test_each_gradient_is_a_quotient_of_differences(name: str) -> None:
    """Value and derivative, by every argument, with different weights from above."""
    numbers, step = (0.9, 1.6, -0.4), 1e-4
    value_weight, slope_weight = torch.tensor([0.7]), torch.tensor([-1.3])
    given = leaves(*numbers)
    found = dual_kernel(name, *given)
    (found.value * value_weight + found.derivative * slope_weight).sum().backward()
    for at, leaf in enumerate(given):
        ends = []
        for k in (-2, -1, 1, 2):
            moved = [n + k * step * (i == at) for i, n in enumerate(numbers)]
            there = dual_kernel(name, *moved)
            ends.append(0.7 * float(there.value) - 1.3 * float(there.derivative))
        quotient = (ends[0] - 8 * ends[1] + 8 * ends[2] - ends[3]) / (12 * step)
        assert leaf.grad.item() == pytest.approx(quotient, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("wanted", [0, 1, 2])
def test_only_what_is_asked_for_has_a_gradient(wanted: int) -> None:
    whole = leaves(0.9, 1.6, -0.4)
    dual_kernel("tanh", *whole).value.sum().backward()
    given = [torch.tensor([n], dtype=torch.float64) for n in (0.9, 1.6, -0.4)]
    given[wanted].requires_grad_()
    dual_kernel("tanh", *given).value.sum().backward()
    assert given[wanted].grad.item() == pytest.approx(whole[wanted].grad.item(), rel=1e-13)
    assert [part.grad is None for part in given] == [at != wanted for at in range(3)]


@pytest.mark.parametrize("pair", [(0.0, 2.0), (2.0, 0.0), (0.0, 0.0)])
def test_the_correlation_has_a_gradient_at_a_variance_of_0(pair: tuple[float, float]) -> None:
    """There k = c·σ₁σ₂ is 0 whatever c is; only gradients by the variances are refused."""
    given = [torch.tensor([n], dtype=torch.float64) for n in (*pair, 0.3)]
    given[2].requires_grad_()
    dual_kernel("tanh", *given).value.sum().backward()
    assert given[2].grad.item() == 0


def test_an_infinite_slope_is_nothing_where_nothing_comes_from_above() -> None:
    """Of a step at c = 1, where ∂P/∂c is infinite; at c = 0 it is 1/2π."""
    step = Activation("step", Piecewise((1, x >= 0), (0, True)))
    c = torch.tensor([1.0, 0.0], dtype=torch.float64, requires_grad=True)
    dual_kernel(step, 1.0, 1.0, c).value[1].backward()
    assert c.grad.tolist() == pytest.approx([0, 0.5 / torch.pi])
    c.grad = None
    dual_kernel(step, 1.0, 1.0, c).value.sum().backward()
    assert c.grad.tolist() == pytest.approx([float("inf"), 0.5 / torch.pi])


def test_columns_and_gradients_of_float32_are_rounded_at_the_end() -> None:
    numbers = [0.5, 2.0, 0.25]
    given = leaves(*numbers, dtype=torch.float32)
    found = dual_kernel("relu", *given)
    exact = dual_kernel("relu", *numbers)
    assert (found.value.dtype, found.derivative.dtype) == (torch.float32,) * 2
    # Half an ulp of float32 is 6e-8.
    assert found.value.item() == pytest.approx(float(exact.value), rel=6e-8)
    assert (found.activation, found.route) == (exact.activation, exact.route)
    found.value.sum().backward()
    assert [part.grad.dtype for part in given] == [torch.float32] * 3
    # Of degree 1 in each deviation: the derivative by q is value/2q.
    assert given[0].grad.item() == pytest.approx(float(exact.value), rel=1e-7)
    assert given[1].grad.item() == pytest.approx(float(exact.value) / 4, rel=1e-7)


@pytest.mark.parametrize("bad", [(-1.0, 1.0, 0.5), (1.0, float("nan"), 0.5), (1.0, 1.0, 1.1)])
def test_tensors_are_looked_at_too(bad: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="must"):
        dual_kernel("relu", *leaves(*bad))


@pytest.mark.parametrize("side", [-1, 1])
def test_a_tensor_may_pass_1_by_eight_ulps(side: int) -> None:
    """It is taken for 1 there: relu's arc cosine would be none."""
    beyond, end = (dual_kernel("relu", *leaves(1, 2, side * c)) for c in (1 + 8 * 2.0**-52, 1.0))
    assert beyond.value.item() == end.value.item()
    assert beyond.derivative.item() == end.derivative.item()
    with pytest.raises(ValueError, match=r"the correlation must lie in \[-1, 1\]"):
        dual_kernel("relu", *leaves(1, 2, side * (1 + 9 * 2.0**-52)))
