"""Files that are there whole or not at all, and are not replaced by accident."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


def write_whole(path: Path, content: bytes, *, force: bool) -> None:
    """Put the content under that name in one step: a reader sees all of it or nothing.

    Raises:
        FileExistsError: if the name is taken and ``force`` is not given.
    """
    with written_whole(path, force=force) as stream:
        stream.write(content)


@contextmanager
def written_whole(path: Path, *, force: bool) -> Iterator[BinaryIO]:
    """A stream whose content gets that name in one step, when all of it is written.

    It is first written beside it, always under the same name, so that what a killed process
    leaves there is taken up by the next attempt instead of piling up.

    Raises:
        FileExistsError: if the name is taken and ``force`` is not given.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with unfinished.open("wb") as stream:
            yield stream
            stream.flush()
            # On the disk before it has its name: a power cut leaves no empty file under it.
            os.fsync(stream.fileno())
        _publish(unfinished, path, force)
    finally:
        unfinished.unlink(missing_ok=True)


def refuse_existing(path: Path) -> None:
    """Raise FileExistsError, saying what to do, if the name is taken."""
    if path.exists():
        raise FileExistsError(
            f"{path} exists: choose another name (--out FILE), or force (--force) replaces it"
        )


def _publish(unfinished: Path, path: Path, force: bool) -> None:
    if force:
        # POSIX renames within a folder in one step.
        unfinished.replace(path)
        return
    try:
        # A link fails where the name is taken, in one step; renaming would replace the file.
        os.link(unfinished, path)
    except FileExistsError:
        refuse_existing(path)
        raise
