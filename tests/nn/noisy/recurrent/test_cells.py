"""Cells: PyTorch's own with ordinary units, and its refusals."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from actmath.nn._noisy._recurrent.cells import NoisyGRUCell, NoisyLSTMCell

PLAIN = {"gate": nn.Sigmoid, "candidate": nn.Tanh}
EACH = pytest.mark.parametrize(
    ("ours", "theirs"), [(NoisyLSTMCell, nn.LSTMCell), (NoisyGRUCell, nn.GRUCell)]
)


def tensors(state: object) -> list[torch.Tensor]:
    return list(state) if isinstance(state, tuple) else [state]


def state_of(ours: type, *shape: int) -> object:
    zeros = torch.zeros(shape)
    return (zeros, zeros) if ours is NoisyLSTMCell else zeros


@EACH
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("batch", [(4,), ()])
def test_cells_are_pytorchs_and_take_its_state(
    ours: type, theirs: type, bias: bool, batch: tuple
) -> None:
    torch.manual_seed(0)
    cell, reference = ours(3, 5, bias, **PLAIN).double(), theirs(3, 5, bias).double()
    cell.load_state_dict(reference.state_dict())
    reference.load_state_dict(cell.state_dict())
    x = torch.randn(*batch, 3, dtype=torch.float64)
    first, expected = cell(x), reference(x)
    for _ in range(3):
        first, expected = cell(x, first), reference(x, expected)
    for one, other in zip(tensors(first), tensors(expected), strict=True):
        torch.testing.assert_close(one, other)


@EACH
def test_noisy_cells(ours: type, theirs: type) -> None:
    cell = ours(3, 5)
    cell.load_state_dict(theirs(3, 5).state_dict())
    assert any("activations" in name for name in cell.state_dict())
    assert cell.extra_repr() == theirs(3, 5).extra_repr()
    x = 30 * torch.randn(4, 3)
    for unit in cell.activations.values():
        unit.set_level(9)
    assert not torch.equal(tensors(cell(x))[0], tensors(cell(x))[0])
    cell.reset_parameters()
    assert {float(unit.level) for unit in cell.activations.values()} == {1.0}
    assert {p.device.type for p in ours(3, 5, device="meta").parameters()} == {"meta"}


@EACH
def test_refused_where_pytorch_refuses(ours: type, theirs: type) -> None:
    x = torch.zeros(4, 3)
    wrong = [
        (torch.zeros(4, 2),),
        (torch.zeros(2, 4, 3),),
        (x.double(),),
        (x, state_of(ours, 1, 5)),
        (x, state_of(ours, 4, 6)),
        (x, state_of(ours, 2, 4, 5)),
    ]
    for given in wrong:
        for cell in (ours(3, 5), theirs(3, 5)):
            with pytest.raises((RuntimeError, ValueError)):
                cell(*given)
    for bad in (True, 2.0, None, "2"):
        with pytest.raises(TypeError, match="hidden_size must be an integer"):
            ours(3, bad)
    assert ours(np.int64(3), np.int64(5)).weight_hh.shape == theirs(3, 5).weight_hh.shape
    with pytest.raises(ValueError, match="at least 1"):
        ours(3, 0)


@pytest.mark.parametrize("hx", [torch.zeros(4, 5), (torch.zeros(4, 5),), (torch.zeros(4, 5),) * 3])
def test_states_of_an_lstm_are_a_pair(hx: object) -> None:
    with pytest.raises(TypeError, match=r"expected a pair \(h, c\)"):
        NoisyLSTMCell(3, 5)(torch.zeros(4, 3), hx)
