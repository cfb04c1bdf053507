"""Training from the command line: a record each, kept, listed, and made anew."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import dask
import distributed
import pytest

from actmath.cli import app
from actmath.cli._runs import _setting
from actmath.experiment import load_record

from .invoke import RUNNER, answer, refusal

SMALL = ("--over", "depth=1,2", "--over", "epochs=1", "--over", "train_limit=32", "--seeds", "1")


def test_sweep_then_results(tmp_path: Path) -> None:
    call = ["sweep", "fifty-layers", *SMALL, "--out", str(tmp_path), "--device", "cpu"]
    first = RUNNER.invoke(app, [*call, "--json"])
    assert first.exit_code == 0, first.output
    assert len(json.loads(first.stdout)) == 2
    written = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    again = RUNNER.invoke(app, call)
    assert again.exit_code == 0
    assert "depth=2" in again.stdout
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == written
    assert {load_record(path).config.depth for path in written} == {1, 2}
    listed = RUNNER.invoke(app, ["results", str(tmp_path), "--json"])
    assert [row["seeds"] for row in json.loads(listed.stdout)] == [[0], [0]]
    # No preset has such a depth: ``train`` would make another record.
    assert [row["redo"] for row in json.loads(listed.stdout)] == [None, None]
    table = RUNNER.invoke(app, ["results", str(tmp_path)])
    assert "actmath results --json" in table.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    "options", [(), ("--seeds", "1"), ("--seeds", "2", "--precision", "tf32")], ids=" ".join
)
def test_the_command_that_is_listed_makes_the_same_run(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    out = tmp_path / "my run.json"
    call = ["train", "noisy-unique", *options, "--out", str(out), "--device", "cpu"]
    assert RUNNER.invoke(app, call).exit_code == 0
    before = load_record(out)
    (row,) = json.loads(RUNNER.invoke(app, ["results", str(tmp_path), "--json"]).stdout)
    program, *again = shlex.split(row["redo"])
    assert program == "actmath"
    assert RUNNER.invoke(app, [*again, "--device", "cpu"]).exit_code == 0
    after = load_record(out)
    assert after.config == before.config
    assert after.provenance.finished > before.provenance.finished


def test_options_of_train_reach_the_record(tmp_path: Path) -> None:
    out = tmp_path / "run.json"
    call = ["train", "fifty-layers", "--seeds", "1", "--out", str(out), "--precision", "tfx"]
    refused = RUNNER.invoke(app, call)
    assert refused.exit_code == 2
    assert "precision must be one of full, tf32, bf16, got 'tfx'" in " ".join(
        refused.stderr.split()
    )
    assert not out.exists()


def test_a_budget_reaches_the_record_and_is_told(tmp_path: Path) -> None:
    call = ["train", "elu-mnist", "--out", str(tmp_path / "run.json"), "--seeds", "1"]
    ended = RUNNER.invoke(app, [*call, "--budget", "0.001"])
    assert ended.exit_code == 0, ended.output
    planned = load_record(tmp_path / "run.json").config.epochs
    assert f"ended by its budget after 1 of {planned} epochs" in " ".join(ended.stdout.split())
    listed = RUNNER.invoke(app, ["results", str(tmp_path)])
    assert f"1 of {planned}" in listed.stdout
    assert RUNNER.invoke(app, call).exit_code == 0
    assert load_record(tmp_path / "run.json").epochs == planned
    refused = RUNNER.invoke(app, [*call, "--force", "--budget", "-1"])
    assert refused.exit_code == 2
    assert "budget must be a positive number of seconds, got -1" in " ".join(refused.stderr.split())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--over", "depth"), "--over wants NAME=VALUE,VALUE"),
        (("--over", "dept=1"), "did you mean depth"),
        (("--over", "epochs=0"), "epochs must be at least 1, got 0"),
        (("--out", ""), "--out names no folder; . is this one"),
    ],
)
def test_misuse_of_sweep(tmp_path: Path, arguments: tuple[str, ...], sentence: str) -> None:
    result = RUNNER.invoke(app, ["sweep", "fifty-layers", "--out", str(tmp_path), *arguments])
    assert result.exit_code == 2
    assert sentence in " ".join(result.stderr.split())


def test_a_comma_within_a_value(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert _setting(r"data=csv:a\,b.csv,digits") == ("data", ["csv:a,b.csv", "digits"])
    assert _setting(r"depths=2\,8") == ("depths", ["2,8"])
    assert "csv:a,b.csv: no such file" in refusal(
        *("sweep", "elu-mnist", "--over", r"data=csv:a\,b.csv")
    )


def test_no_records_says_how_to_make_one(tmp_path: Path) -> None:
    result = RUNNER.invoke(app, ["results", str(tmp_path)])
    assert result.exit_code == 2
    assert "actmath train NAME makes one" in " ".join(result.stderr.split())


def test_results_of_one_experiment_in_the_books_folder() -> None:
    found = answer("results", "tabular")
    assert {row["recipe"] for row in found} == {"tabular"}
    assert len(found) < len(answer("results"))


def test_results_of_what_is_neither_folder_nor_experiment() -> None:
    sentence = refusal("results", "fifty-layer")
    assert "neither a folder nor an experiment: did you mean fifty-layers" in sentence


def test_a_record_that_is_there_names_the_options(tmp_path: Path) -> None:
    out = tmp_path / "run.json"
    out.touch()
    sentence = refusal("train", "fifty-layers", "--out", str(out))
    assert "exists: choose another name (--out FILE), or force (--force)" in sentence


def test_no_dask_scheduler_is_one_clear_sentence(tmp_path: Path) -> None:
    call = ("sweep", "fifty-layers", "--out", str(tmp_path), "--dask", "tcp://127.0.0.1:9")
    # Imported by now: what adds its settings inside the context loses all of them after it.
    assert distributed.__version__
    with dask.config.set({"distributed.comm.timeouts.connect": "300ms"}):
        assert "no Dask scheduler at tcp://127.0.0.1:9: Timed out" in refusal(*call)


def test_train_list() -> None:
    assert "fifty-layers" in [row["name"] for row in answer("train", "--list")]


def test_an_unknown_experiment_is_one_clear_sentence() -> None:
    assert "did you mean fifty-layers" in refusal("train", "fifty-layer")


def test_a_list_takes_no_name_and_a_record_wants_one(tmp_path: Path) -> None:
    assert "--list lists every experiment" in refusal("train", "fifty-layers", "--list")
    assert "--out wants an experiment" in refusal("train", "--out", str(tmp_path / "run.json"))
    assert not [*tmp_path.iterdir()]
