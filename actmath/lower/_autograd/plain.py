"""May the numbers of a tensor be looked at, and may a new one be overwritten?"""

from __future__ import annotations

import torch
from torch import Tensor

# Tensors of no other library, and none that stand for others while a graph is recorded.
_OWN = (Tensor, torch.nn.Parameter)


def is_plain(tensor: Tensor) -> bool:
    """Neither compiled, nor recorded by a mode as ``make_fx`` does, nor a batch of ``vmap``.

    >>> is_plain(torch.zeros(2))
    True
    """
    if torch.compiler.is_compiling() or torch._C._are_functorch_transforms_active():
        return False
    # A mode that records operations, as ``make_fx`` does, may do so with tensors of the usual type.
    if torch._C._len_torch_dispatch_stack():
        return False
    # Of these the numbers are not in memory as they are: minus them, or none at all.
    if tensor.is_neg() or tensor._is_zerotensor():
        return False
    # The older vmap is behind ``is_grads_batched`` of torch.autograd.grad.
    return type(tensor) in _OWN and not torch._C._functorch.is_legacy_batchedtensor(tensor)


def in_one_piece(tensor: Tensor) -> Tensor:
    """The numbers one after the other in memory, as they are.

    >>> in_one_piece(torch._neg_view(torch.ones(2, 2)).T).is_neg()
    False
    """
    if is_plain(tensor):
        return tensor.contiguous()
    return tensor.clone(memory_format=torch.contiguous_format)


def is_batched(tensor: Tensor) -> bool:
    """Is it one of a batch, of ``torch.func.vmap`` or behind ``is_grads_batched``?

    >>> is_batched(torch.zeros(2))
    False
    """
    functorch = torch._C._functorch
    return bool(functorch.is_batchedtensor(tensor) or functorch.is_legacy_batchedtensor(tensor))
