"""Classification of sequences of symbols by an LSTM with noisy units."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import ClassVar

import torch
from torch import Tensor, nn

from .._networks.members import Draws
from .._networks.recurrent import Head, MemberLSTM
from .._record.config import Condition, Config, Option
from ._noisy import NoisyTask, Turn
from ._supervised import Batch
from ._task import choices

POOLS = ("mean", "last")
COUNTED = ("unique-integers", "unique-integers-14")


class SequenceNetwork(nn.Module):
    """An LSTM over the symbols; its states, pooled, go through the head to logits.

    Args:
        cell: the recurrent layer of all members.
        head: from the pooled states to logits.
        pool: ``mean`` over the states, or the ``last`` one.
    """

    def __init__(self, cell: MemberLSTM, head: Head, pool: str) -> None:
        super().__init__()
        self.cell, self.head, self.pool = cell, head, pool

    def forward(self, x: Tensor, noise: Tensor | None = None) -> Tensor:
        """Logits (S, batch, classes) of symbols (S, batch, time), stored as numbers of any type."""
        states = self.cell(x.long(), noise)
        logits: Tensor = self.head(states.mean(2) if self.pool == "mean" else states[:, :, -1])
        return logits


class Sequence(NoisyTask):
    """Options: those of ``NoisyTask``; ``pool``, one of ``POOLS``; ``head``, width of a ReLU layer.

    Option of an arm: ``curriculum``: sequences grow from 2 symbols to their full length over the
    first half of the epochs. Only where the class of a part follows from it.
    """

    DEFAULTS: ClassVar[Mapping[str, Option]] = {**NoisyTask.DEFAULTS, "pool": "mean", "head": 0}
    ARM_DEFAULTS: ClassVar[Mapping[str, Option]] = {**NoisyTask.ARM_DEFAULTS, "curriculum": False}

    def __init__(self, config: Config, device: torch.device) -> None:
        super().__init__(config, device)
        grows = any(arm["curriculum"] for arm in self.arm_options.values())
        if grows and config.data not in COUNTED:
            raise ValueError(
                f"curriculum needs sequences whose beginnings can be counted, "
                f"{' or '.join(COUNTED)}, got {config.data}"
            )

    def members(self, condition: Condition, draws: Draws) -> nn.Module:
        """The condition's network of all members."""
        options, width = self.arm_options[condition.name], self.config.width
        symbols = int(self.data.train.max()) + 1
        kind, level = str(options["noise"]), float(options["level"])
        cell = MemberLSTM(symbols, width, condition.activation, kind, level, draws)
        head = Head(width, int(self.options["head"]), self.data.classes, draws)
        return SequenceNetwork(cell, head, choices("pool", self.options["pool"], POOLS))

    def noise_shape(self, batch: int) -> tuple[int, ...]:
        """(time, calls, batch, width)."""
        return self.data.train.shape[1], MemberLSTM.calls(), batch, self.config.width

    def examples(self, condition: Condition, turn: Turn) -> Batch:
        """The sequences, or their beginnings and what these count."""
        inputs, labels = super().examples(condition, turn)
        if not self.arm_options[condition.name]["curriculum"]:
            return inputs, labels
        begun = inputs[..., : lesson(turn.epoch, self.config.epochs, inputs.shape[-1])]
        return begun, distinct(begun, self.data.classes) - 1


def lesson(epoch: int, epochs: int, length: int) -> int:
    """The length of the sequences in an epoch: from 2 evenly up to all over the first half.

    >>> [lesson(epoch, 8, 26) for epoch in range(8)]
    [2, 10, 18, 26, 26, 26, 26, 26]
    """
    half = max(math.ceil(epochs / 2) - 1, 1)
    return min(2 + round((length - 2) * epoch / half), length)


def distinct(symbols: Tensor, count: int) -> Tensor:
    """How many of the symbols 0 … count − 1 occur, (…, time) to (…)."""
    known = torch.arange(count, device=symbols.device)
    return (symbols[..., None] == known).any(-2).sum(-1)


TASK = Sequence
