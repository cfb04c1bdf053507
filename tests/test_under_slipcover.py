"""A run that measures lines: what Dynamo cannot trace there is skipped, all else is as ever."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

TEST = """
import os

import pytest

from tests.under_slipcover import _ERROR


def test_compiled():
    raise AssertionError(_ERROR)


def test_other():
    assert not any(name.startswith("SLIPCOVER") for name in os.environ)
"""
ROOT = Path(__file__).parents[1]


def test_what_cannot_be_traced_is_skipped_and_lines_are_counted(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(TEST, "utf-8")
    (tmp_path / "conftest.py").write_text(
        "from tests.under_slipcover import settle_under_slipcover as pytest_configure\n", "utf-8"
    )
    measured = tmp_path / "lines.json"
    call = [sys.executable, "-m", "slipcover", "--source", str(tmp_path), "--json"]
    inside = ["-m", "pytest", "-q", "-n", "1", "-p", "no:cacheprovider", "test_it.py"]
    done = subprocess.run(
        [*call, "--out", str(measured), *inside],
        cwd=tmp_path,
        env={k: v for k, v in os.environ.items() if "XDIST" not in k} | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "1 passed, 1 skipped" in done.stdout, done.stdout + done.stderr
    files = json.loads(measured.read_text("utf-8"))["files"]
    assert any(each["executed_lines"] for name, each in files.items() if "test_it" in name)
