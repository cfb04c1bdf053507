"""He et al. (2015), Figures 2 and 3: which deep rectifier networks learn from which weights."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from ...experiment._record.record import RunRecord
from ...experiment._record.significance import Comparison, compare
from ...sources import Source
from .._claim import Claim, Finding
from .._evidence.measured import measured, reproduced

RECIPE = "he-depth"
PAPER = "he2015"
#: The loss of ten equal probabilities.
IGNORANCE = math.log(10)
#: The recipe's rules: below half of the loss of knowing nothing, above 0.95 of it.
CONVERGED = 0.5 * IGNORANCE
STALLED = 0.95 * IGNORANCE


def _against(record: RunRecord, name: str, bound: float, alternative: str) -> Comparison:
    losses = record.final("train_loss", name)
    return compare(losses, [bound] * len(losses), alternative)


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


def _bounded(found: Comparison, record: RunRecord, name: str, bound: str) -> Finding:
    fate = ", ".join(f"{count} {what}" for what, count in fates(record, name).items() if count)
    subject = f"final training loss of {name} − {bound}"
    return reproduced(found, record, subject, f"networks: {fate}")


def _converges(record: RunRecord) -> Finding:
    found = _against(record, "he-30", CONVERGED, "less")
    return _bounded(found, record, "he-30", "½·log 10")


def _stalls(record: RunRecord) -> Finding:
    found = _against(record, "xavier-30", STALLED, "greater")
    return _bounded(found, record, "xavier-30", "0.95·log 10")


def _both_converge(record: RunRecord) -> Finding:
    found = {name: _against(record, name, CONVERGED, "less") for name in ("he-22", "xavier-22")}
    # Both must converge: the larger p-value counts.
    worse = max(found, key=lambda name: found[name].p)
    return _bounded(found[worse], record, worse, "½·log 10")


def _earlier(record: RunRecord) -> Finding:
    # One mean over the epochs for each seed.
    he, xavier = (
        record.curve("train_loss", name).mean(axis=1).tolist() for name in ("he-22", "xavier-22")
    )
    subject = "training loss, mean over epochs, 22 layers, He − Xavier"
    return reproduced(compare(he, xavier, "less"), record, subject)


def _row(
    *, part: str, statement: str, tex: str, figure: int, decide: Callable[[RunRecord], Finding]
) -> Claim:
    return measured(
        id=f"C-PRE-6.{part}",
        statement=statement,
        tex=tex,
        source=Source(PAPER, f"Figure {figure}"),
        assumptions="plain convolutional ReLU networks; Xavier's standard deviation read as √(1/n)",
        recipe=RECIPE,
        decide=decide,
    )


CLAIMS = (
    _row(
        part="a",
        statement="A ReLU network of 30 layers converges from He's weights.",
        tex=r"\operatorname{Var} w = 2/n,\ L = 30 \implies E \to 0",
        figure=3,
        decide=_converges,
    ),
    _row(
        part="b",
        statement="A ReLU network of 30 layers stalls with Xavier's weights.",
        tex=r"\operatorname{Var} w = 1/n,\ L = 30 \implies E \approx \log 10",
        figure=3,
        decide=_stalls,
    ),
    _row(
        part="c",
        statement="A ReLU network of 22 layers converges from He's and from Xavier's weights.",
        tex=r"\operatorname{Var} w \in \{1/n, 2/n\},\ L = 22 \implies E \to 0",
        figure=2,
        decide=_both_converge,
    ),
    _row(
        part="d",
        statement="A ReLU network of 22 layers learns earlier from He's weights than from "
        "Xavier's.",
        tex=r"\bar E(2/n) < \bar E(1/n),\ L = 22",
        figure=2,
        decide=_earlier,
    ),
)
