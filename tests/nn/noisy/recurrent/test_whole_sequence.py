"""One rule for a sequence, called as it is and as an operator in a graph."""

from __future__ import annotations

import pytest
import torch

from actmath.nn._noisy._recurrent import gru_units, lstm_units
from actmath.nn._noisy._recurrent.steps import Course
from actmath.nn._noisy._recurrent.whole_sequence import Net

GATE, CANDIDATE = (0.25, 0.5, 0.0, 1.0), (1.0, 0.0, -1.0, 1.0)
T, B, N = 4, 3, 2
NETS = pytest.mark.parametrize(
    ("net", "units"),
    [
        (lstm_units._LSTM, (GATE, GATE, CANDIDATE, GATE, CANDIDATE)),
        (gru_units._GRU, (GATE, GATE, CANDIDATE)),
    ],
)


def given(net: Net, units: tuple) -> tuple[list[torch.Tensor], Course]:
    random = torch.Generator().manual_seed(1)
    gates = len(units) - (net.name == "lstm")
    shapes = [(T, B, gates * N), (gates * N, N)]
    shapes += [(gates * N,)] if net.name == "gru" else []
    shapes += [(B, N)] * len(range(*net.states.indices(9))) + [(len(units) * N,)]
    noise = [(T, B, gates * N), (T, B, N)][: net.noises]
    tensors = [
        2 * torch.randn(shape, generator=random, dtype=torch.float64) for shape in (*shapes, *noise)
    ]
    for each in tensors[: -net.noises]:
        each.requires_grad_()
    return tensors, Course([x for unit in units for x in unit], False, [], False)


@NETS
def test_an_operator_of_the_same_values_and_slopes(net: Net, units: tuple) -> None:
    tensors, course = given(net, units)
    wanted = tensors[: -net.noises]
    direct = net(tensors, course)
    operator = torch.ops.actmath.noisy_sequence(net.name, tensors, *course)[: len(direct)]
    torch.testing.assert_close(list(operator), list(direct))
    slopes = [
        torch.autograd.grad(sum(each.square().sum() for each in found), wanted)
        for found in (direct, operator)
    ]
    torch.testing.assert_close(*slopes)
    plain = net.in_operations(*tensors, course)
    total = sum(each.square().sum() for each in plain)
    torch.testing.assert_close(slopes[0], torch.autograd.grad(total, wanted))


@NETS
def test_pytorch_finds_the_operator_in_order(net: Net, units: tuple) -> None:
    tensors, course = given(net, units)
    torch.library.opcheck(
        torch.ops.actmath.noisy_sequence.default,
        (net.name, tensors, *course),
        test_utils=("test_schema", "test_autograd_registration", "test_faketensor"),
    )


@NETS
def test_many_gradients_at_once(net: Net, units: tuple) -> None:
    tensors, course = given(net, units)
    outputs = net(tensors, course)[0]
    many = torch.randn(3, *outputs.shape, dtype=torch.float64)
    together = torch.autograd.grad(outputs, tensors[0], many, True, is_grads_batched=True)[0]
    for one, found in zip(many, together, strict=True):
        torch.testing.assert_close(found, torch.autograd.grad(outputs, tensors[0], one, True)[0])
