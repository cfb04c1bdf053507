"""The record of modules is read, or refused with its name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from actmath.nn import module_record
from actmath.nn._mirrored import record


def test_it_counts_what_it_holds(tmp_path: Path) -> None:
    file = tmp_path / "modules.json"
    rows = [["ReLU", "ok", "ok"], ["RReLU", "ok", "too"]]
    file.write_text(json.dumps({"torch": "2.13", "columns": ["module", "a", "b"], "rows": rows}))
    found = module_record(file)
    assert found.columns() == ("module", "a", "b")
    assert found.rows()[1] == ("RReLU", "ok", "too")
    assert found.caption() == "2 modules, 2 checks, PyTorch 2.13: 3 ok, 1 too"
    file.write_text("{}")
    with pytest.raises(ValueError, match="no record of modules"):
        module_record(file)


def test_words_are_counted_without_the_modules_names_the_most_first(tmp_path: Path) -> None:
    file = tmp_path / "modules.json"
    rows = [
        ["too", "fails", "more", "ok"],
        ["more", "more", "ok", "ok"],
        ["ok", "more", "ok", "ok"],
    ]
    columns = ["module", "a", "b", "c"]
    file.write_text(json.dumps({"torch": "3.0", "columns": columns, "rows": rows}))
    found = module_record(str(file))
    assert found.caption() == "3 modules, 3 checks, PyTorch 3.0: 5 ok, 3 more, 1 fails"
    assert (found.torch, found.titles, found.css_class) == ("3.0", tuple(columns), "modules")
    assert found.rows() == tuple(map(tuple, rows))


@pytest.mark.parametrize(
    "content",
    [
        "[]",
        "3",
        "",
        "{",
        '{"torch": "2", "columns": ["a"]}',
        '{"torch": "2", "rows": []}',
        '{"columns": ["a"], "rows": []}',
        '{"torch": "2", "columns": 3, "rows": []}',
        '{"torch": "2", "columns": [], "rows": [3]}',
        '{"torch": "2", "columns": [], "rows": 3}',
        "[" * 100_000,
    ],
    ids=[
        *("a list", "a number", "nothing", "half", "no rows", "no columns", "no version"),
        *("columns are a number", "a row is a number", "rows are a number", "too deep"),
    ],
)
def test_what_is_no_record_is_named(content: str, tmp_path: Path) -> None:
    file = tmp_path / "modules.json"
    file.write_text(content)
    with pytest.raises(ValueError, match=r"modules\.json is no record of modules: "):
        module_record(file)


def test_a_file_that_is_not_there_or_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "modules.json"
    with pytest.raises(FileNotFoundError):
        module_record(file)
    content = json.dumps({"torch": "2", "columns": [], "rows": []})
    file.write_text(content)
    monkeypatch.setattr(record, "_MOST_BYTES", len(content))
    assert module_record(file).rows() == ()
    monkeypatch.setattr(record, "_MOST_BYTES", len(content) - 1)
    with pytest.raises(ValueError, match="no record of modules: it has more than"):
        module_record(file)
