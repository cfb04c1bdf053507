"""The few array operations on which NumPy and PyTorch differ, so that each formula is written once.

A formula takes an ``Arithmetic`` and arrays or tensors of float64; PyTorch's keeps gradients.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from scipy import special

from ...activation import Activation
from ...lower._for_numpy import to_numpy

# Rows that go through a formula at once: their intermediate arrays fit into the cache.
_BLOCK = 2**14

Array = Any
Columns = tuple[Array, ...]


@dataclass(frozen=True)
class Arithmetic:
    """NumPy or PyTorch, in float64; ``lowered(activation, order)`` is f or f′ in it.

    ``lookup(table, index)`` reads a table at indices held as float64. ``detached`` gives a NumPy
    array, ``value_of`` the same array without its gradient, ``tracked`` says whether it has one.
    """

    exp: Callable[[Array], Array]
    expm1: Callable[[Array], Array]
    sqrt: Callable[[Array], Array]
    absolute: Callable[[Array], Array]
    erfcx: Callable[[Array], Array]
    round: Callable[[Array], Array]
    lookup: Callable[[np.ndarray, Array], Array]
    where: Callable[[Array, Any, Any], Array]
    minimum: Callable[[Array, Any], Array]
    maximum: Callable[[Array, Any], Array]
    sort_rows: Callable[[Array], Array]
    cumulate_rows: Callable[[Array], Array]
    reverse_rows: Callable[[Array], Array]
    rows: Callable[[Array], Array]
    zeros: Callable[[Any, Array], Array]
    constant: Callable[[Any, Array], Array]
    detached: Callable[[Array], Array]
    tracked: Callable[[Array], bool]
    value_of: Callable[[Array], Array]
    lowered: Callable[[Activation, int], Callable[..., Array]]

    def choose(
        self, parts: Sequence[tuple[Array, Callable[..., Columns]]], *arguments: Array
    ) -> Columns:
        """Four columns, each row by the formula of the mask that holds it; every row has one."""
        found = [self.zeros(arguments[0].shape, arguments[0]) for _ in range(4)]
        for mask, formula in parts:
            rows = self.rows(mask)
            for start in range(0, len(rows), _BLOCK):
                chosen = rows[start : start + _BLOCK]
                values = formula(self, *(argument[chosen] for argument in arguments))
                for target, value in zip(found, values, strict=True):
                    target[chosen] = value
        return tuple(found)

    def clip(self, array: Array, low: Any, high: Any) -> Array:
        """The array held between two scalars or two arrays that broadcast against it."""
        return self.minimum(self.maximum(array, low), high)


NUMPY = Arithmetic(
    exp=np.exp,
    expm1=np.expm1,
    sqrt=np.sqrt,
    absolute=np.abs,
    erfcx=special.erfcx,
    round=np.rint,
    lookup=lambda table, index: table.take(index.astype(np.intp)),
    where=np.where,
    minimum=np.minimum,
    maximum=np.maximum,
    sort_rows=lambda array: np.sort(array, axis=-1),
    cumulate_rows=lambda array: np.cumsum(array, axis=-1),
    reverse_rows=lambda array: array[..., ::-1],
    rows=np.flatnonzero,
    zeros=lambda shape, like: np.zeros(shape),
    constant=lambda values, like: np.asarray(values, dtype=np.float64),
    detached=lambda array: array,
    tracked=lambda array: False,
    value_of=lambda array: array,
    lowered=to_numpy,
)


@lru_cache(maxsize=1)
def torch_arithmetic() -> Arithmetic:
    """The PyTorch arithmetic; the import of PyTorch happens here and nowhere above."""
    import torch

    from ...lower._for_torch import to_torch

    def where(mask: Array, one: Any, other: Any) -> Array:
        # Two Python numbers would come out in the default dtype, float32.
        if not isinstance(one, torch.Tensor) and not isinstance(other, torch.Tensor):
            one = torch.full((), one, dtype=torch.float64, device=mask.device)
        return torch.where(mask, one, other)

    def absolute(array: Array) -> Array:
        # torch.abs has gradient 0 at 0, in the middle of a formula that is smooth there.
        return torch.where(array >= 0, array, -array)

    def constant(values: Any, like: Array) -> Array:
        return torch.as_tensor(np.asarray(values), dtype=torch.float64, device=like.device)

    return Arithmetic(
        exp=torch.exp,
        expm1=torch.expm1,
        sqrt=torch.sqrt,
        absolute=absolute,
        erfcx=torch.special.erfcx,
        round=torch.round,
        lookup=lambda table, index: constant(table, index)[index.detach().long()],
        where=where,
        minimum=lambda array, bound: torch.clamp(array, max=bound),
        maximum=lambda array, bound: torch.clamp(array, min=bound),
        sort_rows=lambda array: torch.sort(array, dim=-1).values,
        cumulate_rows=lambda array: torch.cumsum(array, dim=-1),
        reverse_rows=lambda array: torch.flip(array, dims=(-1,)),
        rows=lambda mask: torch.nonzero(mask, as_tuple=True)[0],
        zeros=lambda shape, like: torch.zeros(shape, dtype=torch.float64, device=like.device),
        constant=constant,
        detached=lambda array: array.detach().cpu().numpy(),
        tracked=lambda array: bool(array.requires_grad),
        value_of=lambda array: array.detach(),
        lowered=to_torch,
    )
