"""The loops in C: single precision beside double, views that are no single piece, threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import torch
from torch.nn.utils.rnn import PackedSequence

from actmath.nn._kernels.library import c_loop
from actmath.nn._noisy._recurrent import in_c
from actmath.nn._noisy._recurrent.layers import NoisyGRU, NoisyLSTM

LAYERS = pytest.mark.parametrize("kind", [NoisyLSTM, NoisyGRU])
NEEDED = pytest.mark.skipif(
    c_loop("lstm_forward", torch.float32) is None, reason="there is no C compiler here"
)


def slopes(model: torch.nn.Module, x: torch.Tensor, states: object = None) -> list[torch.Tensor]:
    torch.manual_seed(5)
    y, weights = model(x, states)[0], list(model.parameters())
    return [y, *torch.autograd.grad(y.square().sum(), weights, materialize_grads=True)]


@NEEDED
@LAYERS
@pytest.mark.parametrize("training", [True, False])
def test_the_same_numbers_as_in_operations(
    kind: type, training: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.manual_seed(0)
    for dtype in (torch.float32, torch.float64):
        model = kind(3, 17, num_layers=2, bidirectional=True, dtype=dtype).train(training)
        x = 4 * torch.randn(6, 5, 3, dtype=dtype)
        found = slopes(model, x)
        with monkeypatch.context() as without:
            for place in ("lstm_units", "gru_units", "gru_sequence"):
                path = f"actmath.nn._noisy._recurrent.{place}.sequence_goes_in_c"
                without.setattr(path, lambda *_: False)
            torch.testing.assert_close(found, slopes(model, x))


@NEEDED
@LAYERS
def test_inputs_and_states_of_any_strides(kind: type) -> None:
    torch.manual_seed(0)
    model = kind(3, 4, batch_first=True).double().eval()
    x = torch.randn(5, 6, 3).double()
    wide = torch.randn(1, 5, 8).double()
    state = wide[..., ::2]
    states = (state, state.clone() + 1) if kind is NoisyLSTM else state
    dense = (state.contiguous(), state + 1) if kind is NoisyLSTM else state.contiguous()
    spread = x.transpose(0, 1).contiguous().transpose(0, 1)
    torch.testing.assert_close(slopes(model, spread, states), slopes(model, x, dense))


@NEEDED
def test_few_numbers_go_in_c_and_many_where_there_are_threads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = torch.zeros(1, 1, 2**16)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 8)
    assert in_c.sequence_goes_in_c(rows, 1)
    assert not in_c.sequence_goes_in_c(rows, 2)
    assert not in_c.sequence_goes_in_c(rows.half(), 1)
    assert not in_c.sequence_goes_in_c(rows.to("meta"), 1)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 1)
    assert in_c.sequence_goes_in_c(rows, 2)


@NEEDED
@LAYERS
def test_a_graph_that_is_kept_goes_back_twice(kind: type) -> None:
    model = kind(3, 4)
    x = torch.randn(5, 2, 3, requires_grad=True)
    total = model(x)[0].square().sum()
    first, second = (torch.autograd.grad(total, x, retain_graph=True)[0] for _ in range(2))
    assert torch.equal(first, second)


@NEEDED
@LAYERS
def test_what_was_kept_may_come_back_in_another_layout(kind: type) -> None:
    """As from hooks that store it elsewhere."""

    def turned(kept: torch.Tensor) -> torch.Tensor:
        return kept.mT.contiguous().mT if kept.dim() > 1 else kept

    model, x = kind(3, 4).double().eval(), torch.randn(5, 2, 3).double()
    expected = slopes(model, x)
    with torch.autograd.graph.saved_tensors_hooks(lambda kept: kept, turned):
        torch.testing.assert_close(slopes(model, x), expected)


@NEEDED
@LAYERS
def test_states_that_are_minus_what_memory_holds(kind: type) -> None:
    model, x = kind(3, 4).double().eval(), torch.randn(5, 2, 3).double()
    state = torch.randn(1, 2, 4).double()
    both = [torch._neg_view(state), -state]
    given = [(each, each) if kind is NoisyLSTM else each for each in both]
    torch.testing.assert_close(slopes(model, x, given[0]), slopes(model, x, given[1]))


@NEEDED
@LAYERS
@pytest.mark.parametrize("change", [lambda w: w[:, :2], lambda w: w.double(), lambda w: w[:-1]])
def test_weights_that_do_not_fit_are_refused(kind: type, change: Any) -> None:
    """The loop knows addresses only, and would read beyond them."""
    model = kind(3, 4)
    model.weight_hh_l0 = torch.nn.Parameter(change(model.weight_hh_l0.detach()))
    with pytest.raises(ValueError, match=r"expected \(4, \d+\) of torch.float32, got"):
        model(torch.zeros(5, 2, 3))


@NEEDED
@LAYERS
@pytest.mark.parametrize("sizes", [[2, 2], [3, 2, 1], [1, 4], [6, -1]])
def test_steps_that_do_not_fit_the_rows_are_refused(kind: type, sizes: list[int]) -> None:
    packed = PackedSequence(torch.zeros(5, 3), torch.tensor(sizes))
    with pytest.raises(ValueError, match="first states are not those of steps"):
        kind(3, 4)(packed)


@NEEDED
@LAYERS
def test_many_packed_sequences_of_one_length_are_a_plain_batch(kind: type) -> None:
    model, x = kind(3, 4).double().eval(), torch.randn(2, 300, 3).double()
    packed = PackedSequence(x.flatten(0, 1), torch.tensor([300, 300]))
    torch.testing.assert_close(model(packed)[0].data, model(x)[0].flatten(0, 1))


@NEEDED
@LAYERS
def test_two_threads_at_once(kind: type) -> None:
    """A loop has no memory of its own, and lets other threads run."""
    model = kind(8, 33, num_layers=2).eval()
    inputs = [torch.randn(20, 9, 8) for _ in range(8)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda x: model(x)[0].detach(), inputs))
    for found, x in zip(together, inputs, strict=True):
        assert torch.equal(found, model(x)[0])
