"""A progress bar with the time left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Tick = Callable[[str], None]


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
    with progress.Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=total, completed=done)
        yield lambda description: bar.update(task, advance=1, description=description)
