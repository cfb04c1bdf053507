"""``make gpu`` on a CPU, with budgets of a second: every phase does its work, whatever fails."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest

from actmath.experiment import load_record
from actmath.experiment._record import provenance
from actmath.experiment._record.provenance import Code
from actmath.experiment.recipes import RECIPES

from .plan import FULL, PLANS, TINY
from .records import MOST_BYTES
from .run import Machine, main, stop

#: What a device machine gives back: at most so many files.
MOST_FILES = 8
SLEEP = "import time; print('begun', flush=True); time.sleep(60)"


def test_it_runs_on_a_cpu_and_every_phase_survives_the_failure_of_another(tmp_path: Path) -> None:
    """One of the two runs of the plan is of no recipe there is, and fails."""
    command = [sys.executable, "-m", "tests.gpu.run", "--plan", "tiny", "--device", "cpu"]
    command += ["--out", str(tmp_path), "--carried", str(tmp_path / "none")]
    done = subprocess.run(
        command, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=400
    )
    assert done.returncode == 0, done.stdout + done.stderr
    said = (tmp_path / "summary.txt").read_text()
    assert done.stdout.rstrip().endswith(said.rstrip())
    for phase in ("environment", "tests", "measures", "weight-moments-smoke"):
        assert f"phase {phase}: done" in said
    assert "phase no-such-recipe-smoke: failed" in said
    assert "record no-such-recipe-smoke: there is no such recipe" in said
    assert " passed" in said
    assert "failed:" not in (tmp_path / "measures.json").read_text()
    assert json.loads((tmp_path / "environment.json").read_text())["commit"] == (
        Code.present().commit or "unknown: set ACTMATH_COMMIT"
    )
    back = [path for path in tmp_path.iterdir() if path.is_file()]
    assert len(back) <= MOST_FILES
    assert all(path.stat().st_size <= MOST_BYTES for path in back)
    with tarfile.open(tmp_path / "records.tar.xz") as tar:
        assert tar.getnames() == ["weight-moments-smoke.json"]
        tar.extractall(tmp_path / "unpacked", filter="data")
    record = load_record(tmp_path / "unpacked" / "weight-moments-smoke.json")
    assert record.config == RECIPES["weight-moments"].config("smoke")


def test_a_name_that_is_no_commits_is_refused_before_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provenance, "checkout_commit", lambda package: None)
    monkeypatch.setenv(provenance.COMMIT, "main")
    with pytest.raises(ValueError, match="ACTMATH_COMMIT must be a commit's 40 hexadecimal"):
        main(["--out", str(tmp_path / "out"), "--device", "cpu"])
    assert not (tmp_path / "out").exists()


def test_what_is_late_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    machine = Machine(tmp_path, "cpu", tmp_path / "none")
    script = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {SLEEP!r}])"
    log = tmp_path / "process.log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-c", script], stdout=stream, start_new_session=True
        )
    while not log.read_bytes():
        time.sleep(0.02)
    begun = time.monotonic()
    (ended,) = machine.until(begun - machine.begun + 0.3, {"sleep": process})
    assert ended.code is None
    assert "stopped at the end of its time" in str(ended)
    assert time.monotonic() - begun < 10
    assert process.poll() in (-signal.SIGTERM, -signal.SIGKILL)


def test_ctrl_c_leaves_no_process_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(tmp_path, "cpu", tmp_path / "none")
    process = subprocess.Popen([sys.executable, "-c", SLEEP], start_new_session=True)

    def interrupted(seconds: float) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("tests.gpu.run.Machine._waited", lambda *_: interrupted(0))
        with pytest.raises(KeyboardInterrupt):
            machine.until(60, {"sleep": process})
    assert process.wait(10) == -signal.SIGTERM
    stop({"gone": process})


@pytest.mark.parametrize("plan", PLANS.values())
def test_phases_follow_each_other(plan: object) -> None:
    assert plan in (FULL, TINY)
    ends = (FULL.environment, FULL.tests, FULL.measures, FULL.runs, FULL.records)
    assert sorted(ends) == list(ends)
    assert ends[-1] <= 540


def test_what_is_planned_is_there() -> None:
    """A recipe that is still to come is the only one that may lack."""
    for run in FULL.training:
        if run.recipe != "fifty-layers-rates":
            assert run.preset in RECIPES[run.recipe].presets
    assert set(FULL.timed) <= set(RECIPES)
