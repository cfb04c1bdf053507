"""What is measured of a tensor, against its own formula."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from actmath.nn._model._doctor.measured import Measurer, effective_samples, idle_shares
from actmath.nn._model._trace.steps import INPUT, TraceStep

from ..samples import normal


def test_effective_samples() -> None:
    assert effective_samples(torch.zeros(4, 3)) == 1
    assert effective_samples(torch.eye(7)) == pytest.approx(7)
    assert effective_samples(normal(1, 9).repeat(5, 1) * 1e20) == pytest.approx(1)
    # N random samples of n numbers: tr K² = N·n² + N²·n on average.
    assert effective_samples(normal(200, 400)) == pytest.approx(200 / (1 + 200 / 400), rel=0.05)


def test_channels_come_first_behind_convolutions() -> None:
    layer, measurer = nn.Conv2d(3, 5, 3), Measurer()
    x = normal(2, 3, 6, 6).requires_grad_()
    y = layer(x)
    measurer(0, TraceStep("input", INPUT), x)
    measurer(1, TraceStep("0", layer, (0,)), y)
    measurer(2, TraceStep("relu", torch.relu, (1,)), torch.relu(y))
    measurer(3, TraceStep("flatten", torch.flatten, (1,)), y.flatten(1))
    assert [measurer.of[k].channels for k in range(4)] == [3, 5, 5, 80]
    assert measurer.of[1].mean == pytest.approx(float(y.detach().mean()), rel=1e-5)
    (2 * y).sum().backward()
    assert measurer.of[1].gradient == 4


def test_dead_and_saturated() -> None:
    z = torch.tensor([[-1.0, 2.0, -50.0], [-3.0, -1.0, -60.0]])
    assert idle_shares(z, torch.relu) == (pytest.approx(2 / 3), pytest.approx(5 / 6))
    assert idle_shares(z, torch.tanh)[0] == pytest.approx(1 / 3)


def test_float64_is_measured_in_float64() -> None:
    measurer, x = Measurer(), 1 + 1e-9 * normal(40, 7).double()
    measurer(0, TraceStep("input", INPUT), x)
    assert measurer.of[0].mean == pytest.approx(float(x.mean()), rel=1e-13)
    assert measurer.of[0].variance == pytest.approx(float(x.var(correction=0)), rel=1e-6, abs=0)


@pytest.mark.parametrize("shape", [(3, 8), (8, 3), (5, 5), (1, 4), (6, 1)])
def test_effective_samples_by_all_scalar_products(shape: tuple[int, int]) -> None:
    rows = normal(*shape, seed=4).double() + 0.3
    products = rows.numpy() @ rows.numpy().T
    wanted = np.trace(products) ** 2 / np.trace(products @ products)
    for scale in (1.0, 1e-100, 1e150):
        assert effective_samples(scale * rows) == pytest.approx(wanted, rel=1e-12)


def test_effective_samples_of_many_are_spread_over_all() -> None:
    halves = torch.eye(2, dtype=torch.float64).repeat_interleave(600, dim=0)
    assert effective_samples(halves) == pytest.approx(2)
    for wrong in (math.inf, math.nan):
        assert effective_samples(torch.tensor([[1.0, wrong], [0.0, 1.0]])) == 1


def look(*steps: tuple[TraceStep, Tensor]) -> Measurer:
    """One after the other, each reading the one before."""
    measurer = Measurer()
    for place, (step, tensor) in enumerate(steps):
        inputs = (place - 1,) if place else ()
        measurer(place, TraceStep(step.name, step.operation, inputs), tensor)
    return measurer


def step(operation: object) -> TraceStep:
    return TraceStep("", operation)


CONVOLUTION = step(nn.Conv1d(2, 3, 2))


@pytest.mark.parametrize(
    ("steps", "channels"),
    [
        ([(step(INPUT), (4, 5))], 5),
        ([(step(INPUT), (4, 5, 6))], 6),
        ([(step(INPUT), (4, 5, 6, 7))], 5),
        ([(step(INPUT), (2, 3, 4, 5, 6))], 3),
        ([(step(INPUT), (7,))], 7),
        ([(step(INPUT), (4, 5, 6)), (step(nn.Linear(6, 9)), (4, 5, 9))], 9),
        ([(step(INPUT), (2, 3, 5, 6)), (step(nn.Linear(6, 9)), (2, 3, 5, 9))], 9),
        # Behind a convolution, with and without samples.
        ([(step(INPUT), (4, 2, 6)), (CONVOLUTION, (4, 3, 5))], 3),
        ([(step(INPUT), (2, 6)), (CONVOLUTION, (3, 5))], 5),
        ([(step(INPUT), (2, 6, 6)), (step(nn.Conv2d(2, 4, 1)), (4, 6, 6))], 4),
        ([(step(INPUT), (5, 2, 6, 6)), (step(nn.ConvTranspose2d(2, 4, 1)), (5, 4, 6, 6))], 4),
        # What follows keeps the order, until it is another tensor's.
        ([(CONVOLUTION, (4, 3, 5)), (step(torch.relu), (4, 3, 5))], 3),
        ([(CONVOLUTION, (4, 3, 5)), (step(nn.Flatten()), (4, 15))], 15),
        ([(CONVOLUTION, (4, 3, 5)), (step("permute"), (4, 5, 3))], 3),
        ([(CONVOLUTION, (4, 3, 5)), (step("transpose"), (5, 3, 4))], 4),
        ([(CONVOLUTION, (4, 3, 5)), (step("unsqueeze"), (4, 3, 5, 2))], 2),
    ],
)
def test_units_lie_along_one_axis(
    steps: list[tuple[TraceStep, tuple[int, ...]]], channels: int
) -> None:
    given = [(each, normal(*shape)) for each, shape in steps]
    found = look(*given).of[len(steps) - 1]
    assert found.channels == channels
    assert found.size == given[-1][1].numel()


def test_what_follows_a_convolution_twice_keeps_the_order() -> None:
    y = normal(4, 3, 5)
    measurer = look((CONVOLUTION, y), (step(torch.relu), y), (step(torch.tanh), y))
    assert measurer.of[2].channels == 3
    dense = look((step(INPUT), normal(2, 3, 5, 6)), (step(nn.Linear(6, 6)), normal(2, 3, 5, 6)))
    dense(2, TraceStep("", torch.relu, (1,)), normal(2, 3, 5, 6))
    assert [dense.of[k].channels for k in range(3)] == [3, 6, 6]
    turned = look((CONVOLUTION, y), (step("transpose"), y.mT), (step(torch.tanh), y.mT))
    assert [turned.of[k].channels for k in range(3)] == [3, 3, 3]
    assert turned.of[2].samples == pytest.approx(turned.of[0].samples, rel=1e-6)


@pytest.mark.parametrize(
    ("operation", "kept"),
    [
        (nn.Linear(5, 5), True),
        (nn.LayerNorm(5), True),
        (torch.add, True),
        (torch.relu, False),
        (torch.mul, False),
    ],
)
def test_net_inputs_are_kept_as_they_were(operation: object, kept: bool) -> None:
    y = normal(4, 5)
    before = y.clone()
    found = look((step(operation), y)).of[0]
    y.zero_()
    assert (found.values is not None) == kept
    if kept:
        assert torch.equal(found.values, before)


def test_moments_over_all_and_how_uneven_the_samples_are() -> None:
    """Of a convolution the samples are those of all positions."""
    y = normal(6, 40, 5, seed=2).double() * torch.linspace(0.2, 3, 5, dtype=torch.float64) + 0.4
    found = look((step(nn.Conv1d(2, 40, 2)), y)).of[0]
    entries = y.numpy()
    assert found.mean == pytest.approx(entries.mean(), rel=1e-12)
    assert found.variance == pytest.approx(entries.var(), rel=1e-12)
    assert found.square == pytest.approx((entries**2).mean(), rel=1e-12)
    own = (entries**2).mean(axis=1) / (entries**2).mean()
    assert found.uneven == pytest.approx(own.var() - 2 / 40, rel=1e-12)
    assert found.values.shape == (30, 40)
    torch.testing.assert_close(found.values[7], y[1, :, 2])
    # No more than what Gaussian entries have is not uneven.
    assert look((step(INPUT), torch.ones(9, 4))).of[0].uneven == 0
    assert look((step(INPUT), torch.zeros(9, 4))).of[0].uneven == 0


@pytest.mark.parametrize("scale", [1e-30, 1e-10, 1.0, 1e10, 1e30])
def test_squares_that_no_float32_holds(scale: float) -> None:
    y = normal(30, 8)
    found = look((step(INPUT), scale * y)).of[0]
    assert found.variance / scale**2 == pytest.approx(float(y.var(correction=0)), rel=1e-5)
    assert found.samples == pytest.approx(effective_samples(y), rel=1e-5)


def test_what_holds_no_numbers_is_not_measured() -> None:
    nothing = (step(INPUT), torch.ones(0, 3)), (step(INPUT), torch.arange(4))
    assert look(*nothing).of == {}
    assert math.isnan(look((step(INPUT), torch.ones(2))).of[0].gradient)
    single = look((step(INPUT), torch.tensor(3.0))).of[0]
    assert (single.mean, single.variance, single.channels, single.samples) == (3, 0, 1, 1)


def test_a_gradient_s_mean_square_comes_with_the_pass_and_none_changes_nothing() -> None:
    y = normal(4, 5).requires_grad_()
    found = look((step(INPUT), y)).of[0]
    weights = 1e30 * normal(4, 5, seed=1)
    (y * weights).sum().backward()
    assert found.gradient == pytest.approx(float(weights.double().square().mean()), rel=1e-6)


@pytest.mark.parametrize(("slope", "share"), [(0.05, 0.0), (0.0499, 0.75)])
def test_below_a_slope_of_a_twentieth_an_entry_is_saturated(slope: float, share: float) -> None:
    z = torch.tensor([[-1.0, 2.0], [-3.0, -1.0]], dtype=torch.float64)
    function = lambda z: nn.functional.leaky_relu(z, slope)  # noqa: E731
    assert idle_shares(z, function) == (0.0, share)
    assert idle_shares(z, lambda z: -function(z)) == (0.0, share)


def test_a_unit_is_dead_that_never_moves_by_more_than_a_rounding() -> None:
    """tanh′ = 1/cosh²: 4.5e-7 at 8 and 6.1e-8 at 9, beside 1.2e-7 in float32."""
    z = torch.tensor([[8.0, 9.0, 9.0, 0.0], [9.0, 9.0, -9.0, 9.0]])
    assert idle_shares(z, torch.tanh) == (0.5, 7 / 8)
    assert idle_shares(z.double(), torch.tanh) == (0.0, 7 / 8)
    # Of other units than of samples.
    assert idle_shares(torch.tensor([[-1.0], [-2.0], [3.0]]), torch.relu) == (
        0.0,
        pytest.approx(2 / 3),
    )
