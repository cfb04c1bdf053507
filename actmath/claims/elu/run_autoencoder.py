"""Clevert et al. (2016), Figure 3: deep autoencoders at four rates, and each unit at its own."""

from __future__ import annotations

from collections.abc import Sequence

from ...experiment._record.record import RunRecord
from ...experiment.recipes.elu_autoencoder import RATES, UNITS, arm
from ...sources import Source
from .._evidence.decision import Case
from .._evidence.found import Found, contrast, every
from .._evidence.gates import Gate, acted, flat, linear_errors, reconstructed
from .._evidence.measured import ClaimRows, measured
from .._evidence.tuning import Records, own_rates, sources_rate

RECIPE = "elu-autoencoder"
_RIVALS = tuple(unit for unit in UNITS if unit != "elu")
_ROWS = {f"C-ELU-10.{part}": rate for part, rate in zip("abcd", RATES, strict=True)}


def trivial_errors(record: RunRecord) -> dict[str, float]:
    """The test errors that need no network: of the mean image, and of the best linear code."""
    mean_image, components = linear_errors(record.config)
    return {"mean image": mean_image, "principal components": components}


def _better(record: RunRecord, own: str, rivals: Sequence[str]) -> Found:
    """A lower last test error than each of the rivals."""
    return every(
        contrast(f"test error, {own} − {rival}", record.compare("test_loss", own, rival, "less"))
        for rival in rivals
    )


def _gates(record: RunRecord, own: str, rivals: Sequence[str]) -> tuple[Gate, ...]:
    arms = (own, *rivals)
    return (
        reconstructed(record, arms),
        acted(record, [(own, rival) for rival in rivals]),
        flat(record, "test_loss", arms),
    )


def _best(rate: float, runs: Records) -> Case:
    record, own = runs.record, arm("elu", rate)
    rivals = [arm(unit, rate) for unit in _RIVALS]
    tuning = sources_rate(record, [own, *rivals], rate, "Figure 3")
    return Case(
        _better(record, own, rivals),
        (*_gates(record, own, rivals), tuning),
        (
            "with another scale of the loss, or with momentum, of which the source does not speak, "
            "the same number is another rate; to decide it would take the source's own, and at the "
            "small rates its 469,000 updates",
        ),
    )


def _best_at_its_own(runs: Records) -> Case:
    record = runs.record
    tuning = own_rates(runs, tuple(UNITS), ("test_loss", "last"))
    return Case(_better(record, "elu", _RIVALS), (*_gates(record, "elu", _RIVALS), tuning))


def _at_the_sources_rates(runs: Records) -> dict[str, Case]:
    return {row: _best(rate, runs) for row, rate in _ROWS.items()}


_SCANNED = ClaimRows(RECIPE, _at_the_sources_rates, "scan")
_DECIDED = ClaimRows(RECIPE, lambda runs: {"C-ELU-10.e": _best_at_its_own(runs)})

_TEX = r"E(\mathrm{ELU}) < \min\{E(\mathrm{ReLU}), E(\mathrm{LReLU}), E(\mathrm{SReLU})\}"
_SOURCE = Source("clevert2016", "Figure 3")

CLAIMS = (
    *(
        measured(
            id=row,
            statement=f"At the learning rate {rate:g} an ELU autoencoder reconstructs better than "
            "ReLU, LReLU and SReLU ones.",
            tex=_TEX,
            source=_SOURCE,
            assumptions="MNIST, encoder of four layers and its mirror image, gradient descent, "
            "batches of 64",
            rows=_SCANNED,
        )
        for row, rate in _ROWS.items()
    ),
    measured(
        id="C-ELU-10.e",
        statement="Each at its own best learning rate, does an ELU autoencoder reconstruct better "
        "than ReLU, LReLU and SReLU ones?",
        tex=_TEX,
        source=_SOURCE,
        assumptions="MNIST, encoder of four layers and its mirror image, gradient descent with "
        "momentum, batches of 64",
        rows=_DECIDED,
    ),
)
