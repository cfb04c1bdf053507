"""Clevert et al. (2016), Figure 2: median activation and training loss of eight-layer networks."""

from __future__ import annotations

from ...experiment._record.significance import compare
from ...sources import Source
from .._evidence.decision import Case
from .._evidence.found import contrast
from .._evidence.gates import acted, course, learned
from .._evidence.measured import ClaimRows, measured
from .._evidence.tuning import Records, sources_rate

RECIPE = "elu-mnist"
_TITLES = {"relu": "ReLU", "leaky_relu": "LReLU"}
CURVES = {
    "median_activation": (
        "has a smaller median activation than",
        r"\operatorname{median}_i \overline{a_i}(\mathrm{ELU}) < "
        r"\operatorname{median}_i \overline{a_i}",
    ),
    "train_loss": (
        "has a faster falling training loss than",
        r"\bar L(\mathrm{ELU}) < \bar L",
    ),
}


_ROWS = {
    f"C-ELU-9.{part}": (curve, rival)
    for part, (curve, rival) in zip(
        "abcd", [(curve, rival) for curve in CURVES for rival in _TITLES], strict=True
    )
}


def _smaller(curve: str, rival: str, runs: Records) -> Case:
    """The mean over all epochs is compared: below during training, not only at its end."""
    record, arms = runs.record, ("elu", rival)
    # curve: (seeds, epochs); one mean over the epochs for each seed, so that seeds pair.
    own, other = (record.curve(curve, name).mean(axis=1).tolist() for name in arms)
    name = curve.replace("_", " ")
    ends = {arm: sum(record.final(curve, arm)) / len(record.config.seeds) for arm in arms}
    listed = ", ".join(f"{arm} {value:.3g}" for arm, value in ends.items())
    subject = f"{name}, mean over epochs, ELU − {_TITLES[rival]}"
    return Case(
        contrast(subject, compare(own, other, "less")),
        (
            learned(record, arms),
            acted(record, [arms]),
            course("the course of training: the mean over all epochs is compared"),
            sources_rate(record, arms, 0.01, "Section 4.1"),
        ),
        (f"{name} after the last epoch {listed}",),
    )


def _cases(runs: Records) -> dict[str, Case]:
    return {row: _smaller(curve, rival, runs) for row, (curve, rival) in _ROWS.items()}


_DECIDED = ClaimRows(RECIPE, _cases)

CLAIMS = tuple(
    measured(
        id=row,
        statement=f"An ELU network with eight hidden layers {CURVES[curve][0]} the "
        f"{_TITLES[rival]} network.",
        tex=f"{CURVES[curve][1]}(\\mathrm{{{_TITLES[rival]}}})",
        source=Source("clevert2016", "Figure 2"),
        assumptions="MNIST, eight hidden layers of 128, He initialization, rate 0.01, batches of "
        "64",
        rows=_DECIDED,
    )
    for row, (curve, rival) in _ROWS.items()
)
