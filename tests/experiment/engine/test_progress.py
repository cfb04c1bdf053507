"""The bar is on the error stream, or nowhere."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from actmath.experiment._engine.progress import progress_bar


def test_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar(3, 1, shown=True) as tick:
        tick("two of three")
        tick("three of three")
    said = capsys.readouterr()
    assert "three of three" in said.err
    assert said.out == ""


def test_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar(3, 0, shown=False) as tick:
        tick("one of three")
    assert capsys.readouterr() == ("", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_no_work_ends_because_its_bar_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody reads the pipe any more, the disk is full, or there is no such stream."""
    reader, writer = os.pipe()
    os.close(reader)
    for target in (writer, "/dev/full"):
        ended = False
        # Closing it fails, for what could not be written.
        with suppress(OSError), open(target, "w", encoding="utf-8") as stream:
            monkeypatch.setattr(sys, "stderr", stream)
            _two_steps()
            ended = True
        assert ended
    monkeypatch.setattr(sys, "stderr", None)
    _two_steps()


def _two_steps() -> None:
    with progress_bar(2, 0, shown=True) as tick:
        tick("one of two")
        tick("two of two")
