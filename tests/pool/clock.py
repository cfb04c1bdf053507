"""The clock of the battery: processor time that the package uses, the battery's own left out."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

#: Processor seconds that a call of the package may take.
LIMIT = 5.0


class TooSlowError(BaseException):
    """A call does not return. No ``Exception``, lest somebody on the way catches it."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise in the midst of what takes more processor time than that; a clock outside waits."""

    def stop(signum: int, frame: Any) -> None:
        raise TooSlowError(f"over {seconds:g} s of the processor")

    before = signal.signal(signal.SIGPROF, stop)
    left, _ = signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, left)
        signal.signal(signal.SIGPROF, before)


@contextmanager
def unlimited() -> Iterator[None]:
    """Stop that clock, as for what the package is compared with."""
    left, _ = signal.setitimer(signal.ITIMER_PROF, 0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, left)
