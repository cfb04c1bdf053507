"""Symbolic traces: their steps compute what the model does, and leave nothing behind."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from actmath.nn._model._trace.steps import INPUT, OVERWRITTEN, TENSOR
from actmath.nn._model._trace.symbolic import symbolic

from ..samples import ByData, Gate, normal


class Scaled(Gate):
    """A gate with a number that is learned, and a line in place."""

    def __init__(self, width: int) -> None:
        super().__init__(width)
        self.scale = nn.Parameter(torch.tensor(1.5))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x * self.scale).relu_()


class AddedInto(nn.Module):
    """A sum that is written over its first term; both are read again."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.a, self.b = nn.Linear(width, width), nn.Linear(width, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        one, other = self.a(x), self.b(x)
        one.add_(other)
        return one * other


@pytest.mark.parametrize("model", [Scaled(6), AddedInto(6)])
def test_the_steps_compute_the_model(model: nn.Module) -> None:
    trace = symbolic(model)
    assert trace is not None
    x, values = normal(5, 6), []
    for step in trace.steps:
        if step.operation == INPUT:
            values.append(x)
        elif step.operation == TENSOR:
            values.append(step.constant)
        else:
            values.append(step.call([values[k] for k in step.inputs]))
    torch.testing.assert_close(values[-1], model(x))


def test_a_layer_alone_and_a_model_that_looks_at_its_data() -> None:
    alone = symbolic(nn.Linear(2, 3))
    assert alone is not None
    assert [step.function for step in alone.steps] == ["input", "Linear"]
    assert symbolic(ByData()) is None


def test_what_reads_a_view_that_was_written_over_reads_nothing_known() -> None:
    class Overwriting(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            flat = x.view(-1)
            x.relu_()
            return torch.tanh(flat) * torch.sin(flat)

    trace = symbolic(Overwriting())
    assert trace is not None
    readers = [step for step in trace.steps if step.function in ("tanh", "sin")]
    assert len(readers) == 2
    for step in readers:
        assert [trace.steps[k].operation for k in step.inputs] == [OVERWRITTEN]
