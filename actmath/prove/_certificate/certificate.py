"""Certificates: files that carry a verdict and all that is needed to check it again."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from . import check


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
        return f"<certificate of {self.name}: {self.verdict} with {self.precision} bits>"

    @property
    def name(self) -> str:
        """The statement's name."""
        return str(self.declaration["name"])

    def as_dict(self) -> dict[str, Any]:
        """The content with its digest, ready for JSON."""
        body = {
            "format": "actmath certificate 1",
            "declaration": dict(self.declaration),
            "precision": self.precision,
            "verdict": self.verdict,
            "evidence": self.evidence,
        }
        return {**body, "sha256": check.seal(body)}

    @property
    def sha256(self) -> str:
        """The digest of everything else."""
        return str(self.as_dict()["sha256"])

    def save(self, path: str | Path) -> Path:
        """Write to a file, or into a folder under the statement's name; returns the file."""
        target = Path(path)
        target = target / f"{self.name}.json" if target.is_dir() else target
        target.write_text(json.dumps(self.as_dict(), indent=1, ensure_ascii=False) + "\n")
        return target

    @classmethod
    def load(cls, path: str | Path) -> Certificate:
        """Read a file as it is; whether it proves anything is for ``verify`` to say.

        Raises:
            ValueError: if the file is no certificate.
        """
        try:
            content = json.loads(Path(path).read_text())
            fields = (content[key] for key in ("declaration", "verdict", "evidence", "precision"))
            return cls(*fields)
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            raise ValueError(f"{path} is no certificate: {error!r}") from error


@dataclass(frozen=True, repr=False)
class VerifyReport:
    """The checker's answer: accepted, or why not; ``evaluations`` counts runs of formulas."""

    accepted: bool
    statement: str
    verdict: str
    reason: str
    evaluations: int
    seconds: float

    def __str__(self) -> str:
        answer = f"accepted ({self.verdict})" if self.accepted else f"rejected: {self.reason}"
        return f"{self.statement}: {answer}, {self.seconds:.2f} s"

    __repr__ = __str__


def verify_content(content: Mapping[str, Any], expected: Mapping[str, Any] | None) -> VerifyReport:
    """Run the checker on a certificate's content and put its answer into words."""
    start, evaluations, reason = time.perf_counter(), 0, ""
    try:
        evaluations = check.check_certificate(
            dict(content), None if expected is None else dict(expected)
        )
        # Inequalities alone do not make a chain: each image must lie in the next part's domain.
        reason = broken_chain(content["declaration"])
    except check.RejectedError as rejection:
        reason = str(rejection)
    # Whatever else a malformed file runs into: it is data from outside, and proves nothing.
    except (ArithmeticError, LookupError, NameError, SyntaxError, TypeError, ValueError) as error:
        reason = f"it is malformed: {error!r}"
    stated = content.get("declaration")
    name = stated.get("name", "?") if isinstance(stated, Mapping) else "?"
    seconds = time.perf_counter() - start
    verdict = str(content.get("verdict"))
    return VerifyReport(not reason, str(name), verdict, reason, evaluations, seconds)


def broken_chain(declaration: Mapping[str, Any]) -> str:
    """What is wrong with a declaration's chains, or nothing.

    The bounds claimed for mean and variance on one part must lie in the (mu, nu) box of the next,
    and those of the last part in the chain's target.
    """
    parts = declaration["parts"]
    for chain in declaration["chains"]:
        # Part k's image must lie in part k + 1's domain, the last one's in the target.
        numbers = range(chain["first"], chain["last"] + 1)
        following = [*(parts[k]["domain"] for k in numbers[1:]), chain["target"]]
        for k, box in zip(numbers, following, strict=True):
            if not all(_lands_in(parts[k]["claims"], box, *names) for names in _OUTPUTS):
                return f"the image of part {k} is not claimed to lie in the next box of its chain"
    return ""


_OUTPUTS = (("mean", "mu"), ("variance", "nu"))


def _lands_in(claims: list[dict[str, Any]], box: Mapping[str, Any], moment: str, name: str) -> bool:
    low, high = (Fraction(end) for end in box[name])
    # low ≤ bound < moment and moment < bound ≤ high
    everywhere = [c for c in claims if c["formula"] == moment and not c["somewhere"]]
    above = any(c["relation"] == ">" and Fraction(c["bound"]) >= low for c in everywhere)
    below = any(c["relation"] == "<" and Fraction(c["bound"]) <= high for c in everywhere)
    return above and below
