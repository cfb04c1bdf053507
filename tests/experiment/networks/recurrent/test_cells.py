"""Each network of a batched cell is the library's own recurrent layer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from actmath import catalog
from actmath.experiment._networks._recurrent.cells import (
    BatchedCell,
    BatchedGRU,
    BatchedHead,
    BatchedLSTM,
)
from actmath.experiment._networks.noisy_units import FIXED, LEARNED, NOISE_KINDS
from actmath.experiment._networks.weights import BatchedDraws
from actmath.nn import Elementwise, NoisyGRU, NoisyLSTM


class Given(nn.Module):
    """A unit of the library that takes its noise from a list."""

    def __init__(self, unit: nn.Module, noise: list[Tensor]) -> None:
        super().__init__()
        self.unit, self.noise = unit, noise

    def forward(self, x: Tensor) -> Tensor:
        xi = self.noise.pop(0)
        return self.unit(x) if isinstance(self.unit, Elementwise) else self.unit.with_noise(x, xi)


def maker(name: str, kind: str, noise: list[Tensor]) -> Callable[[], nn.Module]:
    def make() -> nn.Module:
        kinds = {**LEARNED, **FIXED}
        unit = catalog.get(name)
        return Given(Elementwise(unit) if kind == "none" else kinds[kind](unit, level=2.0), noise)

    return make


@pytest.mark.parametrize("kind", NOISE_KINDS)
@pytest.mark.parametrize(
    ("cell_type", "layers_type"), [(BatchedLSTM, NoisyLSTM), (BatchedGRU, NoisyGRU)]
)
def test_cells_are_those_of_the_library(
    kind: str, cell_type: type[BatchedCell], layers_type: Callable[..., nn.Module]
) -> None:
    draws = BatchedDraws("lecun_normal", (0, 1))
    cell = cell_type(5, 4, "tanh", kind, 2.0, draws).double()
    symbols = torch.arange(12).reshape(2, 2, 3) % 5
    noise = torch.randn(
        2, 3, 2, cell.calls() * 4, generator=torch.Generator().manual_seed(0)
    ).double()
    apart = noise.unflatten(-1, (-1, 4))
    states = cell(symbols, noise)
    for member in range(2):
        # In the order of the library's calls: of i, f, o, g, c′ the second first, then i, g, o.
        order = [1, 0, 3, 2, 4] if cell_type is BatchedLSTM else [1, 0, 2]
        given = [apart[member, t, :, i] for t in range(3) for i in order]
        gate, candidate = (maker(name, kind, given) for name in ("sigmoid", "tanh"))
        layers = layers_type(5, 4, batch_first=True, gate=gate, candidate=candidate).double()
        copy_member(cell, layers, member, kind)
        expected, _ = layers(nn.functional.one_hot(symbols[member], 5).double())
        torch.testing.assert_close(states[member], expected, rtol=1e-10, atol=1e-12)


def test_without_gradients_units_are_their_expectations() -> None:
    cell = BatchedGRU(5, 4, "tanh", "nan", 2.0, BatchedDraws("lecun_normal", (0, 1)))
    symbols = torch.arange(12).reshape(2, 2, 3) % 5
    with torch.no_grad():
        quiet = cell(symbols)
    torch.testing.assert_close(cell(symbols), quiet)


def in_their_order(cell: BatchedCell, columns: Tensor) -> Tensor:
    """Blocks i, f, o and g as i, f, g, o; r, z and n stay."""
    blocks = columns.split(cell.hidden, dim=-1)
    order = [0, 1, 3, 2] if len(blocks) == 4 else [0, 1, 2]
    return torch.cat([blocks[i] for i in order], dim=-1)


def copy_member(cell: BatchedCell, layers: nn.Module, member: int, kind: str) -> None:
    (units,) = layers.activations.values()
    names = {
        3: ("input", "forget", "output", "cell", "state"),
        2: ("reset", "keep", "new"),
    }[cell.GATES]
    with torch.no_grad():
        layers.weight_ih_l0.copy_(in_their_order(cell, cell.weight_ih[member]).T)
        layers.weight_hh_l0.copy_(in_their_order(cell, cell.weight_hh[member]).T)
        layers.bias_ih_l0.copy_(in_their_order(cell, cell.bias[member, 0]))
        layers.bias_hh_l0.zero_()
        if kind in LEARNED:
            own = [unit.noisy.p[member].flatten() for unit in (cell.gates, *cell.others)]
            for name, p in zip(names, torch.cat(own), strict=True):
                units[name].unit.p.copy_(p)


def test_forget_gates_begin_open() -> None:
    cell = BatchedLSTM(5, 4, "tanh", "none", 1.0, BatchedDraws("lecun_normal", (0, 1)))
    blocks = cell.bias.detach().unflatten(-1, (4, 4))
    assert (blocks[:, :, 1] == 1).all()
    assert blocks.sum() == 2 * 4


@pytest.mark.parametrize("hidden", [0, 3])
def test_head_is_a_plain_network_of_each(hidden: int) -> None:
    head = BatchedHead(4, hidden, 2, BatchedDraws("he_normal", (0, 1)))
    x = torch.randn(2, 6, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    for network in range(2):
        h = x[network]
        for weight in head.weights[:-1]:
            h = torch.relu(h @ weight[network])
        torch.testing.assert_close(head(x)[network], h @ head.weights[-1][network])
