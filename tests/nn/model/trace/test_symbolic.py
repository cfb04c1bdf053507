"""Symbolic traces: their steps compute what the model does, and leave nothing behind."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn import functional

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


class Written(nn.Module):
    """What a formula does with the net inputs of a layer, which another one reads then."""

    def __init__(self, formula: object) -> None:
        super().__init__()
        self.formula = formula
        self.a, self.b = nn.Linear(4, 4), nn.Linear(4, 4)
        self.over, self.beside = nn.ReLU(inplace=True), nn.ReLU()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = self.a(x)
        self.formula(self, h)
        return self.b(h)


IN_PLACE = {
    "a module": (lambda m, h: m.over(h), True),
    "another module": (lambda m, h: m.beside(h), False),
    "a function": (lambda m, h: torch.relu_(h), True),
    "another function": (lambda m, h: torch.relu(h), False),
    "a method": (lambda m, h: h.mul_(2), True),
    "another method": (lambda m, h: h.mul(2), False),
    "a mark by name": (lambda m, h: functional.relu(h, inplace=True), True),
    "a mark by position": (lambda m, h: functional.relu(h, True), True),
    "the fourth mark": (lambda m, h: functional.threshold(h, 0.1, 20.0, True), True),
    "no mark": (lambda m, h: functional.threshold(h, 0.1, 20.0), False),
    "marked as not": (lambda m, h: functional.relu(h, inplace=False), False),
    "the second of two": (lambda m, h: torch.add(torch.sin(h), h), False),
    "another one": (lambda m, h: torch.sin(h).add_(h), False),
    "through a view": (lambda m, h: h.view(-1).relu_(), None),
    "a copy": (lambda m, h: h.clone().relu_(), False),
    "twice": (lambda m, h: h.mul_(2).relu_(), True),
}


@pytest.mark.parametrize("name", IN_PLACE)
def test_what_is_read_after_an_operation_in_place(name: str) -> None:
    """Its result, or the layer's where it wrote elsewhere; nothing known where a view was used."""
    formula, written = IN_PLACE[name]
    trace = symbolic(Written(formula))
    assert trace is not None
    (last,) = [step for step in trace.steps if step.name == "b"]
    (read,) = [trace.steps[k] for k in last.inputs]
    kinds = {True: trace.steps[-2].operation, False: trace.steps[1].operation, None: OVERWRITTEN}
    assert read.operation is kinds[written]
    assert trace.way == "a symbolic trace"


def test_a_view_of_what_is_written_over_and_of_a_view() -> None:
    class Chain(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            first = x.view(-1)
            second = first.unsqueeze(0)
            other = torch.sin(x)
            second.mul_(2)
            return torch.cos(first) + torch.tanh(second) + torch.exp(other) + torch.abs(x)

    trace = symbolic(Chain())
    assert trace is not None
    read = {step.function: trace.steps[step.inputs[0]] for step in trace.steps if step.inputs}
    assert read["cos"].operation == OVERWRITTEN
    assert read["cos"].name == "view, written over"
    assert read["abs"].operation == OVERWRITTEN
    assert read["tanh"].function == "mul"
    assert read["exp"].function == "sin"


def test_names_inputs_and_tensors_of_the_model() -> None:
    class Deep(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.body = nn.Sequential(nn.Linear(3, 3), nn.Tanh())
            self.body.register_parameter("scale", nn.Parameter(torch.tensor([2.0])))

        def forward(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
            return torch.sub(self.body(x), y, alpha=2) * self.body.scale

    trace = symbolic(Deep())
    assert trace is not None
    assert [(step.name, step.function, step.inputs) for step in trace.steps] == [
        ("x", "input", ()),
        ("y", "input", ()),
        ("body.0", "Linear", (0,)),
        ("body.1", "Tanh", (2,)),
        ("sub", "sub", (3, 1)),
        ("body.scale", "tensor", ()),
        ("mul", "mul", (4, 5)),
    ]
    assert trace.steps[5].constant.tolist() == [2.0]
    values = [torch.tensor(5.0), torch.tensor(2.0)]
    assert trace.steps[4].call(values) == 1
    alone = symbolic(nn.Linear(2, 3))
    assert alone is not None
    assert [step.name for step in alone.steps] == ["input", ""]
