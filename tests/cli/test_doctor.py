"""``actmath diagnose``: described networks and the user's own, what is said, what is refused."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest

from actmath.cli import app

from .invoke import RUNNER, refusal


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(text: str, name: str = "net.toml") -> str:
    Path(name).write_text(text, "utf-8")
    return name


NET = 'widths = [60, 60, 60, 60, 5]\nunit = "tanh"\n'


def test_a_healthy_and_a_sick_network(folder: Path) -> None:
    done = RUNNER.invoke(app, ["diagnose", write(NET)])
    assert done.exit_code == 0, done.output
    assert "healthy" in done.stdout
    sick = write(NET + 'gain = "2.5"\ninputs = {variance = "1", samples = 100}', "sick.toml")
    done = RUNNER.invoke(app, ["diagnose", sick, "--figure", "sick.svg"])
    assert done.exit_code == 1, done.output
    assert "Draw them anew" in " ".join(done.stdout.split())
    assert "<svg" in Path("sick.svg").read_text("utf-8")


def test_json_and_a_formula() -> None:
    net = write('widths = [50, 50, 9]\nunit = "x*sigmoid(2*x)"\nbias = "1/2"\nseed = 3')
    done = RUNNER.invoke(app, ["diagnose", net, "--json"])
    assert done.exit_code == 1
    assert '"cause": "bias"' in done.stdout


def test_a_function_of_the_users_own() -> None:
    write(
        "import torch\n"
        "def build():\n"
        "    torch.manual_seed(0)\n"
        "    return torch.nn.Linear(9, 9), torch.randn(20, 9), lambda out: out.square().mean()\n"
        "def wrong():\n"
        "    return 3\n",
        "my_network_of_the_test.py",
    )
    done = RUNNER.invoke(app, ["diagnose", "my_network_of_the_test:build"])
    assert done.exit_code == 1, done.output
    assert "gain" in done.stdout
    assert "must return" in refusal("diagnose", "my_network_of_the_test:wrong")
    assert "no function buidl: did you mean build" in refusal(
        "diagnose", "my_network_of_the_test:buidl"
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("1/0", "own_code:build raised ZeroDivisionError: division by zero (own_code.py, line 2)"),
        ("import sys; sys.exit()", "own_code:build raised SystemExit (own_code.py, line 2)"),
        ("raise EOFError", "own_code:build raised EOFError (own_code.py, line 2)"),
        ("import no_such", "own_code:build raised ModuleNotFoundError: No module named 'no_such'"),
        ("(", "own_code raised SyntaxError: '(' was never closed (own_code.py, line 2)"),
        ("pass\n1/0", "own_code raised ZeroDivisionError: division by zero (own_code.py, line 3)"),
        ("pass\nraise SystemExit", "own_code raised SystemExit (own_code.py, line 3)"),
    ],
)
def test_what_the_users_code_raises_is_no_answer(
    line: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python's code for an error is 1, which says that the network is unwell, and 0 that it is."""
    monkeypatch.delitem(sys.modules, "own_code", raising=False)
    # Two files of one size within a second would share what was compiled.
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    write(f"def build():\n    {line}\n", "own_code.py")
    importlib.invalidate_caches()
    assert said in refusal("diagnose", "own_code:build")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("widths = [3", "no description"),
        ('unit = "relu"', "widths must be"),
        ('widths = [3, 0]\nunit = "relu"', "widths must be"),
        ("widths = [3, 3]", "unit must be"),
        ('widths = [3, 3]\nunit = "tahn"', "did you mean"),
        ('widths = [3, 3]\nunit = "relu"\nwidth = 3', "did you mean widths"),
        ('widths = [3, 3]\nunit = "relu"\ngain = true', "must be a number"),
        ('widths = [3, 3]\nunit = "relu"\nseed = -1', "whole number"),
        ('widths = [3, 3]\nunit = "relu"\ninputs = 3', "must be a table"),
        ('widths = [3, 3]\nunit = "relu"\ninputs = {variance = -1}', "negative"),
        ('widths = [99999, 99999]\nunit = "relu"', "more than"),
        ('widths = [3, 3]\nunit = "relu"\narrays = "none.npz"', "none.npz"),
    ],
)
def test_files_that_describe_no_network(text: str, said: str) -> None:
    assert said in refusal("diagnose", write(text))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "there is no module own_part, here or installed"),
        ("import no_such_package", "No module named 'no_such_package'"),
    ],
)
def test_modules_that_are_not_there(folder: Path, content: str | None, said: str) -> None:
    """Our own extras have nothing to do with the user's name."""
    if content:
        (folder / "own_part.py").write_text(content)
    assert said in refusal("diagnose", "own_part:build")


@pytest.mark.parametrize("subject", ["nowhere.toml", "nowhere", "os.path", "a b:c", ":f"])
def test_what_is_neither(subject: str) -> None:
    refusal("diagnose", subject)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('bias = "1e39"', "bias must be a number of single precision, got '1e39'"),
        ('gain = "-1e300"', "gain must be a number of single precision"),
        ('inputs = {mean = "1e39"}', "mean must be a number of single precision"),
        ("inputs = {samples = 2147483647}", "a layer would have more than 100000000 outputs"),
        ('arrays = "w.npz"', "w.npz: W0 holds numbers beyond single precision"),
    ],
)
def test_what_single_precision_or_memory_does_not_hold(
    line: str, words: str, tmp_path: Path
) -> None:
    zeros = {"b0": np.zeros(5), "b1": np.zeros(3), "W1": np.zeros((3, 5))}
    np.savez(tmp_path / "w.npz", W0=np.full((5, 64), 1e300), **zeros)
    file = tmp_path / "net.toml"
    file.write_text(f'widths = [64, 5, 3]\nunit = "relu"\n{line}\n')
    assert words in refusal("diagnose", str(file))


def test_a_package_below_the_working_folder_is_not_the_users_own(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = folder / "venv" / "site-packages"
    library.mkdir(parents=True)
    write("def f():\n    raise ValueError('inside')\n", str(library / "far_library.py"))
    monkeypatch.syspath_prepend(str(library))
    write("import far_library\ndef build():\n    far_library.f()\n", "own_build.py")
    assert "ValueError: inside (own_build.py, line 3)" in refusal("diagnose", "own_build:build")
