"""Claims of Klambauer et al. (2017) on the weights of real units, before and after training."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from ...experiment._record.record import RunRecord
from ...experiment.recipes.weight_moments import PACES, WIDTHS, paced
from ...sources import Source
from .._claim import Claim
from .._evidence.decision import Case
from .._evidence.found import Found, bounded, contrast, every, unanimous
from .._evidence.gates import acted, course, flat, learned, nothing_compared
from .._evidence.measured import ClaimRows, measured
from .._evidence.tuning import Records, each_setting

RECIPE = "weight-moments"
_SOURCE = Source("klambauer2017", "Section 3; Theorem 1")
BOX = r"|\omega| \le 0.1,\quad 0.95 \le \tau \le 1.1"
#: More than half of the hidden units.
TYPICAL = 0.5
_LATER = "asked in this form when the record was known"
#: What a row's answers at several settings are joined to: one, or every one of them.
Joined = Callable[[Iterable[Found]], Found]


def typical(shares: Mapping[str, Sequence[float]], joined: Joined = unanimous) -> Found:
    """Is the share above one half? By default the arms' common answer; none where they differ."""
    return joined(
        bounded(f"share of units − ½, {name}", values, TYPICAL, "greater")
        for name, values in shares.items()
    )


def keeps_more(record: RunRecord, pairs: Sequence[tuple[str, str]]) -> Found:
    """Does the first of every pair keep a larger share of the units that began in the box?"""
    return every(
        contrast(
            f"share kept, {first} − {second}",
            record.compare("share_kept", first, second, "greater"),
        )
        for first, second in pairs
    )


def _case(
    runs: Records, shares: Mapping[str, Sequence[float]], trained: bool, joined: Joined = unanimous
) -> Case:
    record = runs.record
    arms = list(shares)
    later = (_LATER,) if joined is every else ()
    drawn = course("weights as they are drawn")
    means = ", ".join(f"{n} {100 * sum(v) / len(v):.1f} %" for n, v in shares.items())
    return Case(
        typical(shares, joined),
        (
            learned(record, arms),
            nothing_compared("the claim is about one kind of network"),
            flat(record, "train_loss", arms) if trained else drawn,
            each_setting(record, arms),
        ),
        (f"shares {means}", "arms are named by width and rate", *later),
    )


def _dependence(runs: Records, pairs: Sequence[tuple[str, str]]) -> Case:
    record = runs.record
    arms = _names(record)
    return Case(
        keeps_more(record, pairs),
        (
            learned(record, arms),
            acted(record, pairs),
            flat(record, "train_loss", arms),
            each_setting(record, arms),
        ),
        (_LATER, "arms are named by width and rate"),
    )


def _names(record: RunRecord) -> list[str]:
    return [condition.name for condition in record.config.conditions]


def _cases(runs: Records) -> dict[str, Case]:
    record = runs.record
    # (seeds, layers): the layers are of one width, so that their mean is the share of all units.
    drawn = {n: record.layer("inside_before", n).mean(axis=1).tolist() for n in _names(record)}
    after = {n: record.final("share_inside", n) for n in _names(record)}
    kept = {n: record.final("share_kept", n) for n in _names(record)}
    slower = [(paced(width, "slow"), paced(width, "fast")) for width in WIDTHS]
    wider = [(paced(max(WIDTHS), rate), paced(min(WIDTHS), rate)) for rate in PACES]
    return {
        "C-SNN-12.c": _case(runs, drawn, trained=False),
        "C-SNN-12.d": _case(runs, after, trained=True),
        "C-SNN-12.e": _case(runs, kept, trained=True, joined=every),
        "C-SNN-12.f": _dependence(runs, slower),
        "C-SNN-12.g": _dependence(runs, wider),
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
    _row(
        "e",
        "Does a unit that satisfies Theorem 1's premises typically do so after training, whatever "
        "the rate and the width?",
    ),
    _row(
        "f",
        "Do more of the units that satisfy Theorem 1's premises still do so after training at a "
        "tenth of the rate?",
    ),
    _row(
        "g",
        "Do more of the units that satisfy Theorem 1's premises still do so after training in "
        "layers four times as wide?",
    ),
)
