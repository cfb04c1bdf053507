"""The bar is on the error stream, or nowhere."""

from __future__ import annotations

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
