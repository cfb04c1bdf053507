"""``actmath prove``: budgets, exit codes, processes, and a progress bar for terminals only."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from actmath.cli import app
from actmath.cli._proofs import cover_bar

from .invoke import RUNNER, answer, refusal


def test_what_the_budget_leaves_open_is_counted_and_sets_the_exit_code(tmp_path: Path) -> None:
    run = RUNNER.invoke(app, ["prove", "lemma-12", "--budget", "20", "--save", str(tmp_path)])
    assert run.exit_code == 1
    assert "UNDECIDED" in run.stdout
    assert "boxes remain" in run.stdout
    assert not list(tmp_path.iterdir())
    (row,) = json.loads(
        RUNNER.invoke(app, ["prove", "lemma-12", "--budget", "20", "--json"]).stdout
    )
    assert row["remaining"] > 0
    assert f"{row['remaining']} boxes remain" in run.stdout


def test_refuted_is_decided() -> None:
    run = RUNNER.invoke(app, ["prove", "theorem-1-mean-lower", "--workers", "2"])
    assert run.exit_code == 0
    assert "REFUTED" in run.stdout
    assert "mu = -0.1" in run.stdout
    assert run.stderr == ""


@pytest.mark.parametrize("option", ["--budget", "--workers"])
def test_zero_is_refused(option: str) -> None:
    assert RUNNER.invoke(app, ["prove", "theorem-1", option, "0"]).exit_code == 2


def test_help_says_what_budget_workers_and_exit_codes_mean() -> None:
    text = " ".join(RUNNER.invoke(app, ["prove", "--help"]).stdout.split())
    for words in ("Most boxes", "Processes that examine boxes", "Exit code", "undecided"):
        assert words in text


def test_the_bar_shows_boxes_on_a_terminal_and_nothing_elsewhere() -> None:
    shown = {}
    for terminal in (True, False):
        console = Console(file=io.StringIO(), force_terminal=terminal, width=100)
        with cover_bar("theorem-1", console) as tick:
            tick(300, 41)
        shown[terminal] = console.file.getvalue()
    assert "theorem-1" in shown[True]
    assert "300 boxes done, 41 open" in shown[True]
    assert shown[False] == ""


def test_prove_and_verify(tmp_path: Path) -> None:
    rows = answer("prove", "theorem-1", "--save", str(tmp_path))
    assert [row["verdict"] for row in rows] == ["PROVED"]
    file = tmp_path / "theorem-1.json"
    assert answer("verify", str(file))["accepted"] is True
    file.write_text(file.read_text("utf-8").replace("0.95", "0.85", 1), "utf-8")
    spoiled = RUNNER.invoke(app, ["verify", str(file), "--json"])
    assert spoiled.exit_code == 1
    assert json.loads(spoiled.stdout)["accepted"] is False


def test_a_folder_is_checked_to_its_end(tmp_path: Path) -> None:
    (tmp_path / "gone.json").symlink_to("nowhere")
    (tmp_path / "loop.json").symlink_to("loop.json")
    (tmp_path / "inner.json").mkdir()
    (tmp_path / "text.json").write_bytes(b"\x1b[31m")
    answer("prove", "theorem-1-mean-upper", "--save", str(tmp_path))
    run = RUNNER.invoke(app, ["verify", str(tmp_path)])
    assert run.exit_code == 1
    lines = run.stdout.splitlines()
    assert len(lines) == 5
    for name in ("gone", "loop", "inner", "text"):
        (line,) = (line for line in lines if name in line)
        assert f"rejected: '{name}.json': it " in line
    assert "theorem-1-mean-upper: accepted" in lines[-1]


@pytest.mark.parametrize("target", ["nowhere", "theorem-1.json"])
def test_a_link_that_leads_nowhere_is_a_file_that_fails(target: str, tmp_path: Path) -> None:
    file = tmp_path / "theorem-1.json"
    file.symlink_to(target)
    for more in ([], ["--statement", "theorem-1"]):
        run = RUNNER.invoke(app, ["verify", str(file), *more, "--json"])
        assert run.exit_code == 1
        assert "it cannot be read: " in json.loads(run.stdout)["reason"]
    # A name under which nothing lies is misuse.
    file.unlink()
    assert RUNNER.invoke(app, ["verify", str(file)]).exit_code == 2


def test_a_folder_without_certificates_and_a_statement_of_a_folder_are_misuse(
    tmp_path: Path,
) -> None:
    empty = RUNNER.invoke(app, ["verify", str(tmp_path)])
    assert empty.exit_code == 2
    assert "no certificate" in " ".join(empty.stderr.split())
    asked = RUNNER.invoke(app, ["verify", str(tmp_path), "--statement", "theorem-1"])
    assert asked.exit_code == 2
    assert "asks about one file" in " ".join(asked.stderr.split())


@pytest.mark.slow
def test_statements_are_listed() -> None:
    assert "theorem-1" in [row["name"] for row in answer("prove")]


def test_a_folder_that_takes_no_certificate_is_found_before_the_proof(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def proved(*_: object, **__: object) -> None:
        raise AssertionError("it was proved first")

    monkeypatch.setattr("actmath.prove.prove", proved)
    (tmp_path / "file").touch()
    assert "File exists" in refusal("prove", "theorem-1", "--save", str(tmp_path / "file"))
    folder = tmp_path / "new"
    assert "no statement is named" in refusal("prove", "theorem-0", "--save", str(folder))
    assert not folder.exists()


def test_a_question_that_asks_for_two_things_is_refused(tmp_path: Path) -> None:
    assert "either a statement or --all, not both" in refusal("prove", "theorem-1", "--all")
    assert "--save wants a statement, or --all" in refusal("prove", "--save", str(tmp_path / "new"))
    assert not [*tmp_path.iterdir()]
