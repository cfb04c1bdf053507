"""Slopes and shares of p are the derivatives that PyTorch takes of the units' definitions."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from actmath.experiment._networks._recurrent.step_units import (
    ClippedStep,
    FixedNoiseStep,
    NoiseAfterStep,
    NoiseBeforeStep,
    Results,
    SaturatedNoiseStep,
    SideBySide,
    SigmoidStep,
    StepUnit,
    TanhStep,
)

RANDOM = torch.Generator().manual_seed(0)
#: Both saturated sides and the line between, whose bounds differ by column.
U = torch.linspace(-4, 4, 120, dtype=torch.float64).reshape(3, 5, 8)
XI = torch.randn(3, 5, 8, dtype=torch.float64, generator=RANDOM)
BOUNDS = torch.tensor([0.0, -1.0] * 4).double(), torch.tensor([1.0, 1.0] * 4).double()
P = torch.tensor([0.0, 0.4, 1.7]).double()[:, None, None].expand(3, 1, 8).contiguous()


def clip(u: Tensor) -> Tensor:
    return torch.minimum(torch.maximum(u, BOUNDS[0]), BOUNDS[1])


def deviation(u: Tensor, p: Tensor) -> Tensor:
    """4σ/c = 4(g(pΔ) − ½)²."""
    return 4 * (torch.sigmoid(p * (clip(u) - u)) - 0.5) ** 2


def in_saturation(u: Tensor) -> Tensor:
    return torch.where((u <= BOUNDS[0]) | (u >= BOUNDS[1]), u + XI, u)


@pytest.mark.parametrize(
    ("unit", "definition"),
    [
        (SigmoidStep(), lambda u, p: torch.sigmoid(u)),
        (TanhStep(), lambda u, p: torch.tanh(u)),
        (ClippedStep(*BOUNDS), lambda u, p: clip(u)),
        (FixedNoiseStep(*BOUNDS), lambda u, p: clip(u + XI)),
        (SaturatedNoiseStep(*BOUNDS), lambda u, p: clip(in_saturation(u))),
        (
            NoiseAfterStep(*BOUNDS, P),
            lambda u, p: clip(u) + torch.sign(clip(u) - u) * deviation(u, p) * XI,
        ),
        (NoiseBeforeStep(*BOUNDS, P), lambda u, p: clip(u + deviation(u, p) * XI)),
    ],
    ids=lambda given: type(given).__name__,
)
def test_values_slopes_and_shares(
    unit: StepUnit, definition: Callable[[Tensor, Tensor], Tensor]
) -> None:
    learned = isinstance(unit, NoiseAfterStep | NoiseBeforeStep)
    room = Results.like(U, learned)
    unit.write(U, XI, room)
    u, p = U.clone().requires_grad_(), P.clone().requires_grad_()
    expected = definition(u, p)
    torch.testing.assert_close(room.value, expected, rtol=1e-12, atol=1e-12)
    (slope,) = torch.autograd.grad(expected.sum(), u, retain_graph=True)
    torch.testing.assert_close(room.slope, slope, rtol=1e-11, atol=1e-12)
    if learned:
        (share,) = torch.autograd.grad(expected.sum(), p)
        torch.testing.assert_close(room.share.sum(1, keepdim=True), share)


def test_units_side_by_side_have_their_own_columns() -> None:
    room, alone = Results.like(U, learned=False), Results.like(U, learned=False)
    SideBySide([(SigmoidStep(), 3), (TanhStep(), 5)]).write(U, None, room)
    SigmoidStep().write(U, None, alone)
    torch.testing.assert_close(room.value[..., :3], alone.value[..., :3])
    torch.testing.assert_close(room.value[..., 3:], torch.tanh(U[..., 3:]))
