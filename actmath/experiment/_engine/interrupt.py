"""Ctrl-C as a request: noted at once, answered between two updates."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType


@dataclass
class Request:
    """Whether an interruption was asked for."""

    asked: bool = False


@contextmanager
def interruption() -> Iterator[Request]:
    """While inside, the first SIGINT is only noted; a second one interrupts as usual.

    Python delivers signals to the main thread alone; in any other thread nothing is changed.
    """
    request = Request()
    if threading.current_thread() is not threading.main_thread():
        yield request
        return
    usual = signal.getsignal(signal.SIGINT)

    def note(number: int, frame: FrameType | None) -> None:
        # The usual handler is back at once, so that a second Ctrl-C does not wait for the update.
        request.asked = True
        signal.signal(signal.SIGINT, usual)

    signal.signal(signal.SIGINT, note)
    try:
        yield request
    finally:
        signal.signal(signal.SIGINT, usual)
