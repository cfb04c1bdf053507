"""Worker processes of a command, and what Ctrl-C, which reaches all of them, does in each."""

from __future__ import annotations

import signal
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

#: In a worker: whether no further job is to begin.
_ending: Event | None = None


class Workers(ProcessPoolExecutor):
    """Processes of which Ctrl-C ends the jobs that run, and lets no further one begin.

    Between jobs, and while modules are loaded, it would end a worker with a traceback: there it
    waits. A pool of Python's begins as many jobs more as it has handed out.

    Args:
        count: how many processes.
        method: how they are started, ``fork`` or ``spawn``; by default the system's usual one.
    """

    def __init__(self, count: int, method: str | None = None) -> None:
        context = get_context(method)
        self._ending = context.Event()
        super().__init__(count, context, initializer=_know, initargs=(self._ending,))

    def submit(self, job: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Hand out a job, as Python's pool does, to be begun unless the pool is ending."""
        # A worker that is started here begins as this process is now.
        _hold(signal.SIG_BLOCK)
        try:
            return super().submit(_begin, job, *args, **kwargs)
        finally:
            _hold(signal.SIG_UNBLOCK)

    def __exit__(self, kind: object, *_: object) -> bool | None:
        if kind is not None:
            self._ending.set()
        self.shutdown(cancel_futures=kind is not None)
        return None


def _hold(how: int) -> None:
    """Let Ctrl-C wait, or no more; there is no such thing on Windows."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(how, {signal.SIGINT})


def _know(ending: Event) -> None:
    global _ending
    _ending = ending


def _begin(job: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """In a worker: do the job, unless no further one is to begin."""
    if _ending is None or _ending.is_set():
        raise KeyboardInterrupt
    try:
        _hold(signal.SIG_UNBLOCK)
        return job(*args, **kwargs)
    except KeyboardInterrupt:
        _ending.set()
        raise
    finally:
        _hold(signal.SIG_BLOCK)
