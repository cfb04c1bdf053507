"""A budget ends between epochs, and writing large states takes little of a run's time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from actmath.experiment._engine.budget import SMALL, WRITING_SHARE, Budget, WritingTime


class Clock:
    """A time that moves when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def takes(self, seconds: float) -> Callable[[], None]:
        def work() -> None:
            self.now += seconds

        return work


@pytest.fixture
def clock() -> Clock:
    return Clock()


def epochs_within(seconds: float | None, lengths: list[float], clock: Clock) -> int:
    budget = Budget(seconds, clock)
    for done, length in enumerate(lengths):
        if not budget.another:
            return done
        begun = clock()
        clock.takes(length)()
        budget.epoch(begun)
    return len(lengths)


@pytest.mark.parametrize(
    ("seconds", "lengths", "expected"),
    [
        (10, [3, 3, 3, 3], 3),
        (9, [3, 3, 3, 3], 3),
        (8.9, [3, 3, 3, 3], 2),
        # The longest so far is what another may take.
        (10, [5, 1, 1, 1], 2),
        # The first always runs.
        (1, [50, 1], 1),
        (None, [50] * 9, 9),
    ],
)
def test_another_epoch_begins_if_it_would_end_in_time(
    seconds: float | None, lengths: list[float], expected: int, clock: Clock
) -> None:
    assert epochs_within(seconds, lengths, clock) == expected


@pytest.mark.parametrize("seconds", [0, -1.0, float("nan"), float("inf")])
def test_a_budget_is_a_positive_number(seconds: float) -> None:
    with pytest.raises(ValueError, match="budget must be a positive number of seconds"):
        Budget(seconds)


@pytest.mark.parametrize("seconds", [True, "60", [60], 60j])
def test_a_budget_is_a_number(seconds: Any) -> None:
    with pytest.raises(TypeError, match="budget must be a number of seconds, got"):
        Budget(seconds)


@pytest.mark.parametrize("write", [0.2, 40.0])
def test_large_states_take_a_small_share_of_the_time(clock: Clock, write: float) -> None:
    """Epochs of 7 s: whatever a write takes, all of them together stay below the share."""
    begun, writing, written = clock.now, WritingTime(clock), 0
    for _ in range(1000):
        clock.takes(7)()
        # Not known before the first: as long as on a disk of 1e8 bytes a second.
        if writing.due(int(write * 1e8)):
            writing.timed(clock.takes(write))
            written += 1
    assert written > 1
    assert written * write <= WRITING_SHARE * (clock.now - begun)
    assert written == 1000 if write < 1 else 5 < written < 50


def test_a_small_state_is_written_every_time(clock: Clock) -> None:
    writing = WritingTime(clock)
    assert not writing.due(SMALL + 1)
    for _ in range(3):
        assert writing.due(SMALL)
        writing.timed(clock.takes(9))


def test_a_disk_that_is_slower_than_thought_is_written_to_less(clock: Clock) -> None:
    writing = WritingTime(clock)
    clock.takes(1000)()
    assert writing.due(10**9)
    writing.timed(clock.takes(49))
    clock.takes(100)()
    assert not writing.due(10**9)
