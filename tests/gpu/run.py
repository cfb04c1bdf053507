"""``make gpu``, or ``python -m tests.gpu.run``: tests, measurements and recorded runs on a GPU.

For a machine with Python, PyTorch and CUDA, a copy of the repository and nothing else: no network,
no ``.git`` (then ``ACTMATH_COMMIT`` names the commit), nine minutes. Wheels and data that it lacks
are looked for in the folder ``carried``: ``*.whl``, and MNIST's four files in ``carried/mnist``.

Each phase is a process with a log of its own that is ended when its time is over, and what one
phase does is no matter to the next. What is to be brought back lies in the folder ``--out``, at
most eight files; ``work`` in it stays. What an earlier call left there is removed first.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

# Nothing but Python's own before the carried wheels are on the path.
from .environment import unpacked
from .plan import PLANS, Plan

ROOT = Path(__file__).parents[2]
#: Seconds between a process's polite end and the other one.
GRACE = 2.0
Processes = Mapping[str, subprocess.Popen[bytes]]


@dataclass(frozen=True)
class Ended:
    """How a process ended: its exit status, None where its time was over, and how long it took."""

    name: str
    code: int | None
    seconds: float

    def __str__(self) -> str:
        how = {0: "done", None: "stopped at the end of its time"}.get(self.code)
        return f"{self.name}: {how or f'failed ({self.code})'} after {self.seconds:.1f} s"


#: In ``work``, says whose it is: nothing else is ever removed.
STAMP = "made-by-make-gpu"
#: What a call writes into its folder beside ``work``.
RESULTS = (
    "environment.json",
    "measures.json",
    "summary.txt",
    "records.tar.xz",
    "logs.tar.xz",
    "unverified.tar.gz",
)


class Machine:
    """The processes of a call; those that still run are ended when the context is left.

    Args:
        out: folder for what is brought back.
        device: where the work is done.
        carried: the folder of wheels and data.

    Attributes:
        wheels: the carried wheels that could be unpacked.

    Raises:
        OSError: if the folder cannot be written to.
        ValueError: if it holds a folder ``work`` that no earlier call left.
    """

    def __init__(self, out: Path, device: str, carried: Path) -> None:
        self.out, self.device, self.carried = out.resolve(), device, carried.resolve()
        self.work = self.out / "work"
        self.site = self.work / "site"
        if self.work.exists() and not (self.work / STAMP).is_file():
            raise ValueError(f"{self.work} is of no earlier call: choose another folder (--out)")
        # What an earlier call left there would be taken for this one's.
        if self.work.exists():
            shutil.rmtree(self.work)
        for name in RESULTS:
            (self.out / name).unlink(missing_ok=True)
        (self.work / "records").mkdir(parents=True)
        (self.work / STAMP).touch()
        self.begun = time.monotonic()
        self.started: dict[str, subprocess.Popen[bytes]] = {}
        self.wheels = unpacked(self.carried, self.site)

    def __enter__(self) -> Self:
        """The machine."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Ctrl-C reaches this process alone: the others have sessions of their own."""
        stop(self.started)

    def left(self, until: float) -> float:
        """Seconds until a moment that is counted from the start."""
        return self.begun + until - time.monotonic()

    def environment(self) -> dict[str, str]:
        """Of every process: the repository and the carried wheels on the path, data by name."""
        before = [os.environ["PYTHONPATH"]] if os.environ.get("PYTHONPATH") else []
        known = {
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(self.site), *before]),
            "PYTHONUNBUFFERED": "1",
            # Plugins of the machine's own may warn, and here a warning fails a test.
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "ACTMATH_DEVICE": self.device,
        }
        if (self.carried / "mnist").is_dir():
            known["ACTMATH_MNIST"] = str(self.carried / "mnist")
        return {**os.environ, **known}

    def start(self, name: str, *command: str) -> subprocess.Popen[bytes]:
        """A Python module in a session of its own, its output in ``work/NAME.log``."""
        # One that is started and not listed yet would stay behind.
        with held_back(signal.SIGTERM), (self.work / f"{name}.log").open("wb") as log:
            self.started[name] = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self.started[name]

    def until(self, moment: float, processes: Processes) -> list[Ended]:
        """Wait for all, end those that are not done at the moment, and say how each ended."""
        begun, ended = time.monotonic(), dict[str, Ended]()
        while len(ended) < len(processes) and self.left(moment) > 0:
            for name, process in processes.items():
                if name not in ended and process.poll() is not None:
                    ended[name] = Ended(name, process.returncode, time.monotonic() - begun)
                    say(f"  {ended[name]}")
            time.sleep(0.05)
        late = {name: process for name, process in processes.items() if name not in ended}
        stop(late)
        for name in late:
            ended[name] = Ended(name, None, time.monotonic() - begun)
            say(f"  {ended[name]}")
        return [ended[name] for name in processes]

    def phase(self, name: str, moment: float, *command: str) -> Ended:
        """One process, ended at the moment; its output is shown, too."""
        say(f"== {name}, until {moment:.0f} s")
        (ended,) = self.until(moment, {name: self.start(name, *command)})
        say((self.work / f"{name}.log").read_text("utf-8", "replace")[-SHOWN:])
        return ended


@contextmanager
def held_back(number: signal.Signals) -> Iterator[None]:
    """A signal that comes inside is heard afterwards."""
    came: list[int] = []
    usual = signal.signal(number, lambda given, frame: came.append(given))
    try:
        yield
    finally:
        signal.signal(number, usual)
    if came:
        signal.raise_signal(number)


#: Characters of a phase's output that are shown: the end, where results stand.
SHOWN = 3000


def stop(processes: Processes) -> None:
    """End processes that run with all that they started: politely, then not."""
    # The number of one that is gone may be another's by now.
    running = [process for process in processes.values() if process.poll() is None]
    for number in (signal.SIGTERM, signal.SIGKILL):
        for process in running:
            # Gone in the meantime.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, number)
        over = time.monotonic() + GRACE
        while time.monotonic() < over and any(p.poll() is None for p in running):
            time.sleep(0.02)


def carry_out(plan: Plan, machine: Machine) -> list[Ended]:
    """All phases of the plan, whatever becomes of each."""
    out, device = str(machine.out), machine.device
    tests = ["pytest", "-q", "-m", "on_device", "-k", device, "-p", "no:cacheprovider"]
    # A file that needs a package that is not here costs its own tests only.
    tests.append("--continue-on-collection-errors")
    if plan.workers and importlib.util.find_spec("xdist"):
        tests += ["-p", "xdist.plugin", "-n", str(plan.workers)]
    size = "large" if plan.large else "small"
    ended = [
        machine.phase(
            "environment", plan.environment, "tests.gpu.environment", out, *machine.wheels
        ),
        machine.phase("tests", plan.tests, *tests, *plan.places),
        machine.phase("measures", plan.measures, "tests.gpu.measure", out, size, *plan.timed),
    ]
    ended += train(plan, machine)
    (machine.work / "phases.json").write_text(json.dumps([asdict(one) for one in ended]))
    planned = [run.name for run in plan.training]
    ended.append(machine.phase("records", plan.records, "tests.gpu.records", out, *planned))
    return ended


def train(plan: Plan, machine: Machine) -> list[Ended]:
    """The runs side by side, each with the time that is left as its budget."""
    budget = max(1.0, machine.left(plan.runs) - plan.reserve)
    say(f"== {len(plan.training)} runs, until {plan.runs:.0f} s, budget {budget:.0f} s")
    processes = {}
    for run in plan.training:
        out = machine.work / "records" / f"{run.name}.json"
        command = ["actmath", "train", run.recipe, "--preset", run.preset, "--out", str(out)]
        command += ["--device", machine.device, "--budget", f"{budget:.0f}", "--force"]
        processes[run.name] = machine.start(run.name, *command)
    return machine.until(plan.runs, processes)


def commit_here() -> str | None:
    """The commit that records will name; ValueError if ACTMATH_COMMIT names none."""
    from actmath.experiment._record.provenance import Code

    return Code.present().commit


def say(text: str) -> None:
    """A line for who watches."""
    print(text, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the plan; 0 unless there is nothing to bring back."""
    parser = argparse.ArgumentParser(prog="python -m tests.gpu.run", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "_build" / "gpu")
    parser.add_argument("--carried", type=Path, default=ROOT / "carried")
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    parser.add_argument("--plan", choices=PLANS, default="full")
    given = parser.parse_args(arguments)
    try:
        machine = Machine(given.out, given.device, given.carried)
        sys.path.append(str(machine.site))
        importlib.invalidate_caches()
        # Before any phase: a name that is no commit's would cost every record.
        commit = commit_here()
    except ImportError as error:
        parser.error(f"{error}: install it, or put its wheel into {given.carried}")
    except (OSError, ValueError) as error:
        parser.error(str(error))
    say(f"commit {commit or 'unknown: set ACTMATH_COMMIT, or no record can be used'}")
    # As Ctrl-C does: what runs is ended first.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    with machine:
        carry_out(PLANS[given.plan], machine)
    summary = machine.out / "summary.txt"
    if summary.exists():
        say(summary.read_text("utf-8"))
        return 0
    # The last phase failed: what there is comes back as it is.
    rescued = shutil.make_archive(str(machine.out / "unverified"), "gztar", machine.work, "records")
    say(f"no summary, see the logs in {machine.work}; the records, unverified: {rescued}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
