"""Laws of sums, products and norms, against random numbers with their standard error."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

from actmath.nn._model._trace.kept_state import kept_state
from actmath.nn._model._trace.recorded import recorded_steps
from actmath.nn._model._trace.steps import INPUT, TraceStep
from actmath.nn._model._trace.symbolic import symbolic
from actmath.nn._model.laws import Law, gaussian_law
from actmath.nn._model.propagation import TraceLaws, _title

from .samples import normal


class Mixed(nn.Module):
    """Sums and products of two inputs, written by one function."""

    def __init__(self, formula: object) -> None:
        super().__init__()
        self.formula = formula

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        return self.formula(x, y)


def law_of(formula: object, *batch: Tensor) -> Law | None:
    """Of the last step, by a batch or by symbols."""
    model = Mixed(formula)
    if batch:
        with kept_state(model):
            trace = recorded_steps(model, batch, lambda *_: None).trace
    else:
        by_symbols = symbolic(model)
        assert by_symbols is not None
        trace = by_symbols

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


def test_parts_of_chosen_rows_are_apart_along_units() -> None:
    """Two halves of a tensor of mean 1/2 and variance 1, whatever the shape of the choice."""
    x, rows = normal(8, 6), torch.arange(4)
    law = law_of(lambda x, rows: x[rows, :3] + x[rows, 3:], x, rows)
    assert law is not None
    assert (law.mean, law.variance) == (1, 2)
    assert law_of(lambda x, rows: x[rows, :3] + x[rows, 2:5], x, rows) is None
    # Along the samples no two entries are known to be independent.
    assert law_of(lambda x, rows: x[:4, rows] + x[4:, rows], x, rows) is None


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


class Shifted(nn.Module):
    """A buffer is added, broadcast or not."""

    def __init__(self, shift: Tensor) -> None:
        super().__init__()
        self.register_buffer("shift", shift)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.shift


@pytest.mark.parametrize(
    ("shift", "moments"),
    [
        (torch.tensor([1.0, 3.0, 1.0, 3.0]), (2.5, 2.0)),
        (torch.tensor(4.0), (4.5, 1.0)),
        (torch.tensor([1.0, math.inf, 1.0, 1.0]), None),
        (torch.zeros(0, 4), None),
    ],
    ids=["of two levels", "of one", "infinite", "empty"],
)
def test_a_tensor_has_the_law_of_its_entries(
    shift: Tensor, moments: tuple[float, float] | None
) -> None:
    trace = symbolic(Shifted(shift))
    assert trace is not None
    found = TraceLaws(
        trace,
        lambda *_: None,
        lambda place, step: gaussian_law(place, 0.5, 1.0) if step.operation == INPUT else None,
    )
    found.run()
    law = found.laws[-1]
    assert (law and (law.mean, law.variance)) == (moments and pytest.approx(moments, rel=1e-12))


def test_a_step_is_called_by_its_path_and_its_kind() -> None:
    assert _title(TraceStep("body.0", nn.Softmax(0))) == "body.0 (Softmax)"
    assert _title(TraceStep("", nn.Softmax(0))) == "Softmax"
    assert _title(TraceStep("softmax", torch.softmax)) == "softmax"
    assert _title(TraceStep("view", "view")) == "view"
