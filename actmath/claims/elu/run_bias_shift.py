"""Clevert et al. (2016), Figure 2: median activation and training loss of eight-layer networks."""

from __future__ import annotations

from functools import partial

from ...experiment._record.record import RunRecord
from ...experiment._record.significance import compare
from ...sources import Source
from .._claim import Finding
from .._evidence.measured import measured, reproduced

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


def _smaller(curve: str, rival: str, record: RunRecord) -> Finding:
    """The mean over all epochs is compared: below during training, not only at its end."""
    # curve: (seeds, epochs); one mean over the epochs for each seed, so that seeds pair.
    own, other = (record.curve(curve, name).mean(axis=1).tolist() for name in ("elu", rival))
    ends = {name: sum(record.final(curve, name)) / len(record.config.seeds) for name in _TITLES}
    ends["elu"] = sum(record.final(curve, "elu")) / len(record.config.seeds)
    listed = ", ".join(f"{name} {value:.3g}" for name, value in ends.items())
    return reproduced(
        compare(own, other, "less"),
        record,
        f"{curve.replace('_', ' ')}, mean over epochs, ELU − {_TITLES[rival]}",
        f"after the last epoch {listed}",
    )


CLAIMS = tuple(
    measured(
        id=f"C-ELU-9.{part}",
        statement=f"An ELU network with eight hidden layers {text} the {_TITLES[rival]} network.",
        tex=f"{tex}(\\mathrm{{{_TITLES[rival]}}})",
        source=Source("clevert2016", "Figure 2"),
        assumptions="MNIST, eight hidden layers of 128, He initialization, rate 0.01, batches of "
        "64",
        recipe=RECIPE,
        decide=partial(_smaller, curve, rival),
    )
    for part, (curve, (text, tex), rival) in zip(
        "abcd",
        [(curve, words, rival) for curve, words in CURVES.items() for rival in _TITLES],
        strict=True,
    )
)
