"""Last phase: every record is verified as the ledger would, and packed; then the summary.

``python -m tests.gpu.records FOLDER NAME …`` looks into ``FOLDER/work``. No PyTorch.
"""

from __future__ import annotations

import json
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

from actmath.experiment._record.binding import UnfitRecordError, bound, list_records
from actmath.experiment._record.record import RunRecord
from actmath.experiment.recipes import RECIPES

#: What comes back is at most so large, a file.
MOST_BYTES = 16 * 2**20


@dataclass(frozen=True)
class Verified:
    """A run's record, or why there is none that could be used."""

    name: str
    record: RunRecord | None
    fault: str = ""

    def __str__(self) -> str:
        if self.record is None:
            return f"{self.name}: {self.fault}"
        run, planned = self.record.epochs, self.record.config.epochs
        return (
            f"{self.name}: {run} of {planned} epochs, {len(self.record.config.members)} networks, "
            f"{self.record.provenance.seconds:.0f} s, "
            f"{self.record.provenance.backend.get('steps', 'eager')}"
        )


def verified(name: str, folder: Path) -> Verified:
    """The record of a recipe's preset, from the file and the list of digests of a folder."""
    recipe, _, preset = name.rpartition("-")
    if recipe not in RECIPES:
        return Verified(name, None, "there is no such recipe")
    try:
        return Verified(name, bound(RECIPES[recipe].config(preset), folder).record)
    except FileNotFoundError as error:
        # A run whose first epoch is longer than its time has no record, and says how far it came.
        return Verified(name, None, last_line(folder.parent / f"{name}.log") or str(error))
    except (UnfitRecordError, ValueError) as error:
        return Verified(name, None, str(error))


def last_line(log: Path) -> str:
    """What a process said last; nothing where it has no log."""
    lines = log.read_text("utf-8", "replace").split("\n") if log.exists() else []
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def packed(files: list[Path], archive: Path) -> str:
    """Put files into an archive; a sentence where it cannot be, or cannot be brought back."""
    try:
        with tarfile.open(archive, "w:xz") as tar:
            for file in files:
                tar.add(file, arcname=file.name)
    except OSError as error:
        return f"{archive.name}: {error}"
    size = archive.stat().st_size
    return "" if size <= MOST_BYTES else f"{archive.name} has {size:,} bytes, over {MOST_BYTES:,}"


def summary(out: Path, found: list[Verified], faults: list[str]) -> str:
    """What was done and found, in a page."""
    lines = [f"phase {line}" for line in _phases(out / "work")]
    for name in ("environment", "measures"):
        file = out / f"{name}.json"
        lines.append(f"{name}: " + (file.read_text("utf-8") if file.exists() else "none"))
    tests = out / "work" / "tests.log"
    if tests.exists():
        lines.append(f"tests: {last_line(tests)}")
    lines += [f"record {one}" for one in found]
    lines += [f"fault: {fault}" for fault in faults if fault]
    return "\n".join(lines) + "\n"


def _phases(work: Path) -> list[str]:
    file = work / "phases.json"
    if not file.exists():
        return ["list missing"]
    how = {0: "done", None: "stopped at the end of its time"}
    return [
        f"{one['name']}: {how.get(one['code'], 'failed')}, {one['seconds']:.0f} s"
        for one in json.loads(file.read_text("utf-8"))
    ]


def main(out: str, *names: str) -> None:
    """Verify, pack, and write ``summary.txt``."""
    place = Path(out)
    folder = place / "work" / "records"
    folder.mkdir(parents=True, exist_ok=True)
    list_records(folder)
    found = [verified(name, folder) for name in names]
    faults = [
        # Also those that are refused here, as the summary says: they may tell why.
        packed(sorted(folder.glob("*.json")), place / "records.tar.xz"),
        packed(sorted((place / "work").glob("*.log")), place / "logs.tar.xz"),
    ]
    text = summary(place, found, faults)
    (place / "summary.txt").write_text(text, "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
