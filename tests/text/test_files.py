"""Files that somebody names: read whole, or refused with the reason, and never waited for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from actmath._text import files
from actmath._text.files import append, at_once, bytes_of

from ..pipes import silent_pipe


def test_a_file_of_so_many_bytes_and_no_more(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"abc")
    assert bytes_of(file, 3) == bytes_of(str(file), 10) == b"abc"
    with pytest.raises(ValueError, match=r"^it has more than 2 bytes$"):
        bytes_of(file, 2)
    with pytest.raises(FileNotFoundError):
        bytes_of(tmp_path / "none", 3)


def test_an_open_file_s_number_is_no_path(tmp_path: Path) -> None:
    """It was read and closed, whoever had opened it."""
    with (tmp_path / "file").open("wb") as file:
        for bad in (file.fileno(), True, None, 2.5):
            with pytest.raises(TypeError, match="PathLike"):
                bytes_of(bad, 3)
        file.write(b"abc")


def test_folders_pipes_and_devices_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", ".", "/dev/zero"):
        with pytest.raises(ValueError, match=r"^it is no file$"):
            bytes_of(tmp_path / name, 3)
    with pytest.raises(ValueError, match="null"):
        bytes_of(tmp_path / "a\0b", 3)


@pytest.mark.skipif(not hasattr(os, "O_NONBLOCK"), reason="every read waits here")
def test_what_looks_like_a_file_and_never_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files.os.path, "isfile", lambda path: True)
    with silent_pipe(tmp_path) as pipe:
        with pytest.raises(ValueError, match="it holds nothing yet"):
            bytes_of(pipe, 3)
        with open(pipe, "rb", opener=at_once) as file:
            assert file.read(1) is None


_FULL = """
import resource, sys
from actmath._text.files import append
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
append(sys.argv[1], bytes(60))
"""


def test_on_a_full_disk_no_part_is_added(tmp_path: Path) -> None:
    file = tmp_path / "file"
    codes = []
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-c", _FULL, str(file)], capture_output=True, text=True, check=False
        )
        codes.append(done.returncode)
    assert codes == [0, 1, 1]
    assert "OSError: " in done.stderr
    assert file.read_bytes() == bytes(60)
    append(file, b"more")
    assert file.read_bytes() == bytes(60) + b"more"
