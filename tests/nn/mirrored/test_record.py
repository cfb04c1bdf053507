"""The record of modules is read, or refused with its name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from actmath.nn import module_record


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
