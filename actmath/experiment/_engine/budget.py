"""How long a call may train, and how much of that time it may spend on writing its state."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from numbers import Real
from typing import Any

from torch import Tensor

#: A state up to so many bytes is written after every epoch: some hundredths of a second.
SMALL = 2**24
#: The share of a run's time that writing a larger one may take.
WRITING_SHARE = 0.05
#: Bytes a second, before a write has been timed: those of a slow disk.
SLOW_DISK = 1e8


class Budget:
    """The wall time that a call may take; it ends between two epochs.

    Another epoch begins if one as long as the longest so far would end in time. The first always
    begins: a record needs one.

    Args:
        seconds: from now on; None: any.
        clock: the time in seconds.

    Raises:
        TypeError: if the seconds are no number.
        ValueError: if they are not positive and finite.
    """

    def __init__(
        self, seconds: float | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        given: object = seconds
        # True is a number to Python, but no time.
        if isinstance(given, bool) or not isinstance(given, Real | None):
            raise TypeError(f"budget must be a number of seconds, got {seconds!r}")
        if seconds is not None and not 0 < seconds < math.inf:
            raise ValueError(f"budget must be a positive number of seconds, got {seconds}")
        self.clock, self.begun = clock, clock()
        self.end = math.inf if seconds is None else self.begun + seconds
        self.epochs, self.longest = 0, 0.0

    def epoch(self, begun: float) -> None:
        """Count an epoch that began then and ends now."""
        self.epochs += 1
        self.longest = max(self.longest, self.clock() - begun)

    @property
    def another(self) -> bool:
        """Whether another epoch may begin."""
        return not self.epochs or self.clock() + self.longest <= self.end


class WritingTime:
    """When the state of an unfinished run is worth writing.

    A small one after every epoch. A larger one where the writing so far and this one together take
    at most 5 % of the time since the run began, so that a killed run loses at most some twenty
    times what writing takes.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock, self.begun = clock, clock()
        self.spent, self.last = 0.0, math.nan

    def due(self, size: int) -> bool:
        """Whether so many bytes are to be written now."""
        if size <= SMALL:
            return True
        expected = size / SLOW_DISK if math.isnan(self.last) else self.last
        return self.spent + expected <= WRITING_SHARE * (self.clock() - self.begun)

    def timed(self, write: Callable[[], None]) -> None:
        """Write, and count how long it took."""
        begun = self.clock()
        write()
        self.last = self.clock() - begun
        self.spent += self.last


def size_of(state: Any) -> int:
    """Bytes of all tensors in nested dictionaries, lists and tuples.

    >>> import torch
    >>> size_of({"w": torch.zeros(3), "more": [torch.zeros(2, dtype=torch.float64), 7]})
    28
    """
    if isinstance(state, Tensor):
        return state.nbytes
    if isinstance(state, dict):
        state = state.values()
    elif not isinstance(state, list | tuple):
        return 0
    return sum(map(size_of, state))
