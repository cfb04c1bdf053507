"""Certificates: files that carry a verdict and all that is needed to check it again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..._text.checksums import list_digests
from ..._text.whole import write_whole
from .arithmetic import RejectedError
from .check import canonical_bytes
from .reading import FORMAT, read_certificate, read_file


@dataclass(frozen=True)
class Certificate:
    """A statement's declaration, the verdict, and the evidence for it.

    Evidence for PROVED: for each claim a cover with the margin certified on it, or a point.
    Evidence for REFUTED: one claim that fails, and the point where it does.
    """

    declaration: Mapping[str, Any]
    verdict: str
    evidence: Any
    precision: int

    def __repr__(self) -> str:
        name = self.declaration.get("name", "nothing")
        return f"<certificate of {name}: {self.verdict} with {self.precision} bits>"

    @property
    def name(self) -> str:
        """The statement's name."""
        return str(self.declaration["name"])

    def as_dict(self) -> dict[str, Any]:
        """The content, ready for JSON."""
        return {
            "format": FORMAT,
            "declaration": dict(self.declaration),
            "precision": self.precision,
            "verdict": self.verdict,
            "evidence": self.evidence,
        }

    @property
    def data(self) -> bytes:
        """The bytes of its file."""
        return canonical_bytes(self.as_dict())

    @property
    def sha256(self) -> str:
        """The digest of its file."""
        return hashlib.sha256(self.data).hexdigest()

    def save(self, path: str | Path) -> Path:
        """Write to a file, or into a folder under the statement's name; returns the file.

        In a folder the file's digest is entered in ``SHA256SUMS`` beside it, which the ledger of
        claims goes by.
        """
        folder = Path(path)
        if not folder.is_dir():
            write_whole(folder, self.data, force=True)
            return folder
        target = folder / f"{self.name}.json"
        write_whole(target, self.data, force=True)
        list_digests(folder, {target.name: self.sha256})
        return target

    @classmethod
    def load(cls, path: str | Path) -> Certificate:
        """Read a file as it is; whether it proves anything is for ``verify`` to say.

        Raises:
            OSError: if there is no such file.
            ValueError: if the file is no certificate; the message says why.
        """
        try:
            return cls.of(read_certificate(read_file(path)))
        except RejectedError as rejection:
            raise ValueError(f"{path} is no certificate: {rejection}") from None

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Certificate:
        """The certificate that a file's content spells."""
        return cls(*(content[key] for key in ("declaration", "verdict", "evidence", "precision")))


@dataclass(frozen=True, repr=False)
class VerifyReport:
    """The checker's answer about a file: accepted, or why not.

    Attributes:
        accepted: whether the file proves what it declares, and declares the statement.
        statement: the name of the statement, and whether it is another one than ``STATEMENTS`` has.
        verdict: PROVED or REFUTED; "?" where nothing could be read.
        reason: why it is rejected, or "".
        evaluations: how often formulas were enclosed.
        seconds: how long it took.
        sha256: the digest of the file.
        certificate: what an accepted file says, else None.
    """

    accepted: bool
    statement: str
    verdict: str
    reason: str
    evaluations: int
    seconds: float
    sha256: str = ""
    certificate: Certificate | None = None

    def __str__(self) -> str:
        answer = f"accepted ({self.verdict})" if self.accepted else f"rejected: {self.reason}"
        return f"{self.statement}: {answer}, {self.seconds:.2f} s"

    __repr__ = __str__
