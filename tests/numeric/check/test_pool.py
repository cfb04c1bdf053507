"""The record of the pool as the book reads it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from actmath.numeric import pool_record

from ...pool.run import RECORD


def test_the_books_record_shows_itself() -> None:
    found = pool_record(RECORD)
    written = json.loads(RECORD.read_text("utf-8"))
    assert [list(row) for row in found.rows()] == written["rows"]
    assert f"{len(found.units)} of {found.recorded[1]} units" in found.caption()
    assert found._repr_html_().count("<tr>") == len(found.units) + 1


def test_what_is_no_record_is_said(tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text('{"counts": {}}', "utf-8")
    with pytest.raises(ValueError, match="no record of the pool"):
        pool_record(other)
