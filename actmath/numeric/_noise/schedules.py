"""How a noise level falls with the number of mini-batches, and when it reaches a given level."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from ..._arrays import finite_number, whole_number


class Schedule(Protocol):
    """A noise level for every step, counted from 0."""

    def level(self, step: int) -> float:
        """The level at that step."""
        ...


@dataclass(frozen=True)
class ConstantSchedule:
    """The same level at every step; TypeError for one that is no real number."""

    value: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", finite_number(self.value, "value"))

    def level(self, step: int) -> float:
        """The value, whatever the step."""
        return self.value


@dataclass(frozen=True)
class InverseRoot:
    """Level start/√(t + 1), t = ⌊step/every⌋, never below ``floor`` (Gulcehre et al. 2016, Sec. 5).

    Raises:
        ValueError: if the start is not positive, the floor negative or ``every`` below 1.

    >>> paper = InverseRoot(30, 0.5, every=200)
    >>> paper.level(0), paper.level(200 * 8), paper.steps_to(0.5)
    (30.0, 10.0, 719800)
    """

    start: float
    floor: float = 0.0
    every: int = 1

    def __post_init__(self) -> None:
        for what in ("start", "floor"):
            object.__setattr__(self, what, finite_number(getattr(self, what), what))
        object.__setattr__(self, "every", whole_number(self.every, "every", 0))
        if not (self.start > 0 and self.floor >= 0 and self.every >= 1):
            raise ValueError(
                f"need start > 0, floor >= 0 and every >= 1, got {self.start}, {self.floor}, "
                f"{self.every}"
            )

    def level(self, step: int) -> float:
        """max(start/√(⌊step/every⌋ + 1), floor)."""
        return max(self.start / math.sqrt(step // self.every + 1), self.floor)

    def steps_to(self, level: float | Fraction) -> int:
        """The first step at which start/√(t + 1) ≤ level, in exact rational arithmetic.

        Raises:
            ValueError: if the level is not positive: the schedule never comes to 0.
        """
        if not level > 0:
            raise ValueError(f"start/sqrt(t + 1) never reaches {level}")
        ratio = Fraction(self.start) / Fraction(level)
        # start/√(t + 1) ≤ level where t ≥ (start/level)² − 1.
        return self.every * max(math.ceil(ratio**2) - 1, 0)


@dataclass(frozen=True)
class Compounded:
    """The other reading of "c/√(t + 1)": the present level is divided at each t, start/√((t+1)!).

    >>> Compounded(30, every=200).steps_to(0.5)
    1200
    """

    start: float
    floor: float = 0.0
    every: int = 1

    def level(self, step: int) -> float:
        """max(start/√((⌊step/every⌋ + 1)!), floor)."""
        # lgamma(t + 2) = log((t + 1)!): as a float the factorial would overflow.
        return max(self.start * math.exp(-math.lgamma(step // self.every + 2) / 2), self.floor)

    def steps_to(self, level: float) -> int:
        """The first step at which start/√((t + 1)!) ≤ level, in exact rational arithmetic."""
        ratio, t = (Fraction(self.start) / Fraction(level)) ** 2, 0
        # start/√((t + 1)!) ≤ level where (t + 1)! ≥ (start/level)².
        while math.factorial(t + 1) < ratio:
            t += 1
        return t * self.every


@dataclass(frozen=True)
class Linear:
    """From start to end over that many steps, then the end."""

    start: float
    end: float
    steps: int

    def level(self, step: int) -> float:
        """start + (end − start)·min(step/steps, 1)."""
        return self.start + (self.end - self.start) * min(step / self.steps, 1.0)
