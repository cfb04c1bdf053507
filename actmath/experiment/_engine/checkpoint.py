"""The state of an unfinished run, on disk, so that a killed one goes on where it was."""

from __future__ import annotations

import hashlib
import math
import warnings
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ..._text.files import at_once
from ..._text.whole import unwritten, written_whole
from .._record.provenance import Code


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
        """Write the state, whole or not at all, in place of an older one.

        Raises:
            OSError: if it cannot be written, as on a full disk; the older one is then still there.
        """
        content = {item.name: getattr(self, item.name) for item in fields(self)}
        content["code"] = asdict(self.code)
        content[_DIGEST] = content_digest(content)
        # To the file at once: a large state is not held in memory a second time.
        try:
            with written_whole(path, force=True) as stream:
                torch.save(content, stream)
        except (OSError, RuntimeError) as error:
            # PyTorch's writer, closed after a failed write, complains of its place in the file.
            cause = error if isinstance(error, OSError) else error.__context__
            if not isinstance(cause, OSError):
                raise
            raise unwritten(path, cause) from error

    @classmethod
    def load(cls, path: Path, key: str) -> State:
        """Read a state back.

        Raises:
            DamagedCheckpointError: if the file is damaged or was written by another run.
            OSError: if there is none, or it cannot be opened.
        """
        try:
            content = _read(path)
            # PyTorch does not look at the checksums that it writes: a bit that has turned would
            # be a weight of another value.
            if content.pop(_DIGEST) != content_digest(content):
                raise ValueError("its content is not what was written")
            state = cls(**{**content, "code": Code(**content["code"])})
            state._check()
        except _UNFIT as error:
            raise DamagedCheckpointError(
                f"{path} is no intact checkpoint: {error}; remove it, or force (--force) starts "
                "afresh"
            ) from error
        if state.key != key:
            raise DamagedCheckpointError(
                f"{path} was left by another configuration, data, device, arithmetic (vectors, "
                "loops in C) or version of PyTorch: remove it, or force (--force) starts afresh"
            )
        return state

    def _check(self) -> None:
        """ValueError unless counts are counts, and there is an entry for every finished epoch."""
        counts = (self.epoch, self.batch, self.seen)
        if not all(type(count) is int and count >= 0 for count in counts):
            raise ValueError(f"epoch, batch and seen are {counts}")
        entries = (len(self.train_loss), len(self.evaluations))
        if entries != (self.epoch, self.epoch):
            raise ValueError(f"{self.epoch} epochs have {entries} losses and evaluations")
        if not 0 <= self.seconds < math.inf:
            raise ValueError(f"it took {self.seconds} s")


def content_digest(content: object) -> str:
    """SHA-256 of plain data and tensors, in hexadecimal: equal for what is equal bit by bit.

    Raises:
        TypeError: for anything else.

    >>> content_digest({"b": 1, "a": [2]}) == content_digest({"a": [2], "b": 1})
    True
    """
    found = hashlib.sha256()
    _feed(found, content)
    return found.hexdigest()


def _feed(found: hashlib._Hash, part: object) -> None:
    # Kind and size come first, so that no two contents run together to the same bytes.
    if isinstance(part, Tensor):
        found.update(f"tensor {part.dtype} {tuple(part.shape)};".encode())
        # Bytes as they lie in memory: NumPy knows no bfloat16.
        found.update(part.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().data)
    elif isinstance(part, Mapping):
        found.update(f"mapping {len(part)};".encode())
        for key in sorted(part, key=repr):
            _feed(found, key)
            _feed(found, part[key])
    elif isinstance(part, list | tuple):
        found.update(f"list {len(part)};".encode())
        for value in part:
            _feed(found, value)
    elif part is None or isinstance(part, bool | int | float | str):
        written = repr(part)
        found.update(f"{type(part).__name__} {len(written)} {written};".encode())
    else:
        raise TypeError(f"a checkpoint holds plain data and tensors, not a {type(part).__name__}")


def _read(path: Path) -> dict[str, Any]:
    """What PyTorch reads there; ValueError if that is nothing."""
    # A pipe would be waited for.
    if path.exists() and not path.is_file():
        raise ValueError("it is no file")
    with open(path, "rb", opener=at_once) as stream, warnings.catch_warnings():
        # Of a pickle that it would not have written.
        warnings.simplefilter("ignore")
        try:
            # Tensors and plain data only: any other pickle can name a function to call.
            content = torch.load(stream, map_location="cpu", weights_only=True)
            return {name: _owned(part) for name, part in dict(content).items()}
        # Where bytes are not those that were written it raises nearly anything, and advises to
        # read the file unsafely.
        except Exception as error:
            raise ValueError(f"PyTorch cannot read it ({type(error).__name__})") from error


def _owned(part: Any) -> Any:
    """The same content, each tensor with memory of its own and without a gradient.

    What else a pickle says of a tensor, as that it lies where another does, no digest covers.
    """
    if isinstance(part, Tensor):
        # A clone would keep a stride of 0.
        return torch.empty(part.shape, dtype=part.dtype).copy_(part.detach())
    if isinstance(part, Mapping):
        return {key: _owned(value) for key, value in part.items()}
    if isinstance(part, list | tuple):
        return type(part)(map(_owned, part))
    return part


_DIGEST = "sha256"
#: What is raised where a part lacks or is of another type than was written.
_UNFIT = (TypeError, AttributeError, ValueError, LookupError)
