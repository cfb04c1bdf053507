"""Runs repeat themselves, survive being killed, and keep what is there."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch

from actmath.experiment._engine import backend as beneath
from actmath.experiment._engine import budget
from actmath.experiment._engine.backend import backend
from actmath.experiment._engine.checkpoint import DamagedCheckpointError, State, content_digest
from actmath.experiment._engine.train import checkpoint_path, choose_device, train
from actmath.experiment._record.config import Config, canonical
from actmath.experiment._record.provenance import Stopped
from actmath.experiment._record.record import RunRecord, load_record
from actmath.experiment._tasks.stack_task import Batch
from actmath.experiment.tasks.mlp import MLP

LONG = 150
SCRIPT = """
import json, sys
from pathlib import Path
from actmath.experiment._record.config import Config
from actmath.experiment._engine.train import train
config = Config.from_json(json.loads(sys.argv[1]))
train(config, out=Path(sys.argv[2]), device="cpu", progress=False)
"""


def numbers(record: RunRecord) -> dict[str, object]:
    """Everything but the clock's part."""
    data = record.to_json()
    data["provenance"] = {**data["provenance"], "finished": "", "seconds": 0}
    return data


def start(config: Config, out: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", SCRIPT, canonical(config.to_json()), str(out)]
    return subprocess.Popen(
        command,
        cwd=Path(__file__).parents[3],
        stderr=subprocess.PIPE,
    )


def epochs_done(path: Path) -> int:
    return int(torch.load(path, weights_only=True)["epoch"]) if path.exists() else 0


def wait_for_epochs(process: subprocess.Popen[bytes], path: Path, epochs: int) -> None:
    deadline = time.monotonic() + 60
    while epochs_done(path) < epochs:
        assert process.poll() is None, process.communicate()[1].decode()
        assert time.monotonic() < deadline, "the run makes no progress"
        time.sleep(0.05)


@pytest.fixture
def long(toy: Config) -> Config:
    """So many epochs that there is time to kill the run before its end."""
    return replace(toy, conditions=toy.conditions[:1], epochs=LONG, depth=2, train_limit=64)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_killed_run_resumes_to_the_identical_record(
    long: Config, tmp_path: Path, number: signal.Signals
) -> None:
    out = tmp_path / "run.json"
    process = start(long, out)
    wait_for_epochs(process, checkpoint_path(out), 3)
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert process.returncode == -number
    if number is not signal.SIGKILL:
        assert b"the same call goes on from there" in said
    assert not out.exists()
    done = epochs_done(checkpoint_path(out))
    assert 3 <= done < LONG
    resumed = train(long, out=out, device="cpu", progress=False)
    assert numbers(resumed) == numbers(train(long, device="cpu", progress=False))
    assert numbers(load_record(out)) == numbers(resumed)
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]


def interrupted_at(
    number: int, calls: list[int] | None = None, by: signal.Signals = signal.SIGINT
) -> Callable[..., Any]:
    """Steps of which one brings a signal, counted."""
    step, counted = MLP.step, [] if calls is None else calls

    def one(self: MLP, batch: Batch) -> tuple[torch.Tensor, int]:
        counted.append(len(counted))
        if len(counted) == number:
            signal.raise_signal(by)
        return step(self, batch)

    return one


def test_interrupted_within_an_epoch_it_resumes_there(
    toy: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, calls = tmp_path / "run.json", list[int]()
    monkeypatch.setattr(MLP, "step", interrupted_at(11, calls))
    with pytest.raises(KeyboardInterrupt, match="stopped in epoch 2"):
        train(toy, out=out, progress=False)
    saved = torch.load(checkpoint_path(out), weights_only=True)
    assert (saved["epoch"], saved["batch"]) == (1, 3)
    resumed = train(toy, out=out, progress=False)
    assert len(calls) == 3 * 8
    assert numbers(resumed) == numbers(train(toy, progress=False))


def test_a_polite_end_within_an_epoch_keeps_its_updates_and_is_what_it_was(
    toy: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A handler of the caller's own is called when the state is on the disk."""
    out, seen = tmp_path / "run.json", list[bool]()
    usual = signal.signal(signal.SIGTERM, lambda *_: seen.append(checkpoint_path(out).exists()))
    try:
        monkeypatch.setattr(MLP, "step", interrupted_at(3, by=signal.SIGTERM))
        # Only a handler that lets it go on comes here.
        with pytest.raises(KeyboardInterrupt, match="stopped in epoch 1"):
            train(toy, out=out, progress=False)
    finally:
        signal.signal(signal.SIGTERM, usual)
    assert seen == [True]
    assert torch.load(checkpoint_path(out), weights_only=True)["batch"] == 3
    assert numbers(train(toy, out=out, progress=False)) == numbers(train(toy, progress=False))


def test_a_budget_ends_at_an_epoch_and_the_same_call_goes_on(toy: Config, tmp_path: Path) -> None:
    """One epoch a call, as none is short enough for another: the third ends the run."""
    out, whole = tmp_path / "run.json", train(toy, progress=False)
    for epochs in (1, 2, 3):
        record = train(toy, out=out, progress=False, budget=1e-9)
        stopped = Stopped("budget", epochs, 3) if epochs < 3 else None
        assert (record.epochs, record.provenance.stopped) == (epochs, stopped)
        assert load_record(out).to_json() == record.to_json()
        for name, table in record.curves.items():
            assert table == tuple(row[:epochs] for row in whole.curves[name])
        assert checkpoint_path(out).exists() is (epochs < 3)
    assert numbers(record) == numbers(whole)
    with pytest.raises(FileExistsError, match=r"run\.json exists"):
        train(toy, out=out, progress=False, budget=1e-9)


def test_a_run_that_a_budget_ended_is_not_replaced_by_another(toy: Config, tmp_path: Path) -> None:
    out = tmp_path / "run.json"
    train(toy, out=out, progress=False, budget=1e-9)
    before = out.read_bytes()
    with pytest.raises(FileExistsError, match=r"run\.json exists"):
        train(replace(toy, batch=16), out=out, progress=False)
    checkpoint_path(out).unlink()
    with pytest.raises(FileExistsError, match=r"ended by its budget after 1 of 3 epochs, but its"):
        train(toy, out=out, progress=False)
    assert out.read_bytes() == before
    assert train(toy, out=out, progress=False, force=True).epochs == 3


def test_interrupted_within_a_budget_the_last_record_stays(
    toy: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "run.json"
    train(toy, out=out, progress=False, budget=1e-9)
    before = out.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(MLP, "step", interrupted_at(3))
        with pytest.raises(KeyboardInterrupt, match=r"in epoch 2, after 3 of its .* goes on"):
            train(toy, out=out, progress=False, budget=60)
    assert out.read_bytes() == before
    record = train(toy, out=out, progress=False, budget=60)
    assert numbers(record) == numbers(train(toy, progress=False))


def test_stopped_after_its_last_update_it_has_its_record_and_stops(
    toy: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or a sweep would go on with its next run."""
    evaluate, out = MLP.evaluate, tmp_path / "run.json"

    def with_signal(self: MLP) -> Any:
        signal.raise_signal(signal.SIGINT)
        return evaluate(self)

    monkeypatch.setattr(MLP, "evaluate", with_signal)
    once = replace(toy, epochs=1)
    with pytest.raises(KeyboardInterrupt, match="stopped after epoch 1: its record is written"):
        train(once, out=out, progress=False)
    assert load_record(out).config == once
    with pytest.raises(KeyboardInterrupt, match="nothing was kept"):
        train(once, progress=False)


@pytest.mark.parametrize("other", [{"vectors": "none"}, {"loops": "none"}], ids=str)
def test_a_run_is_not_resumed_in_another_arithmetic(
    toy: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, other: dict[str, str]
) -> None:
    """Half of it in each would be the record of neither."""
    out = tmp_path / "run.json"
    train(toy, out=out, progress=False, budget=1e-9)
    here = backend(torch.device("cpu"))
    with monkeypatch.context() as patch:
        patch.setattr(beneath, "backend", lambda device: {**here, **other})
        with pytest.raises(DamagedCheckpointError, match=r"left by another .* arithmetic"):
            train(toy, out=out, progress=False)
    assert train(toy, out=out, progress=False).epochs == 3


@pytest.mark.parametrize("seconds", [0, -3, float("nan"), float("inf")])
def test_a_budget_that_is_none_is_refused(toy: Config, tmp_path: Path, seconds: float) -> None:
    with pytest.raises(ValueError, match="budget must be a positive number of seconds"):
        train(toy, out=tmp_path / "run.json", progress=False, budget=seconds)
    assert list(tmp_path.iterdir()) == []


def test_a_budget_that_is_over_leaves_the_record_before_the_state(
    toy: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed while it writes a large state, a run has its record."""
    monkeypatch.setattr(budget, "SMALL", 0)
    monkeypatch.setattr(budget, "SLOW_DISK", 1e-3)

    def killed(self: State, path: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(State, "save", killed)
    out = tmp_path / "run.json"
    with pytest.raises(KeyboardInterrupt):
        train(toy, out=out, progress=False, budget=1e-9)
    assert load_record(out).provenance.stopped == Stopped("budget", 1, 3)


def test_a_large_state_is_written_at_the_end_and_at_an_interrupt_only(
    toy: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So large that no epoch is long enough for it."""
    monkeypatch.setattr(budget, "SMALL", 0)
    monkeypatch.setattr(budget, "SLOW_DISK", 1e-3)
    out, saved = tmp_path / "run.json", list[tuple[int, int]]()
    save = State.save

    def noted(self: State, path: Path) -> None:
        saved.append((self.epoch, self.batch))
        save(self, path)

    monkeypatch.setattr(State, "save", noted)
    with monkeypatch.context() as patch:
        patch.setattr(MLP, "step", interrupted_at(11))
        with pytest.raises(KeyboardInterrupt):
            train(toy, out=out, progress=False)
    assert saved == [(1, 3)]
    record = train(toy, out=out, progress=False)
    assert saved == [(1, 3), (3, 0)]
    assert numbers(record) == numbers(train(toy, progress=False))


def test_the_usual_ctrl_c_is_back_afterwards(toy: Config) -> None:
    before = signal.getsignal(signal.SIGINT)
    train(replace(toy, epochs=1), progress=False)
    assert signal.getsignal(signal.SIGINT) is before


def test_same_seeds_same_numbers_whatever_the_global_generator(toy: Config, device: str) -> None:
    torch.manual_seed(1)
    first = train(toy, device=device, progress=False)
    state = torch.get_rng_state()
    torch.manual_seed(2)
    assert numbers(train(toy, device=device, progress=False)) == numbers(first)
    torch.manual_seed(1)
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize(
    "around",
    [torch.no_grad, torch.inference_mode, partial(torch.autocast, "cpu", torch.bfloat16)],
    ids=["no_grad", "inference_mode", "autocast"],
)
def test_same_numbers_whatever_the_caller_is_doing(
    toy: Config, around: Callable[[], AbstractContextManager[None]]
) -> None:
    small = replace(toy, epochs=1)
    with around():
        found = train(small, device="cpu", progress=False)
    assert numbers(found) == numbers(train(small, device="cpu", progress=False))


def test_other_seeds_other_numbers(toy: Config, device: str) -> None:
    first, second = (train(toy.with_seeds((s,)), device=device, progress=False) for s in (0, 1))
    assert first.curves["train_loss"] != second.curves["train_loss"]


def test_it_learns(toy: Config) -> None:
    record = train(replace(toy, epochs=15), progress=False)
    losses = record.curve("train_loss", "selu")
    assert (losses[:, -1] < 0.7 * losses[:, 0]).all()
    assert min(record.final("test_accuracy", "selu")) > 0.5


def test_record_is_not_overwritten_without_force(toy: Config, tmp_path: Path) -> None:
    out = tmp_path / "run.json"
    train(replace(toy, epochs=1), out=out, progress=False)
    before = out.read_bytes()
    with pytest.raises(FileExistsError, match=r"run\.json exists.*--force"):
        train(toy, out=out, progress=False)
    assert out.read_bytes() == before
    train(toy, out=out, force=True, progress=False)
    assert load_record(out).config == toy
    (tmp_path / "dead.json").symlink_to("nowhere")
    with pytest.raises(FileExistsError, match=r"dead\.json exists.*--force"):
        train(toy, out=tmp_path / "dead.json", progress=False)
    # Before anything was trained.
    assert not checkpoint_path(tmp_path / "dead.json").exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", None])
def test_checkpoint_that_does_not_fit_is_refused_and_force_starts_afresh(
    toy: Config, tmp_path: Path, content: bytes | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "run.json"
    if content is None:
        with monkeypatch.context() as patched:
            patched.setattr(RunRecord, "save", _full)
            with pytest.raises(OSError, match="the disk is full"):
                train(replace(toy, batch=16), out=out, progress=False)
    else:
        checkpoint_path(out).write_bytes(content)
    with pytest.raises(DamagedCheckpointError, match=r"run\.json\.checkpoint"):
        train(toy, out=out, progress=False)
    record = train(toy, out=out, force=True, progress=False)
    assert numbers(record) == numbers(train(toy, progress=False))


def test_a_checkpoint_that_may_not_be_read_is_replaced_by_force(
    toy: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(path: Path, key: str) -> State:
        raise PermissionError(13, "Permission denied", str(path))

    out = tmp_path / "run.json"
    checkpoint_path(out).touch()
    monkeypatch.setattr(State, "load", locked)
    with pytest.raises(PermissionError, match="checkpoint"):
        train(toy, out=out, progress=False)
    record = train(toy, out=out, force=True, progress=False)
    assert numbers(record) == numbers(train(toy, progress=False))
    assert not checkpoint_path(out).exists()


def _without_optimizer(content: dict[str, Any]) -> None:
    del content["task"]["all"]["optimizer"]


def _of_other_optimizer(content: dict[str, Any]) -> None:
    content["task"]["all"]["optimizer"] = {"state": {}, "param_groups": [{"lr": 1.0}]}


def _of_other_networks(content: dict[str, Any]) -> None:
    content["partial"] = content["partial"][:1]


def _beyond_its_end(content: dict[str, Any]) -> None:
    content["epoch"] += 3
    for name in ("train_loss", "evaluations"):
        content[name] = content[name] * 4


@pytest.mark.parametrize(
    "change", [_without_optimizer, _of_other_optimizer, _of_other_networks, _beyond_its_end]
)
def test_a_state_of_another_version_is_refused_and_force_starts_afresh(
    toy: Config, tmp_path: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    """Of the same configuration, as an earlier engine may have left it."""
    out = tmp_path / "run.json"
    train(toy, out=out, progress=False, budget=1e-9)
    content = torch.load(checkpoint_path(out), weights_only=True)
    del content["sha256"]
    change(content)
    torch.save({**content, "sha256": content_digest(content)}, checkpoint_path(out))
    with pytest.raises(DamagedCheckpointError, match=r"run\.json\.checkpoint does not fit.*--f"):
        train(toy, out=out, progress=False)
    record = train(toy, out=out, force=True, progress=False)
    assert numbers(record) == numbers(train(toy, progress=False))


def _full(*_: object, **__: object) -> None:
    raise OSError("the disk is full")


def test_without_out_nothing_is_written(
    toy: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    train(replace(toy, epochs=1), progress=False)
    assert list(tmp_path.iterdir()) == []


def test_progress_bar_is_shown(toy: Config, capsys: pytest.CaptureFixture[str]) -> None:
    train(replace(toy, epochs=2), progress=True)
    said = capsys.readouterr()
    assert "epoch 2 of 2" in said.err
    assert said.out == ""


def test_devices() -> None:
    expected = "cuda" if torch.cuda.is_available() else "cpu"
    assert choose_device("auto").type == expected
    # PyTorch knows meta, which holds no numbers.
    for name in ("abacus", "meta"):
        with pytest.raises(ValueError, match=f"no device '{name}' here"):
            choose_device(name)


def test_provenance(toy: Config) -> None:
    record = train(replace(toy, epochs=1), device="cpu", progress=False)
    origin = record.provenance
    assert origin.versions["torch"] == torch.__version__
    assert origin.device
    assert origin.seconds > 0
    assert origin.threads == 1
    assert origin.backend == backend(torch.device("cpu"))
    assert record.train_size == 250
