"""``make gpu`` on a CPU, with budgets of a second: every phase does its work, whatever fails."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from actmath.experiment import load_record
from actmath.experiment._record import provenance
from actmath.experiment._record.provenance import Code
from actmath.experiment.recipes import RECIPES

from . import records
from .plan import FULL, PLANS, TINY
from .records import MOST_BYTES
from .run import RESULTS, Machine, held_back, main, stop

ROOT = Path(__file__).parents[2]
#: What a device machine gives back: at most so many files.
MOST_FILES = 8
SLEEP = "import time; print('begun', flush=True); time.sleep(60)"


@pytest.mark.slow
def test_it_runs_on_a_cpu_and_every_phase_survives_the_failure_of_another(tmp_path: Path) -> None:
    """One of the two runs of the plan is of no recipe there is, and fails."""
    command = [sys.executable, "-m", "tests.gpu.run", "--plan", "tiny", "--device", "cpu"]
    command += ["--out", str(tmp_path), "--carried", str(tmp_path / "none")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=400)
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
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(provenance, "checkout_commit", lambda package: None)
    monkeypatch.setenv(provenance.COMMIT, "main")
    with pytest.raises(SystemExit):
        main(["--out", str(tmp_path / "out"), "--device", "cpu"])
    assert "ACTMATH_COMMIT must be a commit's 40 hexadecimal digits" in capsys.readouterr().err
    assert not list((tmp_path / "out" / "work").glob("*.log"))


def test_what_an_earlier_call_left_is_not_taken_for_this_ones(tmp_path: Path) -> None:
    Machine(tmp_path, "cpu", tmp_path / "none")
    for name in RESULTS:
        (tmp_path / name).write_text("old")
    (tmp_path / "work" / "records" / "old.json").write_text("{}")
    (tmp_path / "notes.txt").write_text("the user's own")
    Machine(tmp_path, "cpu", tmp_path / "none")
    assert {path.name for path in tmp_path.iterdir()} == {"work", "notes.txt"}
    assert not list((tmp_path / "work" / "records").iterdir())


@pytest.mark.parametrize("out", ["a file", "another's work"])
def test_a_folder_that_is_none_or_anothers_is_refused(
    tmp_path: Path, out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "thesis.tex").write_text("years")
    place = tmp_path if out == "another's work" else tmp_path / "work" / "thesis.tex"
    with pytest.raises(SystemExit):
        main(["--out", str(place), "--device", "cpu"])
    assert "error: " in capsys.readouterr().err
    assert (tmp_path / "work" / "thesis.tex").read_text() == "years"


def test_wheels_are_unpacked_before_anything_is_imported(tmp_path: Path) -> None:
    """A Python with nothing at all: what lacks is named, and what is carried is found."""
    carried = tmp_path / "carried"
    carried.mkdir()
    (carried / "broken.whl").write_text("no archive")
    # -S: without the packages of this Python.
    command = [sys.executable, "-S", "-m", "tests.gpu.run", "--plan", "tiny", "--device", "cpu"]
    command += ["--out", str(tmp_path / "out"), "--carried", str(carried)]
    quiet = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    for missing in ("lazy_loader", "other"):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=quiet)
        assert done.returncode == 2
        assert "broken.whl: File is not a zip file" in done.stdout
        assert f"No module named '{missing}': install it, or put its wheel into" in done.stderr
        # In a wheel of its own it is there, and lacks the next.
        with zipfile.ZipFile(carried / "first.whl", "w") as wheel:
            wheel.writestr("lazy_loader.py", "import other")


def commands() -> Iterator[str]:
    """The command lines of all processes, where the system tells them as Linux does."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        # Gone in the meantime.
        with suppress(OSError):
            yield path.read_text("utf-8", "replace")


def test_a_polite_end_leaves_no_process_behind(tmp_path: Path) -> None:
    """As of ``timeout 540 make gpu``, whose phases have sessions of their own."""
    command = [sys.executable, "-m", "tests.gpu.run", "--plan", "tiny", "--device", "cpu"]
    process = subprocess.Popen(
        [*command, "--out", str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    # The first phase has begun once the second line is there.
    said = [process.stdout.readline() for _ in range(2)]
    assert "environment" in said[1]
    log = tmp_path / "work" / "environment.log"
    while not log.exists():
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == 128 + signal.SIGTERM
    assert not [line for line in commands() if str(tmp_path) in line]


def test_a_record_that_is_cut_off_or_of_other_rules_is_said_to_be(tmp_path: Path) -> None:
    folder = tmp_path / "work" / "records"
    folder.mkdir(parents=True)
    (folder / "elu-mnist-smoke.json").write_text('{"schema": 1')
    book = ROOT / "book" / "results" / "fifty-layers-smoke.json"
    (folder / "fifty-layers-book.json").write_bytes(book.read_bytes())
    (tmp_path / "work" / "elu-conv-book.log").write_text("epoch 1\nstopped in epoch 1\n\n")
    names = ("elu-mnist-smoke", "fifty-layers-book", "he-depth-book", "elu-conv-book")
    records.main(str(tmp_path), *names)
    said = (tmp_path / "summary.txt").read_text()
    assert "record elu-mnist-smoke: elu-mnist-smoke.json is no intact record" in said
    assert "record fifty-layers-book: fifty-layers-book.json is the record of fifty-lay" in said
    assert "record he-depth-book: no recorded run" in said
    # Ended in its first epoch: no record, but what it said.
    assert "record elu-conv-book: stopped in epoch 1\n" in said
    assert "phase list missing" in said


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


def test_what_still_runs_is_ended_when_a_machine_is_left(tmp_path: Path) -> None:
    with Machine(tmp_path, "cpu", tmp_path / "none") as machine:
        # It serves until it is ended.
        process = machine.start("server", "http.server", "0", "--bind", "127.0.0.1")
    assert process.wait(10) == -signal.SIGTERM
    stop({"gone": process})


@pytest.mark.parametrize("plan", PLANS.values())
def test_phases_follow_each_other(plan: object) -> None:
    assert plan in (FULL, TINY)
    ends = (FULL.environment, FULL.tests, FULL.measures, FULL.runs, FULL.records)
    assert sorted(ends) == list(ends)
    assert ends[-1] <= 540


def test_what_is_planned_is_there_at_the_sizes_of_a_gpu() -> None:
    planned = {r.recipe: RECIPES[r.recipe].config(r.preset) for r in FULL.training}
    for recipe in ("fifty-layers", "fifty-layers-rates", "elu-mnist"):
        assert (len(planned[recipe].seeds), planned[recipe].data) == (16, "mnist")
    assert planned["snn-depth"].width == 784
    assert set(FULL.timed) <= set(RECIPES)


def test_a_signal_is_held_back_until_what_is_started_is_known() -> None:
    heard: list[int] = []
    usual = signal.signal(signal.SIGTERM, lambda number, frame: heard.append(number))
    try:
        with held_back(signal.SIGTERM):
            signal.raise_signal(signal.SIGTERM)
            assert heard == []
        assert heard == [signal.SIGTERM]
    finally:
        signal.signal(signal.SIGTERM, usual)
