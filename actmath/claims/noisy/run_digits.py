"""Gulcehre et al. (2016): one hidden layer on MNIST, noisy units against tanh and hard tanh."""

from __future__ import annotations

from collections.abc import Sequence

from ...experiment._record.record import RunRecord
from ...experiment._record.significance import Comparison, compare
from ...experiment.recipes.noisy_mlp import COMMON_RATE, KINDS, RIVALS, at_common_rate
from ...sources import Source
from .._evidence.decision import Case
from .._evidence.found import Found, contrast, every, unanimous
from .._evidence.gates import acted, course, learned
from .._evidence.measured import ClaimRows, measured
from .._evidence.tuning import Records, own_rates

RECIPE = "noisy-mlp"
_ROWS = {f"C-NOI-15.{part}": kind for part, kind in zip("abcde", KINDS, strict=True)}


def faster(record: RunRecord, arm: str, rival: str) -> Comparison:
    """Mean training loss over all epochs: less, where the arm converges faster."""
    # curve: (seeds, epochs); one mean over the epochs for each seed.
    own, other = (record.curve("train_loss", n).mean(axis=1).tolist() for n in (arm, rival))
    return compare(own, other, "less")


def _below_both(record: RunRecord, arm: str, rivals: Sequence[str]) -> Found:
    return every(
        contrast(f"mean training loss over epochs, {arm} − {rival}", faster(record, arm, rival))
        for rival in rivals
    )


def _faster_and_lower(kind: str, runs: Records) -> Case:
    record, own = runs.record, KINDS[kind]
    parts = [_below_both(record, arm, RIVALS) for arm in own]
    arm, *rivals = common = [at_common_rate(name) for name in (own[0], *RIVALS)]
    if common != [own[0], *RIVALS]:
        parts.append(_below_both(record, arm, rivals))
    arms = (*own, *RIVALS)
    last = ", ".join(f"{name} {_mean_last(record, name):.3g}" for name in arms)
    return Case(
        unanimous(parts),
        (
            learned(record, arms),
            acted(record, [(arm, rivals[-1]), *((name, "hard-tanh") for name in own)]),
            course("the mean over the run, of how fast and how low it falls"),
            own_rates(runs, arms, ("train_loss", "mean")),
        ),
        (
            f"at one rate for all, {COMMON_RATE:g}, these are {', '.join(common)}",
            f"training losses of the last epoch {last}",
        ),
    )


def _mean_last(record: RunRecord, arm: str) -> float:
    losses = record.final("train_loss", arm)
    return sum(losses) / len(losses)


def _cases(runs: Records) -> dict[str, Case]:
    return {row: _faster_and_lower(kind, runs) for row, kind in _ROWS.items()}


_DECIDED = ClaimRows(RECIPE, _cases)

CLAIMS = tuple(
    measured(
        id=row,
        statement=f"On digits, the training loss of one hidden layer of {kind.upper()} units falls "
        f"faster and lower than that of tanh and of hard tanh.",
        tex=rf"\bar L(\mathrm{{{kind.upper()}}}) < \bar L(\tanh),\ \bar L(\text{{hard tanh}})",
        source=Source("gulcehre2016", "Section 5"),
        assumptions="MNIST, one hidden layer, RMSProp; read as a lower mean over the epochs, at "
        "each level of noise, at rates of their own and at a common one",
        rows=_DECIDED,
    )
    for row, kind in _ROWS.items()
)
