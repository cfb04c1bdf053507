"""Through a whole sequence and back by hand is what PyTorch derives step by step."""

from __future__ import annotations

import pytest
import torch

from actmath.experiment._networks._recurrent import cells
from actmath.experiment._networks._recurrent.cells import BatchedCell, BatchedGRU, BatchedLSTM
from actmath.experiment._networks.noisy_units import NOISE_KINDS
from actmath.experiment._networks.weights import BatchedDraws


@pytest.mark.parametrize("in_c", [True, False], ids=["loops", "operations"])
@pytest.mark.parametrize("kind", NOISE_KINDS)
@pytest.mark.parametrize("activation", ["tanh", "hard_tanh"])
@pytest.mark.parametrize("cell_type", [BatchedLSTM, BatchedGRU])
def test_derivatives_by_hand_are_those_that_pytorch_takes(
    cell_type: type[BatchedCell],
    activation: str,
    kind: str,
    in_c: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of symbols, weights, biases and each unit's p, in a sequence that saturates units."""
    if not in_c:
        monkeypatch.setattr(cells, "loops_at_hand", lambda _: False)
    draws, random = BatchedDraws("he_normal", (3, 4, 5)), torch.Generator().manual_seed(1)
    # So much noise before the units that some are brought back from saturation.
    cell = cell_type(6, 5, activation, kind, 30.0 if kind == "nanil" else 1.5, draws).double()
    with torch.no_grad():
        for parameter in cell.parameters():
            parameter.mul_(2)
    symbols = torch.randint(0, 6, (3, 4, 7), generator=random)
    shape, upstream = (3, 9, 4, cell.calls() * 5), torch.randn(3, 4, 7, 5, generator=random)
    noise = torch.randn(shape, generator=random).double()
    found, expected = cell(symbols, noise), cell.step_by_step(symbols, noise)
    torch.testing.assert_close(found, expected, rtol=1e-12, atol=1e-13)
    parameters = list(cell.parameters())
    ours, theirs = (
        torch.autograd.grad(y, parameters, upstream.double()) for y in (found, expected)
    )
    for mine, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(mine, other, rtol=1e-9, atol=1e-11)
        assert mine.any()


@pytest.mark.parametrize("cell_type", [BatchedLSTM, BatchedGRU])
def test_a_sequence_of_one_symbol_has_no_gradient_by_the_states(
    cell_type: type[BatchedCell],
) -> None:
    cell = cell_type(3, 4, "hard_tanh", "none", 1.0, BatchedDraws("lecun_normal", (0,)))
    cell(torch.zeros(1, 2, 1, dtype=torch.long)).sum().backward()
    assert not cell.weight_hh.grad.any()
    assert cell.bias.grad[..., -4:].any()
