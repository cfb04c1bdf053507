"""Files that are there whole or not at all, and are not replaced by accident."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_whole(path: Path, content: bytes, *, force: bool) -> None:
    """Put the content under that name in one step: a reader sees all of it or nothing.

    Raises:
        FileExistsError: if the name is taken and ``force`` is not given.

    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, 0o644)
        _publish(Path(temporary), path, force)
    finally:
        Path(temporary).unlink(missing_ok=True)


def refuse_existing(path: Path) -> None:
    """Raise FileExistsError, saying what to do, if the name is taken."""
    if path.exists():
        raise FileExistsError(f"{path} exists: choose another name, or force (--force) replaces it")


def _publish(temporary: Path, path: Path, force: bool) -> None:
    if force:
        os.replace(temporary, path)
        return
    try:
        os.link(temporary, path)
    except FileExistsError:
        refuse_existing(path)
        raise
