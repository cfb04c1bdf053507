"""Files that are there whole or not at all, are not replaced by accident, and have one writer."""

from __future__ import annotations

import glob
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

# Of an unfinished file, whose name is that which it is to have, its writer and a number.
_ENDING = "unfinished"


class BusyError(OSError):
    """A file that another process is making; the message says which."""


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
        # One without a number says already what is to be done.
        if error.errno is None:
            raise
        raise unwritten(path, error) from error


def unwritten(path: Path, error: OSError) -> OSError:
    """The same error, saying which file could not be written."""
    return OSError(error.errno, f"{path} cannot be written: {error.strerror}")


@contextmanager
def written_whole(path: Path, *, force: bool) -> Iterator[BinaryIO]:
    """A stream whose content gets that name in one step, when all of it is written.

    It is first written beside it, under a name that no other writer has. What a killed process
    of this machine left there goes with the next one's attempt.

    Raises:
        FileExistsError: if the name is taken and ``force`` is not given.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove_left(path)
    unfinished = path.with_name(f"{_beginning(path)}{os.getpid()}-{uuid4().hex}.{_ENDING}")
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
    """Raise FileExistsError, saying what to do, if the name is taken."""
    if path.exists():
        raise FileExistsError(
            f"{path} exists: choose another name (--out FILE), or force (--force) replaces it"
        )


@contextmanager
def held(path: Path) -> Iterator[None]:
    """While inside, this process alone makes that file; its folder is tried at once.

    The lock is the operating system's, so that it ends with its process, however that ends. A
    file beside the one to come says whose it is.

    Raises:
        BusyError: if another process, or another thread, makes it.
        OSError: if nothing can be written there.
    """
    # PyTorch brings the library: what reads records alone does not need it.
    from filelock import FileLock, Timeout

    write_trial(path)
    lock = FileLock(path.with_name(f".{path.name}.lock"), timeout=0.2)
    try:
        lock.acquire()
    except Timeout:
        with suppress(OSError):
            holder = Path(lock.lock_file).read_text("utf-8").strip()
        raise BusyError(f"{path} is being made by {holder or 'another process'}") from None
    try:
        Path(lock.lock_file).write_text(_present(), "utf-8")
        # Who holds the lock writes alone: what lies there was left, also beside the checkpoint.
        for left in path.parent.glob(f".{glob.escape(path.name)}.*.{_ENDING}"):
            left.unlink(missing_ok=True)
        yield
    finally:
        # While it is held: who comes between finds a file without a name, and tries once more.
        Path(lock.lock_file).unlink(missing_ok=True)
        lock.release()


def write_trial(path: Path) -> None:
    """Try whether that file can be written, before hours are spent on what belongs in it.

    Raises:
        OSError: if it cannot, as in a folder that is read only or on a full disk.
    """
    trial = path.with_name(f".{path.name}.trial")
    try:
        with written_whole(trial, force=True) as stream:
            # As large as a small record.
            stream.write(bytes(4096))
        trial.unlink()
    except OSError as error:
        raise unwritten(path, error) from error


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


def _beginning(path: Path) -> str:
    return f".{path.name}.{socket.gethostname()}-"


def _remove_left(path: Path) -> None:
    """Remove what processes of this machine that are no more left beside a file."""
    beginning = _beginning(path)
    for left in path.parent.iterdir():
        process = left.name.removeprefix(beginning).partition("-")[0]
        ours = left.name.startswith(beginning) and left.name.endswith(f".{_ENDING}")
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


def _present() -> str:
    since = datetime.now(UTC).isoformat(timespec="seconds")
    return f"process {os.getpid()} on {socket.gethostname()}, since {since}"
