"""The state of an unfinished run, on disk, so that a killed one goes on where it was."""

from __future__ import annotations

import pickle
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from .._record.provenance import Code
from .._record.storage import written_whole


class DamagedCheckpointError(ValueError):
    """A checkpoint that cannot be read or belongs to another run; the message names the file."""


@dataclass
class State:
    """Where a run stands. Every random draw follows from (seed, epoch), so no generator is kept.

    Attributes:
        key: identifies configuration, data, device and library version.
        task: the task's own state.
        before: what the task's probe found before training.
        code: the package's commit, and whether it was altered.
        partial: summed losses of the epoch's updates so far, (M,), float64.
        epoch, batch: finished epochs, finished updates of the next one.
        seen: examples in those updates.
        train_loss, evaluations: one entry a finished epoch.
        seconds: wall time so far.
    """

    key: str
    task: dict[str, Any]
    before: Mapping[str, list[list[float]]]
    code: Code
    partial: Tensor
    epoch: int = 0
    batch: int = 0
    seen: int = 0
    train_loss: list[list[float]] = field(default_factory=list)
    evaluations: list[dict[str, list[float]]] = field(default_factory=list)
    seconds: float = 0.0

    def save(self, path: Path) -> None:
        """Write the state, whole or not at all, in place of an older one."""
        content = {item.name: getattr(self, item.name) for item in fields(self)}
        content["code"] = asdict(self.code)
        # To the file at once: a large state is not held in memory a second time.
        with written_whole(path, force=True) as stream:
            torch.save(content, stream)

    @classmethod
    def load(cls, path: Path, key: str) -> State:
        """Read a state back.

        Raises:
            DamagedCheckpointError: if the file is damaged or was written by another run.
        """
        try:
            # Tensors and plain data only: any other pickle can name a function to call.
            content = torch.load(path, map_location="cpu", weights_only=True)
            content["code"] = Code(**content["code"])
            state = cls(**content)
        except (RuntimeError, KeyError, TypeError, EOFError, *_UNREADABLE) as error:
            raise DamagedCheckpointError(f"{path} is no intact checkpoint: {error}") from error
        if state.key != key:
            raise DamagedCheckpointError(
                f"{path} was left by another configuration, device or version of PyTorch: "
                f"remove it, or force (--force) starts afresh"
            )
        return state


_UNREADABLE = (pickle.UnpicklingError, zipfile.BadZipFile)
