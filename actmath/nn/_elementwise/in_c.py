"""Element-wise loops of ``_kernels`` over tensors that are plain numbers in one piece."""

from __future__ import annotations

import torch
from torch import Tensor

from ...lower._autograd.plain import is_plain
from .._kernels.library import c_loop, is_at_hand

# Elements from which on PyTorch's element-wise operations take several threads.
_GRAIN = 2**15


def looped(
    name: str, given: tuple[Tensor, ...], found: tuple[Tensor | None, ...], *sizes: int
) -> bool:
    """Run a loop, or say that it cannot be.

    Args:
        given, found: what it reads, and what it writes, new tensors like the first; together they
            are its first arguments, None for what is not wanted.
        sizes: its other arguments if not the number of elements.
    """
    x, *others = given
    if not goes_in_c(x) or (x.requires_grad and torch.is_grad_enabled()):
        return False
    for each in others:
        if not (is_plain(each) and each.is_contiguous() and each.dtype == x.dtype):
            return False
    loop = c_loop(name, x.dtype)
    assert loop is not None
    addresses = [0 if each is None else each.data_ptr() for each in (*given, *found)]
    loop(*addresses, *(sizes or (x.numel(),)))
    return True


def goes_in_c(x: Tensor) -> bool:
    """Can a loop read these numbers, and is it the faster way?"""
    if not (is_at_hand(x) and is_plain(x) and x.is_contiguous()):
        return False
    # A loop runs in one thread; a large tensor PyTorch shares out among all that it has.
    return x.numel() < _GRAIN or torch.get_num_threads() == 1
