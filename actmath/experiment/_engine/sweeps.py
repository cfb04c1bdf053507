"""Many runs, one record each, through any ``concurrent.futures`` executor."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Executor, Future, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ..._text.kinds import check_kind, check_values, path_of, several_of
from ...names import suggest
from .._record.config import CONFIG_HINT, Condition, Config, digest
from .._record.options import hidden_layers
from .._record.record import DamagedRecordError, RunRecord, load_record
from ..data import load
from ..data._dataset import MissingDataError
from ..data._files import joint_sha256
from ..data._tables import load_table
from .progress import progress_bar

ARM_FIELDS = ("learning_rate", "activation", "scaling", "weights")
# Beside those that a run is known by, and those that are no single value.
_APART = ("recipe", "preset", "options", "conditions")
RUN_FIELDS = tuple(f.name for f in fields(Config) if f.name not in _APART)
Value = str | int | float | bool | None
_KEPT = "the same call keeps the runs that were finished"
# Sources of data whose content no checksum fixes, and the task that joins several of them.
_OWN_FILES = ("csv", "idx", "cifar")
_JOINED = "tables"
# Of a record's name; beside it lie files of longer ones.
_LONGEST_NAME = 120


@dataclass(frozen=True)
class Job:
    """One run of a sweep: what to train, and the file its record belongs in."""

    config: Config
    out: Path


def variations(config: Config, over: Mapping[str, Sequence[Value]]) -> dict[str, Config]:
    """The configuration with every combination of the values, by a name that says which.

    A name in ``over`` is a field of the configuration (``depth``, ``width``, …), a field of its
    conditions (``learning_rate``, …, then set in all of them), or an option of the task.

    Raises:
        ValueError: for a name that is none of these, or a depth or width that all networks have
            from elsewhere.
        TypeError: for what is no configuration, or values that are not several.

    >>> from actmath.experiment.recipes import RECIPES
    >>> list(variations(RECIPES["fifty-layers"].config("smoke"), {"depth": [8, 16]}))
    ['fifty-layers-smoke@depth=8', 'fifty-layers-smoke@depth=16']
    """
    check_kind(config, Config, "config", CONFIG_HINT)
    check_kind(over, Mapping, "over")
    over = {name: several_of(values, object, f"over[{name!r}]") for name, values in over.items()}
    stem = f"{config.recipe}-{config.preset}"
    names = list(over)
    found = {}
    for values in product(*over.values()):
        chosen = dict(zip(names, values, strict=True))
        suffix = ",".join(f"{name}={value}" for name, value in chosen.items())
        name = f"{stem}@{suffix}" if suffix else stem
        found[_safe(name)] = _varied(config, chosen)
    return found


def _safe(name: str) -> str:
    """The name of a file in the sweep's own folder: what else could be a path is a percent code.

    >>> _safe("fifty-layers-smoke@data=csv:../x")
    'fifty-layers-smoke@data=csv:..%2Fx'
    """
    # A leading dot would hide it; most file systems know 255 bytes, and some go on from there.
    quoted = quote(name, safe=" @=,:;+~()[]{}!&'")
    if len(quoted) > _LONGEST_NAME:
        quoted = f"{quoted[:_LONGEST_NAME]}-{digest(name)[:12]}"
    return quoted.removeprefix(".") or "run"


def sweep(
    configs: Mapping[str, Config],
    folder: str | Path,
    *,
    executor: Executor | None = None,
    device: str = "auto",
    force: bool = False,
    progress: bool = True,
) -> dict[str, RunRecord]:
    """Train every configuration and write its record to ``folder/NAME.json``.

    A record that is there already, of the same configuration and data, is kept and not trained
    again: a sweep that was stopped goes on by the same call, and so does the run it was stopped in.

    Args:
        configs: by name, what to train.
        folder: where the records go. An executor's workers use the same path where they share
            the file system, and else send the record back only.
        executor: where the runs take place: None is here, one after the other; else a
            ``ProcessPoolExecutor``, a Dask client's ``get_executor()``, ….
        device: ``auto`` or a PyTorch device, on the worker.
        force: replace records of other configurations, and of files that have changed.
        progress: show a bar with the time left, on standard error.

    Raises:
        FileExistsError: if another's record, or one of other data, is there, without ``force``.
        BrokenProcessPool: if a worker process was killed; what was finished is kept.
        TypeError: for what is no mapping to configurations, or no path.
    """
    check_values(configs, Config, "configs", CONFIG_HINT)
    (place := path_of(folder, "folder")).mkdir(parents=True, exist_ok=True)
    jobs = {name: Job(config, place / f"{name}.json") for name, config in configs.items()}
    now = cache(_checksum)  # a file is read once for all of its runs
    done = {name: record for name, job in jobs.items() if (record := _finished(job, force, now))}
    left = {name: job for name, job in jobs.items() if name not in done}
    with progress_bar(len(jobs), len(done), progress) as tick:
        for name, record in _results(left, executor, device, force):
            out = jobs[name].out
            # A worker that shares no files sends its record back only. What lies here then is that
            # of a run which has gone on, or which is to be replaced.
            if _kept(out) != record:
                record.save(out, force=True)
            done[name] = record
            tick(f"{len(done)} of {len(jobs)} runs")
    return {name: done[name] for name in jobs}


def perform(config: Mapping[str, Any], out: str, device: str, force: bool) -> dict[str, Any]:
    """Do one job on a worker: plain data in, plain data out.

    Called again for the same job (its worker was lost), it goes on from the checkpoint, or gives
    the record that the first call wrote.
    """
    from .train import train

    job = Job(Config.from_json(config), Path(out))
    # Without the sweep's folder a worker shares no files: its record goes back by value.
    path = job.out if job.out.parent.is_dir() else None
    record = _finished(job, force, _checksum) if path else None
    if record is None:
        record = train(job.config, device=device, out=path, force=force, progress=False)
    return record.to_json()


def _results(
    jobs: Mapping[str, Job], executor: Executor | None, device: str, force: bool
) -> Iterator[tuple[str, RunRecord]]:
    if executor is None:
        for name, job in jobs.items():
            yield name, RunRecord.from_json(_perform(job, device, force))
        return
    futures: dict[Future[dict[str, Any]], str] = {
        executor.submit(perform, *_arguments(job, device, force)): name
        for name, job in jobs.items()
    }
    try:
        for future in as_completed(futures):
            yield futures[future], RunRecord.from_json(future.result())
    except BrokenProcessPool as error:
        raise BrokenProcessPool(f"a worker process was killed: {_KEPT}") from error
    # What becomes of Dask's futures when their scheduler ends.
    except CancelledError as error:
        raise ConnectionError(f"the scheduler was lost: {_KEPT}") from error
    finally:
        # After an error or Ctrl-C no further run begins; those that run are not cut off.
        for future in futures:
            future.cancel()


def _perform(job: Job, device: str, force: bool) -> dict[str, Any]:
    return perform(*_arguments(job, device, force))


def _arguments(job: Job, device: str, force: bool) -> tuple[dict[str, Any], str, str, bool]:
    # Absolute: a worker's current directory may be another.
    return job.config.to_json(), str(job.out.resolve()), device, force


def _kept(out: Path) -> RunRecord | None:
    try:
        return load_record(out)
    except (FileNotFoundError, DamagedRecordError):
        return None


def _finished(job: Job, force: bool, now: Callable[[str, str], str | None]) -> RunRecord | None:
    if not job.out.exists():
        return None
    try:
        record = load_record(job.out)
    except DamagedRecordError:
        if force:
            return None
        raise
    # By value: a file's name says nothing of what is in it.
    if record.config != job.config:
        other = "another configuration"
    elif now(job.config.task, job.config.data) not in (None, record.data_sha256):
        other = f"other data: {record.config.data} has changed"
    else:
        # One that a budget ended goes on.
        return record if record.provenance.stopped is None else None
    if not force:
        raise FileExistsError(
            f"{job.out} holds the record of {other}: choose another folder (--out FOLDER), or "
            "force (--force) replaces it"
        )
    return None


def _checksum(task: str, data: str) -> str | None:
    """Of what a user's own files hold now; None of those that are gone, and of other data."""
    source, _, names = data.partition(":")
    if source not in _OWN_FILES:
        return None
    with suppress(MissingDataError):
        if task == _JOINED:
            tables = (load_table(f"{source}:{name}") for name in names.split(","))
            return joint_sha256(table.sha256 for table in tables)
        return load(data).sha256
    return None


def _varied(config: Config, chosen: Mapping[str, Value]) -> Config:
    run: dict[str, Any] = {k: v for k, v in chosen.items() if k in RUN_FIELDS}
    if "seeds" in run:
        # As everywhere, a number of repetitions.
        run["seeds"] = config.with_seeds(run["seeds"]).seeds
    arms = {k: v for k, v in chosen.items() if k in ARM_FIELDS}
    options = {k: v for k, v in chosen.items() if k not in run and k not in arms}
    known = _options(config)
    for name in options:
        if name not in known:
            everything = (*RUN_FIELDS, *ARM_FIELDS, *known)
            raise ValueError(f"a run has nothing called {name!r}: {suggest(name, everything)}")
    changes = dict(run)
    if arms:
        changes["conditions"] = tuple(_changed(c, arms) for c in config.conditions)
    if options:
        changes["options"] = {**config.options, **options}
    for name in [name for name in ("depth", "width") if name in run]:
        # Twice as large, so that a value equal to the configuration's is told apart, too.
        doubled = replace(config, **{name: 2 * getattr(config, name)})
        if hidden_layers(doubled) == hidden_layers(config):
            own = hidden_layers(config)
            raise ValueError(f"{name} is without effect in {config.recipe}, which has {own}")
    return replace(config, **changes)


def _changed(condition: Condition, changes: Mapping[str, Any]) -> Condition:
    return replace(condition, **changes)


def _options(config: Config) -> tuple[str, ...]:
    from ..tasks import TASKS

    return tuple(TASKS[config.task].DEFAULTS)
