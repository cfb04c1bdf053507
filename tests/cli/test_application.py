"""The commands, joined: run as a module, light to start."""

from __future__ import annotations

import subprocess
import sys

from actmath import __version__
from actmath.cli import app

from .invoke import RUNNER


def test_module_runs_and_loads_no_torch_for_small_things() -> None:
    code = (
        "import sys; sys.argv = ['actmath', 'constants', 'elu', '--digits', '5']\n"
        "import runpy\n"
        "try: runpy.run_module('actmath', run_name='__main__')\n"
        "except SystemExit as end: assert not end.code\n"
        "assert 'torch' not in sys.modules and 'matplotlib' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "1.6733" in done.stdout


def test_version_and_help() -> None:
    assert RUNNER.invoke(app, ["--version"]).stdout.strip() == __version__
    shown = RUNNER.invoke(app, ["--help"]).stdout
    for command in ("list", "show", "constants", "moments", "prove", "verify", "claims", "train"):
        assert command in shown
