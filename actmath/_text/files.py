"""Bytes of a file that somebody names: none is waited for, none too many, and no part is added."""

from __future__ import annotations

import errno
import os
from pathlib import Path


def bytes_of(path: str | Path, most: int) -> bytes:
    """The bytes of a file.

    Args:
        path: the file.
        most: how many there may be.

    Raises:
        TypeError: for what is no path; an integer, which Python takes for an open file, is none.
        OSError: if there is no such file, or it cannot be read.
        ValueError: if it is a folder, a pipe or a device, or longer; the message is the reason.

    >>> bytes_of("/", 1)
    Traceback (most recent call last):
    ValueError: it is no file
    """
    path = os.fspath(path)
    # A pipe would be waited for, and a device has no end.
    if os.path.exists(path) and not os.path.isfile(path):
        raise ValueError("it is no file")
    with open(path, "rb", opener=at_once) as file:
        content: bytes | None = file.read(most + 1)
    # Some that pass for files, such as /proc/kmsg, wait for somebody to write.
    if content is None:
        raise ValueError("it holds nothing yet: it is no file")
    if len(content) > most:
        raise ValueError(f"it has more than {most:,} bytes")
    return content


def at_once(path: str, flags: int) -> int:
    """Open a file of which a read does not wait, where the system has such."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def append(path: str | Path, content: bytes) -> None:
    """Add all of the content at a file's end, or nothing.

    Raises:
        OSError: if it cannot be written, as on a full disk; the file is as it was.
    """
    # Without a buffer, of which a part would be written again when it is closed.
    with open(path, "ab", buffering=0) as file:
        before = file.tell()
        try:
            if file.write(content) != len(content):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        except OSError:
            file.truncate(before)
            raise
