"""Files that have one maker at a time."""

from __future__ import annotations

import glob
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from ..._text.files import bytes_of
from ..._text.whole import ENDING, refuse_devices, unwritten, written_whole

_UNNAMED = "another process"


class BusyError(OSError):
    """A file that another process is making; the message says which."""


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
        raise BusyError(f"{path} is being made by {_holder(lock.lock_file)}") from None
    try:
        Path(lock.lock_file).write_text(_present(), "utf-8")
        # Who holds the lock writes alone: what lies there was left, also beside the checkpoint.
        for name in map(glob.escape, (path.name, f"{path.name}.checkpoint")):
            for left in path.parent.glob(f".{name}~*.{ENDING}"):
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
    refuse_devices(path)
    # Its name is longer than the checkpoint's, and the names of those while they are written.
    trial = path.with_name(f".{path.name}.checkpoint-trial")
    try:
        with written_whole(trial, force=True) as stream:
            # As large as a small record.
            stream.write(bytes(4096))
        trial.unlink()
    except OSError as error:
        raise unwritten(path, error) from error


def _holder(lock: str) -> str:
    # Of a lock that is given back just now, or not yet signed, nobody's name is there.
    with suppress(OSError, ValueError):
        return bytes_of(lock, 1000).decode(errors="replace").strip() or _UNNAMED
    return _UNNAMED


def _present() -> str:
    since = datetime.now(UTC).isoformat(timespec="seconds")
    return f"process {os.getpid()} on {socket.gethostname()}, since {since}"
