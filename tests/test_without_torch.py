"""A run where PyTorch is not installed makes the other tests, and skips none of these."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from .without_torch import lacks_torch

ROOT = Path(__file__).parents[1]
#: ``None`` in ``sys.modules`` is what Python finds where nothing can be imported.
ABSENT = (
    "import sys; sys.modules['torch'] = None; import pytest; sys.exit(pytest.main(sys.argv[1:]))"
)


def test_a_run_without_pytorch() -> None:
    wanted = ("actmath/number.py", "actmath/lower/_torch/values.py", "tests/nn/test_dropout.py")
    done = subprocess.run(
        [sys.executable, "-c", ABSENT, "-q", "-n", "0", "-p", "no:cacheprovider", *wanted],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "SKIPPED [1] tests/nn/test_dropout.py:0: PyTorch is not installed" in done.stdout
    assert "SKIPPED [1] actmath/lower/_torch/values.py:0: PyTorch is not installed" in done.stdout
    assert " passed, 2 skipped" in done.stdout


@pytest.mark.parametrize(("text", "skipped"), [("import torch", True), ("from . import a", False)])
def test_only_what_may_ask_is_skipped(text: str, skipped: bool, tmp_path: Path) -> None:
    file = tmp_path / "test_it.py"
    file.write_text(text, "utf-8")
    cause = ModuleNotFoundError("No module named 'torch'", name="torch")
    error = RuntimeError("cannot be collected")
    error.__cause__ = cause
    assert lacks_torch(error, file) is skipped
    assert not lacks_torch(ModuleNotFoundError("", name="numpy"), file)
    assert not lacks_torch(None, file)
