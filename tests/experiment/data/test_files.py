"""Files are unzipped where they are zipped, and compared with their checksum."""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import os
from pathlib import Path

import pytest

from actmath.experiment.data import _files
from actmath.experiment.data._dataset import (
    DamagedDataError,
    DataTooLargeError,
    MissingDataError,
)
from actmath.experiment.data._files import (
    LARGEST_DATA,
    check_size,
    find,
    folder_from,
    is_file,
    joint_sha256,
    package_folder,
    read,
    read_all,
    sha256_of,
    verify_sha256,
)

from ...pipes import silent_pipe


@pytest.mark.parametrize("name", ["file", "file.gz"])
def test_plain_or_zipped_the_content_is_the_same(tmp_path: Path, name: str) -> None:
    content = gzip.compress(b"digits") if name.endswith("gz") else b"digits"
    (tmp_path / name).write_bytes(content)
    found = find(tmp_path, "file")
    assert found is not None
    assert read(found) == b"digits"
    assert find(tmp_path, "other") is None


def test_cut_off_zip_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "file.gz"
    path.write_bytes(gzip.compress(b"digits")[:-9])
    with pytest.raises(DamagedDataError, match=r"file\.gz: cannot be unzipped"):
        read(path)


@pytest.mark.parametrize("name", ["file", "file.gz"])
def test_no_more_is_read_than_is_allowed(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(LARGEST_DATA, "1")
    path = tmp_path / name
    for size in (2**20, 2**20 + 1):
        content = bytes(size)
        path.write_bytes(gzip.compress(content) if name.endswith("gz") else content)
        if size == 2**20:
            assert read(path) == content
        else:
            with pytest.raises(DataTooLargeError, match=f"{name}: more than the 1 MiB"):
                read(path)


def test_files_of_one_set_are_counted_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(LARGEST_DATA, "1")
    paths = [tmp_path / name for name in "abc"]
    for path in paths:
        path.write_bytes(bytes(2**19))
    assert len(list(read_all("toy", paths[:2]))) == 2
    with pytest.raises(DataTooLargeError, match="toy: more than the 1 MiB"):
        list(read_all("toy", paths))


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    """A pipe that nobody writes to never answers; a name of 5,000 letters is no file's either."""
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", ".", "none", "x" * 5000, "a\0b", "/dev/zero"):
        assert not is_file(tmp_path / name)
        with pytest.raises(MissingDataError, match="is no file"):
            read(tmp_path / name)


@pytest.mark.parametrize("given", ["0", "-1", "x", "1e3", "9" * 30])
def test_the_limit_is_a_whole_number(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv(LARGEST_DATA, given)
    with pytest.raises(ValueError, match="ACTMATH_LARGEST_DATA wants a whole number of MiB"):
        check_size("file", 1)


def test_one_changed_byte_is_refused_by_name() -> None:
    sha256 = hashlib.sha256(b"digits").hexdigest()
    verify_sha256(b"digits", sha256, "file")
    with pytest.raises(DamagedDataError, match="file: SHA-256 of the unzipped content is"):
        verify_sha256(b"digitt", sha256, "file")


def test_a_joint_checksum_depends_on_the_order() -> None:
    first, second = sha256_of(b"a"), sha256_of(b"b")
    assert joint_sha256([first, second]) == sha256_of((first + second).encode())
    assert joint_sha256([first, second]) != joint_sha256([second, first])


def test_folder_of_a_variable_or_the_usual_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ACTMATH_TOY", raising=False)
    assert folder_from("ACTMATH_TOY", "usual") == Path("usual")
    monkeypatch.setenv("ACTMATH_TOY", "own")
    assert folder_from("ACTMATH_TOY", "usual") == Path("own")


def test_a_package_is_found_without_importing_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (package_folder("numpy", "toy") / "__init__.py").is_file()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingDataError, match="data set toy comes with a package: pip install x"):
        package_folder("x", "toy")


@pytest.mark.skipif(not hasattr(os, "O_NONBLOCK"), reason="every read waits here")
def test_what_looks_like_a_file_and_never_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_files, "is_file", lambda path: True)
    with (
        silent_pipe(tmp_path) as pipe,
        pytest.raises(MissingDataError, match="log holds nothing yet"),
    ):
        read(pipe)
