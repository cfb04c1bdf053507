"""Decide a statement: cover where it holds, find the point where it fails, or say what is left."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import Any

from flint import ctx

from .._balls.box import Box, printed
from .._balls.enclose import Inequality
from .._balls.evaluate import evaluator
from .._certificate.certificate import Certificate
from .cover import Cover, Progress, cover
from .search import Point, nearest_to_failing
from .statement import Claim, Statement

BUDGET = 1_000_000
_FIRST_TRY = 400


class Verdict(Enum):
    """What is certain about a statement."""

    PROVED = "PROVED"
    REFUTED = "REFUTED"
    UNDECIDED = "UNDECIDED"


@dataclass(frozen=True)
class Counterexample:
    """A point of the domain where a claim certainly fails, and the formula's value there."""

    point: tuple[tuple[str, str], ...]
    value: str

    def __str__(self) -> str:
        place = ", ".join(f"{name} = {value}" for name, value in self.point)
        return f"{self.value} at {place}"


@dataclass(frozen=True)
class Result:
    """The verdict on a statement and how it was reached.

    ``failed`` is the claim that does not hold, ``counterexample`` the point that shows it (None
    where what fails is that a value is attained somewhere); ``margin`` is the least slack over
    all covers; ``open`` holds the boxes that an UNDECIDED statement leaves, in the coordinates
    of their formula.
    """

    statement: Statement
    verdict: Verdict
    certificate: Certificate | None
    failed: Claim | None
    counterexample: Counterexample | None
    open: tuple[Box, ...]
    boxes: int
    margin: float
    seconds: float
    cpu_seconds: float

    def __str__(self) -> str:
        because = f", {self.counterexample}" if self.counterexample else ""
        if self.open:
            because = f", {len(self.open)} boxes remain"
        cost = f"{self.boxes} boxes, {self.cpu_seconds:.2f} s"
        return f"{self.statement.name}: {self.verdict.value}{because} ({cost})"

    __repr__ = __str__


@dataclass(frozen=True)
class _Finding:
    """What became of one claim: it holds or fails, with a proof; or boxes are left open."""

    holds: bool | None
    proof: dict[str, Any] | None = None
    point: Point | None = None
    open: tuple[Box, ...] = ()
    boxes: int = 0
    margin: float = float("inf")


def decide(
    statement: Statement,
    budget: int = BUDGET,
    executor: Executor | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> Result:
    """Decide one statement with at most ``budget`` boxes for each claim."""
    wall, cpu = time.perf_counter(), time.process_time()

    def covering(inequality: Inequality, root: Box, boxes: int) -> Cover:
        most = min(boxes, budget)
        return cover(inequality, root, most, statement.bits, executor, workers, progress)

    findings: list[tuple[int, int, _Finding]] = []
    with ctx.workprec(statement.bits):
        for i, part in enumerate(statement.parts):
            for j, claim in enumerate(part.claims):
                findings.append((i, j, _settle(claim, part.domain, covering)))
                if findings[-1][2].holds is False:
                    break
            if findings[-1][2].holds is False:
                break
    took = time.perf_counter() - wall, time.process_time() - cpu
    return _result(statement, findings, took)


def _settle(
    claim: Claim, domain: Box, covering: Callable[[Inequality, Box, int], Cover]
) -> _Finding:
    """A claim about everywhere is decided as it stands, one about somewhere by its negation."""
    universal = Inequality(claim.formula, claim.above != claim.somewhere, Fraction(claim.bound))
    root = claim.formula.coordinates.box(domain)
    found = Cover("?", (root,), 0, float("inf"))
    if not claim.somewhere:
        found = covering(universal, root, _FIRST_TRY)
    if not found.complete:
        spot = nearest_to_failing(universal, domain)
        if spot.violates:
            proof: dict[str, Any] = {"point": dict(_named(domain, spot.point))}
            return _Finding(claim.somewhere, proof, spot.point, boxes=found.boxes)
        found = covering(universal, root, BUDGET)
    if not found.complete:
        return _Finding(None, open=found.open, boxes=found.boxes)
    proof = {"cover": found.tree, "margin": _rounded_down(found.margin / 4)}
    return _Finding(not claim.somewhere, proof, boxes=found.boxes, margin=found.margin)


def _named(domain: Box, point: Point) -> tuple[tuple[str, str], ...]:
    pairs = zip(domain.names, point, strict=True)
    return tuple((name, printed(value)) for name, value in pairs)


def _rounded_down(margin: float) -> str:
    """One significant digit, never more than the margin; 0 if it is tiny."""
    if not 1e-300 < margin < float("inf"):
        return "0"
    digit, exponent = f"{margin:.17e}".split("e")
    return f"{digit[0]}e{int(exponent)}"


def _result(
    statement: Statement, findings: list[tuple[int, int, _Finding]], took: tuple[float, float]
) -> Result:
    i, j, last = findings[-1]
    failed = statement.parts[i].claims[j] if last.holds is False else None
    remaining = tuple(box for _, _, finding in findings for box in finding.open)
    evidence: Any = None
    if failed:
        verdict, evidence = Verdict.REFUTED, {"part": i, "claim": j, "proof": last.proof}
    elif remaining:
        verdict = Verdict.UNDECIDED
    else:
        verdict = Verdict.PROVED
        evidence = [
            [finding.proof for k, _, finding in findings if k == part]
            for part in range(len(statement.parts))
        ]
    spot = None
    if failed and last.point:
        spot = shown(failed, statement.parts[i].domain, last.point, statement.bits)
    certificate = None
    if evidence is not None:
        declared = statement.declaration()
        certificate = Certificate(declared, verdict.value, evidence, statement.bits)
    boxes = sum(finding.boxes for _, _, finding in findings)
    margin = min(finding.margin for _, _, finding in findings)
    return Result(statement, verdict, certificate, failed, spot, remaining, boxes, margin, *took)


def shown(claim: Claim, domain: Box, point: Point, bits: int) -> Counterexample:
    """A point of a domain with the value of a claim's formula there, to 15 certain digits."""
    place = Box(domain.names, tuple((value, value) for value in point))
    with ctx.workprec(bits):
        value = evaluator(claim.formula).value(claim.formula.coordinates.box(place))
        return Counterexample(_named(domain, point), value.str(15, radius=False))
