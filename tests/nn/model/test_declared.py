"""Which declaration a unit is, against the values of the module itself."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from actmath import catalog
from actmath.nn import Elementwise
from actmath.nn._model.declared import declared_as, method_declared_as

GIVEN = (
    nn.ReLU(),
    nn.ELU(0.5),
    nn.Hardtanh(-2, 1),
    nn.GELU("tanh"),
    nn.PReLU(),
    nn.Softshrink(),
    torch.tanh,
)
NONE = (nn.Softmax(0), nn.Linear(2, 2), nn.PReLU(3), nn.RReLU(), torch.cumsum, 3, None)


@pytest.mark.parametrize("unit", [*GIVEN, nn.functional.gelu])
def test_the_declaration_is_the_function(unit: nn.Module) -> None:
    z = torch.linspace(-3, 3, 13, dtype=torch.float64)
    given = unit.double().eval() if isinstance(unit, nn.Module) else unit
    found = declared_as(given)
    assert found is not None
    torch.testing.assert_close(Elementwise(found)(z), given(z))


@pytest.mark.parametrize("unit", NONE)
def test_no_declared_as(unit: object) -> None:
    assert declared_as(unit) is None


def test_names_and_methods() -> None:
    assert declared_as("swish") is catalog.silu
    assert method_declared_as("relu_") is catalog.relu
    assert method_declared_as("cumsum") is None


def test_a_subclass_of_the_users_own_is_another_function() -> None:
    class Shifted(nn.ReLU):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return super().forward(x) - 1

    assert declared_as(Shifted()) is None
