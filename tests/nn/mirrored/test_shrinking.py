"""Units outside of the catalog: what they declare, and tails."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from mpmath import mp
from torch import nn as torch_nn

from actmath import Activation, catalog, nn
from actmath.derive import derivative

UNITS = [
    nn.LogSigmoid(),
    nn.Threshold(0.5, -1.0),
    nn.Tanhshrink(),
    nn.Hardshrink(0.75),
    nn.Softshrink(0.75),
]
X = torch.tensor([-20.0, -0.75, -0.3, 0.0, 0.5, 0.75, 4.0], dtype=torch.float64)


@pytest.mark.parametrize("unit", UNITS, ids=lambda u: type(u).__name__)
def test_the_declaration_is_the_function(unit: torch_nn.Module) -> None:
    with mp.workdps(30):
        want = [float(unit.activation.value(v)) for v in X.tolist()]
    torch.testing.assert_close(unit(X), torch.tensor(want, dtype=torch.float64))
    theirs = getattr(torch_nn, type(unit).__name__)
    assert isinstance(unit, theirs)


def test_tanhshrink_keeps_digits_near_zero() -> None:
    x = 1e-5
    with mp.workdps(30):
        want = float(x - mp.tanh(x))
    found = nn.Tanhshrink()(torch.tensor(x, dtype=torch.float64)).item()
    assert found == pytest.approx(want, rel=1e-14, abs=0)


@pytest.mark.parametrize("name", ["Softmin", "Softmax", "LogSoftmax", "GLU"])
def test_along_a_dimension(name: str) -> None:
    x = torch.randn(4, 6, generator=torch.Generator().manual_seed(0))
    ours, theirs = (getattr(library, name)(dim=1) for library in (nn, torch_nn))
    torch.testing.assert_close(ours(x), theirs(x))
    assert repr(ours) == repr(theirs)


def test_arguments_of_any_number_type() -> None:
    assert nn.Threshold("1/2", "-1").threshold == 0.5
    assert nn.Hardshrink("3/4").lambd == nn.Softshrink("3/4").lambd == 0.75


@pytest.mark.parametrize(
    ("module", "unit"),
    [
        *((nn.LogSigmoid(), catalog.log_sigmoid), (nn.Tanhshrink(), catalog.tanhshrink)),
        *((nn.GELU("tanh"), catalog.gelu_tanh), (nn.Hardsigmoid(), catalog.get("hardsigmoid"))),
        (nn.Hardshrink(0.75), catalog.hardshrink.with_parameters(lambd=0.75)),
        (nn.Softshrink(0.75), catalog.softshrink.with_parameters(lambd=0.75)),
    ],
    ids=lambda it: getattr(it, "name", ""),
)
def test_a_module_is_a_unit_of_the_catalog(module: Any, unit: Activation) -> None:
    assert module.activation == unit


def test_widths_that_leave_nothing_out() -> None:
    for unit in (nn.Hardshrink(0), nn.Hardshrink(-1), nn.Softshrink(0)):
        assert derivative(unit.activation).pieces[0].expr == 1
        torch.testing.assert_close(unit(X), X)
    with pytest.raises(ValueError, match="must not be negative, got -1"):
        _ = nn.Softshrink(-1).activation
