"""A file is there whole or not at all, and is not replaced by accident."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from actmath.experiment._record.storage import refuse_existing, write_whole


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
    with pytest.raises(OSError, match="No space"):
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


def test_what_a_killed_process_left_is_taken_up(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.with_name(".run.json.unfinished").write_bytes(b"cut o")
    write_whole(path, b"whole", force=False)
    assert path.read_bytes() == b"whole"
    assert [p.name for p in tmp_path.iterdir()] == ["run.json"]


def test_a_free_name_is_not_refused(tmp_path: Path) -> None:
    refuse_existing(tmp_path / "free")
    with pytest.raises(FileExistsError, match="--force"):
        refuse_existing(tmp_path)
