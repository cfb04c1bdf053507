"""When a schedule reaches a level: the rational answer against stepping through it."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
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


@pytest.mark.parametrize(("start", "floor", "every"), [(3.0, 0.0, 1), (2.5, 0.7, 4), (1e-3, 0, 7)])
def test_levels_are_the_printed_ones_at_each_step(start: float, floor: float, every: int) -> None:
    root, compounded = InverseRoot(start, floor, every), Compounded(start, floor, every)
    size, product = 0, 1
    for step in range(6 * every):
        # A new t begins at each multiple of ``every``.
        size, product = (size + 1, product * (size + 1)) if step % every == 0 else (size, product)
        assert root.level(step) == pytest.approx(max(start / size**0.5, floor), rel=1e-14, abs=0)
        wanted = max(start / product**0.5, floor)
        assert compounded.level(step) == pytest.approx(wanted, rel=1e-13, abs=0)


def test_a_line_is_numpys_and_then_its_end() -> None:
    for start, end, steps in ((4.0, 1.0, 6), (-1.0, 2.0, 1), (0.5, 0.5, 3)):
        line = Linear(start, end, steps)
        found = [line.level(step) for step in range(2 * steps + 2)]
        wanted = np.interp(np.arange(2 * steps + 2), [0, steps], [start, end])
        np.testing.assert_allclose(found, wanted, rtol=1e-14)


def test_a_level_that_is_met_exactly_is_reached() -> None:
    """(start/level)² is t + 1 itself, or (t + 1)!; one part of 10²⁰ less waits for another t."""
    less = 1 - Fraction(1, 10**20)
    assert InverseRoot(6, every=5).steps_to(2) == 5 * 8
    assert InverseRoot(6, every=5).steps_to(2 * less) == 5 * 9
    assert (InverseRoot(3).steps_to(3), InverseRoot(3).steps_to(3 * less)) == (0, 1)
    # Above the start from the first step on.
    assert (InverseRoot(3).steps_to(4), Compounded(3).steps_to(4)) == (0, 0)
    # 5! = 120 < 11² ≤ 6!; and 0! = 1! = 1.
    assert Compounded(11, every=3).steps_to(1) == 3 * 5
    assert Compounded(10, every=3).steps_to(1) == 3 * 4
    assert Compounded(3).steps_to(3) == 0


def test_what_makes_no_schedule_is_named_and_the_least_that_does_is_taken() -> None:
    said = "need start > 0, floor >= 0 and every >= 1, got "
    for given, got in (((0, 0, 1), "0.0, 0.0, 1"), ((1, -1, 2), "1.0, -1.0, 2")):
        with pytest.raises(ValueError, match="need") as refusal:
            InverseRoot(*given)
        assert str(refusal.value) == said + got
    with pytest.raises(ValueError, match=r"got 1\.0, 0\.5, 0"):
        InverseRoot(1, 0.5, 0)
    with pytest.raises(ValueError, match="every must be an integer of at least 0, got -1"):
        InverseRoot(1, every=-1)
    with pytest.raises(ValueError, match="floor must be finite"):
        InverseRoot(1, math.nan)
    least = InverseRoot(5e-324)
    assert (least.floor, least.every, least.level(0)) == (0, 1, 5e-324)
    for level in (0, -1, math.nan):
        with pytest.raises(ValueError, match=rf"never reaches {level}"):
            least.steps_to(level)
    assert InverseRoot(1e-300).steps_to(5e-301) == 3
    with pytest.raises(TypeError, match="value must be"):
        ConstantSchedule("1")  # type: ignore[arg-type]
    assert isinstance(ConstantSchedule(3).value, float)
