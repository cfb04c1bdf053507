"""The batching rule of an element-wise function: the stacked tensors go through as they are."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor


def stacked(size: int, places: Sequence[int | None], tensors: Sequence[Tensor]) -> list[Tensor]:
    """Tensors that broadcast against each other with the stack as their common first dimension.

    An element-wise function needs no vectorizing. PyTorch's generated rule would trace the derived
    formulas anew at every call, which costs ten times the arithmetic for small layers.

    Args:
        size: how many there are in the stack.
        places: by tensor the dimension of the stack, as in ``vmap``'s ``in_dims``; None where all
            share the tensor.
        tensors: the argument, then the parameters.

    Returns:
        The argument as (size, …), whatever the others; each other one as (size, …), or as it is.
    """
    pairs = list(zip(tensors, places, strict=True))
    # The most dimensions that any has beside the stack's.
    rank = max(tensor.dim() - (place is not None) for tensor, place in pairs)
    argument, *parameters = (_in_front(tensor, place, rank) for tensor, place in pairs)
    if places[0] is None:
        # (size, 1, …, 1, shape of x), a view: nothing is copied.
        argument = argument.expand(size, *(1,) * (rank - argument.dim()), *argument.shape)
    return [argument, *parameters]


def _in_front(tensor: Tensor, place: int | None, rank: int) -> Tensor:
    """(stack, …) with so many dimensions after the stack; a shared tensor stays as it is."""
    if place is None:
        return tensor
    moved = tensor.movedim(place, 0)
    missing = rank + 1 - moved.dim()
    # (stack, 1, …, 1, rest): shapes are matched from the right, the stack must stay leftmost.
    return moved.reshape(len(moved), *(1,) * missing, *moved.shape[1:])
