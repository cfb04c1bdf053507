"""The commands, joined: run as a module, light to start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from actmath import __version__
from actmath.cli import app

from .invoke import RUNNER, refusal


@pytest.mark.slow
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


_STOPPED = """
import signal, sys
wanted = sys.argv[1]
# It may be ignored where the tests run.
signal.signal(signal.SIGINT, signal.default_int_handler)
class Slow:
    def find_spec(self, name, *_):
        if name == wanted:
            signal.raise_signal(signal.SIGINT)
sys.meta_path.insert(0, Slow())
from actmath.__main__ import main
sys.argv[1:] = ["list"]
main()
"""


@pytest.mark.parametrize("module", ["rich", "actmath.catalog"])
def test_an_interruption_while_modules_are_loaded_is_no_traceback(module: str) -> None:
    call = [sys.executable, "-c", _STOPPED, module]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    # A shell says 130 of both.
    assert done.returncode in (130, -signal.SIGINT)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["COLUMNS", "TERMINAL_WIDTH"])
def test_a_width_that_is_none(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a billion columns each line of the help would be filled; of a word Typer has no width."""
    for width, taken in (
        *(("999999999", None), ("wide", None), ("-5", None), ("", None)),
        *(("0", "40"), ("1", "40"), ("60", "60")),
    ):
        monkeypatch.setenv(name, width)
        shown = RUNNER.invoke(app, ["--version"])
        assert (shown.exit_code, os.environ.get(name)) == (0, taken)
    assert RUNNER.invoke(app, ["--help"]).exit_code == 0


def test_a_folder_that_is_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PyTorch's libraries would end the process, in words of their own."""
    place = tmp_path / "place"
    place.mkdir()
    monkeypatch.chdir(place)
    place.rmdir()
    assert "the folder that you are in is no more" in refusal("moments", "relu")


@pytest.mark.parametrize("asked", [{}, {"COMP_WORDS": "actmath", "COMP_CWORD": "x"}], ids=str)
def test_what_is_no_line_to_complete_is_said(asked: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "actmath"],
        env=os.environ | {"_ACTMATH_COMPLETE": "complete_bash"} | asked,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == "COMP_WORDS and COMP_CWORD must be a command line to complete\n"
