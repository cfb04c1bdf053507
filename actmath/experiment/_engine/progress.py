"""A progress bar with the time left."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any, cast

Tick = Callable[[str], None]


class _Unheard:
    """A stream where what nobody takes is dropped: no work ends because its bar has no reader."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write what can be written."""
        with suppress(OSError, ValueError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Send it on, if somebody reads."""
        with suppress(OSError, ValueError):
            self._stream.flush()


@contextmanager
def progress_bar(total: int, done: int, shown: bool) -> Iterator[Tick]:
    """Yield a function to call after each unit of work with what is being done.

    The bar goes to the standard error stream and leaves the other to results.

    Args:
        total, done: units of work, in all and already behind.
        shown: False makes the bar invisible, and Rich is then not needed.
    """
    if not shown:
        yield lambda description: None
        return
    # Here, so that a run without a bar does not need Rich.
    from rich import progress
    from rich.console import Console

    columns = (
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.TimeElapsedColumn(),
        progress.TimeRemainingColumn(),
        progress.TextColumn("left"),
    )
    console = Console(stderr=True)
    if sys.stderr is not None:
        console.file = cast(IO[str], _Unheard(sys.stderr))
    with progress.Progress(*columns, console=console) as bar:
        task = bar.add_task("", total=total, completed=done)
        yield lambda description: bar.update(task, advance=1, description=description)
