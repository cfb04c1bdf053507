"""Under ``vmap`` an activation is applied to the whole stack at once, as to each part of it."""

from __future__ import annotations

import random

import pytest
import torch
from torch import Tensor
from torch.func import grad, jvp, vmap

from actmath.catalog import get
from actmath.lower._autograd.in_stack import stacked
from actmath.nn import Elementwise, PReLU, elementwise

from ...reference.agreement import check_same_up_to_rounding


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "shifted_relu", "elu", "selu", "tanh"])
def test_stacked_unit_is_the_derived_one(name: str) -> None:
    random = torch.Generator().manual_seed(1)
    x, upstream = torch.randn(2, 3, 4, 5, dtype=torch.float64, generator=random)
    x, y = x.clone().requires_grad_(), x.clone().requires_grad_()
    stacked, alone = vmap(Elementwise(get(name)), in_dims=1)(x), Elementwise(get(name))(y)
    check_same_up_to_rounding(stacked.movedim(0, 1), alone)
    torch.autograd.backward(stacked, upstream.movedim(1, 0))
    torch.autograd.backward(alone, upstream)
    torch.testing.assert_close(x.grad, y.grad, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("slopes", [1, 3])
def test_stacked_prelu_is_a_loop_over_prelu(slopes: int) -> None:
    random = torch.Generator().manual_seed(2)
    x, upstream = torch.randn(2, 2, 4, 3, 5, 5, generator=random)
    module, weight = PReLU(slopes), torch.rand(2, slopes, generator=random)
    weight.requires_grad_()

    def one(weight: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        return torch.func.functional_call(module, {"weight": weight}, (x,))

    torch.autograd.backward(vmap(one)(weight, x), upstream)
    for member in range(2):
        alone = PReLU(slopes)
        alone.weight.data = weight[member].detach().clone()
        torch.autograd.backward(alone(x[member]), upstream[member])
        torch.testing.assert_close(weight.grad[member], alone.weight.grad)


def test_shared_tensors_stay_and_ranks_are_made_equal() -> None:
    x, slope, shared = torch.zeros(4, 5, 2), torch.zeros(3, 2), torch.zeros(5)
    found = stacked(2, (2, None, 1), (x, shared, slope))
    assert [tuple(t.shape) for t in found] == [(2, 4, 5), (5,), (2, 1, 3)]
    argument, parameter = stacked(2, (None, 1), (shared, slope))
    assert argument.shape == (2, 5)
    assert parameter.shape == (2, 3)
    deeper = stacked(2, (0, 0), (torch.zeros(2, 5), torch.zeros(2, 3, 5)))
    assert [tuple(t.shape) for t in deeper] == [(2, 1, 5), (2, 3, 5)]


SLOPES = torch.tensor([0.1, 0.5, -0.3], dtype=torch.float64)
POINTS = torch.linspace(-2.0, 2.0, 8, dtype=torch.float64).reshape(2, 4)


def rectified(x: Tensor, slope: Tensor) -> Tensor:
    return elementwise(get("prelu"), x, a=slope)


def test_one_argument_many_parameters() -> None:
    found = vmap(rectified, in_dims=(None, 0))(POINTS, SLOPES)
    expected = torch.stack([rectified(POINTS, slope) for slope in SLOPES])
    # A product and a choice: one rounding, whichever code does it.
    assert torch.equal(found, expected)


def test_stacks_of_stacks() -> None:
    inner = vmap(rectified, in_dims=(0, None))
    found = vmap(inner, in_dims=(None, 0))(POINTS, SLOPES)
    assert torch.equal(found, torch.stack([rectified(POINTS, slope) for slope in SLOPES]))


@pytest.mark.parametrize("name", ["relu", "elu", "selu", "tanh", "softplus"])
def test_derivatives_of_every_order_in_either_direction(name: str) -> None:
    unit, x = Elementwise(get(name)), POINTS.flatten()
    y = x.clone().requires_grad_()
    (first,) = torch.autograd.grad(unit(y).sum(), y, create_graph=True)
    (second,) = torch.autograd.grad(first.sum(), y)
    slope = grad(unit)
    torch.testing.assert_close(vmap(slope)(x), first.detach())
    torch.testing.assert_close(vmap(grad(slope))(x), second)
    torch.testing.assert_close(
        vmap(lambda at: jvp(unit, (at,), (torch.ones_like(at),))[1])(x), first.detach()
    )


def test_a_value_that_is_overwritten_does_not_spoil_the_derivative() -> None:
    unit, x = Elementwise(get("tanh")), POINTS.clone().requires_grad_()
    y = vmap(unit)(x)
    total = y.sum()
    with torch.no_grad():
        y.zero_()
    torch.autograd.backward(total)
    torch.testing.assert_close(x.grad, 1 - torch.tanh(POINTS) ** 2)


@pytest.mark.parametrize("seed", range(12))
def test_stacks_at_any_place_broadcast_as_their_parts_do(seed: int) -> None:
    """x + 10·θ + 100·φ of random shapes, beside a loop over the stack."""
    generator = random.Random(seed)
    shape = [generator.choice([1, 2, 3]) for _ in range(generator.randint(0, 3))]
    tensors, places = [], []
    for k in range(3):
        own = [generator.choice([1, size]) for size in shape[generator.randint(0, len(shape)) :]]
        place = generator.choice([None, generator.randint(0, len(own))])
        if place is not None:
            own.insert(place, 4)
        noise = torch.Generator().manual_seed(3 * seed + k)
        tensors.append(torch.randn(own, generator=noise, dtype=torch.float64))
        places.append(place)
    found = stacked(4, places, tensors)
    total = found[0] + 10 * found[1] + 100 * found[2]
    for member in range(4):
        x, theta, phi = (
            t if place is None else t.select(place, member)
            for t, place in zip(tensors, places, strict=True)
        )
        want = x + 10 * theta + 100 * phi
        # A part of fewer dimensions has sides of length 1 in the stack.
        assert torch.equal(total[member].reshape(want.shape), want)
    assert len(found[0]) == 4
