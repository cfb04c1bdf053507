"""Prediction of the next character by a GRU with noisy units."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor, nn

from .._networks._recurrent.cells import BatchedGRU, BatchedHead
from .._networks.weights import BatchedDraws
from .._record.config import Condition, Config, Option
from .._record.options import choices
from .._tasks.noisy_classification import NoisyClassification
from .._tasks.scores import nats
from ..data._scaling import SCALINGS
from ..data._texts import LONGEST, SYMBOLS

#: The state of every character is kept: rows that are evaluated at once.
ROWS = 100


class CharacterNetwork(nn.Module):
    """A GRU over characters with an affine head at every place."""

    def __init__(self, cell: BatchedGRU, head: BatchedHead) -> None:
        super().__init__()
        self.cell, self.head = cell, head

    def forward(self, x: Tensor, noise: Tensor | None = None) -> Tensor:
        """Logits (S, batch, time, symbols) for what follows each of x (S, batch, time)."""
        states = self.cell(x.long(), noise)
        # The head takes rows: (S, batch·time, hidden), and back to (S, batch, time, symbols).
        logits: Tensor = self.head(states.flatten(1, 2)).unflatten(1, states.shape[1:3])
        return logits


class Characters(NoisyClassification):
    """Options of the task: those of ``NoisyClassification``; ``length``, characters of each row.

    ``test_loss`` is in nats a character and ``test_accuracy`` the share of characters guessed;
    ``chance`` is that of the commonest character.
    """

    DEFAULTS: ClassVar[Mapping[str, Option]] = {**NoisyClassification.DEFAULTS, "length": LONGEST}
    EVALUATED_AT_ONCE: ClassVar[int] = ROWS

    def __init__(self, config: Config, device: torch.device) -> None:
        super().__init__(config, device)
        self.refuse_depth()
        # By characters: the base class counts the rows' own labels.
        counts = np.bincount(self.data.test[:, 1 : self.length + 1].ravel())
        self.chance = float(counts.max() / counts.sum())

    @property
    def length(self) -> int:
        """How many characters are read; ValueError if no row has so many."""
        length = int(self.options["length"])
        if not 1 <= length <= LONGEST:
            raise ValueError(f"length must be from 1 to {LONGEST}, got {length}")
        return length

    def scaled(self, name: str) -> tuple[Tensor, Tensor]:
        """The characters that are read, (n, time), whatever the scaling."""
        choices("scaling", name, SCALINGS)
        train, test = self._texts()
        # A row holds one character more than is read: each has its next.
        return train[:, :-1], test[:, :-1]

    def targets(self) -> tuple[Tensor, Tensor]:
        """The characters that follow them, (n, time)."""
        train, test = self._texts()
        return train[:, 1:], test[:, 1:]

    def batched_network(self, condition: Condition, draws: BatchedDraws) -> nn.Module:
        """The arm's network of all repetitions."""
        options, width = self.arm_options[condition.name], self.config.width
        kind, level = str(options["noise"]), float(options["level"])
        cell = BatchedGRU(SYMBOLS, width, condition.activation, kind, level, draws)
        return CharacterNetwork(cell, BatchedHead(width, 0, SYMBOLS, draws))

    def noise_shape(self, batch: int) -> tuple[int, ...]:
        """(time, batch, calls·width)."""
        return self.length, batch, BatchedGRU.calls() * self.config.width

    def errors(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """Nats a character, each row's mean, (S, b)."""
        return nats(outputs, targets).mean(2)

    def hits(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """The share of characters guessed in each row, (S, b)."""
        return super().hits(outputs, targets).mean(2)

    def _texts(self) -> tuple[Tensor, Tensor]:
        parts = (self.data.train, self.data.test)
        train, test = (
            torch.as_tensor(part[:, : self.length + 1], device=self.device).long() for part in parts
        )
        return train, test


TASK = Characters
