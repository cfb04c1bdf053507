"""The record of the pool as the book reads it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from actmath.numeric import PoolRecord, pool_record

from ...pool.run import RECORD


def test_the_books_record_shows_itself() -> None:
    found = pool_record(RECORD)
    written = json.loads(RECORD.read_text("utf-8"))
    assert [list(row) for row in found.rows()] == written["rows"]
    assert f"{len(found.units)} of {found.recorded[1]} units" in found.caption()
    assert found._repr_html_().count("<tr>") == len(found.units) + 1


def test_faults_are_counted_or_there_are_none() -> None:
    good = PoolRecord({"ok": 3, "said": 1, "wrong": 0}, (1, 1), None, (), ())
    assert good.caption() == "1 of 1 units at no commit: 3 ok, 1 said, none at fault"
    bad = replace(good, counts={"ok": 3, "slow": 1})
    assert bad.caption() == "1 of 1 units at no commit: 3 ok, 1 slow"


def test_what_is_no_record_is_said(tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text('{"counts": {}}', "utf-8")
    with pytest.raises(ValueError, match="no record of the pool"):
        pool_record(other)


def test_a_record_is_read_field_by_field(tmp_path: Path) -> None:
    data = {
        "counts": {"ok": 2, "said": 0, "wrong": 1},
        "recorded": [3, 7],
        "provenance": {"commit": "0123456789abcdef"},
        "columns": ["unit", "family"],
        "rows": [["a", "b"], ["c", "d"]],
    }
    file = tmp_path / "pool.json"
    file.write_text(json.dumps(data), "utf-8")
    found = pool_record(file)
    assert found == PoolRecord(
        data["counts"], (3, 7), "0123456789abcdef", ("unit", "family"), (("a", "b"), ("c", "d"))
    )  # type: ignore[arg-type]
    assert found.columns() == ("unit", "family")
    assert found.caption() == "3 of 7 units at 0123456: 2 ok, 1 wrong"
    for name in data:
        file.write_text(json.dumps({key: data[key] for key in data if key != name}), "utf-8")
        with pytest.raises(ValueError, match=f"no record of the pool: '{name}'"):
            pool_record(file)
    for text in ("{", "[]", json.dumps({**data, "recorded": [1]}), "[" * 100_000):
        file.write_text(text, "utf-8")
        with pytest.raises(ValueError, match=r"pool\.json is no record of the pool"):
            pool_record(file)
    with pytest.raises(OSError, match="none"):
        pool_record(tmp_path / "none")
