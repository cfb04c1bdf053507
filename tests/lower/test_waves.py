"""A wave has no limit at ±∞: nan says so in every arithmetic, unless something else carries it."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from actmath import Activation, catalog
from actmath.lower import to_javascript, to_mpmath, to_numpy, to_torch
from actmath.nn import Elementwise

NAN, INF = math.nan, math.inf
#: Values at −∞ and ∞, and slopes there.
AT_ENDS = {
    "sin(x)": ((NAN, NAN), (NAN, NAN)),
    "x*cos(x)": ((NAN, NAN), (NAN, NAN)),
    "x + sin(x)": ((-INF, INF), (NAN, NAN)),
    "sin(x)*exp(-x**2)": ((0, 0), (0, 0)),
    "Piecewise((sin(x), x > 0), (x, True))": ((-INF, NAN), (1, NAN)),
}


@pytest.mark.parametrize("formula", AT_ENDS)
@pytest.mark.parametrize("order", [0, 1])
def test_all_arithmetics_know_where_there_is_no_limit(formula: str, order: int) -> None:
    unit, want = Activation("wave", formula), list(AT_ENDS[formula][order])
    ends = [-INF, INF]
    tensor = torch.tensor(ends, dtype=torch.float64)
    found = (
        [float(to_mpmath(unit, order)(at)) for at in ends],
        to_numpy(unit, order)(ends),
        to_torch(unit, order)(tensor).numpy(),
        [to_javascript(unit, order)(at) for at in ends],
    )
    for values in found:
        np.testing.assert_equal(np.abs(values) if want == [0, 0] else np.array(values), want)


def test_modules_and_their_gradients_know_it_too() -> None:
    at = torch.tensor([-INF, INF, 0.5], requires_grad=True)
    values = Elementwise(catalog.snake)(at)
    values.sum().backward()
    assert values.tolist()[:2] == [-INF, INF]
    assert at.grad is not None
    assert at.grad.isnan().tolist() == [True, True, False]


def test_gradients_by_a_frequency_oscillate() -> None:
    frequency = torch.tensor(30.0, dtype=torch.float64, requires_grad=True)
    slopes = []
    for at in (INF, 0.25):
        value = to_torch(catalog.siren)(torch.tensor(at, dtype=torch.float64), omega_0=frequency)
        slopes.append(torch.autograd.grad(value, frequency)[0].item())
    assert math.isnan(slopes[0])
    assert slopes[1] == pytest.approx(0.25 * math.cos(7.5), rel=1e-14)
