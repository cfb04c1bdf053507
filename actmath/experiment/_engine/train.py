"""Train a configuration from beginning to end, or from where it was left."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ..._text.kinds import check_kind, path_of
from ..._text.whole import refuse_existing
from .._files.storage import held
from .._record.config import CONFIG_HINT, Config, digest
from .._record.provenance import Code, Provenance, Stopped, processor_name
from .._record.record import DamagedRecordError, RunRecord, load_record, rounded
from .._record.shape import Table
from .._tasks.stack_task import StackTask
from .._tasks.task import Row
from ..tasks import TASKS
from .backend import arithmetic, backend
from .budget import Budget, WritingTime, size_of
from .checkpoint import DamagedCheckpointError, State
from .graph import own_stream, step_on
from .interrupt import Request, interruption
from .memory import keep_freed_memory
from .precision import at_precision
from .progress import Tick, progress_bar
from .threads import fitting_threads


def train(
    config: Config,
    *,
    device: str = "auto",
    out: str | Path | None = None,
    force: bool = False,
    progress: bool = True,
    budget: float | None = None,
) -> RunRecord:
    """Train all members of a configuration and judge nothing: the record says what happened.

    With ``out`` the state is saved beside the record to come: after an epoch (a large one only so
    often that writing takes at most 5 % of the time), and on Ctrl-C or SIGTERM. The same call then
    goes on, to the identical record. On a GPU steps are captured as CUDA graphs.

    Args:
        config: what to train.
        device: ``auto`` (a GPU where there is one), or a PyTorch device such as ``cpu``.
        out: where to write the record; None writes nothing.
        force: replace a record that exists, and a checkpoint that belongs to another run.
        progress: show a bar with the time left.
        budget: seconds after which training ends, at an epoch. The record says so
            (``Provenance.stopped``); with ``out`` the same call trains on, as long again.

    Raises:
        FileExistsError: if ``out`` exists, without ``force``, unless a budget ended that very run.
        DamagedCheckpointError: if the checkpoint is damaged or another run's, without ``force``.
        OSError: if nothing can be written there; BusyError if another process makes that record.
        ValueError, TypeError: for no such device, configuration, path, or positive finite budget.
    """
    check_kind(config, Config, "config", CONFIG_HINT)
    limit, place = Budget(budget), choose_device(device)
    out = None if out is None else path_of(out, "out")
    with (
        held(out) if out is not None else nullcontext(),
        # One layer's outputs in all networks.
        fitting_threads(len(config.members) * config.batch * config.width),
        at_precision(config.precision, place),
        own_stream(place),
        # Training needs gradients, also where its caller's own work does without.
        torch.inference_mode(mode=False),
        torch.enable_grad(),
    ):
        replace = force or (out is not None and _goes_on(out, config))
        return Run(config, place, out, force).finish(progress, limit, replace)


class Run:
    """A configuration on its way to its record."""

    def __init__(self, config: Config, device: torch.device, out: Path | None, force: bool) -> None:
        self.config, self.device, self.out, self.force = config, device, out, force
        keep_freed_memory()
        self._set_up()
        self.clock = time.monotonic()
        self.writing, self.saved = WritingTime(), (-1, -1)
        self.state = self._begin()

    def finish(self, progress: bool, budget: Budget, replace: bool) -> RunRecord:
        """Do the epochs that are left, as the budget allows; write the record.

        The checkpoint of a run that reached its end is dropped.
        """
        updates = self.task.updates
        total, done = self.config.epochs * updates, self.state.epoch * updates
        with (
            interruption() as request,
            progress_bar(total, done + self.state.batch, progress) as tick,
        ):
            while self.state.epoch < self.config.epochs and budget.another:
                begun = budget.clock()
                self._epoch(request, tick)
                budget.epoch(begun)
        whole = self.state.epoch == self.config.epochs
        if whole:
            self._save(always=True)
        record = self._record()
        if self.out is not None:
            record.save(self.out, force=replace)
        # After the record is written: a kill between the two leaves both, never neither.
        if whole and self.out is not None:
            checkpoint_path(self.out).unlink(missing_ok=True)
        elif not whole:
            # Who has little time left has the record first; a large state takes longer.
            self._save(always=True)
        if request.asked:
            # Since the last update: who sweeps over many runs wants no further one.
            kept = "nothing was kept" if self.out is None else "its record is written"
            request.answer(f"stopped after epoch {self.state.epoch}: {kept}")
        return record

    def _set_up(self) -> None:
        """The task as it is before training, and its step."""
        self.task = TASKS[self.config.task](self.config, self.device)
        if self.config.compile:
            self.task.compile()
        stacked = self.task if isinstance(self.task, StackTask) else None
        self.graphed = step_on(stacked, self.device) if stacked else None
        self.step: Callable[[Any], tuple[Tensor, int]] = self.graphed or self.task.step

    def _begin(self) -> State:
        # What decides the numbers: configuration, data, device, library, arithmetic.
        asked = (self.config.hash, self.task.data_sha256, device_name(self.device))
        key = digest([*asked, torch.__version__, arithmetic(self.device)])
        path = None if self.out is None else checkpoint_path(self.out)
        if path is not None and path.exists():
            try:
                return self._resume(State.load(path, key), path)
            except (DamagedCheckpointError, OSError):
                # One that may not be read can still be replaced.
                if not self.force:
                    raise
                # A part of what is there may have been taken up.
                self._set_up()
        # float64: a sum over an epoch of float32 losses would lose digits.
        partial = torch.zeros(len(self.config.members), dtype=torch.float64, device=self.device)
        before = {name: [list(row) for row in rows] for name, rows in self.task.probe().items()}
        return State(key, self.task.state_dict(), before, Code.present(), partial)

    def _resume(self, state: State, path: Path) -> State:
        try:
            if state.partial.shape != (len(self.config.members),):
                raise ValueError(f"it has losses of {tuple(state.partial.shape)} networks")
            if state.epoch > self.config.epochs or state.batch > self.task.updates:
                raise ValueError(f"it is at update {state.batch} of epoch {state.epoch + 1}")
            self.task.load_state_dict(state.task)
        # Whatever lacks, or is of another form than what this version of the package writes.
        except (LookupError, TypeError, AttributeError, RuntimeError, ValueError) as error:
            raise DamagedCheckpointError(
                f"{path} does not fit what this version of the package trains: remove it, or "
                f"force (--force) starts afresh ({type(error).__name__}: {error})"
            ) from error
        state.code = state.code.resumed(Code.present())
        state.partial = state.partial.to(self.device)
        return state

    def _epoch(self, request: Request, tick: Tick) -> None:
        state, config = self.state, self.config
        for batch in self.task.batches(state.epoch, state.batch):
            losses, examples = self.step(batch)
            # A batch's mean times its size: the last batch may be short.
            state.partial += losses.double() * examples
            state.seen += examples
            state.batch += 1
            tick(f"epoch {state.epoch + 1} of {config.epochs}")
            if request.asked:
                self._stop(request)
        state.train_loss.append((state.partial / state.seen).tolist())
        state.evaluations.append({k: list(row) for k, row in self.task.evaluate().items()})
        state.partial.zero_()
        state.epoch, state.batch, state.seen = state.epoch + 1, 0, 0
        self._save()

    def _save(self, *, always: bool = False) -> None:
        now = time.monotonic()
        # Since the last save: what lies between a stop and its resumption does not count.
        self.state.seconds += now - self.clock
        self.clock = now
        if self.out is None:
            return
        self.state.task, path = self.task.state_dict(), checkpoint_path(self.out)
        place = (self.state.epoch, self.state.batch)
        if place != self.saved and (always or self.writing.due(size_of(self.state.task))):
            self.writing.timed(lambda: self.state.save(path))
            self.saved = place

    def _stop(self, request: Request) -> None:
        self._save(always=True)
        kept = "nothing was kept" if self.out is None else "the same call goes on from there"
        done = f"after {self.state.batch} of its {self.task.updates} updates"
        request.answer(f"stopped in epoch {self.state.epoch + 1}, {done}: {kept}")

    def _record(self) -> RunRecord:
        state, planned = self.state, self.config.epochs
        steps = {"steps": self.graphed.course} if self.graphed else {}
        provenance = Provenance.now(
            state.code,
            device_name(self.device),
            torch.get_num_threads(),
            state.seconds,
            {**backend(self.device), **steps},
            Stopped("budget", state.epoch, planned) if state.epoch < planned else None,
        )
        return RunRecord(
            config=self.config,
            provenance=provenance,
            data_sha256=self.task.data_sha256,
            train_size=self.task.train_size,
            test_size=self.task.test_size,
            chance=self.task.chance,
            curves=_curves(self.state),
            layers=_layers(self.state.before, self.task.probe()),
            right=self.task.right(),
        )


def _goes_on(out: Path, config: Config) -> bool:
    """Whether a run that its budget ended is recorded there, which may replace its record.

    Raises:
        FileExistsError: if anything else is there.
    """
    try:
        record = load_record(out)
    except (DamagedRecordError, OSError) as error:
        refuse_existing(out)
        if isinstance(error, FileNotFoundError):
            return False
        raise
    stopped = record.provenance.stopped
    if record.config != config or stopped is None:
        refuse_existing(out)
    if not checkpoint_path(out).exists():
        raise FileExistsError(
            f"{out} holds this run, {stopped}, but its state is not beside it to go on from: "
            f"choose another name (--out FILE), or force (--force) starts afresh"
        )
    return True


def choose_device(name: str) -> torch.device:
    """``auto``: a GPU where there is one, else the CPU; otherwise the device of that name.

    Raises:
        ValueError: if PyTorch has no such device here.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
        # torch.device takes the names of devices that are not here, and of meta, which holds none.
        torch.zeros(1, device=device).tolist()
    except (RuntimeError, AssertionError) as error:
        raise ValueError(f"no device {name!r} here (auto and cpu always work): {error}") from error
    return device


def device_name(device: torch.device) -> str:
    """What the device calls itself."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else processor_name()


def checkpoint_path(out: Path) -> Path:
    """Where the unfinished run that will become this record keeps its state."""
    return out.with_name(f"{out.name}.checkpoint")


def _curves(state: State) -> Mapping[str, Table]:
    by_epoch = {"train_loss": state.train_loss} | {
        name: [evaluation[name] for evaluation in state.evaluations]
        for name in state.evaluations[0]
    }
    # [epoch][member] to [member][epoch].
    return {name: rounded(zip(*epochs, strict=True)) for name, epochs in by_epoch.items()}


def _layers(
    before: Mapping[str, Sequence[Row]], after: Mapping[str, Sequence[Row]]
) -> Mapping[str, Table]:
    return {
        f"{name}_{when}": rounded(rows)
        for when, tables in (("before", before), ("after", after))
        for name, rows in tables.items()
    }
