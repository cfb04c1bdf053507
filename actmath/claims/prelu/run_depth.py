"""He et al. (2015), Figures 2 and 3: which deep rectifier networks learn from which weights."""

from __future__ import annotations

import math

import numpy as np

from ...experiment._record.record import RunRecord
from ...experiment._record.significance import compare
from ...experiment.recipes.he_depth import slow
from ...sources import Source
from .._claim import Claim
from .._evidence.decision import Case
from .._evidence.found import Found, bounded, contrast, every, unanimous
from .._evidence.gates import acted, course, flat, flat_or_falling, learned, nothing_compared
from .._evidence.measured import ClaimRows, measured
from .._evidence.tuning import Records, each_setting, every_rate, shown_by_one_rate

RECIPE = "he-depth"
PAPER = "he2015"
#: The loss of ten equal probabilities.
IGNORANCE = math.log(10)
#: The recipe's rules: below half of the loss of knowing nothing, above 0.95 of it.
CONVERGED = 0.5 * IGNORANCE
STALLED = 0.95 * IGNORANCE
#: Points of accuracy above chance from which on a network of the scan has begun to learn.
BEGUN = 0.1


def fates(record: RunRecord, name: str) -> dict[str, int]:
    """How many networks of an arm converged, stalled, diverged, or are on their way."""
    # (seeds,); a diverged network's loss is NaN, which both comparisons below leave out.
    losses = np.array(record.final("train_loss", name))
    found = {
        "converged": int((losses < CONVERGED).sum()),
        "stalled": int((losses > STALLED).sum()),
        "diverged": int(np.isnan(losses).sum()),
    }
    return {**found, "on their way": len(losses) - sum(found.values())}


def _converged(record: RunRecord, name: str) -> Found:
    losses = record.final("train_loss", name)
    return bounded(f"final training loss of {name} − ½·log 10", losses, CONVERGED, "less")


def _fates(record: RunRecord, *names: str) -> str:
    listed = (
        f"{name}: " + ", ".join(f"{n} {what}" for what, n in fates(record, name).items() if n)
        for name in names
    )
    return f"networks of {'; '.join(listed)}"


def _depth(layers: int) -> int:
    # The dense output is a layer with weights, but no hidden one.
    return layers - 1


def _converges(runs: Records) -> Case:
    record, arm = runs.record, "he-30"
    found = _converged(record, arm)
    gates = (
        learned(record, [arm]),
        nothing_compared("the claim is about one kind of network"),
        flat_or_falling(record, "train_loss", [arm]),
        shown_by_one_rate(record, arm, agrees=found.agrees),
    )
    return Case(found, gates, (_fates(record, arm),), depth=_depth(30))


def _stalls(runs: Records) -> Case:
    record, arm = runs.record, "xavier-30"
    losses = record.final("train_loss", arm)
    found = bounded(f"final training loss of {arm} − 0.95·log 10", losses, STALLED, "greater")
    gates = (
        # What the claim says learns beside it; that the arm itself does not is the claim.
        learned(record, ["he-30"]),
        acted(record, [(arm, "he-30")]),
        flat(record, "train_loss", [arm]),
        every_rate(runs, arm, BEGUN),
    )
    return Case(found, gates, (_fates(record, arm),), depth=_depth(30))


def _both_converge(runs: Records) -> Case:
    record, arms = runs.record, ("he-22", "xavier-22")
    found = every(_converged(record, arm) for arm in arms)
    gates = (
        learned(record, arms),
        acted(record, [arms]),
        flat_or_falling(record, "train_loss", arms),
        shown_by_one_rate(record, *arms, agrees=found.agrees),
    )
    return Case(found, gates, (_fates(record, *arms),), depth=_depth(22))


def _earlier(runs: Records) -> Case:
    record = runs.record
    pairs = [("he-22", "xavier-22"), (slow("he-22"), slow("xavier-22"))]
    arms = [arm for pair in pairs for arm in pair]
    gates = (
        learned(record, [he for he, _ in pairs]),
        acted(record, pairs),
        course("speed: the mean over all epochs is compared"),
        each_setting(record, arms),
    )
    found = unanimous(_lead(record, *pair) for pair in pairs)
    return Case(found, gates, (_fates(record, *arms),), depth=_depth(22))


def _lead(record: RunRecord, he: str, xavier: str) -> Found:
    # One mean over the epochs for each seed.
    first, second = (
        record.curve("train_loss", name).mean(axis=1).tolist() for name in (he, xavier)
    )
    subject = f"training loss, mean over epochs, {he} − {xavier}"
    return contrast(subject, compare(first, second, "less"))


def _cases(runs: Records) -> dict[str, Case]:
    decide = {"a": _converges, "b": _stalls, "c": _both_converge, "d": _earlier}
    return {f"C-PRE-6.{part}": of(runs) for part, of in decide.items()}


_DECIDED = ClaimRows(RECIPE, _cases)


def _row(*, part: str, statement: str, tex: str, figure: int) -> Claim:
    return measured(
        id=f"C-PRE-6.{part}",
        statement=statement,
        tex=tex,
        source=Source(PAPER, f"Figure {figure}"),
        assumptions="plain convolutional ReLU networks; Xavier's standard deviation read as √(1/n)",
        rows=_DECIDED,
    )


CLAIMS = (
    _row(
        part="a",
        statement="A ReLU network of 30 layers converges from He's weights.",
        tex=r"\operatorname{Var} w = 2/n,\ L = 30 \implies E \to 0",
        figure=3,
    ),
    _row(
        part="b",
        statement="A ReLU network of 30 layers stalls with Xavier's weights.",
        tex=r"\operatorname{Var} w = 1/n,\ L = 30 \implies E \approx \log 10",
        figure=3,
    ),
    _row(
        part="c",
        statement="A ReLU network of 22 layers converges from He's and from Xavier's weights.",
        tex=r"\operatorname{Var} w \in \{1/n, 2/n\},\ L = 22 \implies E \to 0",
        figure=2,
    ),
    _row(
        part="d",
        statement="A ReLU network of 22 layers learns earlier from He's weights than from "
        "Xavier's.",
        tex=r"\bar E(2/n) < \bar E(1/n),\ L = 22",
        figure=2,
    ),
)
