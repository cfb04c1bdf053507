"""Steps of packed sequences in both directions, against sequences taken one by one."""

from __future__ import annotations

import pytest
import torch

from actmath.nn._noisy._recurrent.steps import before, final, joined, step_order, steps_of

LENGTHS = (5, 3, 3, 1)
SIZES = [sum(length > t for length in LENGTHS) for t in range(max(LENGTHS))]


def test_taken_apart_and_joined() -> None:
    packed, even = torch.arange(12.0).reshape(12, 1), torch.arange(12.0).reshape(3, 4)
    assert [len(step) for step in steps_of(packed, SIZES)] == SIZES
    assert torch.equal(joined(steps_of(packed, SIZES), SIZES), packed)
    assert torch.equal(joined(steps_of(even, []), []), even)
    assert [list(step_order(3, way)) for way in (False, True)] == [[0, 1, 2], [2, 1, 0]]


@pytest.mark.parametrize("reverse", [False, True])
def test_every_sequence_counts_its_own_steps(reverse: bool) -> None:
    """A state that grows by 1 each step ends at its first value and the length."""
    start = torch.tensor([10.0, 20.0, 30.0, 40.0])
    steps, last = [torch.empty(size) for size in SIZES], start
    for t in step_order(len(SIZES), reverse):
        last = before(last, start, SIZES[t]) + 1
        steps[t] = last
    assert final(steps, reverse).tolist() == [15, 23, 33, 41]
    # As many features as sequences that last longest.
    columns = [step[:, None] for step in steps]
    assert final(columns, reverse).tolist() == [[15], [23], [33], [41]]


def test_the_last_state_is_a_tensor_of_its_own() -> None:
    steps = torch.zeros(3, 2).unbind(0)
    for reverse in (False, True):
        final(steps, reverse).add_(1)
    assert not torch.stack(steps).any()
