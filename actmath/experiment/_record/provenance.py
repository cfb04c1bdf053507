"""Where a result comes from: commit, library versions, machine, time."""

from __future__ import annotations

import platform
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from types import NoneType
from typing import Any

from ..._text.tables import Answer
from .config import legible

LIBRARIES = ("torch", "numpy", "scipy", "sympy")


@dataclass(frozen=True)
class Code:
    """The package's state in its checkout: commit, and whether files differ from it."""

    commit: str | None
    dirty: bool | None

    @classmethod
    def present(cls, package: Path = Path(__file__).parents[2]) -> Code:
        """The state now. New files count, files outside the package do not."""
        commit = checkout_commit(package)
        if commit is None:
            return cls(None, None)
        return cls(commit, bool(_git(package, "status", "--porcelain", "--", ".")))

    def resumed(self, now: Code) -> Code:
        """The state of a run begun with this one and resumed with another: dirty if they differ."""
        return self if now == self else Code(self.commit, None if self.commit is None else True)


@dataclass(frozen=True, repr=False)
class Provenance(Answer):
    """What was run where.

    Attributes:
        commit: the checkout's commit when the run began, None outside a checkout or before the
            first commit.
        dirty: whether the package's files differed from it then, or changed before the run was
            resumed; None where there is no commit.
        versions: library versions by name; Python's under ``python``.
        device: the processor's name.
        threads: CPU threads that PyTorch used.
        finished: end of the run, UTC, ISO 8601.
        seconds: wall time of training and evaluation, interruptions left out.
    """

    commit: str | None
    dirty: bool | None
    versions: Mapping[str, str] = field(hash=False)
    device: str
    threads: int
    finished: str
    seconds: float

    @property
    def checkout(self) -> str:
        """The commit in short, with a plus sign where files differed from it."""
        if self.commit is None:
            return "none"
        return self.commit[:7] + ("+" if self.dirty else "")

    @classmethod
    def now(cls, code: Code, device: str, threads: int, seconds: float) -> Provenance:
        """The present state of libraries and clock, with the run's own figures."""
        return cls(
            commit=code.commit,
            dirty=code.dirty,
            versions=versions(),
            device=legible(device, _LONGEST - 2),
            threads=threads,
            finished=datetime.now(UTC).isoformat(timespec="seconds"),
            seconds=round(seconds, 3),
        )

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Provenance:
        """Make the value of plain data.

        Raises:
            TypeError: if a field is missing or unknown.
            ValueError: if a value is not of its field's kind.
        """
        found = cls(**data)
        for name, kinds in _KINDS.items():
            value = getattr(found, name)
            # A bool is an int to Python, but no number of threads.
            if type(value) not in kinds or (isinstance(value, str) and len(value) > _LONGEST):
                raise ValueError(f"has {value!r} for its {name}")
        if not all(type(version) is str for version in found.versions.values()):
            raise ValueError(f"has {found.versions!r} for its versions")
        return found


#: A verdict names the device and the commit: of so many characters at most.
_LONGEST = 200
#: By field, the types of plain data that it may have.
_KINDS: Mapping[str, tuple[type, ...]] = {
    "commit": (str, NoneType),
    "dirty": (bool, NoneType),
    "versions": (dict,),
    "device": (str,),
    "threads": (int,),
    "finished": (str,),
    "seconds": (int, float),
}


def versions() -> dict[str, str]:
    """Versions of Python and of the libraries that make the numbers."""
    found = {name: metadata.version(name) for name in LIBRARIES}
    return {"python": platform.python_version(), **found}


def checkout_commit(package: Path) -> str | None:
    """The commit of the checkout that holds the package, None if it lies in no checkout of ours.

    A package installed into an environment inside somebody's checkout is not part of that one.
    """
    top = _git(package, "rev-parse", "--show-toplevel")
    if top is None or Path(top).resolve() != package.resolve().parent:
        return None
    return _git(package, "rev-parse", "--verify", "--quiet", "HEAD")


def processor_name() -> str:
    """The CPU's name, as the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    # No /proc: another system than Linux.
    except OSError:
        lines = []
    # Linux says it once for each core.
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _git(folder: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=True
        )
    # No git on this machine, or no checkout here.
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip() or None
