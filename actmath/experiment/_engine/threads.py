"""No more CPU threads than the work can feed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

#: Elements of a tensor below which threads wait for each other longer than they compute.
FEW = 2**16


@contextmanager
def fitting_threads(elements: int) -> Iterator[None]:
    """While inside, PyTorch uses one thread if its tensors have fewer than 65,536 elements.

    Threads that share so little wait for each other at every operation; where other programs hold
    a core, each of these waits lasts a time slice, and a step takes thirty times as long.

    Args:
        elements: size of the tensors that most operations work on.
    """
    usual = torch.get_num_threads()
    torch.set_num_threads(1 if elements < FEW else usual)
    try:
        yield
    finally:
        torch.set_num_threads(usual)
