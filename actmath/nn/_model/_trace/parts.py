"""Which part of a tensor a step takes, and when two parts have nothing in common."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from .steps import TraceStep

#: Steps that give several tensors, and which of their arguments after the tensor is the axis.
_SEVERAL = {"chunk": 1, "split": 1, "tensor_split": 1, "unbind": 0}
#: (axis, first, end, step); the end is None where it is that of the tensor. Pieces of a tensor
#: that was cut into several are counted along the axis and the cut.
Stretch = tuple[Hashable, Hashable, Hashable, int]


@dataclass(frozen=True)
class Portion:
    """Entries of a tensor, told apart by their ``index`` in words.

    ``stretches`` are where they lie along the axis of units, whose entries are independent.
    """

    index: str
    stretches: tuple[Stretch, ...] = ()

    def is_apart(self, other: Portion) -> bool:
        """Have the two parts surely no entry in common?"""
        pairs = ((a, b) for a in self.stretches for b in other.stretches)
        return any(a[0] == b[0] and _are_apart(a, b) for a, b in pairs)


def _are_apart(one: Stretch, other: Stretch) -> bool:
    _, first, end, step = one
    _, second, last, stride = other
    if step == stride > 1 and isinstance(first, int) and isinstance(second, int):
        # Every step-th entry, from different ones on.
        return min(first, second) >= 0 and (first - second) % step != 0
    return _is_before(end, second) or _is_before(last, first)


def _is_before(end: Hashable, first: Hashable) -> bool:
    if not (isinstance(end, int) and isinstance(first, int)):
        return end is not None and end == first
    # A place from the front and one from the back cannot be compared without the length.
    return (end < 0) == (first < 0) and end <= first


def have_in_common(one: frozenset[Hashable], other: frozenset[Hashable]) -> bool:
    """May some quantity be in both sets? Parts of one may be the same, unless they are apart.

    >>> left, right = Portion("[:, :2]", ((1, 0, 2, 1),)), Portion("[:, 2:]", ((1, 2, None, 1),))
    >>> have_in_common(frozenset([("h", left)]), frozenset([("h", right)]))
    False
    >>> have_in_common(frozenset([("h", left)]), frozenset(["h"]))
    True
    """
    return any(_meet(_unfolded(a), _unfolded(b)) for a in one for b in other)


def _unfolded(root: Hashable) -> tuple[Hashable, list[Portion]]:
    """What a root is a part of, and the parts of parts from the outside to the inside."""
    parts: list[Portion] = []
    while isinstance(root, tuple) and isinstance(root[-1], Portion):
        root, part = root
        parts.insert(0, part)
    return root, parts


def _meet(one: tuple[Hashable, list[Portion]], other: tuple[Hashable, list[Portion]]) -> bool:
    if one[0] != other[0]:
        return False
    for mine, yours in zip(one[1], other[1], strict=False):
        if mine != yours:
            return not mine.is_apart(yours)
    return True


def part_of(step: TraceStep, place: int, source: TraceStep, axes: frozenset[int]) -> Portion:
    """The part that a step takes of what ``source`` gives.

    Args:
        place: of the step; where the part cannot be told, by it alone it is known.
        axes: those along which entries are independent units.
    """
    unknown = Portion(f"step {place}")
    given = _arguments(step)
    if given is None:
        return unknown
    if step.function == "narrow":
        axis, start, length = _named(given, "dim", "start", "length")
        whole = isinstance(start, int) and isinstance(length, int)
        # From the back to the tensor's end, which is no 0.
        stretches = [(axis, start, start + length or None, 1)] if whole else []
    elif step.function == "select":
        axis, index = _named(given, "dim", "index")
        stretches = [_single(axis, index)]
    elif step.function != "getitem":
        return unknown
    elif source.function in _SEVERAL:
        return _piece(given[0][0], source, axes) or unknown
    else:
        stretches = _of_index(given[0][0])
    found = tuple(s for s in stretches if isinstance(s[0], int) and s[0] in axes)
    return Portion(repr((step.function, given)), found)


def _piece(index: Any, source: TraceStep, axes: frozenset[int]) -> Portion | None:
    """One of the several tensors into which a step cuts; None where the cut cannot be told."""
    given = _arguments(source)
    if given is None:
        return None
    args, kwargs = given
    at = _SEVERAL[source.function]
    axis = args[at] if at < len(args) else kwargs.get("dim", 0)
    # Pieces, not entries: only those of one cut can be compared.
    cut = repr((source.function, given))
    along = isinstance(axis, int) and axis in axes and isinstance(index, int)
    return Portion(f"{index} of {cut}", (_single((axis, cut), index),) if along else ())


@dataclass(frozen=True)
class _Number:
    """In place of a number that another step gives."""

    place: int


class _Asked(Tensor):
    """Answers every operation with the arguments that it gets."""

    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return args[1:], kwargs or {}


def _arguments(step: TraceStep) -> tuple[tuple[Any, ...], Mapping[str, Any]] | None:
    """What a step gets beside its tensor; None where that holds tensors."""
    probe = torch.empty(0).as_subclass(_Asked)
    try:
        args, kwargs = step.call([probe, *map(_Number, step.inputs[1:])])
    except (TypeError, ValueError, RuntimeError, AttributeError):
        return None
    return None if "tensor(" in repr((args, kwargs)) else (args, kwargs)


def _named(given: tuple[tuple[Any, ...], Mapping[str, Any]], *names: str) -> list[Any]:
    args, kwargs = given
    return [args[k] if k < len(args) else kwargs.get(name) for k, name in enumerate(names)]


def _of_index(index: Any) -> list[Stretch]:
    """Of a tensor's index, its axes counted from the front, behind an ellipsis from the back."""
    parts = index if isinstance(index, tuple) else (index,)
    if any(part is None or isinstance(part, bool | list) for part in parts):
        return []
    dots = [at for at, part in enumerate(parts) if part is ...]
    found: list[Stretch] = []
    for at, part in enumerate(parts):
        axis = at if not dots or at < dots[0] else at - len(parts)
        if isinstance(part, slice):
            first = 0 if part.start is None else part.start
            found.append((axis, first, part.stop, part.step or 1))
        elif isinstance(part, int):
            found.append(_single(axis, part))
    return found


def _single(axis: Any, index: Any) -> Stretch:
    """One entry; the last one ends with the tensor."""
    after = index + 1 if isinstance(index, int) and index != -1 else None
    return (axis, index, after, 1)
