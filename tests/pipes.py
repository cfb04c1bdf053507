"""A pipe that looks like a file and never answers, as /proc/kmsg."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def silent_pipe(folder: Path) -> Iterator[Path]:
    """Its place: it is held open, and nobody writes."""
    pipe = folder / "log"
    os.mkfifo(pipe)
    end = os.open(pipe, os.O_RDWR)
    try:
        yield pipe
    finally:
        os.close(end)
