"""The variance that width allows for is that of networks drawn again and again."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from actmath.nn import diagnose, initialize_

from ..samples import normal


@pytest.mark.parametrize("unit", [nn.ReLU, nn.GELU])
def test_deviations_over_draws_are_as_said(unit: type[nn.Module]) -> None:
    parts = [part for _ in range(4) for part in (nn.Linear(60, 60), unit())]
    model, x, found, said = nn.Sequential(*parts, nn.Linear(60, 60)), normal(30, 60), [], []
    random = torch.Generator().manual_seed(7)
    for _ in range(25):
        initialize_(model, generator=random)
        last = diagnose(model, x).layers[-1]
        found.append(math.log(last.variance + last.mean**2))
        said.append(last.tolerance / 4)
    spread = float(torch.tensor(found).std())
    # A standard deviation of 25 draws is off by a seventh.
    assert spread == pytest.approx(sum(said) / len(said), rel=0.45)
