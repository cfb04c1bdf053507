"""Ctrl-C, sent to a whole group of processes as a terminal does, and workers that are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from actmath.cli._workers import Workers
from actmath.experiment._engine import run

from .invoke import refusal

ROOT = Path(__file__).parents[2]
#: Started, and then given a handler, since Ctrl-C may be ignored where the tests run.
_DRIVE = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from tests.cli.test_workers import drive
try:
    drive(*sys.argv[1:])
except KeyboardInterrupt:
    sys.exit(130)
"""


def note(folder: str, job: int, seconds: float) -> None:
    """A job that says when it is begun."""
    (Path(folder) / f"begun-{job}").touch()
    time.sleep(seconds)


def drive(method: str, folder: str, jobs: str) -> None:
    """Hand out long jobs, or a short one, after which the workers are idle."""
    with Workers(2, method) as pool:
        seconds = 60 if int(jobs) > 1 else 0
        made = [pool.submit(note, folder, job, seconds) for job in range(int(jobs))]
        for each in made:
            each.result()
        (Path(folder) / "idle").touch()
        time.sleep(60)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "killpg"), reason="Windows has no groups of processes")
@pytest.mark.parametrize("method", ["fork", "spawn"])
@pytest.mark.parametrize(("jobs", "signs"), [(1, {"begun-0", "idle"}), (6, {"begun-0", "begun-1"})])
def test_an_interruption_ends_the_jobs_that_run_and_begins_no_other(
    method: str, jobs: int, signs: set[str], tmp_path: Path
) -> None:
    call = [sys.executable, "-c", _DRIVE, method, str(tmp_path), str(jobs)]
    with subprocess.Popen(call, cwd=ROOT, stderr=subprocess.PIPE, start_new_session=True) as one:
        end = time.monotonic() + 50
        while not signs <= set(os.listdir(tmp_path)) and time.monotonic() < end:
            time.sleep(0.05)
        os.killpg(one.pid, signal.SIGINT)
        try:
            said = one.communicate(timeout=50)[1].decode()
        finally:
            # Where it did not end.
            if one.poll() is None:
                os.killpg(one.pid, signal.SIGKILL)
    assert (one.returncode, said) == (130, "")
    assert set(os.listdir(tmp_path)) == signs


def test_a_worker_that_is_killed_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise BrokenProcessPool("a worker process was killed")

    monkeypatch.setattr(run, "run", killed)
    assert refusal("train", "fifty-layers") == "error: a worker process was killed"
    with Workers(1) as pool, pytest.raises(BrokenProcessPool):
        pool.submit(os._exit, 1).result()
