"""Laws of sums, products and norms, against random numbers with their standard error."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

from actmath.nn._model._trace.steps import INPUT, TraceStep
from actmath.nn._model._trace.symbolic import symbolic
from actmath.nn._model.laws import Law, gaussian_law
from actmath.nn._model.propagation import TraceLaws

from .samples import normal


class Mixed(nn.Module):
    """Sums and products of two inputs, written by one function."""

    def __init__(self, formula: object) -> None:
        super().__init__()
        self.formula = formula

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        return self.formula(x, y)


def law_of(formula: object) -> Law | None:
    trace = symbolic(Mixed(formula))
    assert trace is not None

    def start(place: int, step: TraceStep) -> Law | None:
        return gaussian_law(("input", place), 0.5, 1.0) if step.operation == INPUT else None

    found = TraceLaws(trace, lambda *_: None, start)
    found.run()
    return found.laws[-1]


@pytest.mark.parametrize(
    "formula",
    [
        lambda x, y: x - 2 * y,
        lambda x, y: torch.add(x, y, alpha=3),
        lambda x, y: x * torch.sigmoid(2 * x) + torch.relu(y),
        lambda x, y: torch.tanh(x) * y,
        lambda x, y: x * x - x,
        lambda x, y: torch.relu(torch.cat([x, y]).flatten()),
        lambda x, y: nn.functional.leaky_relu(x, 0.3) * y.chunk(2)[0],
        lambda x, y: nn.functional.dropout(x, 0.25) + y,
    ],
)
def test_moments_are_those_of_random_numbers(formula: object) -> None:
    law, count = law_of(formula), 400_000
    assert law is not None
    x, y = normal(count) + 0.5, normal(count, seed=1) + 0.5
    values = formula(x, torch.cat([y, y]) if "chunk" in str(formula.__code__.co_names) else y)
    spread = float(values.std())
    assert float(values.mean()) == pytest.approx(law.mean, abs=5 * spread / math.sqrt(count))
    square = values.square()
    error = 5 * float(square.std()) / math.sqrt(count)
    assert float(square.mean()) == pytest.approx(law.square, abs=error + 2e-4 * law.square)


@pytest.mark.parametrize(
    "formula",
    [
        lambda x, y: torch.softmax(x, 0),
        lambda x, y: (x + y) * y,
        lambda x, y: x @ y,
        lambda x, y: torch.relu(x * y),
        # Halves alike, and neither a Gaussian.
        lambda x, y: torch.tanh(torch.cat([torch.relu(x), torch.relu(y)])),
        lambda x, y: x.mean(),
        lambda x, y: x / y,
    ],
)
def test_what_cannot_be_told(formula: object) -> None:
    assert law_of(formula) is None
