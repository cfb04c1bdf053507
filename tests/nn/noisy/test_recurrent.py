"""With ordinary activations the cells and layers are PyTorch's own; with noisy ones they anneal."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from actmath import catalog
from actmath.nn._noisy.recurrent import (
    GatedLayers,
    NoisyGRU,
    NoisyGRUCell,
    NoisyLSTM,
    NoisyLSTMCell,
)
from actmath.nn._noisy.schedule import AnnealNoise
from actmath.nn._noisy.units import NAN

PLAIN = {"gate": nn.Sigmoid, "candidate": nn.Tanh}
LAYERS = [(NoisyLSTM, nn.LSTM), (NoisyGRU, nn.GRU)]
CELLS = [(NoisyLSTMCell, nn.LSTMCell), (NoisyGRUCell, nn.GRUCell)]


def tensors(state: object) -> list[torch.Tensor]:
    return list(state) if isinstance(state, tuple) else [state]


@pytest.mark.parametrize(("ours", "theirs"), LAYERS)
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("batch_first", [True, False])
@pytest.mark.parametrize("given", [True, False])
def test_layers_are_pytorchs(
    ours: type, theirs: type, bias: bool, batch_first: bool, given: bool
) -> None:
    torch.manual_seed(0)
    shape = {"num_layers": 2, "bias": bias, "batch_first": batch_first}
    layers, reference = ours(3, 5, **shape, **PLAIN).double(), theirs(3, 5, **shape).double()
    layers.copy_from(reference)
    x = torch.randn(4, 7, 3, dtype=torch.float64, requires_grad=True)
    batch = 4 if batch_first else 7
    state = tuple(torch.randn(2, batch, 5, dtype=torch.float64) for _ in range(2))
    start = (state if ours is NoisyLSTM else state[0]) if given else None
    (out, last), (expected, final) = layers(x, start), reference(x, start)
    torch.testing.assert_close(out, expected)
    for one, other in zip(tensors(last), tensors(final), strict=True):
        torch.testing.assert_close(one, other)
    slopes = [torch.autograd.grad(y.square().sum(), x)[0] for y in (out, expected)]
    torch.testing.assert_close(*slopes)


@pytest.mark.parametrize(("ours", "theirs"), CELLS)
def test_cells_take_pytorchs_state_dict(ours: type, theirs: type) -> None:
    torch.manual_seed(0)
    cell, reference = ours(3, 5, **PLAIN).double(), theirs(3, 5).double()
    cell.load_state_dict(reference.state_dict())
    x = torch.randn(4, 3, dtype=torch.float64)
    first, expected = cell(x), reference(x)
    for _ in range(3):
        first, expected = cell(x, first), reference(x, expected)
    for one, other in zip(tensors(first), tensors(expected), strict=True):
        torch.testing.assert_close(one, other)


@pytest.mark.parametrize("layers", [NoisyLSTM, NoisyGRU])
def test_noise_in_training_none_in_evaluation(layers: type[GatedLayers]) -> None:
    torch.manual_seed(0)
    model, x = layers(3, 6), 30 * torch.randn(5, 4, 3)
    AnnealNoise(model, 10)
    assert not torch.equal(model(x)[0], model(x)[0])
    model.eval()
    assert torch.equal(model(x)[0], model(x)[0])


@pytest.mark.parametrize("layers", [NoisyLSTM, NoisyGRU])
def test_every_place_has_a_unit_of_its_own_that_learns(layers: type[GatedLayers]) -> None:
    torch.manual_seed(0)
    makers = {
        "gate": lambda: NAN(catalog.sigmoid, num_parameters=6, level=9.0),
        "candidate": lambda: NAN(catalog.tanh, num_parameters=6, level=9.0),
    }
    model = layers(3, 6, num_layers=2, **makers)
    units = [m for cell in model.cells for m in cell.activations.values()]
    assert len({id(unit) for unit in units}) == len(units)
    model(10 * torch.randn(20, 4, 3))[0].square().sum().backward()
    assert all(q.grad is not None and q.grad.isfinite().all() for q in model.parameters())
    assert sum(int(unit.p.grad.abs().sum() > 0) for unit in units) > len(units) // 2
    assert all(unit.p.shape == (6,) for unit in units)


def test_noisy_layers_run_stacked_under_vmap() -> None:
    models = [NoisyGRU(2, 3) for _ in range(3)]
    state = torch.func.stack_module_state(models)

    def member(weights: dict, buffers: dict, x: torch.Tensor) -> torch.Tensor:
        return torch.func.functional_call(models[0], (weights, buffers), (x,))[0]

    x = 20 * torch.randn(3, 4, 2, 2)
    stacked = torch.vmap(member, randomness="different")(*state, x)
    assert stacked.shape == (3, 4, 2, 3)
    for model in models:
        model.eval()
    quiet = torch.vmap(member)(*state, x)
    torch.testing.assert_close(quiet[1], models[1](x[1])[0])


@pytest.mark.parametrize(
    "make",
    [
        lambda: NoisyLSTM(3, 0),
        lambda: NoisyGRU(3, 4, num_layers=0),
        lambda: NoisyGRU(3, 4, dropout=1.0),
        lambda: NoisyGRU(3, 4)(torch.zeros(3, 3)),
        lambda: NoisyGRU(3, 4).copy_from(nn.GRU(3, 4, bidirectional=True)),
    ],
)
def test_misuse(make: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        make()
