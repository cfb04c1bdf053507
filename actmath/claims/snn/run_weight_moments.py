"""Claims of Klambauer et al. (2017) on the weights of real units, before and after training."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ...experiment._record.record import RunRecord
from ...experiment._record.significance import SHARE, mean_interval
from ...sources import Source
from .._claim import Claim, Finding, Verdict
from .._evidence.measured import measured, scale

RECIPE = "weight-moments"
_SOURCE = Source("klambauer2017", "Section 3; Theorem 1")
BOX = r"|\omega| \le 0.1,\quad 0.95 \le \tau \le 1.1"
#: More than half of the hidden units.
TYPICAL = 0.5


def typical(shares: Mapping[str, Sequence[float]], record: RunRecord) -> Finding:
    """Reproduced if in every arm the 95 % interval of the share is above one half.

    Not reproduced if in every arm it is below one half; undecided otherwise.
    """
    found = {name: mean_interval(values, within=SHARE) for name, values in shares.items()}
    listed = ", ".join(
        f"{name} {100 * e.mean:.1f} % (95 % interval {100 * e.low:.1f} … {100 * e.high:.1f} %)"
        for name, e in found.items()
    )
    evidence = f"share of units: {listed}; n = {len(record.config.seeds)}; {_arms(record)}"
    if all(e.low > TYPICAL for e in found.values()):
        return Finding(Verdict.REPRODUCED, evidence)
    if all(e.high < TYPICAL for e in found.values()):
        return Finding(Verdict.NOT_REPRODUCED, evidence)
    return Finding(Verdict.UNDECIDED, evidence)


def _arms(record: RunRecord) -> str:
    return f"arms are named by width and rate, the widest: {scale(record)}"


def _names(record: RunRecord) -> list[str]:
    return [condition.name for condition in record.config.conditions]


def _before(record: RunRecord) -> Finding:
    # (seeds, layers): the layers are of one width, so that their mean is the share of all units.
    rows = {name: record.layer("inside_before", name).mean(axis=1) for name in _names(record)}
    return typical({name: row.tolist() for name, row in rows.items()}, record)


def _after(record: RunRecord) -> Finding:
    return typical({n: record.final("share_inside", n) for n in _names(record)}, record)


def _kept(record: RunRecord) -> Finding:
    return typical({n: record.final("share_kept", n) for n in _names(record)}, record)


def _row(part: str, statement: str, decide: Callable[[RunRecord], Finding]) -> Claim:
    return measured(
        id=f"C-SNN-12.{part}",
        statement=statement,
        tex=BOX,
        source=_SOURCE,
        assumptions="self-normalizing networks of 8 layers; typical: more than half of the hidden "
        "units",
        recipe=RECIPE,
        decide=decide,
    )


CLAIMS = (
    _row("c", "Does a typical unit, as drawn, satisfy Theorem 1's premises?", _before),
    _row("d", "Does a typical unit satisfy Theorem 1's premises after training?", _after),
    _row(
        "e",
        "Does a unit that satisfies Theorem 1's premises typically do so after training?",
        _kept,
    ),
)
