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

from ..._arrays import whole_number
from ..._text.kinds import check_kind
from ...lower._for_arb import BALLS
from .._balls.box import Box
from .._balls.enclose import Inequality
from .._certificate.certificate import Certificate
from .counterexample import Counterexample, counterexample_at, named_coordinates
from .cover import Cover, Progress, cover
from .search import Point, nearest_to_failing
from .statement import Bound, Statement

BUDGET = 1_000_000
#: Boxes before a point is searched for: all but 20 of some 700 covers here close with fewer.
_FIRST_TRY = 400


class Decision(Enum):
    """What is certain about a statement."""

    PROVED = "PROVED"
    REFUTED = "REFUTED"
    UNDECIDED = "UNDECIDED"


@dataclass(frozen=True)
class Result:
    """The verdict on a statement and how it was reached.

    ``failed`` is the bound that does not hold, ``counterexample`` the point that shows it (None
    where what fails is that a value is attained somewhere); ``margin`` is the least slack over
    all covers; ``open`` holds the boxes that an UNDECIDED statement leaves, in the coordinates
    of their formula.
    """

    statement: Statement
    verdict: Decision
    certificate: Certificate | None
    failed: Bound | None
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
    """Decide one statement with at most ``budget`` boxes for each bound.

    Raises:
        TypeError: for what is no statement, or a budget that is no integer.
    """
    check_kind(statement, Statement, "statement", "prove.STATEMENTS holds them")
    budget, workers = whole_number(budget, "budget"), whole_number(workers, "workers")
    wall, cpu = time.perf_counter(), time.process_time()

    def covering(inequality: Inequality, root: Box, boxes: int, start: Cover | None) -> Cover:
        most = min(boxes, budget)
        return cover(inequality, root, most, statement.bits, executor, workers, progress, start)

    findings: list[tuple[int, int, _Finding]] = []
    with BALLS, ctx.workprec(statement.bits):
        for i, part in enumerate(statement.parts):
            for j, bound in enumerate(part.bounds):
                findings.append((i, j, _settle(bound, part.domain, covering)))
                # One bound that fails refutes the statement: the rest need not be looked at.
                if findings[-1][2].holds is False:
                    break
            if findings[-1][2].holds is False:
                break
    took = time.perf_counter() - wall, time.process_time() - cpu
    return _result(statement, findings, took)


def _settle(
    bound: Bound, domain: Box, covering: Callable[[Inequality, Box, int, Cover | None], Cover]
) -> _Finding:
    """A bound about everywhere is decided as it stands, one about somewhere by its negation."""
    # f > b somewhere is refuted by f < b everywhere, which is a little more than f ≤ b.
    universal = Inequality(bound.formula, bound.above != bound.somewhere, Fraction(bound.number))
    root = bound.formula.coordinates.box(domain)
    # The cover of nothing examined: one open node, the root.
    found = Cover("?", (root,), 0, float("inf"))
    # One point settles a bound about somewhere: it is searched for before any cover.
    if not bound.somewhere:
        found = covering(universal, root, _FIRST_TRY, None)
    if not found.complete:
        # Either it fails, and a point shows it; or it holds by little, and takes more boxes.
        spot = nearest_to_failing(universal, domain)
        if spot.violates:
            proof: dict[str, Any] = {"point": dict(named_coordinates(domain, spot.point))}
            return _Finding(bound.somewhere, proof, spot.point, boxes=found.boxes)
        found = covering(universal, root, BUDGET, found)
    if not found.complete:
        return _Finding(None, open=found.open, boxes=found.boxes)
    # The checker encloses by other means, and may find less slack than was found here.
    proof = {"cover": found.tree, "margin": _rounded_down(found.margin / 4)}
    return _Finding(not bound.somewhere, proof, boxes=found.boxes, margin=found.margin)


def _rounded_down(margin: float) -> str:
    """One significant digit, never more than the margin; 0 if it is tiny."""
    # Well above the subnormal doubles, whose digits are no longer all there.
    if not 1e-300 < margin < float("inf"):
        return "0"
    # All digits but the first are cut off, which only lowers the value.
    digit, exponent = f"{margin:.17e}".split("e")
    return f"{digit[0]}e{int(exponent)}"


def _result(
    statement: Statement, findings: list[tuple[int, int, _Finding]], took: tuple[float, float]
) -> Result:
    i, j, last = findings[-1]
    failed = statement.parts[i].bounds[j] if last.holds is False else None
    # Where a bound fails it matters no more what an earlier one has left open.
    remaining = tuple(b for _, _, finding in findings for b in finding.open if not failed)
    evidence: Any = None
    if failed:
        verdict, evidence = Decision.REFUTED, {"part": i, "claim": j, "proof": last.proof}
    elif remaining:
        verdict = Decision.UNDECIDED
    else:
        verdict = Decision.PROVED
        evidence = [
            [finding.proof for k, _, finding in findings if k == part]
            for part in range(len(statement.parts))
        ]
    spot = None
    # A refuted "somewhere" rests on a cover: there is no point to show.
    if failed and last.point:
        spot = counterexample_at(failed, statement.parts[i].domain, last.point, statement.bits)
    certificate = None
    if evidence is not None:
        declared = statement.declaration()
        certificate = Certificate(declared, verdict.value, evidence, statement.bits)
    boxes = sum(finding.boxes for _, _, finding in findings)
    margin = min(finding.margin for _, _, finding in findings)
    return Result(statement, verdict, certificate, failed, spot, remaining, boxes, margin, *took)
