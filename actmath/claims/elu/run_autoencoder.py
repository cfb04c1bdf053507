"""Clevert et al. (2016), Figure 3: deep autoencoders at four learning rates."""

from __future__ import annotations

from functools import partial

from ...experiment._record.record import RunRecord
from ...experiment.recipes.elu_autoencoder import RATES, UNITS, arm
from ...sources import Source
from .._claim import Finding, Verdict
from .._evidence.measured import measured, reproduced, scale

RECIPE = "elu-autoencoder"
_RIVALS = tuple(unit for unit in UNITS if unit != "elu")
#: A rate is judged where every kind of network has at least halved its error: see the recipe.
HALVED = 0.5


def remaining(rate: float, record: RunRecord) -> dict[str, float]:
    """By unit, what share of its initial error is left after training, mean over seeds."""
    return {
        unit: float(
            record.layer("error_after", arm(unit, rate)).mean()
            / record.layer("error_before", arm(unit, rate)).mean()
        )
        for unit in UNITS
    }


def _best(rate: float, record: RunRecord) -> Finding:
    left = remaining(rate, record)
    slowest = max(left, key=lambda unit: left[unit])
    if left[slowest] > HALVED:
        return Finding(
            Verdict.OUT_OF_REACH,
            f"after {record.config.epochs} epochs {slowest} still has {left[slowest]:.2g} of its "
            "initial error: it would take the paper's 500 epochs on 60,000 images; "
            f"{scale(record)}",
        )
    found = {
        rival: record.compare("test_loss", arm("elu", rate), arm(rival, rate), "less")
        for rival in _RIVALS
    }
    # "Best" against each of three rivals: the largest p-value counts.
    worst = max(found, key=lambda rival: found[rival].p)
    subject = f"test error, ELU − its strongest rival ({worst})"
    return reproduced(found[worst], record, subject)


CLAIMS = tuple(
    measured(
        id=f"C-ELU-10.{part}",
        statement=f"At the learning rate {rate:g} an ELU autoencoder reconstructs better than "
        f"ReLU, LReLU "
        "and SReLU ones.",
        tex=r"E(\mathrm{ELU}) < \min\{E(\mathrm{ReLU}), E(\mathrm{LReLU}), E(\mathrm{SReLU})\}",
        source=Source("clevert2016", "Figure 3"),
        assumptions="MNIST, encoder of four layers and its mirror image, gradient descent, "
        "batches of 64",
        recipe=RECIPE,
        decide=partial(_best, rate),
    )
    for part, rate in zip("abcd", RATES, strict=True)
)
