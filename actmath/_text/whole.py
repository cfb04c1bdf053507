"""Files that are there whole or not at all, and are not replaced by accident."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

#: Of an unfinished file, whose name is that which it is to have, its writer and a number.
ENDING = "unfinished"


def write_whole(path: Path, content: bytes, *, force: bool) -> None:
    """Put the content under that name in one step: a reader sees all of it or nothing.

    Raises:
        FileExistsError: if the name is taken and ``force`` is not given.
        OSError: naming the file, if it cannot be written, as on a full disk.
    """
    try:
        with written_whole(path, force=force) as stream:
            stream.write(content)
    except OSError as error:
        raise unwritten(path, error) from error


def unwritten(path: Path, error: OSError) -> OSError:
    """The same error, saying which file could not be written."""
    if error.errno is None:
        # It says already which file, and what is to be done.
        return type(error)(str(error))
    return OSError(error.errno, f"{path} cannot be written: {error.strerror}")


@contextmanager
def written_whole(path: Path, *, force: bool) -> Iterator[BinaryIO]:
    """A stream whose content gets that name in one step, when all of it is written.

    It is first written beside it, under a name that no other writer has. What a killed process
    of this machine left there goes with the next one's attempt.

    Raises:
        FileExistsError: if the name is taken and ``force`` is not given, or not a file's.
    """
    refuse_devices(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove_left(path)
    unfinished = path.with_name(f"{_beginning(path)}{os.getpid()}-{uuid4().hex}.{ENDING}")
    try:
        with unfinished.open("xb") as stream:
            yield stream
            stream.flush()
            # On the disk before it has its name: a power cut leaves no empty file under it.
            os.fsync(stream.fileno())
        _publish(unfinished, path, force)
    finally:
        unfinished.unlink(missing_ok=True)


def refuse_existing(path: Path) -> None:
    """Raise FileExistsError, saying what to do, if the name is taken, be it by a dead link."""
    if os.path.lexists(path):
        raise FileExistsError(
            f"{path} exists: choose another name (--out FILE), or force (--force) replaces it"
        )


def refuse_devices(path: Path) -> None:
    """Raise FileExistsError if a folder, a pipe or a device is there: none is ever replaced.

    A superuser could: ``/dev/null`` would be a file from then on.
    """
    # ``new/..`` is a folder as soon as ``new`` is made for it.
    if path.name == ".." or (os.path.exists(path) and not os.path.isfile(path)):
        raise FileExistsError(f"{path} cannot be written: it is a folder, a pipe or a device")


def _publish(unfinished: Path, path: Path, force: bool) -> None:
    if not force:
        try:
            # A link fails where the name is taken, in one step; renaming would replace the file.
            os.link(unfinished, path)
        except FileExistsError:
            refuse_existing(path)
            raise
        except OSError:
            # The file system has no links, as FAT, some in the net: looked at, then renamed.
            refuse_existing(path)
        else:
            return
    # POSIX renames within a folder in one step.
    unfinished.replace(path)


def _beginning(path: Path) -> str:
    # No name of another file begins so: r.json is not taken for a part of r.
    return f".{path.name}~{socket.gethostname()}-"


def _remove_left(path: Path) -> None:
    """Remove what processes of this machine that are no more left beside a file."""
    beginning = _beginning(path)
    for left in path.parent.iterdir():
        process = left.name.removeprefix(beginning).partition("-")[0]
        ours = left.name.startswith(beginning) and left.name.endswith(f".{ENDING}")
        if ours and process.isdigit() and not _lives(int(process)):
            left.unlink(missing_ok=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    # It lives, and may be somebody else's.
    except (PermissionError, OverflowError):
        return True
    return True
