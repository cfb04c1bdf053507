"""PyTorch in a forked process: with one thread, or its first large product would never return.

The threads of GNU's OpenMP, in which PyTorch computes, are not there in the child of a process
that has used them, and waited for. PyTorch's own loaders of data do the same in their workers.
"""

from __future__ import annotations

import os
import sys


def _with_one_thread() -> None:
    settle = getattr(sys.modules.get("torch"), "set_num_threads", None)
    if settle is not None:
        settle(1)


# Not on Windows, where nothing is forked.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_with_one_thread)
