"""Steps in the order of the modules, and which modules are one step."""

from __future__ import annotations

import torch
from torch import nn

from actmath.nn import GELU, unit_scaled
from actmath.nn._model._trace.steps import TraceStep, is_whole, steps_in_order, tensors_in


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
