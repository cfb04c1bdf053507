"""The bytes of a file that somebody names: nothing is waited for, no more is read than may be."""

from __future__ import annotations

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
