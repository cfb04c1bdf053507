"""Claims of Klambauer et al. (2017) on the weights of real units, before and after training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...experiment._record.record import RunRecord
from ...sources import Source
from .._claim import Claim
from .._evidence.decision import Case
from .._evidence.found import Found, bounded, unanimous
from .._evidence.gates import course, flat, learned, nothing_compared
from .._evidence.measured import ClaimRows, measured
from .._evidence.tuning import Records, each_setting

RECIPE = "weight-moments"
_SOURCE = Source("klambauer2017", "Section 3; Theorem 1")
BOX = r"|\omega| \le 0.1,\quad 0.95 \le \tau \le 1.1"
#: More than half of the hidden units.
TYPICAL = 0.5


def typical(shares: Mapping[str, Sequence[float]]) -> Found:
    """Is the share above one half? The arms' common answer; none where they differ."""
    return unanimous(
        bounded(f"share of units − ½, {name}", values, TYPICAL, "greater")
        for name, values in shares.items()
    )


def _case(runs: Records, shares: Mapping[str, Sequence[float]], trained: bool) -> Case:
    record = runs.record
    arms = list(shares)
    drawn = course("weights as they are drawn")
    means = ", ".join(f"{n} {100 * sum(v) / len(v):.1f} %" for n, v in shares.items())
    return Case(
        typical(shares),
        (
            learned(record, arms),
            nothing_compared("the claim is about one kind of network"),
            flat(record, "train_loss", arms) if trained else drawn,
            each_setting(record, arms),
        ),
        (f"shares {means}", "arms are named by width and rate"),
    )


def _names(record: RunRecord) -> list[str]:
    return [condition.name for condition in record.config.conditions]


def _cases(runs: Records) -> dict[str, Case]:
    record = runs.record
    # (seeds, layers): the layers are of one width, so that their mean is the share of all units.
    drawn = {n: record.layer("inside_before", n).mean(axis=1).tolist() for n in _names(record)}
    after = {n: record.final("share_inside", n) for n in _names(record)}
    kept = {n: record.final("share_kept", n) for n in _names(record)}
    return {
        "C-SNN-12.c": _case(runs, drawn, trained=False),
        "C-SNN-12.d": _case(runs, after, trained=True),
        "C-SNN-12.e": _case(runs, kept, trained=True),
    }


_DECIDED = ClaimRows(RECIPE, _cases)


def _row(part: str, statement: str) -> Claim:
    return measured(
        id=f"C-SNN-12.{part}",
        statement=statement,
        tex=BOX,
        source=_SOURCE,
        assumptions="self-normalizing networks of 8 layers; typical: more than half of the hidden "
        "units",
        rows=_DECIDED,
    )


CLAIMS = (
    _row("c", "Does a typical unit, as drawn, satisfy Theorem 1's premises?"),
    _row("d", "Does a typical unit satisfy Theorem 1's premises after training?"),
    _row("e", "Does a unit that satisfies Theorem 1's premises typically do so after training?"),
)
