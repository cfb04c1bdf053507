"""Where a result comes from: commit, library versions, machine, time."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from ..._text.tables import Answer, legible
from .._files.schema import check_fields

LIBRARIES = ("torch", "numpy", "scipy", "sympy")
#: The environment variable that names the commit of a copy that is no checkout.
COMMIT = "ACTMATH_COMMIT"
_HASH = re.compile("[0-9a-f]{40}")
#: A verdict names the device and the commit: of so many characters at most.
_LONGEST = 200
Short = Annotated[str, StringConstraints(max_length=_LONGEST)]


def _instant(text: str) -> str:
    datetime.fromisoformat(text)
    return text


#: A day or an instant as ISO 8601 writes it.
Instant = Annotated[Short, AfterValidator(_instant)]


@dataclass(frozen=True)
class Code:
    """The package's commit, and whether its files differ from it: None where that is not known."""

    commit: str | None
    dirty: bool | None

    @classmethod
    def present(cls, package: Path = Path(__file__).parents[2]) -> Code:
        """The state now. New files count, files outside the package do not.

        A checkout speaks for itself; in a copy without one, ACTMATH_COMMIT says which it is of.

        Raises:
            ValueError: if that variable is not a commit's 40 hexadecimal digits.
        """
        commit = checkout_commit(package)
        if commit is not None:
            # New files too, which a user's own settings may hide.
            changes = _git(package, "status", "--porcelain", "--untracked-files=all", "--", ".")
            return cls(commit, None if changes is None else bool(changes))
        named = os.environ.get(COMMIT)
        if named and not _HASH.fullmatch(named):
            raise ValueError(
                f"{COMMIT} must be a commit's 40 hexadecimal digits (git rev-parse HEAD), "
                f"got {legible(named, _LONGEST)!r}"
            )
        return cls(named or None, None)

    def resumed(self, now: Code) -> Code:
        """The state of a run begun with this one and resumed with another: dirty if they differ."""
        return self if now == self else Code(self.commit, None if self.commit is None else True)


@dataclass(frozen=True)
class Stopped:
    """A run that ended before its last epoch, with all that it had found until then.

    Attributes:
        by: what ended it: ``budget``.
        epochs: how many were run.
        planned: how many the configuration asks for.
    """

    by: Literal["budget"]
    epochs: Annotated[int, Field(ge=1)]
    planned: int

    def __post_init__(self) -> None:
        check_fields(self)
        if self.epochs >= self.planned:
            raise ValueError(f"{self.epochs} of {self.planned} epochs is no early end")

    def __str__(self) -> str:
        return f"ended by its {self.by} after {self.epochs} of {self.planned} epochs"


@dataclass(frozen=True, repr=False)
class Provenance(Answer):
    """What was run where.

    Attributes:
        commit: the checkout's commit when the run began, or the one that ACTMATH_COMMIT named
            where there is no checkout; None where nobody says.
        dirty: whether the package's files differed from it then, or changed before the run was
            resumed; None where there is no checkout to ask, or git does not answer.
        versions: library versions by name; Python's under ``python``.
        device: the processor's name.
        threads: CPU threads that PyTorch used.
        finished: end of the run, UTC, ISO 8601.
        seconds: wall time of training and evaluation, interruptions left out.
        backend: what lies beneath PyTorch, such as CUDA, cuDNN, the driver and TF32's switches;
            empty in records from before it was kept.
        stopped: how a run ended that did not reach its last epoch.
    """

    commit: Short | None
    dirty: bool | None
    versions: Mapping[str, Short] = field(hash=False)
    device: Short
    threads: Annotated[int, Field(ge=1)]
    finished: Instant
    seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    backend: Mapping[str, Short] = field(default_factory=dict, hash=False)
    stopped: Stopped | None = None

    def __post_init__(self) -> None:
        check_fields(self)

    @property
    def checkout(self) -> str:
        """The commit in short; a plus sign says that files differed, ``?`` that nobody looked."""
        if self.commit is None:
            return "none"
        return self.commit[:7] + {True: "+", False: "", None: "?"}[self.dirty]

    @classmethod
    def now(
        cls,
        code: Code,
        device: str,
        threads: int,
        seconds: float,
        backend: Mapping[str, str] | None = None,
        stopped: Stopped | None = None,
    ) -> Provenance:
        """The present state of libraries and clock, with the run's own figures."""
        beneath = (backend or {}).items()
        return cls(
            commit=code.commit,
            dirty=code.dirty,
            versions=versions(),
            device=legible(device, _LONGEST - 2),
            threads=threads,
            finished=datetime.now(UTC).isoformat(timespec="seconds"),
            seconds=round(seconds, 3),
            backend={name: legible(text, _LONGEST - 2) for name, text in beneath},
            stopped=stopped,
        )

    def to_json(self) -> dict[str, Any]:
        """Plain data; what a record need not say is left out where there is nothing to say."""
        data = asdict(self)
        return {k: v for k, v in data.items() if k not in _UNSAID or v}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Provenance:
        """Make the value of plain data.

        Raises:
            TypeError: if a field is missing or unknown.
            ValueError: if a value is not of its field's kind.
        """
        stopped = data.get("stopped")
        return cls(**{**data, "stopped": None if stopped is None else Stopped(**stopped)})


# Left out of a record where empty, so that those from before them keep their bytes.
_UNSAID = ("backend", "stopped")


def versions() -> dict[str, str]:
    """Versions of Python and of the libraries that make the numbers."""
    found = {name: metadata.version(name) for name in LIBRARIES}
    return {"python": platform.python_version(), **found}


def checkout_commit(package: Path) -> str | None:
    """The commit of the checkout that holds the package, None if it lies in no checkout of ours.

    A package installed into an environment inside somebody's checkout is not part of that one.
    """
    top = _git(package, "rev-parse", "--show-toplevel")
    if not top or Path(top).resolve() != package.resolve().parent:
        return None
    return _git(package, "rev-parse", "--verify", "--quiet", "HEAD") or None


def processor_name() -> str:
    """The CPU's name, as the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    # No /proc: another system than Linux.
    except OSError:
        lines = []
    # Linux says it once for each core.
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _git(folder: Path, *arguments: str) -> str | None:
    """What a command of git's says; None, which is not the same as nothing, where it fails."""
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, check=True
        )
    # No git on this machine, or no checkout here.
    except (OSError, subprocess.CalledProcessError):
        return None
    # As Python reads names of files: they need not be texts, and the locale need not be right.
    return os.fsdecode(done.stdout).strip()
