"""Modules and functions as units, against the gains of the declarations that they spell."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import torch
from sympy import Rational
from torch import nn

from actmath import catalog
from actmath.nn import NAN, Elementwise, weight_std
from actmath.nn._unit_gains import unit_gains
from actmath.numeric._gaussian.result import MomentRoute


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


@pytest.mark.parametrize("length", [0.25, 9.0])
def test_each_field_of_the_gains(length: float) -> None:
    """Of e^(z/4): E f² = e^(length/8) and E f′² = E f²/16, as of every log-normal number."""
    square = math.exp(length / 8)

    def growth(z: torch.Tensor) -> torch.Tensor:
        return torch.exp(z / 4)

    found = unit_gains(growth, length)
    assert (found.activation, found.length) == ("growth", length)
    assert found.route is MomentRoute.QUADRATURE
    assert found.forward == pytest.approx(math.sqrt(length / square), rel=1e-9)
    assert found.backward == pytest.approx(4 / math.sqrt(square), rel=1e-9)
    assert unit_gains(nn.Tanh(), length).activation == "Tanh"
    assert unit_gains(lambda z: z, length).activation == "<lambda>"
    # Of a declaration they are those of ``gains``, here a closed form.
    assert unit_gains("relu", length).route is not MomentRoute.QUADRATURE


@pytest.mark.parametrize("sign", [1, -1])
def test_a_unit_may_grow_until_what_is_outside_would_be_seen(sign: int) -> None:
    """Of e^(az) the end of the grid holds e^(32a − 128 − 2a²)/26,000 of the sum at length 1."""

    def growth(rate: float) -> Callable[[torch.Tensor], torch.Tensor]:
        return lambda z: torch.exp(sign * rate * z)

    # 3.8e-13 at 5, and 2.2e-12 at 5.2.
    assert unit_gains(growth(5.0), 1.0).forward == pytest.approx(math.exp(-25), rel=1e-6)
    with pytest.raises(ValueError, match="is made more than 16 deviations from 0"):
        unit_gains(growth(5.2), 1.0)
    assert unit_gains(growth(2.5), 4.0).forward == pytest.approx(2 * math.exp(-25), rel=1e-6)


def test_the_grid_is_the_same_on_both_sides_of_zero() -> None:
    """So that a jump at 0 costs no digit; elsewhere four are promised."""
    jump = unit_gains(lambda z: (z > 0).double(), 1.0)
    assert jump.forward == pytest.approx(math.sqrt(2), rel=1e-9)
    back = unit_gains(lambda z: (z < 0).double(), 1.0)
    assert back.forward == pytest.approx(math.sqrt(2), rel=1e-9)
    beyond = unit_gains(lambda z: (z > 0.7).double(), 1.0)
    assert beyond.forward == pytest.approx(0.2419636522230730**-0.5, rel=1e-4)
    assert math.isnan(jump.backward)


@pytest.mark.parametrize(
    ("unit", "kind"),
    [
        (lambda z: z - z.max(), ValueError),
        (lambda z: z.cumsum(0) / len(z), ValueError),
        (lambda z: z.flip(0), ValueError),
        (lambda z: z.tolist(), TypeError),
        (lambda z: z[:-1], TypeError),
        (lambda z: z[None], TypeError),
        (lambda z: z.bfloat16(), TypeError),
    ],
    ids=["largest", "sums", "reversed", "a list", "one less", "a row", "another dtype"],
)
def test_what_is_not_element_by_element(unit: object, kind: type[Exception]) -> None:
    with pytest.raises(kind, match=r"not element by element|does not give a tensor of float64"):
        unit_gains(unit, 1.0)


@pytest.mark.parametrize(
    "length",
    [Fraction(1, 2), Decimal("0.5"), np.float32(0.5), Rational(1, 2)],
    ids=["fraction", "decimal", "numpy", "sympy"],
)
def test_lengths_of_many_types(length: float) -> None:
    for unit in ("relu", nn.ReLU(), torch.relu):
        found = unit_gains(unit, length)
        assert (found.length, type(found.length)) == (0.5, float)
        assert found.forward == pytest.approx(math.sqrt(2), rel=1e-6)
    with pytest.raises((TypeError, ValueError), match=r"^length must"):
        unit_gains(nn.ReLU(), True)
