"""Modules and functions as units, against the gains of the declarations that they spell."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from actmath import catalog
from actmath.nn import NAN, Elementwise, weight_std


@pytest.mark.parametrize(
    ("unit", "name"),
    [
        (nn.ReLU(inplace=True), "relu"),
        (torch.tanh, "tanh"),
        (nn.functional.gelu, "gelu"),
        (nn.ELU(), "elu"),
        (Elementwise(catalog.silu), "silu"),
        (lambda z: z * torch.sigmoid(z), "silu"),
    ],
)
@pytest.mark.parametrize("mode", ["fan_in", "fan_out"])
def test_any_module_or_function_is_a_unit(unit: object, name: str, mode: str) -> None:
    weight = torch.empty(30, 50)
    for length in (0.3, 4.0):
        wanted = weight_std(weight, name, mode, length)
        assert weight_std(weight, unit, mode, length) == pytest.approx(wanted, rel=1e-6)


def test_units_are_evaluated_quietly_and_left_alone() -> None:
    unit = nn.PReLU(init=0.5)
    assert weight_std(torch.empty(3, 100), unit) == pytest.approx(math.sqrt(2 / 1.25 / 100))
    assert unit.training
    assert unit.weight.dtype == torch.float32
    wanted = weight_std(torch.empty(3, 100), "hard_tanh")
    assert weight_std(torch.empty(3, 100), NAN()) == pytest.approx(wanted, rel=1e-6)


@pytest.mark.parametrize(
    ("unit", "kind", "said"),
    [
        (nn.Linear(3, 3), ValueError, "Linear does not take numbers one by one"),
        (nn.PReLU(3), ValueError, "PReLU does not take numbers one by one"),
        (nn.Softmax(dim=0), ValueError, "Softmax is not element by element"),
        (lambda z: z.float(), TypeError, "like its argument"),
        (lambda z: z.sum(), TypeError, "like its argument"),
        (torch.zeros_like, ValueError, "no variance"),
        (torch.log, ValueError, "no variance"),
        (lambda z: torch.exp(8 * z), ValueError, "grows so fast"),
        (3, TypeError, "got 3"),
    ],
)
def test_what_is_no_unit(unit: object, kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said):
        weight_std(torch.empty(3, 3), unit)
    with pytest.raises(ValueError, match="positive"):
        weight_std(torch.empty(3, 3), nn.ReLU(), length=-1)
