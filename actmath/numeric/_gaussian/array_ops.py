"""The few array operations on which NumPy and PyTorch differ, so that each formula is written once.

A formula takes an ``ArrayOps`` and arrays or tensors of float64; PyTorch's keeps gradients.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from scipy import special

from ...activation import Activation
from .result import AnyArray, Columns

# Rows that go through a formula at once: 128 kB an array, so that intermediate ones stay in cache.
_BLOCK = 2**14
# The share of rows from which a formula is evaluated for all: picking and placing cost more.
_MOST = 0.75


@dataclass(frozen=True)
class ArrayOps:
    """NumPy or PyTorch, in float64; ``lowered(activation, order)`` is f or f′ in it.

    ``rows(mask)`` are the first indices of what is true, ``count(mask)`` says how many there are;
    ``lookup(table, index)`` reads a table at indices held as float64. ``detached`` gives a NumPy
    array, ``value_of`` the same array without its gradient, ``tracked`` says whether it has one.
    """

    exp: Callable[[AnyArray], AnyArray]
    expm1: Callable[[AnyArray], AnyArray]
    sqrt: Callable[[AnyArray], AnyArray]
    absolute: Callable[[AnyArray], AnyArray]
    erfcx: Callable[[AnyArray], AnyArray]
    round: Callable[[AnyArray], AnyArray]
    lookup: Callable[[np.ndarray, AnyArray], AnyArray]
    where: Callable[[AnyArray, Any, Any], AnyArray]
    minimum: Callable[[AnyArray, Any], AnyArray]
    maximum: Callable[[AnyArray, Any], AnyArray]
    sort_rows: Callable[[AnyArray], AnyArray]
    cumulate_rows: Callable[[AnyArray], AnyArray]
    reverse_rows: Callable[[AnyArray], AnyArray]
    rows: Callable[[AnyArray], AnyArray]
    count: Callable[[AnyArray], int]
    join: Callable[[Sequence[AnyArray]], AnyArray]
    zeros: Callable[[Any, AnyArray], AnyArray]
    constant: Callable[[Any, AnyArray], AnyArray]
    detached: Callable[[AnyArray], AnyArray]
    tracked: Callable[[AnyArray], bool]
    value_of: Callable[[AnyArray], AnyArray]
    lowered: Callable[[Activation, int], Callable[..., AnyArray]]

    def choose(
        self, parts: Sequence[tuple[AnyArray, Callable[..., Columns]]], *arguments: AnyArray
    ) -> Columns:
        """Four columns, each row by the formula of the mask that holds it; every row has one."""
        # The most rows first: they may be laid over all others, which are then overwritten.
        ordered = sorted(((self.count(m), m, formula) for m, formula in parts), key=lambda p: -p[0])
        (most, mask, formula), *rest = ordered
        # Not where a gradient would be written over.
        if most > _MOST * len(mask) and not any(map(self.tracked, arguments)):
            found = self._laid_over_all(most, mask, formula, arguments)
        else:
            found = [self.zeros(arguments[0].shape, arguments[0]) for _ in range(4)]
            rest = ordered
        for count, mask, formula in rest:
            rows = self.rows(mask) if count else ()
            for start in range(0, len(rows), _BLOCK):
                some = rows[start : start + _BLOCK]
                values = formula(self, *(argument[some] for argument in arguments))
                for target, value in zip(found, values, strict=True):
                    target[some] = value
        return tuple(found)

    def _laid_over_all(
        self, count: int, mask: AnyArray, formula: Callable[..., Columns], arguments: Columns
    ) -> list[AnyArray]:
        """A formula for all rows at once, those that are not its own filled with one that is."""
        if count == len(mask):
            return list(formula(self, *arguments))
        own = int(np.argmax(self.detached(mask)))
        filled = (self.where(mask, argument, argument[own]) for argument in arguments)
        # Copies, for a formula may give one array twice.
        return [1.0 * column for column in formula(self, *filled)]

    def clip(self, array: AnyArray, low: Any, high: Any) -> AnyArray:
        """The array held between two scalars or two arrays that broadcast against it."""
        # In this order a low end above the high one gives the high one.
        return self.minimum(self.maximum(array, low), high)


def _to_numpy(activation: Activation, order: int) -> Callable[..., AnyArray]:
    # Lowering is loaded when a formula is first sampled: most moments have closed forms.
    from ...lower._for_numpy import to_numpy

    return to_numpy(activation, order)


NUMPY_OPS = ArrayOps(
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
    rows=lambda mask: mask.nonzero()[0],
    count=np.count_nonzero,
    join=np.concatenate,
    zeros=lambda shape, like: np.zeros(shape),
    constant=lambda values, like: np.asarray(values, dtype=np.float64),
    detached=lambda array: array,
    tracked=lambda array: False,
    value_of=lambda array: array,
    lowered=_to_numpy,
)


@lru_cache(maxsize=1)
def torch_ops() -> ArrayOps:
    """PyTorch's operations; the import of PyTorch happens here and nowhere above."""
    import torch

    from ...lower._for_torch import to_torch

    def where(mask: AnyArray, one: Any, other: Any) -> AnyArray:
        # Two Python numbers would come out in the default dtype, float32.
        if not isinstance(one, torch.Tensor) and not isinstance(other, torch.Tensor):
            one = torch.full((), one, dtype=torch.float64, device=mask.device)
        return torch.where(mask, one, other)

    def absolute(array: AnyArray) -> AnyArray:
        # torch.abs has gradient 0 at 0, in the middle of a formula that is smooth there.
        return torch.where(array >= 0, array, -array)

    def constant(values: Any, like: AnyArray) -> AnyArray:
        return torch.as_tensor(np.asarray(values), dtype=torch.float64, device=like.device)

    return ArrayOps(
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
        count=lambda mask: int(torch.count_nonzero(mask)),
        join=lambda arrays: torch.cat(list(arrays)),
        zeros=lambda shape, like: torch.zeros(shape, dtype=torch.float64, device=like.device),
        constant=constant,
        detached=lambda array: array.detach().cpu().numpy(),
        tracked=lambda array: bool(array.requires_grad),
        value_of=lambda array: array.detach(),
        lowered=to_torch,
    )
