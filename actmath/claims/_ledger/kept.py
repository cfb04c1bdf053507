"""Judgements of an earlier run, taken up while neither the code nor the evidence has changed.

What is kept cannot be stale: whatever a verdict depends on is in its fingerprint. It is trusted as
the user's own files are: who can write to that folder can compute a fingerprint, too, and put any
verdict there, as they could into the package itself. ``actmath claims --anew`` takes nothing from
it, nor does Python: ``judge`` and ``verdicts`` run every check. In a build of the book, which names
a folder for it by ``ACTMATH_FINDINGS``, makes it and removes it, each check is run once: pages that
judge all rows, side by side, share what they find.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import platformdirs

from ..._text.files import bytes_of
from ..._text.whole import write_whole
from ...experiment._files.storage import BusyError, held
from ...experiment._record.config import canonical, digest
from ...experiment._record.record import results_folder
from .._claim import Claim, Finding, Judgement, Passage

PACKAGE = Path(__file__).parents[2]
#: What rows read below ``book`` in a checkout.
EVIDENCE = ("results", "certificates", "evidence")
#: Variables of this name lead to files elsewhere, which no fingerprint covers.
ELSEWHERE = "ACTMATH_"
#: But the one that names the folder in which the pages of one build share findings.
SHARED = "ACTMATH_FINDINGS"

#: All rows together have less than a megabyte.
_MOST_BYTES = 2**26


def cache_file() -> Path | None:
    """Where findings are kept: one file in the user's cache folder; None of a user without one."""
    try:
        return platformdirs.user_cache_path("actmath") / "judged.json"
    # Without a home.
    except RuntimeError:
        return None


def fingerprint() -> str | None:
    """A digest of all that a verdict depends on, or None where something is out of sight.

    It covers every file of this package, the records, certificates and other evidence of the
    checkout, the installed distributions by version, Python and the machine's kind. With an
    environment variable ``ACTMATH_…`` set, which names files elsewhere, there is none.
    """
    if any(name.startswith(ELSEWHERE) for name in os.environ.keys() - {SHARED}):
        return None
    installed = sorted({f"{d.name}=={d.version}" for d in metadata.distributions()})
    parts = [platform.python_version(), platform.platform(), *installed]
    for folder in _folders():
        # By path and content: a file that is renamed is another one.
        for file in sorted(path for path in folder.rglob("*") if _counts(path)):
            parts += [str(file), hashlib.sha256(file.read_bytes()).hexdigest()]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _folders() -> Iterator[Path]:
    yield PACKAGE
    with suppress(FileNotFoundError):
        book = results_folder().parent
        yield from (book / name for name in EVIDENCE)


def _counts(path: Path) -> bool:
    # Compiled files follow from the others, and come and go.
    return path.is_file() and "__pycache__" not in path.parts


def judged(claims: Iterable[Claim], file: Path | None, anew: bool = False) -> Iterator[Judgement]:
    """Judge, or take the finding of an earlier run with the same fingerprint from the file.

    A file that is damaged, or of another fingerprint, is as none. What is judged now is kept when
    the last row is done, if nothing changed meanwhile.

    Args:
        claims: what to judge, in this order.
        file: where findings are kept; None keeps none.
        anew: whether to judge all of them, and keep these findings instead.
    """
    before = fingerprint() if file else None
    known = {} if file is None or before is None or anew else _read(file, before)
    fresh: dict[str, Finding] = {}
    for claim in claims:
        kept = known.get(claim.id)
        judgement = claim.judge() if kept is None else Judgement(claim, kept)
        if kept is None:
            fresh[claim.id] = judgement.finding
        yield judgement
    if file is not None and before is not None and fresh and fingerprint() == before:
        _write(file, before, {**known, **fresh})


def judged_together(claims: Iterable[Claim]) -> tuple[Judgement, ...]:
    """Run every check now, or once for all processes of a build that share a folder.

    A row that another process judges at the moment is asked for again after the others. Taken is
    only what was found with the same code and evidence: its digest names the file, and is in it.
    """
    rows, key = tuple(claims), fingerprint()
    if key is None or SHARED not in os.environ:
        return tuple(claim.judge() for claim in rows)
    found: dict[str, Judgement] = {}
    while waiting := [claim for claim in rows if claim.id not in found]:
        for claim in waiting:
            with suppress(BusyError):
                file = Path(os.environ[SHARED], key, f"{claim.id}.json")
                found[claim.id] = _judged_once(claim, file, key)
    return tuple(found[claim.id] for claim in rows)


def _judged_once(claim: Claim, file: Path, key: str) -> Judgement:
    if not _read(file, key):
        with held(file):
            # Who held it before may have judged the row.
            if not _read(file, key):
                judgement = claim.judge()
                _write(file, key, {claim.id: judgement.finding})
                return judgement
    return Judgement(claim, _read(file, key)[claim.id])


@dataclass(frozen=True, repr=False)
class _KeptFinding(Finding):
    """A finding as it was shown, whatever its class was."""

    parts: tuple[Passage, ...] = ()

    def shown(self) -> tuple[Passage, ...]:
        return self.parts


def _read(file: Path, key: str) -> dict[str, Finding]:
    try:
        content = json.loads(bytes_of(file, _MOST_BYTES))
        rows = content["rows"]
        # Of the fingerprint too: a file of other code, or one cut off, has another digest.
        whole = content["sha256"] == digest([key, rows])
        return {name: _finding(row) for name, row in rows.items()} if whole else {}
    # Not there, or anything but what ``_write`` makes.
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return {}


def _write(file: Path, key: str, findings: Mapping[str, Finding]) -> None:
    rows = {name: _row(finding) for name, finding in findings.items()}
    text = canonical({"rows": rows, "sha256": digest([key, rows])})
    # A home that cannot be written to costs time, nothing else.
    with suppress(OSError):
        write_whole(file, text.encode(), force=True)


def _row(finding: Finding) -> dict[str, Any]:
    return {
        "verdict": str(finding.verdict),
        "evidence": finding.evidence,
        "correction": finding.correction,
        "files": finding.files,
        "shown": finding.shown(),
    }


def _finding(row: Mapping[str, Any]) -> Finding:
    return _KeptFinding(
        verdict=row["verdict"],
        evidence=row["evidence"],
        correction=row["correction"],
        files=tuple((path, sha256) for path, sha256 in row["files"]),
        parts=tuple((title, tuple(lines)) for title, lines in row["shown"]),
    )
