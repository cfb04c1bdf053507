"""What is measured of a tensor, against its own formula."""

from __future__ import annotations

import pytest
import torch
from torch import nn

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
