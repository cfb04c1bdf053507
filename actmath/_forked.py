"""What a forked process needs: locks that are free, and PyTorch with one thread.

A lock that another thread of the parent holds would never be released in the child. The threads of
GNU's OpenMP, in which PyTorch computes, are not there in the child of a process that has used them,
and a large product would wait for them. PyTorch's own loaders of data do the same in their workers.
"""

from __future__ import annotations

import os
import sys
import threading
from functools import cached_property
from operator import attrgetter

#: Where the locks for one thread at a time are, if they are loaded. Those of higher floors, which
#: may be held while one of a lower floor is asked for, come first.
_LOCKS = (
    ("actmath.nn._model._trace.kept_state", "_ALONE"),
    ("actmath.lower._for_arb", "BALLS"),
    ("actmath.number", "mp.symbolic"),
)
# Of each thread, since several may fork at once.
_own = threading.local()


def _acquire() -> None:
    """Wait for all that other threads hold, so that what it guards is whole in the child, too."""
    _own.held = []
    for module, name in _LOCKS:
        try:
            lock = attrgetter(name)(sys.modules[module])
        except (KeyError, AttributeError):
            # Not loaded, or another thread is about to.
            continue
        lock.acquire()
        _own.held.append(lock)


def _release() -> None:
    while _own.held:
        _own.held.pop().release()


def _settle_child() -> None:
    _release()
    _free_properties()
    settle = getattr(sys.modules.get("torch"), "set_num_threads", None)
    if settle is not None:
        settle(1)


def _free_properties() -> None:
    """Before Python 3.12 each cached property has a lock, which a thread of the parent may hold."""
    if not hasattr(cached_property(len), "lock"):
        return
    ours = [module for name, module in sys.modules.items() if name.startswith("actmath")]
    classes = {kind for module in ours for kind in vars(module).values() if isinstance(kind, type)}
    for kind in classes:
        for found in vars(kind).values():
            if isinstance(found, cached_property):
                found.lock = threading.RLock()  # type: ignore[attr-defined]


# Not on Windows, where nothing is forked.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_acquire, after_in_parent=_release, after_in_child=_settle_child)
