"""Everything that the package says about a unit, beside the unit's twin; each part has an outcome.

A part may be right, or say in a sentence what cannot be had. It is at fault if a number is wrong,
if it refuses what can be had, crashes, or takes more than ``LIMIT`` seconds of the processor.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from . import parts_of_moments, parts_of_values
from .clock import LIMIT, TooSlowError, limited
from .comparison import Said, Wrong
from .unit import Unit


class Verdict(StrEnum):
    """How a part came out."""

    OK = "ok"
    SAID = "said"
    REFUSED = "refused"
    WRONG = "wrong"
    CRASH = "crash"
    SLOW = "slow"

    @property
    def fault(self) -> bool:
        """Is it what must not happen?"""
        return self not in (Verdict.OK, Verdict.SAID)


@dataclass(frozen=True)
class Outcome:
    """One part of the battery for one unit."""

    unit: str
    part: str
    verdict: Verdict
    seconds: float
    note: str = ""


Part = Callable[[Unit, random.Random], None]
PARTS: dict[str, Part] = {
    "declaration": parts_of_values.declaration,
    "lowering": parts_of_values.lowering,
    "module": parts_of_values.module,
    "sheet": parts_of_moments.sheet,
    "moments": parts_of_moments.scalar,
    "arrays": parts_of_moments.arrays,
    "tensors": parts_of_moments.tensors,
    "constants": parts_of_moments.constants_at_targets,
    "dual kernel": parts_of_moments.kernel,
    "gains": parts_of_moments.both_gains,
}


def examine(unit: Unit, seed: int = 0, parts: dict[str, Part] | None = None) -> list[Outcome]:
    """All parts for one unit; without a declaration that is all."""
    return list(examined(unit, seed, parts))


def examined(unit: Unit, seed: int = 0, parts: dict[str, Part] | None = None) -> Iterator[Outcome]:
    """The same, one after the other."""
    for name, part in (parts or PARTS).items():
        # Each part draws from its own generator, so that it can be run alone.
        found = _outcome(unit, name, part, random.Random(f"{seed} {unit.name} {name}"))
        yield found
        if name == "declaration" and found.verdict is not Verdict.OK:
            return


def sample(names: list[str], count: int, seed: int) -> list[str]:
    """So many of the names, other ones for another seed."""
    return sorted(random.Random(seed).sample(names, count))


def _outcome(unit: Unit, name: str, part: Part, rng: random.Random) -> Outcome:
    start = time.process_time()
    verdict, note = Verdict.OK, ""
    try:
        with limited(LIMIT):
            part(unit, rng)
    except Said as sentence:
        allowed = _may_refuse(unit, name)
        verdict, note = Verdict.SAID if allowed else Verdict.REFUSED, str(sentence)
    except Wrong as fault:
        verdict, note = Verdict.WRONG, str(fault)
    except TooSlowError:
        verdict, note = Verdict.SLOW, f"over {LIMIT:g} s"
    except Exception as crash:  # it is what is looked for
        verdict, note = Verdict.CRASH, f"{type(crash).__name__}: {crash}"
    seconds = time.process_time() - start
    return Outcome(unit.name, name, verdict, round(seconds, 2), " ".join(note.split())[:200])


def _may_refuse(unit: Unit, part: str) -> bool:
    """No constants may exist, and where a moment is infinite there may be no answer."""
    infinite = bool(unit.infinite) and part not in ("declaration", "lowering", "module")
    return part == "constants" or part in unit.may_refuse or infinite
