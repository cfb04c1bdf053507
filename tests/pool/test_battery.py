"""A random part of the pool through the whole battery, and the battery on planted faults.

``POOL_SEED=7 pytest tests/pool`` draws other units; ``make check-pool`` takes all.
"""

from __future__ import annotations

import os
import random
import time

import pytest
from mpmath import mp

from actmath.number import exact

from ..pace import no_longer_than
from . import battery
from .battery import PARTS, Outcome, Verdict, examine, sample
from .clock import unlimited
from .comparison import Said, Wrong, sentences
from .unit import FLAT, Unit
from .units import POOL

SEED = int(os.environ.get("POOL_SEED", "0"))
#: Units for a run of the tests: some four seconds each.
COUNT = 4
DRAWN = sample(list(POOL), COUNT, SEED)
RAMP = POOL["relu_"]


@pytest.mark.slow
@pytest.mark.parametrize("name", DRAWN)
def test_no_part_of_the_battery_is_at_fault(name: str) -> None:
    assert not [outcome for outcome in examine(POOL[name], SEED) if outcome.verdict.fault]


def outcome_of(part: object, unit: Unit = RAMP) -> Outcome:
    (found,) = examine(unit, 0, {"gains": part})  # type: ignore[dict-item]
    return found


@pytest.mark.parametrize(
    ("raised", "verdict"),
    [
        (None, Verdict.OK),
        (Wrong("1 is 2"), Verdict.WRONG),
        (ZeroDivisionError("float division"), Verdict.CRASH),
        (Said("that cannot be had"), Verdict.REFUSED),
    ],
)
def test_outcomes(raised: Exception | None, verdict: Verdict) -> None:
    def part(unit: Unit, rng: random.Random) -> None:
        if raised is not None:
            raise raised

    found = outcome_of(part)
    assert found.verdict is verdict
    assert found.verdict.fault is (verdict is not Verdict.OK)


def test_what_cannot_be_had_may_be_said() -> None:
    def part(unit: Unit, rng: random.Random) -> None:
        raise Said("no gain keeps what vanishes")

    flat = Unit("flat", mp.sign, ("sign(x)",), may_refuse=FLAT)
    assert outcome_of(part, flat).verdict is Verdict.SAID


def test_errors_of_python_are_no_sentences() -> None:
    with pytest.raises(OverflowError), sentences():
        raise OverflowError("int too large to convert to float")
    with pytest.raises(ValueError, match="empty"), sentences():
        max([])
    with pytest.raises(Said, match="finite number"), sentences():
        exact("one")


def test_a_call_that_does_not_return_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(battery, "LIMIT", 0.05)

    def part(unit: Unit, rng: random.Random) -> None:
        while True:
            mp.exp(1)

    with no_longer_than(2):
        assert outcome_of(part).verdict is Verdict.SLOW


def test_the_batterys_own_time_is_not_the_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(battery, "LIMIT", 0.05)

    def part(unit: Unit, rng: random.Random) -> None:
        with unlimited():
            start = time.process_time()
            while time.process_time() - start < 0.1:
                mp.exp(1)

    assert outcome_of(part).verdict is Verdict.OK


@pytest.mark.parametrize("part", [name for name in PARTS if name != "declaration"])
def test_a_twin_of_something_else_is_found_by_every_part(part: str) -> None:
    """The package's side is a rectifier, the twin is one that is a little too steep."""
    wrong = Unit(
        "wrong",
        lambda t: max(t, mp.zero) * (1 + mp.mpf(10) ** -5),
        RAMP.spellings[:1],
        kinks=(0,),
    )
    (found,) = examine(wrong, 0, {part: PARTS[part]})
    assert found.verdict is Verdict.WRONG, found


def test_a_seed_draws_its_own_units() -> None:
    assert sample(list(POOL), COUNT, 1) == sample(list(POOL), COUNT, 1)
    assert sample(list(POOL), COUNT, 1) != sample(list(POOL), COUNT, 2)
