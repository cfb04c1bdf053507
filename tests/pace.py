"""How long something takes by the pace of the machine on which it is tried."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

#: Processor seconds of the yardstick on a desktop's core.
_USUAL = 0.025


@contextmanager
def no_longer_than(seconds: float) -> Iterator[None]:
    """The processor seconds that the block may take, more on a slow or a busy machine."""
    before, start = pace(), time.process_time()
    yield
    took = time.process_time() - start
    slower = max(before, pace())
    assert took < seconds * slower, f"{took:.2f} s on a machine {slower:.1f} times as slow as usual"


def pace() -> float:
    """How many times as long as usual a loop takes here and now; 1 on a machine that is faster."""
    start, total = time.process_time(), 0
    for number in range(500_000):
        total += number
    return max(1.0, (time.process_time() - start) / _USUAL)
