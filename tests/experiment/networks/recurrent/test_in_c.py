"""The loops in C: single precision beside double, views, thresholds themselves, refusals."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from actmath.experiment._networks._recurrent import cells
from actmath.experiment._networks._recurrent.cells import BatchedCell, BatchedGRU, BatchedLSTM
from actmath.experiment._networks._recurrent.in_c import loops_at_hand
from actmath.experiment._networks.noisy_units import NOISE_KINDS
from actmath.experiment._networks.weights import BatchedDraws
from actmath.nn._kernels.library import c_loop

pytestmark = pytest.mark.skipif(
    c_loop("stacked_lstm_forward", torch.float32) is None, reason="there is no C compiler here"
)
CELLS = pytest.mark.parametrize("cell_type", [BatchedLSTM, BatchedGRU])


def made(cell_type: type[BatchedCell], kind: str, hidden: int = 19) -> BatchedCell:
    """Three networks; 19 columns fill no vector, so that loops have something left over."""
    return cell_type(6, hidden, "hard_tanh", kind, 1.5, BatchedDraws("he_normal", (3, 4, 5)))


def results(cell: BatchedCell, symbols: Tensor, noise: Tensor, upstream: Tensor) -> list[Tensor]:
    """The states, and the gradients by all parameters."""
    states, parameters = cell(symbols, noise), list(cell.parameters())
    return [states, *torch.autograd.grad(states, parameters, upstream)]


@CELLS
@pytest.mark.parametrize("kind", NOISE_KINDS)
def test_single_precision_is_near_double_as_in_operations(
    kind: str, cell_type: type[BatchedCell], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A loop errs at most four times as much as PyTorch's operations, or by 8 units of 2⁻²⁴.

    Both add up the same 77 terms in single precision; a loop does so one after the other, where the
    roundings of a random walk come to √77 halves of a unit, and operations in part in pairs.
    """
    random = torch.Generator().manual_seed(1)
    symbols = torch.randint(0, 6, (3, 11, 7), generator=random)
    cell = made(cell_type, kind).float()
    noise = torch.randn(3, 7, 11, cell.calls() * 19, generator=random)
    upstream = torch.randn(3, 11, 7, 19, generator=random)
    found = results(cell, symbols, noise, upstream)
    with monkeypatch.context() as without:
        without.setattr(cells, "loops_at_hand", lambda _: False)
        expected = results(cell, symbols, noise, upstream)
    exact = results(cell.double(), symbols, noise.double(), upstream.double())
    for ours, theirs, right in zip(found, expected, exact, strict=True):
        bound = 4 * (theirs - right).abs().max() + 8 * 2.0**-24 * right.abs().max()
        assert (ours - right).abs().max() <= bound


@CELLS
def test_a_threshold_itself_belongs_to_the_line(
    cell_type: type[BatchedCell], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With weights of 0 every unit is where its bias is: at a threshold, whose slope is 1."""
    for kind in NOISE_KINDS:
        cell = made(cell_type, kind).double()
        with torch.no_grad():
            cell.weight_ih.zero_()
            cell.weight_hh.zero_()
            # The hard sigmoid's thresholds are at -2 and 2, the hard tanh's at -1 and 1.
            cell.bias[..., : cell.GATES * 19] = 2.0
            cell.bias[..., cell.GATES * 19 :] = 1.0
        symbols, upstream = torch.zeros(3, 2, 3, dtype=torch.long), torch.ones(3, 2, 3, 19).double()
        noise = torch.zeros(3, 3, 2, cell.calls() * 19).double()
        found = results(cell, symbols, noise, upstream)
        with monkeypatch.context() as without:
            without.setattr(cells, "loops_at_hand", lambda _: False)
            torch.testing.assert_close(found, results(cell, symbols, noise, upstream))
        assert any(part.any() for part in found[1:])


@CELLS
def test_symbols_noise_and_gradients_of_any_strides(cell_type: type[BatchedCell]) -> None:
    random, cell = torch.Generator().manual_seed(2), made(cell_type, "nan").double()
    symbols = torch.randint(0, 6, (3, 10, 4), generator=random)
    # Noise of a longer sequence.
    noise = torch.randn(3, 6, 5, cell.calls() * 19, generator=random).double()
    upstream = torch.randn(19, 5, 4, 3, generator=random).double()
    spread = results(cell, symbols[:, ::2], noise, upstream.permute(3, 1, 2, 0))
    dense = results(
        cell,
        symbols[:, ::2].contiguous(),
        noise[:, :4].contiguous(),
        upstream.permute(3, 1, 2, 0).contiguous(),
    )
    torch.testing.assert_close(spread, dense, rtol=0, atol=0)


@CELLS
def test_a_network_alone_is_as_in_the_stack(cell_type: type[BatchedCell]) -> None:
    """In the loops bit by bit; the products of several networks may add up otherwise."""
    random, cell = torch.Generator().manual_seed(3), made(cell_type, "nan").float()
    symbols = torch.randint(0, 6, (3, 5, 4), generator=random)
    noise = torch.randn(3, 4, 5, cell.calls() * 19, generator=random)
    alone = cell_type(6, 19, "hard_tanh", "nan", 1.5, BatchedDraws("he_normal", (4,))).float()
    together = cell(symbols, noise)[1:2]
    torch.testing.assert_close(alone(symbols[1:2], noise[1:2]), together, rtol=1e-6, atol=1e-6)


@CELLS
def test_a_graph_that_is_kept_goes_back_twice(cell_type: type[BatchedCell]) -> None:
    cell = made(cell_type, "nan").float()
    noise = torch.randn(3, 4, 5, cell.calls() * 19)
    total = cell(torch.ones(3, 5, 4, dtype=torch.long), noise).square().sum()
    first, second = (
        torch.autograd.grad(total, list(cell.parameters()), retain_graph=True) for _ in range(2)
    )
    assert all(torch.equal(one, other) for one, other in zip(first, second, strict=True))


@CELLS
@pytest.mark.parametrize("wrong", [-1, 6])
def test_an_unknown_symbol_is_refused(wrong: int, cell_type: type[BatchedCell]) -> None:
    with pytest.raises(IndexError, match="symbols must be from 0 to 5"):
        made(cell_type, "none").float()(torch.full((3, 2, 2), wrong))


@CELLS
def test_noise_that_is_too_short_is_refused(cell_type: type[BatchedCell]) -> None:
    cell, symbols = made(cell_type, "nan").float(), torch.zeros(3, 2, 4, dtype=torch.long)
    for shape in ((3, 3, 2, cell.calls() * 19), (3, 4, 2, cell.calls() * 18)):
        with pytest.raises(ValueError, match="noise must be of shape"):
            cell(symbols, torch.zeros(shape))


def test_where_no_loop_goes() -> None:
    assert loops_at_hand(torch.zeros(2))
    assert not loops_at_hand(torch.zeros(2, dtype=torch.bfloat16))
    assert not loops_at_hand(torch.zeros(2, device="meta"))
    seen = torch.zeros(2)
    with TorchDispatchMode():
        assert not loops_at_hand(seen)


@CELLS
def test_symbols_of_one_network_are_for_all(cell_type: type[BatchedCell]) -> None:
    cell, random = made(cell_type, "none").float(), torch.Generator().manual_seed(4)
    symbols = torch.randint(0, 6, (1, 2, 4), generator=random)
    assert torch.equal(cell(symbols), cell(symbols.expand(3, -1, -1)))
    for count in (2, 4):
        with pytest.raises(ValueError, match=f"symbols of {count} networks were given to 3"):
            cell(torch.zeros(count, 2, 4, dtype=torch.long))


@CELLS
def test_no_examples_and_no_symbols(cell_type: type[BatchedCell]) -> None:
    cell = made(cell_type, "none").float()
    states = cell(torch.zeros(3, 0, 4, dtype=torch.long))
    assert states.shape == (3, 0, 4, 19)
    assert not any(
        part.any() for part in torch.autograd.grad(states.sum(), list(cell.parameters()))
    )
    with pytest.raises(ValueError, match="at least one symbol"):
        cell(torch.zeros(3, 2, 0, dtype=torch.long))


@CELLS
def test_what_a_loop_cannot_read_is_refused(cell_type: type[BatchedCell]) -> None:
    cell = made(cell_type, "nan").float()
    symbols, noise = torch.zeros(3, 2, 4), torch.zeros(3, 4, 2, cell.calls() * 19)
    with pytest.raises(TypeError, match="symbols must be integers, got"):
        cell(symbols, noise)
    with pytest.raises(ValueError, match="noise must be of shape"):
        cell(symbols.long(), noise[0])
    with pytest.raises(NotImplementedError, match="Cannot copy out of meta tensor"):
        cell(symbols.long(), noise.to("meta"))
    states, weights = cell(symbols.long(), noise), list(cell.parameters())
    with pytest.raises(NotImplementedError, match="one after the other"):
        torch.autograd.grad(states, weights, states.detach()[None], is_grads_batched=True)


@CELLS
def test_noise_and_gradients_that_are_minus_what_memory_holds(cell_type: type[BatchedCell]) -> None:
    cell, random = made(cell_type, "nan").double(), torch.Generator().manual_seed(5)
    symbols = torch.randint(0, 6, (3, 2, 4), generator=random)
    noise = torch.randn(3, 4, 2, cell.calls() * 19, generator=random, dtype=torch.float64)
    upstream = torch.randn(3, 2, 4, 19, generator=random, dtype=torch.float64)
    views = torch._neg_view(noise), torch._neg_view(upstream)
    found, expected = results(cell, symbols, *views), results(cell, symbols, -noise, -upstream)
    torch.testing.assert_close(found, expected, rtol=0, atol=0)
