"""The functions of stable formulas for tensors, and for numbers where parameters meet constants."""

from __future__ import annotations

import math

import pytest
import torch

from actmath.lower._functions.in_torch import TORCH_FUNCTIONS

from ...reference.plain_functions import PLAIN, cases, check_digits
from .more_cases import LIMITS, REST, more_cases


@pytest.mark.parametrize("name", PLAIN)
def test_digits(name: str) -> None:
    for (u, *rest), value, change in cases(name):
        got = TORCH_FUNCTIONS[name](torch.tensor(u, dtype=torch.float64), *rest)
        check_digits(got.item(), value, change, 2.0**-52, 2.0**-1022)


@pytest.mark.parametrize("name", PLAIN)
def test_numbers_give_a_number(name: str) -> None:
    rest = next(iter(cases(name)))[0][1:]
    tensor = TORCH_FUNCTIONS[name](torch.tensor(0.75, dtype=torch.float64), *rest)
    assert TORCH_FUNCTIONS[name](0.75, *rest) == pytest.approx(tensor.item(), rel=1e-14)


@pytest.mark.parametrize("name", ["Direction", "HyperbolicBowl", "HyperbolicRamp", "Hypotenuse"])
def test_the_positive_number_may_be_a_tensor(name: str) -> None:
    u, c = torch.tensor([-3.0, 0.5]), torch.tensor([2.0, 5.0])
    both = TORCH_FUNCTIONS[name](u, c)
    apart = [TORCH_FUNCTIONS[name](one, float(other)) for one, other in zip(u, c, strict=True)]
    torch.testing.assert_close(both, torch.stack(apart))


@pytest.mark.parametrize("kind", [torch.float64, torch.float32])
@pytest.mark.parametrize("name", PLAIN)
def test_digits_at_more_points(name: str, kind: torch.dtype) -> None:
    """Beside where formulas change, of both signs, with other numbers, in both precisions."""
    limits = torch.finfo(kind)
    for (u, *rest), value, change in more_cases(name, kind is torch.float32):
        got = TORCH_FUNCTIONS[name](torch.tensor(u, dtype=kind), *rest)
        assert got.dtype == kind
        if abs(value) <= limits.max:
            check_digits(got.item(), value, change, limits.eps, limits.tiny)


@pytest.mark.parametrize("name", LIMITS)
def test_limits(name: str) -> None:
    ends = torch.tensor([-math.inf, math.inf, math.nan], dtype=torch.float64)
    found = TORCH_FUNCTIONS[name](ends, *REST.get(name, ((),))[0])
    want = torch.tensor([*LIMITS[name], math.nan], dtype=torch.float64)
    torch.testing.assert_close(found, want, rtol=1e-15, atol=0, equal_nan=True)


@pytest.mark.parametrize("name", ["exp", "atan", "erfc", "asinh"])
def test_elementary_functions_of_numbers_are_those_of_floats(name: str) -> None:
    assert TORCH_FUNCTIONS[name](0.75) == getattr(math, name)(0.75)
    tensor = TORCH_FUNCTIONS[name](torch.tensor(0.75, dtype=torch.float64))
    assert tensor.item() == pytest.approx(getattr(math, name)(0.75), rel=1e-15)
