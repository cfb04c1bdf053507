"""Sweeps lose nothing and double nothing, wherever they run."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from actmath.experiment import RunRecord, load_record, sweep, variations
from actmath.experiment._engine.train import train
from actmath.experiment._record.config import Config
from actmath.experiment._record.record import DamagedRecordError
from actmath.experiment.recipes import RECIPES

ROOT = Path(__file__).parents[3]


@pytest.fixture
def tiny(toy: Config) -> Config:
    """One condition, one epoch, 64 images."""
    return replace(toy, conditions=toy.conditions[:1], epochs=1, depth=2, train_limit=64)


def curves(records: dict[str, RunRecord]) -> dict[str, object]:
    return {name: record.curves for name, record in records.items()}


def test_variations_are_the_whole_grid(tiny: Config) -> None:
    found = variations(tiny, {"depth": [1, 2], "learning_rate": [0.1, 0.2]})
    assert list(found)[:2] == [
        "toy-smoke@depth=1,learning_rate=0.1",
        "toy-smoke@depth=1,learning_rate=0.2",
    ]
    assert [config.depth for config in found.values()] == [1, 1, 2, 2]
    assert [c.conditions[0].learning_rate for c in found.values()] == [0.1, 0.2] * 2
    assert variations(tiny, {}) == {"toy-smoke": tiny}


def test_variations_reach_the_tasks_options(tiny: Config) -> None:
    (found,) = variations(replace(tiny, task="dense"), {"momentum": [0.9]}).values()
    assert found.options == {"momentum": 0.9}


def test_a_setting_that_does_not_exist(tiny: Config) -> None:
    with pytest.raises(ValueError, match="nothing called 'deepth': did you mean depth"):
        variations(tiny, {"deepth": [1]})


@pytest.mark.parametrize(("name", "setting"), [("weight-moments", "width"), ("he-depth", "depth")])
def test_a_setting_that_the_arms_have_for_themselves(name: str, setting: str) -> None:
    """All runs would be the same under different names."""
    book = RECIPES[name].config("book")
    with pytest.raises(ValueError, match=f"{setting} is without effect in {name}, which has"):
        variations(book, {setting: [8, 16]})


def test_a_run_that_a_budget_ended_goes_on(tiny: Config, tmp_path: Path) -> None:
    longer = replace(tiny, epochs=3)
    stopped = train(longer, out=tmp_path / "run.json", budget=1e-9, progress=False)
    assert stopped.epochs == 1
    found = sweep({"run": longer}, tmp_path, progress=False)["run"]
    assert (found.epochs, found.provenance.stopped) == (3, None)
    assert found.curves == train(longer, progress=False).curves


@pytest.mark.slow
def test_one_after_the_other_or_in_processes(tiny: Config, tmp_path: Path) -> None:
    configs = variations(tiny, {"depth": [1, 2, 3]})
    here = sweep(configs, tmp_path / "here", progress=False)
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        there = sweep(configs, tmp_path / "there", executor=pool, progress=False)
    assert list(here) == list(there) == list(configs)
    assert curves(here) == curves(there)
    assert [record.config for record in here.values()] == list(configs.values())
    written = {path.stem: load_record(path) for path in (tmp_path / "there").iterdir()}
    assert written == there


def test_finished_runs_are_kept(tiny: Config, tmp_path: Path) -> None:
    first = sweep(variations(tiny, {"depth": [1]}), tmp_path, progress=False)
    (before,) = (path.stat().st_mtime_ns for path in tmp_path.iterdir())
    both = sweep(variations(tiny, {"depth": [1, 2]}), tmp_path, progress=False)
    assert both["toy-smoke@depth=1"] == first["toy-smoke@depth=1"]
    assert (tmp_path / "toy-smoke@depth=1.json").stat().st_mtime_ns == before
    assert len(list(tmp_path.iterdir())) == 2


def test_a_taken_name_is_refused(tiny: Config, tmp_path: Path) -> None:
    sweep({"run": tiny}, tmp_path, progress=False)
    other = {"run": replace(tiny, depth=3)}
    with pytest.raises(FileExistsError, match=r"run\.json holds the record of another"):
        sweep(other, tmp_path, progress=False)
    assert load_record(tmp_path / "run.json").config == tiny
    sweep(other, tmp_path, progress=False, force=True)
    assert load_record(tmp_path / "run.json").config == other["run"]


@pytest.mark.parametrize("task", ["classification", "tables"])
def test_a_record_of_a_file_that_has_changed_is_not_taken_for_the_file_s(
    tmp_path: Path, task: str
) -> None:
    file = tmp_path / "own.csv"
    rows = [f"{k / 7},{k * k % 11},{'ab'[k % 2]}" for k in range(60)]
    file.write_text("\n".join(["x,y,label", *rows]))
    recipe = "tabular" if task == "tables" else "fifty-layers"
    over = {"data": [f"csv:{file}"], "epochs": [1], "width": [4], "seeds": [1]}
    if task == "classification":
        few = {"depth": [1], "train_limit": [20], "test_limit": [10]}
        over |= {"scaling": ["standardized"], **few}
    configs = variations(RECIPES[recipe].config("smoke"), over)
    (old,) = sweep(configs, tmp_path / "runs", progress=False).values()
    assert [old] == [*sweep(configs, tmp_path / "runs", progress=False).values()]
    file.write_text("\n".join(["x,y,label", *rows[::-1], "1,2,a"]))
    said = r"holds the record of other data: csv:.* has changed"
    with pytest.raises(FileExistsError, match=said):
        sweep(configs, tmp_path / "runs", progress=False)
    (new,) = sweep(configs, tmp_path / "runs", progress=False, force=True).values()
    assert new.data_sha256 != old.data_sha256
    file.unlink()
    # What is finished stays, whatever became of its file.
    assert [new] == [*sweep(configs, tmp_path / "runs", progress=False).values()]


class Elsewhere(Executor):
    """A machine that shares no files: there is no such folder on it."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        config, out, *rest = args
        future: Future[Any] = Future()
        future.set_result(fn(config, "/no/such/folder/" + Path(out).name, *rest))
        return future


@pytest.mark.parametrize("present", ["none", "ended by a budget", "another's"])
def test_what_comes_from_a_machine_that_shares_no_files_is_kept(
    tiny: Config, tmp_path: Path, present: str
) -> None:
    longer, out = replace(tiny, epochs=2), tmp_path / "run.json"
    if present == "ended by a budget":
        train(longer, out=out, budget=1e-9, progress=False)
    elif present == "another's":
        train(tiny, out=out, progress=False)
    force = present == "another's"
    found = sweep({"run": longer}, tmp_path, executor=Elsewhere(), force=force, progress=False)
    assert found["run"].epochs == 2
    assert load_record(out) == found["run"]


def test_progress_is_shown(
    tiny: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sweep({"run": tiny}, tmp_path)
    said = capsys.readouterr()
    assert "1 of 1 runs" in said.err
    assert said.out == ""


@contextmanager
def started(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]]
    quiet = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=quiet)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def scheduler_address(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    for line in process.stderr:
        if found := re.search(r"Scheduler at:\s+(tcp://\S+)", line):
            threading.Thread(target=process.stderr.read, daemon=True).start()
            return found[1]
    raise AssertionError("the scheduler ended without giving its address")


def worker(address: str, name: str, folder: Path) -> tuple[str, ...]:
    options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(folder))
    return ("dask_worker", address, "--name", name, "--host", "127.0.0.1", *options)


@pytest.mark.slow
def test_dask_cluster_that_loses_a_worker(tiny: Config, tmp_path: Path) -> None:
    # Not on every machine with a GPU, on which the other tests are to run.
    client_of = pytest.importorskip("distributed").Client
    configs = variations(replace(tiny, epochs=60), {"depth": [1, 2, 3, 4]})
    out = tmp_path / "out"
    scheduler = ("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    with started(*scheduler) as leader:
        address = scheduler_address(leader)
        with (
            started(*worker(address, "kept", tmp_path)),
            started(*worker(address, "lost", tmp_path)) as lost,
            client_of(address) as client,
        ):
            client.wait_for_workers(2, timeout=60)
            killer = threading.Thread(target=kill_once_busy, args=(lost, out))
            killer.start()
            found = sweep(configs, out, executor=client.get_executor(), progress=False)
            killer.join()
            assert lost.poll() == -signal.SIGKILL
    assert sorted(path.name for path in out.iterdir()) == sorted(f"{n}.json" for n in configs)
    assert {path.stem: load_record(path) for path in out.iterdir()} == found
    name, config = next(iter(configs.items()))
    assert found[name].curves == train(config, device="cpu", progress=False).curves


def kill_once_busy(process: subprocess.Popen[str], out: Path) -> None:
    deadline = time.monotonic() + 60
    while len(list(out.glob("*.checkpoint"))) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)


@pytest.mark.slow
def test_a_scheduler_that_is_killed_is_one_sentence(tiny: Config, tmp_path: Path) -> None:
    client_of = pytest.importorskip("distributed").Client
    configs = variations(replace(tiny, epochs=2000), {"depth": [3, 4]})
    out = tmp_path / "out"
    scheduler = ("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    with started(*scheduler) as leader:
        address = scheduler_address(leader)
        with started(*worker(address, "only", tmp_path)), client_of(address) as client:
            client.wait_for_workers(1, timeout=60)

            def kill_once_it_trains() -> None:
                while not list(out.glob("*.checkpoint")):
                    time.sleep(0.02)
                leader.kill()

            killer = threading.Thread(target=kill_once_it_trains, daemon=True)
            killer.start()
            with pytest.raises(ConnectionError, match="the same call keeps the runs"):
                sweep(configs, out, executor=client.get_executor(), progress=False)


def test_a_damaged_record_is_replaced_by_force_alone(tiny: Config, tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text("{")
    with pytest.raises(DamagedRecordError, match=r"one\.json"):
        sweep({"one": tiny}, tmp_path, progress=False)
    found = sweep({"one": tiny}, tmp_path, force=True, progress=False)
    assert load_record(tmp_path / "one.json") == found["one"]


def test_a_name_never_leaves_the_folder(tiny: Config) -> None:
    names = list(variations(tiny, {"data": ["csv:../../..", "csv:/etc/x", "a" * 300]}))
    assert all(Path(name).name == name and len(name) < 200 for name in names)
    assert len(set(names)) == 3


@pytest.mark.parametrize(
    ("over", "sentence"),
    [
        ({"depth": ["abc"]}, "depth must be a valid integer, got 'abc'"),
        ({"depth": [True]}, "depth must be a valid integer, got True"),
        ({"seeds": ["3"]}, "seeds must be a number of repetitions, or several, got '3'"),
        ({"seeds": [10**21]}, "seeds must be 1 to 100000 repetitions"),
        ({"conditions": [1]}, "a run has nothing called 'conditions'"),
    ],
)
def test_a_value_of_another_kind(tiny: Config, over: dict[str, list[Any]], sentence: str) -> None:
    with pytest.raises((TypeError, ValueError), match=sentence):
        variations(tiny, over)


def test_seeds_are_a_number_of_repetitions(tiny: Config) -> None:
    (config,) = variations(tiny, {"seeds": [3]}).values()
    assert config.seeds == (0, 1, 2)
    assert tiny.with_seeds(np.int64(2)).seeds == (0, 1)
    assert tiny.with_seeds(np.array([5, 7])).seeds == (5, 7)
