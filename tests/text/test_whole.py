"""A file is there whole or not at all, and is not replaced by accident."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from actmath._text.whole import refuse_existing, write_whole


@pytest.mark.parametrize("force", [False, True])
def test_failure_while_writing_leaves_all_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, force: bool
) -> None:
    path = tmp_path / "run.json"
    if force:
        path.write_text("old")

    def no_space(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(OSError, match=r"run\.json cannot be written: No space"):
        write_whole(path, b"new", force=force)
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("run.json", "old")] * force


def test_what_is_there_stays_without_force(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "run.json"
    write_whole(path, b"old", force=False)
    with pytest.raises(
        FileExistsError, match=r"run\.json exists: choose another name \(--out FILE\)"
    ):
        write_whole(path, b"new", force=False)
    assert path.read_bytes() == b"old"
    write_whole(path, b"new", force=True)
    assert path.read_bytes() == b"new"
    assert [p.name for p in path.parent.iterdir()] == ["run.json"]


def test_what_a_killed_process_left_goes_and_what_others_write_stays(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    host = socket.gethostname()
    left, alive, elsewhere = (
        tmp_path / f".run.json~{where}-{process}-0.unfinished"
        for where, process in ((host, ended.pid), (host, os.getpid()), (f"{host}er", ended.pid))
    )
    for file in (left, alive, elsewhere):
        file.write_bytes(b"cut o")
    write_whole(path, b"whole", force=False)
    assert path.read_bytes() == b"whole"
    assert not left.exists()
    assert alive.exists()
    assert elsewhere.exists()


_WRITER = """
import sys
from pathlib import Path
from actmath._text.whole import write_whole
for count in range(100):
    write_whole(Path(sys.argv[1]), sys.argv[2].encode() * 100_000, force=True)
"""


def test_two_writers_and_a_reader_never_see_a_part(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    write_whole(path, b"a" * 100_000, force=False)
    writers = [
        subprocess.Popen([sys.executable, "-c", _WRITER, str(path), letter]) for letter in "ab"
    ]
    contents = set()
    while any(writer.poll() is None for writer in writers):
        contents.add(path.read_bytes())
    assert contents <= {b"a" * 100_000, b"b" * 100_000}
    assert [writer.returncode for writer in writers] == [0, 0]
    assert [p.name for p in tmp_path.iterdir()] == ["run.json"]


def test_a_free_name_is_not_refused(tmp_path: Path) -> None:
    refuse_existing(tmp_path / "free")
    with pytest.raises(FileExistsError, match="--force"):
        refuse_existing(tmp_path)
    (tmp_path / "link").symlink_to("nowhere")
    with pytest.raises(FileExistsError, match="--force"):
        refuse_existing(tmp_path / "link")


def test_the_folder_above_one_that_is_not_there_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(FileExistsError, match="it is a folder"):
        write_whole(tmp_path / "new" / "..", b"content", force=True)
    assert not [*tmp_path.iterdir()]


def test_no_pipe_and_no_device_is_replaced(tmp_path: Path) -> None:
    """``--out /dev/null --force`` by a superuser would leave a file there."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    for path in (tmp_path / "pipe", tmp_path / "link", tmp_path):
        with pytest.raises(FileExistsError, match=f"{path.name} cannot be written: it is a folder"):
            write_whole(path, b"new", force=True)
    assert (tmp_path / "pipe").is_fifo()


def test_without_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on FAT and some file systems in the net: hours of training are not lost there."""

    def refused(source: Path, target: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    path = tmp_path / "run.json"
    write_whole(path, b"old", force=False)
    with pytest.raises(FileExistsError, match="--force"):
        write_whole(path, b"new", force=False)
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["run.json"]
