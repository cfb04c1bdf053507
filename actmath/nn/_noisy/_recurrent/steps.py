"""The steps of a sequence, of equal length or packed, in either direction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor


class Course(NamedTuple):
    """What no gradient is taken of.

    ``lines``: k, b, bottom and top of each unit. ``half``: the noise has a direction. ``sizes``:
    how many sequences each step of packed rows has, else empty. ``reverse``: last step first.
    """

    lines: Sequence[float]
    half: bool
    sizes: Sequence[int]
    reverse: bool


def steps_of(tensor: Tensor, sizes: Sequence[int]) -> Sequence[Tensor]:
    """The rows of each step: of (time, batch, …), or of packed (rows, …) with the batch sizes."""
    return torch.split(tensor, list(sizes)) if sizes else tensor.unbind(0)


def joined(steps: Sequence[Tensor], sizes: Sequence[int]) -> Tensor:
    """The steps as they were before ``steps_of``."""
    return torch.cat(list(steps)) if sizes else torch.stack(list(steps))


def step_order(count: int, reverse: bool) -> range:
    """The steps in the order in which a direction takes them."""
    return range(count - 1, -1, -1) if reverse else range(count)


def before(last: Tensor, start: Tensor, batch: int) -> Tensor:
    """The state that a step of so many sequences begins with.

    Forwards in time some have ended; backwards others begin, with their own first state.
    """
    there = last.shape[0]
    if there >= batch:
        return last if there == batch else last[:batch]
    return torch.cat([last, start[there:batch]])


def final(steps: Sequence[Tensor], reverse: bool) -> Tensor:
    """Every sequence's last state, in a tensor of its own."""
    if reverse or steps[-1].shape[0] == steps[0].shape[0]:
        return steps[0 if reverse else -1].clone()
    parts, there = [], 0
    for step in reversed(steps):
        parts.append(step[there:])
        there = step.shape[0]
    return torch.cat(parts)


def ended(states: Tensor, sizes: Sequence[int], reverse: bool) -> Tensor:
    """The same of all steps in one tensor."""
    if sizes:
        return final(steps_of(states, sizes), reverse)
    return states[0 if reverse else -1].clone()


def starts(states: Tensor, first: Tensor, sizes: Sequence[int], reverse: bool) -> Tensor:
    """The state that every step begins with, as one tensor, from those that they end with."""
    if not sizes:
        # A shift by one step.
        return torch.cat((states[1:], first[None]) if reverse else (first[None], states[:-1]))
    ends = steps_of(states, sizes)
    found, last = [first] * len(ends), first
    for t in step_order(len(ends), reverse):
        found[t], last = before(last, first, sizes[t]), ends[t]
    return torch.cat(found)
