"""Gulcehre et al. (2016): one hidden layer on MNIST, noisy units against tanh and hard tanh."""

from __future__ import annotations

from ...experiment._record.record import RunRecord
from ...experiment._record.significance import Comparison, compare
from ...sources import Source
from .._evidence.decision import Case
from .._evidence.found import contrast, every
from .._evidence.gates import acted, flat, learned
from .._evidence.measured import ClaimRows, measured
from .._evidence.tuning import Records, own_rates

RECIPE = "noisy-mlp"
_RIVALS = ("tanh", "hard-tanh")


def faster(record: RunRecord, arm: str, rival: str) -> Comparison:
    """Mean training loss over all epochs: less, where the arm converges faster."""
    # curve: (seeds, epochs); one mean over the epochs for each seed.
    own, other = (record.curve("train_loss", n).mean(axis=1).tolist() for n in (arm, rival))
    return compare(own, other, "less")


_ROWS = {
    f"C-NOI-15.{part}": arm
    for part, arm in zip("abcde", ("nan", "nah", "nani", "nanil", "nanis"), strict=True)
}


def _faster_and_lower(arm: str, runs: Records) -> Case:
    record, arms = runs.record, (arm, *_RIVALS)
    # Two rivals, two criteria: four parts, which must all pass.
    parts = [
        contrast(f"mean training loss over epochs, {arm} − {rival}", faster(record, arm, rival))
        for rival in _RIVALS
    ]
    parts += [
        contrast(
            f"last training loss, {arm} − {rival}",
            record.compare("train_loss", arm, rival, "less"),
        )
        for rival in _RIVALS
    ]
    return Case(
        every(parts),
        (
            learned(record, arms),
            acted(record, [(arm, "hard-tanh")]),
            flat(record, "train_loss", arms),
            own_rates(runs, arms, ("train_loss", "last"), ("train_loss", "mean")),
        ),
        ("at one rate for all, in the scan, the arms differ less than one rate from the next",),
    )


def _cases(runs: Records) -> dict[str, Case]:
    return {row: _faster_and_lower(arm, runs) for row, arm in _ROWS.items()}


_DECIDED = ClaimRows(RECIPE, _cases)

CLAIMS = tuple(
    measured(
        id=row,
        statement=f"On digits, the training loss of one hidden layer of {arm.upper()} units falls "
        f"faster and lower than that of tanh and of hard tanh.",
        tex=rf"\bar L(\mathrm{{{arm.upper()}}}) < \bar L(\tanh),\ \bar L(\text{{hard tanh}})",
        source=Source("gulcehre2016", "Section 5"),
        assumptions="MNIST, one hidden layer, RMSProp; mean over epochs (faster) and last epoch "
        "(lower)",
        rows=_DECIDED,
    )
    for row, arm in _ROWS.items()
)
