"""Prediction of the next character by a GRU with noisy units."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from .._networks.members import Draws
from .._networks.recurrent import Head, MemberGRU
from .._record.config import Condition, Config, Option
from ..data._texts import LONGEST, SYMBOLS
from ._noisy import NoisyTask, Turn
from ._supervised import Batch

ROWS = 100


class CharacterNetwork(nn.Module):
    """A GRU over characters with an affine head at every place."""

    def __init__(self, cell: MemberGRU, head: Head) -> None:
        super().__init__()
        self.cell, self.head = cell, head

    def forward(self, x: Tensor, noise: Tensor | None = None) -> Tensor:
        """Logits (S, batch, time, symbols) for what follows each of x (S, batch, time)."""
        states = self.cell(x.long(), noise)
        logits: Tensor = self.head(states.flatten(1, 2)).unflatten(1, states.shape[1:3])
        return logits


class Characters(NoisyTask):
    """Options of the task: those of ``NoisyTask``; ``length``, characters read from each row.

    ``test_loss`` is in nats a character and ``test_accuracy`` the share of characters guessed;
    ``chance`` is that of the commonest character.
    """

    DEFAULTS: ClassVar[Mapping[str, Option]] = {**NoisyTask.DEFAULTS, "length": LONGEST}

    def __init__(self, config: Config, device: torch.device) -> None:
        super().__init__(config, device)
        length = int(self.options["length"])
        if not 1 <= length <= LONGEST:
            raise ValueError(f"length must be from 1 to {LONGEST}, got {length}")
        self.train_text, self.test_text = (
            torch.as_tensor(part[:, : length + 1], device=device).long()
            for part in (self.data.train, self.data.test)
        )
        counts = torch.bincount(self.test_text[:, 1:].flatten(), minlength=SYMBOLS)
        self.chance = float(counts.max() / counts.sum())

    def members(self, condition: Condition, draws: Draws) -> nn.Module:
        """The condition's network of all members."""
        options, width = self.arm_options[condition.name], self.config.width
        kind, level = str(options["noise"]), float(options["level"])
        cell = MemberGRU(SYMBOLS, width, condition.activation, kind, level, draws)
        return CharacterNetwork(cell, Head(width, 0, SYMBOLS, draws))

    def noise_shape(self, batch: int) -> tuple[int, ...]:
        """(time, calls, batch, width)."""
        return int(self.options["length"]), MemberGRU.calls(), batch, self.config.width

    def examples(self, condition: Condition, turn: Turn) -> Batch:
        """The characters read, and those that follow them, both (S, b, time)."""
        rows = self.train_text[turn.chosen]
        return rows[..., :-1], rows[..., 1:]

    def loss(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Each member's mean loss a character, in nats, (S,)."""
        return _losses(logits, labels).flatten(1).mean(1)

    def _evaluate(self, condition: Condition) -> Batch:
        stack = self.stacks[condition.name]
        loss, right = torch.zeros(2, stack.size, dtype=torch.float64, device=self.device)
        for rows in torch.split(self.test_text, ROWS):
            logits = stack(rows[:, :-1], shared=True)
            labels = rows[:, 1:].expand(stack.size, -1, -1)
            loss += _losses(logits, labels).double().flatten(1).sum(1)
            right += (logits.argmax(-1) == labels).flatten(1).sum(1)
        places = self.test_text[:, 1:].numel()
        return loss / places, right / places


def _losses(logits: Tensor, labels: Tensor) -> Tensor:
    return cross_entropy(logits.movedim(-1, 1), labels, reduction="none")


TASK = Characters
