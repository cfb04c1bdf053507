"""``actmath diagnose``: described networks and the user's own, what is said, what is refused."""

from __future__ import annotations

import importlib
import os
import sys
import warnings
import zipfile
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


def test_arrays_are_read_without_pickle() -> None:
    rng, net = np.random.default_rng(0), write('widths = [9, 4]\nunit = "relu"\narrays = "w.npz"')
    arrays = {"W0": rng.normal(size=(4, 9)) / 3, "b0": np.zeros(4)}
    np.savez("w.npz", **arrays)
    assert RUNNER.invoke(app, ["diagnose", net]).exit_code == 0
    np.savez("w.npz", W0=arrays["W0"].T, b0=arrays["b0"])
    assert "shape (4, 9)" in refusal("diagnose", net)
    np.savez("w.npz", W0=arrays["W0"])
    assert "no array b0" in refusal("diagnose", net)
    np.savez("w.npz", W0=np.array([[{}]], dtype=object), b0=arrays["b0"])
    assert "allow_pickle" in refusal("diagnose", net)
    np.savez_compressed("w.npz", **arrays)
    whole = Path("w.npz").read_bytes()
    altered = whole[:60] + bytes(60) + whole[120:]
    for content in (b"", b"PK\x03\x04", whole[:-30], altered, b"\x93NUMPY"):
        Path("w.npz").write_bytes(content)
        assert "w.npz is no .npz file of arrays" in refusal("diagnose", net)
    with Path("w.npz").open("wb") as file:
        np.save(file, arrays["W0"])
    assert "w.npz is no .npz file of arrays: it holds a single one" in refusal("diagnose", net)
    np.savez("w.npz", **arrays, W1=np.zeros((2, 4)))
    assert "w.npz has an array W1, but there are 1 layers" in refusal("diagnose", net)
    np.savez("w.npz", W0=arrays["W0"].astype(np.float16), b0=arrays["b0"])
    assert RUNNER.invoke(app, ["diagnose", net]).exit_code == 0
    np.savez("w.npz", **arrays)
    with zipfile.ZipFile("w.npz", "a") as file, warnings.catch_warnings(action="ignore"):
        file.writestr("W0.npy", file.read("b0.npy"))
    assert "it has two arrays of one name" in refusal("diagnose", net)
    with zipfile.ZipFile("w.npz", "w") as file:
        file.writestr("W0.npy", "no array")
    assert "W0 is no array" in refusal("diagnose", net)
    Path("w.npz").unlink()
    os.mkfifo("w.npz")
    assert "w.npz: it is no file" in refusal("diagnose", net)


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
