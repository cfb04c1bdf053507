"""Classification of sequences of symbols by an LSTM with noisy units."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import ClassVar

import torch
from torch import Tensor, nn

from .._networks._recurrent.cells import BatchedHead, BatchedLSTM
from .._networks.weights import BatchedDraws
from .._record.config import Condition, Config, Option
from .._record.options import choices
from .._tasks.noisy_classification import NoisyClassification
from .._tasks.stack_task import Batch

POOLS = ("mean", "last")
COUNTED = ("unique-integers", "unique-integers-14")


class SequenceNetwork(nn.Module):
    """An LSTM over the symbols; its states, pooled, go through the head to logits.

    Args:
        cell: the recurrent layer of all networks.
        head: from the pooled states to logits.
        pool: ``mean`` over the states, or the ``last`` one.
    """

    def __init__(self, cell: BatchedLSTM, head: BatchedHead, pool: str) -> None:
        super().__init__()
        self.cell, self.head, self.pool = cell, head, pool

    def forward(self, x: Tensor, noise: Tensor | None = None) -> Tensor:
        """Logits (S, batch, classes) of symbols (S, batch, time), stored as numbers of any type."""
        states = self.cell(x.long(), noise)
        # States are (S, batch, time, hidden).
        logits: Tensor = self.head(states.mean(2) if self.pool == "mean" else states[:, :, -1])
        return logits


class Sequence(NoisyClassification):
    """Options: those of ``NoisyClassification``; ``pool``, of ``POOLS``; ``head``, a layer's width.

    Option of an arm: ``curriculum``: sequences grow from 2 symbols to their full length over the
    first half of the epochs. Only where the class of a part follows from it.
    """

    DEFAULTS: ClassVar[Mapping[str, Option]] = {
        **NoisyClassification.DEFAULTS,
        "pool": "mean",
        "head": 0,
    }
    ARM_DEFAULTS: ClassVar[Mapping[str, Option]] = {
        **NoisyClassification.ARM_DEFAULTS,
        "curriculum": False,
    }

    def __init__(self, config: Config, device: torch.device) -> None:
        super().__init__(config, device)
        self.refuse_depth()
        self.grows = any(arm["curriculum"] for arm in self.arm_options.values())
        if self.grows and config.data not in COUNTED:
            raise ValueError(
                f"curriculum needs sequences whose beginnings can be counted, "
                f"{' or '.join(COUNTED)}, got {config.data}"
            )

    def batched_network(self, condition: Condition, draws: BatchedDraws) -> nn.Module:
        """The arm's network of all repetitions."""
        options, width = self.arm_options[condition.name], self.config.width
        symbols = int(self.data.train.max()) + 1
        kind, level = str(options["noise"]), float(options["level"])
        cell = BatchedLSTM(symbols, width, condition.activation, kind, level, draws)
        head = BatchedHead(width, int(self.options["head"]), self.data.classes, draws)
        return SequenceNetwork(cell, head, choices("pool", self.options["pool"], POOLS))

    def noise_shape(self, batch: int) -> tuple[int, ...]:
        """(time, batch, calls·width)."""
        return self.data.train.shape[1], batch, BatchedLSTM.calls() * self.config.width

    def signature(self, batch: Batch) -> int:
        """How long the curriculum's sequences are, where an arm has one."""
        length = self.data.train.shape[1]
        return lesson(batch.epoch, self.config.epochs, length) if self.grows else length

    def examples(self, name: str, batch: Batch) -> tuple[Tensor, Tensor]:
        """The sequences, or their beginnings and what these count."""
        inputs, labels = super().examples(name, batch)
        if not self.arm_options[name]["curriculum"]:
            return inputs, labels
        begun = inputs[..., : lesson(batch.epoch, self.config.epochs, inputs.shape[-1])]
        # Class k is "k + 1 different symbols": no sequence has none.
        return begun, distinct(begun, self.data.classes) - 1


def lesson(epoch: int, epochs: int, length: int) -> int:
    """The length of the sequences in an epoch: from 2 evenly up to all over the first half.

    >>> [lesson(epoch, 8, 26) for epoch in range(8)]
    [2, 10, 18, 26, 26, 26, 26, 26]
    """
    # The number of the last epoch of the first half, which is the first of full length.
    half = max(math.ceil(epochs / 2) - 1, 1)
    return min(2 + round((length - 2) * epoch / half), length)


def distinct(symbols: Tensor, count: int) -> Tensor:
    """How many of the symbols 0 … count − 1 occur, (…, time) to (…)."""
    known = torch.arange(count, device=symbols.device)
    # (…, time, count): a symbol occurs if it stands at any time.
    return (symbols[..., None] == known).any(-2).sum(-1)


TASK = Sequence
