"""Which declaration a unit is, against the values of the module itself."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from actmath import Activation, catalog
from actmath.nn import Elementwise
from actmath.nn._model.declared import _FUNCTIONS, _METHODS, declared_as, method_declared_as
from actmath.notation import x

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


def test_every_function_and_method_is_its_declaration() -> None:
    """At points on either side of every corner of theirs."""
    points = [-7.0, -2.5, -0.5, 0.25, 2.0, 7.0]
    z = torch.tensor(points, dtype=torch.float64)
    calls = [(function, declared_as(function)) for function in _FUNCTIONS]
    calls += [(getattr(Tensor, name), method_declared_as(name)) for name in _METHODS]
    assert len(calls) > 20
    exact: dict[Activation, Tensor] = {}
    for function, unit in calls:
        assert unit is not None
        if unit not in exact:
            formula = unit.formula().subs(unit.substitution())
            exact[unit] = torch.tensor([float(formula.subs(x, at)) for at in points]).double()
        torch.testing.assert_close(function(z.clone()), exact[unit], rtol=1e-6, atol=1e-7)


def test_a_unit_that_draws_has_a_declaration_once_it_evaluates() -> None:
    assert declared_as(nn.RReLU(0.1, 0.3)) is None
    found = declared_as(nn.RReLU(0.1, 0.3).eval())
    assert found is not None
    assert Elementwise(found)(torch.tensor(-10.0)) == pytest.approx(-2)


def test_what_has_no_hash_is_no_unit() -> None:
    assert declared_as([torch.relu]) is None
    assert declared_as(Activation("mine", "x**2")).name == "mine"
