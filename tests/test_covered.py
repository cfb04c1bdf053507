"""The shares of lines that the tests run."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from .covered import main, shares


def _measured(run: int, missed: int) -> dict[str, Any]:
    file = {"executed_lines": [*range(run)], "missing_lines": [*range(missed)]}
    return {"files": {"actmath/nn/a.py": file, "actmath/_b.py": file, "actmath/nn/c/d.py": file}}


def test_floors_are_added_up() -> None:
    assert shares(_measured(3, 1)) == {"actmath": (3, 4), "nn": (6, 8), "all": (9, 12)}


@pytest.mark.parametrize(("run", "missed", "enough"), [(95, 5, True), (94, 6, False)])
def test_too_few_lines_end_in_a_sentence(
    run: int, missed: int, enough: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "coverage.json"
    file.write_text(json.dumps(_measured(run, missed)))
    monkeypatch.setattr(sys, "argv", ["covered", str(file)])
    if enough:
        main()
    else:
        with pytest.raises(SystemExit, match="Fewer than 95 percent"):
            main()
