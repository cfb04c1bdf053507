"""A file has one maker at a time, who is named."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from actmath._text.whole import write_whole, written_whole
from actmath.experiment._files import storage
from actmath.experiment._files.storage import BusyError, held, write_trial

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
    # Nor is it waited for where it stands still.
    other.send_signal(signal.SIGSTOP)
    with pytest.raises(BusyError, match=named), held(path):
        pass
    other.send_signal(signal.SIGCONT)
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


def test_a_maker_whose_name_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was stopped before it could sign, or gives the file back just now."""
    path, lock = tmp_path / "run.json", tmp_path / ".run.json.lock"
    with held(path):
        for content in (b"", b"\xff"):
            lock.write_bytes(content)
            with pytest.raises(BusyError, match=r"made by (another process|\ufffd)$"), held(path):
                pass
        monkeypatch.setattr(storage, "bytes_of", lambda *_: lock.with_name("gone").read_bytes())
        with pytest.raises(BusyError, match="made by another process"), held(path):
            pass


def test_what_others_are_writing_beside_it_stays(tmp_path: Path) -> None:
    """``r`` does not take a part of ``r.json`` for its own."""
    with written_whole(tmp_path / "r.json", force=False) as stream, held(tmp_path / "r"):
        stream.write(b"whole")
    assert [file.name for file in tmp_path.iterdir()] == ["r.json"]


def test_no_folder_and_no_device_is_replaced(tmp_path: Path) -> None:
    """``--out /dev/null --force`` by a superuser would leave a file there."""
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, tmp_path / "..", Path()):
        with pytest.raises(FileExistsError, match="is a folder, a pipe or a device"), held(path):
            pass
    assert [file.name for file in tmp_path.iterdir()] == ["pipe"]


def test_a_name_that_is_too_long_for_the_checkpoint_is_found_at_once(tmp_path: Path) -> None:
    """The longest that can be tried leaves room for what a checkpoint is called meanwhile."""
    for length in range(255, 100, -1):
        path = tmp_path / ("x" * length)
        try:
            write_trial(path)
        except OSError:
            continue
        write_whole(path.with_name(f"{path.name}.checkpoint"), b"", force=True)
        return
    pytest.fail("no name is short enough")
