"""An element-wise function of a large tensor, block by block, so that what is between stays small.

A formula of ten operations writes ten tensors of the input's size. On a processor these go through
memory, and those that are new are zeroed by the system first, which takes longer than a logarithm.
A block stays in the cache.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from ...lower._autograd.operator import is_differentiated, is_recorded
from ...lower._autograd.plain import is_plain

#: Elements in a block of one thread: three of them in float32 fill most of a cache of 1 MB.
_BLOCK = 2**16


def is_large(x: Tensor) -> bool:
    """Does it lie in the memory of a processor, and fill more than two blocks?"""
    return x.device.type == "cpu" and x.numel() > 2 * _block()


def rows_of_a_block(x: Tensor) -> int:
    """How many entries along the first dimension make a block."""
    return max(1, _block() * len(x) // max(1, x.numel()))


def in_blocks(
    function: Callable[..., Sequence[Tensor]], count: int, *tensors: Tensor
) -> list[Tensor]:
    """What the function returns, ``count`` tensors like the first one in shape and dtype.

    Args:
        function: of tensors of one shape, element by element; nothing goes backward through it.
    """
    first = tensors[0]
    if not (is_large(first) and _can_be_split(tensors)):
        results = list(function(*tensors))
        if results[0].dtype == first.dtype:
            return results
        return [found.to(first.dtype) for found in results]
    results = [torch.empty_like(first) for _ in range(count)]
    blocks = [torch.split(each.view(-1), _block()) for each in (*tensors, *results)]
    for parts in zip(*blocks, strict=True):
        given, rooms = parts[: len(tensors)], parts[len(tensors) :]
        for room, found in zip(rooms, function(*given), strict=True):
            room.copy_(found)
    return results


def _block() -> int:
    return _BLOCK * torch.get_num_threads()


def _can_be_split(tensors: Sequence[Tensor]) -> bool:
    """Are these numbers one after the other, and is nobody looking on?"""
    if is_recorded(*tensors) or is_differentiated(*tensors):
        return False
    alike = all(each.shape == tensors[0].shape and each.is_contiguous() for each in tensors)
    return alike and all(is_plain(each) for each in tensors)
