"""Gulcehre et al. (2016): one hidden layer on MNIST, noisy units against tanh and hard tanh."""

from __future__ import annotations

from functools import partial

from ...experiment._record.record import RunRecord
from ...experiment._record.significance import Comparison, compare
from ...sources import Source
from .._claim import Finding
from .._evidence.conjunction import all_reproduced
from .._evidence.measured import measured

RECIPE = "noisy-mlp"
_RIVALS = ("tanh", "hard-tanh")


def faster(record: RunRecord, arm: str, rival: str) -> Comparison:
    """Mean training loss over all epochs: less, where the arm converges faster."""
    # curve: (seeds, epochs); one mean over the epochs for each seed.
    own, other = (record.curve("train_loss", n).mean(axis=1).tolist() for n in (arm, rival))
    return compare(own, other, "less")


def _faster_and_lower(arm: str, record: RunRecord) -> Finding:
    # Two rivals, two criteria: four parts, which must all pass.
    quick = {f"mean loss against {rival}": faster(record, arm, rival) for rival in _RIVALS}
    low = {
        f"last loss against {rival}": record.compare("train_loss", arm, rival, "less")
        for rival in _RIVALS
    }
    rates = {n: record.config.condition(n).learning_rate for n in (arm, *_RIVALS)}
    listed = ", ".join(f"{name} {rate:g}" for name, rate in rates.items())
    return all_reproduced(quick | low, record, f"learning rates {listed}")


CLAIMS = tuple(
    measured(
        id=f"C-NOI-15.{part}",
        statement=f"On digits, the training loss of one hidden layer of {arm.upper()} units falls "
        f"faster and lower than that of tanh and of hard tanh.",
        tex=rf"\bar L(\mathrm{{{arm.upper()}}}) < \bar L(\tanh),\ \bar L(\text{{hard tanh}})",
        source=Source("gulcehre2016", "Section 5"),
        assumptions="MNIST, one hidden layer, RMSProp; mean over epochs (faster) and last epoch "
        "(lower)",
        recipe=RECIPE,
        decide=partial(_faster_and_lower, arm),
    )
    for part, arm in zip("abcde", ("nan", "nah", "nani", "nanil", "nanis"), strict=True)
)
