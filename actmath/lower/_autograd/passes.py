"""What a backward pass may do with what was saved for it."""

from __future__ import annotations

from collections.abc import Callable

import torch

#: Absent from a PyTorch that does not tell: then every graph may be gone through again.
_keeps_graph: Callable[[], bool] = getattr(
    torch._C._autograd, "_get_current_graph_task_keep_graph", lambda: True
)
#: Absent likewise: then somebody may always see what is saved.
_hooks: Callable[[bool], object] = getattr(
    torch._C._autograd, "_top_saved_tensors_default_hooks", lambda _: True
)


def is_last_pass() -> bool:
    """Is this a backward pass after which nothing that was saved is read again?

    >>> is_last_pass()
    False
    """
    running = torch._C._current_graph_task_id() != -1
    return running and not torch.is_grad_enabled() and not _keeps_graph()


def has_saving_hooks() -> bool:
    """Does somebody see what is saved, as checkpointing does and saving on another device?

    >>> with torch.autograd.graph.save_on_cpu():
    ...     has_saving_hooks()
    True
    """
    return bool(_hooks(True))
