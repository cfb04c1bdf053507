"""Ctrl-C, or a polite end from outside, as a request: noted at once, answered between updates."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

#: Ctrl-C, and what batch systems and ``kill`` send first.
NOTED = (signal.SIGINT, signal.SIGTERM)


@dataclass
class Request:
    """Which interruption was asked for, if any."""

    signal: int | None = None

    @property
    def asked(self) -> bool:
        """Whether one was."""
        return self.signal is not None

    def answer(self, said: str) -> None:
        """End as the signal would have: a KeyboardInterrupt, or what the usual handler does."""
        if self.signal == signal.SIGTERM:
            # The usual handler says nothing, and who sent it reads what is left in a log.
            if sys.stderr is not None:
                print(said, file=sys.stderr, flush=True)
            signal.raise_signal(signal.SIGTERM)
        raise KeyboardInterrupt(said)


@contextmanager
def interruption() -> Iterator[Request]:
    """While inside, the first signal is only noted; a second one interrupts as usual.

    One that is ignored, as under ``nohup``, stays so. Python delivers signals to the main thread
    alone; in any other thread nothing is changed.
    """
    request = Request()
    if threading.current_thread() is not threading.main_thread():
        yield request
        return
    usual = {number: signal.getsignal(number) for number in NOTED}

    def note(number: int, frame: FrameType | None) -> None:
        # The usual handlers are back at once, so that a second signal does not wait.
        request.signal = number
        restore()

    def restore() -> None:
        for number, handler in usual.items():
            # None: set by another language, and not to be had in Python.
            if handler is not None:
                signal.signal(number, handler)

    for number, handler in usual.items():
        if handler not in (None, signal.SIG_IGN):
            signal.signal(number, note)
    try:
        yield request
    finally:
        restore()
