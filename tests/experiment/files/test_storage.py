"""A file is there whole or not at all, and is not replaced by accident."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from actmath.experiment._files.storage import (
    BusyError,
    held,
    refuse_existing,
    write_trial,
    write_whole,
)


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
        tmp_path / f".run.json.{where}-{process}-0.unfinished"
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
from actmath.experiment._files.storage import write_whole
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


_HOLDER = """
import sys
from pathlib import Path
from actmath.experiment._files.storage import held
with held(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("killed", [False, True])
def test_a_file_has_one_maker_who_is_named(tmp_path: Path, killed: bool) -> None:
    path = tmp_path / "folder" / "run.json"
    other = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    named = rf"run\.json is being made by process {other.pid} on .*, since 20"
    with pytest.raises(BusyError, match=named), held(path):
        pass
    if killed:
        other.kill()
    other.communicate()
    with held(path), pytest.raises(BusyError, match=f"process {os.getpid()} "), held(path):
        pass
    assert list(path.parent.iterdir()) == []


def test_where_nothing_can_be_written_is_found_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(OSError, match=r"run\.json cannot be written"),
        held(tmp_path / "file/run.json"),
    ):
        pass
    full = Path("/dev/full")
    if full.exists():
        with pytest.raises(OSError, match="cannot be written"):
            write_trial(full / "run.json")


def test_a_free_name_is_not_refused(tmp_path: Path) -> None:
    refuse_existing(tmp_path / "free")
    with pytest.raises(FileExistsError, match="--force"):
        refuse_existing(tmp_path)
