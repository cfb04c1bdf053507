"""When a schedule reaches a level: the rational answer against stepping through it."""

from __future__ import annotations

import pytest

from actmath.numeric._noise.schedules import Compounded, ConstantSchedule, InverseRoot, Linear


@pytest.mark.parametrize(
    ("schedule", "level"),
    [
        (InverseRoot(30, every=1), 5.0),
        (InverseRoot(7, every=3), 0.9),
        (Compounded(30, every=2), 0.5),
        (Compounded(2), 0.1),
    ],
)
def test_the_first_step_at_a_level(schedule: InverseRoot | Compounded, level: float) -> None:
    first = next(step for step in range(10_000) if schedule.level(step) <= level * (1 + 1e-12))
    assert schedule.steps_to(level) == first


def test_the_printed_schedule() -> None:
    printed = InverseRoot(30, 0.5, every=200)
    assert printed.steps_to(0.5) == 200 * (60**2 - 1)
    assert printed.level(199) == 30
    assert printed.level(10**6) == 0.5


def test_simple_schedules() -> None:
    assert ConstantSchedule(2.0).level(99) == 2.0
    line = Linear(4.0, 1.0, 6)
    assert [line.level(step) for step in (0, 2, 6, 60)] == [4.0, 3.0, 1.0, 1.0]


@pytest.mark.parametrize(
    "make",
    [
        lambda: InverseRoot(0),
        lambda: InverseRoot(1, -1),
        lambda: InverseRoot(1, every=0),
        lambda: InverseRoot(1).steps_to(0),
    ],
)
def test_misuse(make: object) -> None:
    with pytest.raises(ValueError, match="start"):
        make()
