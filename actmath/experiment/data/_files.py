"""Data files on this machine: where they are looked for, unzipped, compared with a checksum."""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import os
import zlib
from collections.abc import Iterable
from pathlib import Path

from ._dataset import DamagedDataError, MissingDataError


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


def read(path: Path) -> bytes:
    """A file's content, unzipped if its name ends in .gz.

    Raises:
        DamagedDataError: if it cannot be unzipped.
    """
    content = path.read_bytes()
    if path.suffix != ".gz":
        return content
    try:
        return gzip.decompress(content)
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise DamagedDataError(f"{path.name}: cannot be unzipped: {error}") from error


def find(folder: Path, name: str) -> Path | None:
    """The file of that name in a folder, plain or gzipped."""
    places = (folder / name, folder / f"{name}.gz")
    return next((path for path in places if path.is_file()), None)


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
