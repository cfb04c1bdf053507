"""Steps in the order of the modules, and which modules are one step."""

from __future__ import annotations

import re

import pytest
import torch
from torch import nn

from actmath.nn import GELU, unit_scaled
from actmath.nn._model._trace.steps import (
    Trace,
    TraceStep,
    check_model,
    is_number,
    is_whole,
    steps_in_order,
    tensors_in,
    weight_identity,
)


def test_what_is_looked_into() -> None:
    whole = (
        nn.Linear(2, 2),
        nn.MultiheadAttention(4, 2),
        nn.GRU(2, 2),
        GELU(),
        unit_scaled("relu"),
    )
    assert all(map(is_whole, whole))
    assert not any(map(is_whole, (nn.Sequential(nn.ReLU()), nn.TransformerEncoderLayer(4, 2))))


def test_modules_in_order_read_the_one_before() -> None:
    trace = steps_in_order(
        nn.Sequential(nn.Linear(2, 2), nn.Sequential(nn.ReLU(), nn.Linear(2, 2)))
    )
    assert [step.name for step in trace.steps] == ["input", "0", "1.0", "1.1"]
    assert trace.readers() == [[1], [2], [3], []]


def test_names_without_what_marks_them() -> None:
    assert TraceStep("", "relu_").function == TraceStep("", torch.relu_).function == "relu"
    inside = {"a": [torch.ones(1), (torch.ones(2), 3)]}
    assert [tensor.numel() for tensor in tensors_in(inside)] == [1, 2]


def test_a_step_that_is_read_twice_by_one_has_one_reader() -> None:
    steps = (TraceStep("", "input"), TraceStep("", "mul", (0, 0)), TraceStep("", "add", (0, 1)))
    assert Trace(steps, "by hand").readers() == [[1, 2], [2], []]


def test_modules_in_order_are_taken_whole() -> None:
    """What is inside of one is no step, nor what holds others."""
    model = nn.Sequential(
        nn.MultiheadAttention(4, 2), nn.Sequential(nn.ELU()), nn.GRU(4, 4), nn.Tanh()
    )
    trace = steps_in_order(model)
    assert [step.name for step in trace.steps] == ["input", "0", "1.0", "2", "3"]
    assert [step.inputs for step in trace.steps] == [(), (0,), (1,), (2,), (3,)]
    assert trace.way == "the order of the modules"
    z = torch.tensor([0.5])
    torch.testing.assert_close(trace.steps[4].call([z]), torch.tanh(z))


class Mine(nn.Linear):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x) + 1


class Renamed(nn.Linear):
    pass


def test_a_subclass_is_whole_where_it_does_not_say_what_it_does() -> None:
    assert is_whole(Renamed(2, 2))
    assert not is_whole(Mine(2, 2))
    # It hands on what it gets.
    assert is_whole(nn.Sequential())


def test_tensors_of_lists_and_dictionaries_in_order() -> None:
    one, two, three, four = (torch.ones(n) for n in range(1, 5))
    found = list(tensors_in(({"b": two, "a": [three, "text"]}, None, (one,), four)))
    assert [each.numel() for each in found] == [2, 3, 1, 4]
    assert list(tensors_in(5)) == []


def test_models_that_are_none() -> None:
    linear = nn.Linear(2, 2)
    assert check_model(linear) is linear
    # As torch.compile wraps it.
    compiled = nn.Module()
    compiled._orig_mod = linear
    assert check_model(compiled) is linear
    complexes = nn.Sequential(nn.Linear(2, 2))
    complexes.register_buffer("phase", torch.ones(2, dtype=torch.cfloat))
    for model, kind, said in (
        (3, TypeError, "a module is needed, got int"),
        (nn.LazyLinear(3), ValueError, "weight has no shape yet: pass data"),
        (complexes, TypeError, "phase is complex: the moments here are those of real numbers"),
    ):
        with pytest.raises(kind, match=re.escape(said)):
            check_model(model)


@pytest.mark.filterwarnings("ignore")
def test_a_script_inside_is_named() -> None:
    model = nn.Sequential(nn.Linear(2, 2), nn.Sequential(torch.jit.script(nn.Linear(2, 2))))
    said = "^1.0 is a script, which hides its layers: give the module from which it was made$"
    with pytest.raises(TypeError, match=said):
        check_model(model)
    compiled = torch.compile(model)
    with pytest.raises(TypeError, match=said):
        check_model(compiled)


def test_numbers_and_weights() -> None:
    assert is_number(torch.ones(2))
    assert not is_number(torch.ones(2, dtype=torch.int64))
    assert not is_number(torch.eye(2).to_sparse())
    one, other = nn.Linear(2, 2), nn.Linear(2, 2)
    assert weight_identity(one) != weight_identity(other)
    other.weight = one.weight
    assert weight_identity(one) == weight_identity(other)
    first, second = (nn.utils.parametrizations.weight_norm(nn.Linear(2, 2)) for _ in range(2))
    assert weight_identity(first) == weight_identity(first) != weight_identity(second)
