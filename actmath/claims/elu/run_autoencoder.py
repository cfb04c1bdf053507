"""Clevert et al. (2016), Figure 3: deep autoencoders at four learning rates."""

from __future__ import annotations

from ...experiment._record.record import RunRecord
from ...experiment.recipes.elu_autoencoder import RATES, UNITS, arm
from ...sources import Source
from .._evidence.decision import Case
from .._evidence.found import contrast, every
from .._evidence.gates import acted, flat, reconstructed
from .._evidence.measured import ClaimRows, measured
from .._evidence.tuning import Records, sources_rate

RECIPE = "elu-autoencoder"
_RIVALS = tuple(unit for unit in UNITS if unit != "elu")
_ROWS = {f"C-ELU-10.{part}": rate for part, rate in zip("abcd", RATES, strict=True)}


def remaining(rate: float, record: RunRecord) -> dict[str, float]:
    """By unit, what share of its initial error is left after training, mean over seeds."""
    return {
        unit: float(
            record.layer("error_after", arm(unit, rate)).mean()
            / record.layer("error_before", arm(unit, rate)).mean()
        )
        for unit in UNITS
    }


def _best(rate: float, runs: Records) -> Case:
    record, own = runs.record, arm("elu", rate)
    arms = [arm(unit, rate) for unit in UNITS]
    rivals = [arm(unit, rate) for unit in _RIVALS]
    answers = (
        contrast(f"test error, {own} − {rival}", record.compare("test_loss", own, rival, "less"))
        for rival in rivals
    )
    return Case(
        every(answers),
        (
            reconstructed(record, arms),
            acted(record, [(own, rival) for rival in rivals]),
            flat(record, "test_loss", arms),
            sources_rate(record, arms, rate, "Figure 3"),
        ),
        ("the loss is the mean over pixels: summed, the source's rates would go further",),
    )


def _cases(runs: Records) -> dict[str, Case]:
    return {row: _best(rate, runs) for row, rate in _ROWS.items()}


_DECIDED = ClaimRows(RECIPE, _cases)

CLAIMS = tuple(
    measured(
        id=row,
        statement=f"At the learning rate {rate:g} an ELU autoencoder reconstructs better than "
        f"ReLU, LReLU "
        "and SReLU ones.",
        tex=r"E(\mathrm{ELU}) < \min\{E(\mathrm{ReLU}), E(\mathrm{LReLU}), E(\mathrm{SReLU})\}",
        source=Source("clevert2016", "Figure 3"),
        assumptions="MNIST, encoder of four layers and its mirror image, gradient descent, "
        "batches of 64",
        rows=_DECIDED,
    )
    for row, rate in _ROWS.items()
)
