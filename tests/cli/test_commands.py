"""What a user of the command line meets: answers, JSON with stated keys, clear errors."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from actmath.catalog import CATALOG
from actmath.cli import app

RUNNER = CliRunner()


def answer(*arguments: str) -> Any:
    result = RUNNER.invoke(app, [*arguments, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def refusal(*arguments: str) -> str:
    result = RUNNER.invoke(app, list(arguments))
    assert result.exit_code == 2
    assert result.stdout == ""
    return " ".join(result.stderr.split())


def test_list_names_the_whole_catalog() -> None:
    assert [row["name"] for row in answer("list")] == list(CATALOG)


@pytest.mark.parametrize("name", ["hard_tanh", "prelu", "sigmoid"])
def test_show_has_the_promised_keys(name: str) -> None:
    sheet = answer("show", name)
    assert {
        "name",
        "formula",
        "latex",
        "parameters",
        "derivative",
        "saturation",
        "fixed_points",
        "lipschitz",
        "moments",
        "source",
    } <= set(sheet)
    assert set(sheet["saturation"]) == {"left", "right", "left_threshold", "right_threshold"}
    assert {"mean", "second", "variance", "derivative_second"} <= set(sheet["moments"])
    for point in sheet["fixed_points"]:
        assert {"x", "multiplier", "stability"} <= set(point)


def test_show_knows_hard_tanh() -> None:
    sheet = answer("show", "hard-tanh")
    assert sheet["saturation"]["left_threshold"] == -1
    assert sheet["fixed_intervals"] == [[-1, 1]]
    assert sheet["lipschitz"] == 1


def test_show_takes_parameters() -> None:
    assert answer("show", "prelu", "--set", "a=1/2")["moments"]["second"] == pytest.approx(0.625)


def test_constants_are_selus() -> None:
    found = answer("constants", "elu", "--mean", "0", "--variance", "1", "--digits", "32")
    assert found["alpha"] == "1.6732632423543772848170429916717"
    assert found["lam"] == "1.0507009873554804934193349852946"
    assert float(found["spectral_norm"]) == pytest.approx(0.787673360466)
    assert {"residual", "jacobian", "spectral_radius", "all_solutions"} <= set(found)


def test_constants_have_as_many_digits_as_asked() -> None:
    found = answer("constants", "elu", "--digits", "1000")
    assert len(found["alpha"].replace(".", "")) == 1000


def test_constants_take_negative_means() -> None:
    found = answer("constants", "elu", "--mean", "-0.1", "--variance", "2")
    assert float(found["alpha"]) == pytest.approx(1.9769, abs=5e-5)


def test_moments_to_thirty_digits() -> None:
    assert answer("moments", "relu", "--digits", "30")["mean"].startswith(
        "0.398942280401432677939946"
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("show", "sellu"), "did you mean selu"),
        (("constants", "elu", "--digits", "0"), "digits must be an integer from 1"),
        (("constants", "elu", "--variance", "-1"), "variance must be positive"),
        (("constants", "elu", "--mean", "nan"), "mean must be a finite number"),
        (("constants", "elu", "--mean=-2", "--variance=0.01", "--omega=0"), "no real"),
        (("moments", "gelu", "--variance", "0"), "variance must be positive"),
        (("moments", "prelu", "--set", "slope=1"), "has no parameter 'slope'"),
        (("moments", "elu", "--set", "alpha=-1"), "must lie in"),
        (("moments", "elu", "--set", "alpha"), "name=value"),
        (("moments", "elu", "--mean", "__import__('os')"), "finite number"),
        (("claims", "C-SNM-1"), "did you mean"),
        (("train", "fifty-layer"), "did you mean fifty-layers"),
    ],
)
def test_misuse_is_one_clear_sentence(arguments: tuple[str, ...], words: str) -> None:
    assert words in refusal(*arguments)


def test_claims_have_the_promised_keys() -> None:
    rows = answer("claims", "C-SNN-3")
    assert [row["verdict"] for row in rows[:4]] == ["corrected", "holds", "holds", "holds"]
    for row in rows:
        assert {
            "id",
            "source",
            "statement",
            "kind",
            "verdict",
            "correction",
            "evidence",
        } <= set(row)


def test_prove_and_verify(tmp_path: Path) -> None:
    rows = answer("prove", "theorem-1", "--save", str(tmp_path))
    assert [row["verdict"] for row in rows] == ["PROVED"]
    file = tmp_path / "theorem-1.json"
    assert answer("verify", str(file))["accepted"] is True
    file.write_text(file.read_text("utf-8").replace("0.95", "0.85", 1), "utf-8")
    spoiled = RUNNER.invoke(app, ["verify", str(file), "--json"])
    assert spoiled.exit_code == 1
    assert json.loads(spoiled.stdout)["accepted"] is False


def test_statements_are_listed() -> None:
    assert "theorem-1" in [row["name"] for row in answer("prove")]


def test_train_list() -> None:
    assert "fifty-layers" in [row["name"] for row in answer("train", "--list")]


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
