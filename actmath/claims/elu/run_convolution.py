"""Clevert et al. (2016), Section 4.2: units in convolutional networks, and batch normalization."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ...experiment._record.record import RunRecord
from ...experiment._record.significance import Comparison, compare
from ...sources import Source
from .._claim import Claim, Finding
from .._evidence.measured import measured, out_of_reach, reproduced

RECIPE = "elu-conv"
PAPER = "clevert2016"
_TITLES = {"relu": "ReLU", "leaky_relu": "LReLU", "shifted_relu": "SReLU", "elu": "ELU"}


def errors(record: RunRecord, name: str) -> NDArray[np.float64]:
    """Test errors after the last epoch in per cent, one a seed."""
    # One value a seed: (seeds,).
    return 100 * (1 - np.array(record.final("test_accuracy", name)))


def _title(name: str) -> str:
    unit, _, norm = name.partition("-")
    return _TITLES[unit] + (" and batch normalization" if norm == "bn" else "")


def _compared(record: RunRecord, first: str, second: str, alternative: str) -> Comparison:
    return compare(errors(record, first).tolist(), errors(record, second).tolist(), alternative)


def _error(first: str, second: str, alternative: str, record: RunRecord) -> Finding:
    subject = f"test error in points, {_title(first)} − {_title(second)}"
    means = f"means {errors(record, first).mean():.3g} and {errors(record, second).mean():.3g} %"
    return reproduced(_compared(record, first, second, alternative), record, subject, means)


def _deep(record: RunRecord) -> Finding:
    """Both parts must hold: the larger p-value counts."""
    gains = {
        kind: errors(record, f"relu{kind}") - errors(record, f"elu{kind}")
        for kind in ("", "-shallow")
    }
    # A gain in deep networks, and a larger one than in shallow ones: two paired tests.
    above_zero = _compared(record, "relu", "elu", "greater")
    above_shallow = compare(gains[""].tolist(), gains["-shallow"].tolist(), "greater")
    weaker, what = max(
        (above_zero, "in the deep networks"),
        (above_shallow, "deep − shallow"),
        key=lambda pair: pair[0].p,
    )
    means = ", ".join(
        f"{'shallow' if kind else 'deep'} {gain.mean():.3g}" for kind, gain in gains.items()
    )
    subject = f"ReLU's test error − ELU's in points, {what}"
    return reproduced(weaker, record, subject, f"mean gains {means}")


def _row(
    *, part: str, statement: str, tex: str, place: str, decide: Callable[[RunRecord], Finding]
) -> Claim:
    return measured(
        id=f"C-ELU-11.{part}",
        statement=statement,
        tex=tex,
        source=Source(PAPER, place),
        assumptions="CIFAR-100, 11 convolutional layers, 10 runs",
        recipe=RECIPE,
        decide=decide,
    )


def _below(part: str, first: str, second: str) -> Claim:
    return _row(
        part=part,
        statement=f"A network with {_title(first)} has a lower test error than one with "
        f"{_title(second)}.",
        tex=rf"\mathrm{{err}}(\text{{{_title(first)}}}) < "
        rf"\mathrm{{err}}(\text{{{_title(second)}}})",
        place="Section 4.2, Figure 4",
        decide=partial(_error, first, second, "less"),
    )


def _no_help(part: str, unit: str) -> Claim:
    name = _TITLES[unit]
    return _row(
        part=part,
        statement=f"Batch normalization does not help a network with {name}.",
        tex=rf"\mathrm{{err}}(\text{{{name} + BN}}) \ge \mathrm{{err}}(\text{{{name}}})",
        place="Section 4.2",
        # "Does not help" is tested as the stronger "has a higher error with it".
        decide=partial(_error, f"{unit}-bn", unit, "greater"),
    )


CLAIMS = (
    _below("a", "elu", "shifted_relu"),
    _below("b", "shifted_relu", "leaky_relu"),
    _below("c", "leaky_relu", "relu"),
    _below("d", "relu-bn", "relu"),
    _below("e", "leaky_relu-bn", "leaky_relu"),
    _no_help("f", "elu"),
    _no_help("g", "shifted_relu"),
    _below("h", "elu", "relu-bn"),
    _row(
        part="i",
        statement="The gain from ELU shows in networks of more than five layers.",
        tex=r"\mathrm{err}(\mathrm{ReLU}) - \mathrm{err}(\mathrm{ELU}) \text{ larger when deep}",
        place="Section 4",
        decide=_deep,
    ),
    out_of_reach(
        id="C-ELU-12",
        statement="A large ELU network of 18 convolutional layers has test errors of 6.55 % on "
        "CIFAR-10 and 24.28 % on CIFAR-100.",
        tex=r"\mathrm{err} = 6.55\,\%,\ 24.28\,\%",
        source=Source(PAPER, "Table 1"),
        assumptions="18 convolutional layers of 384 to 1152 units, dropout, augmented images",
        needs="needs both CIFAR sets and, for each, about 165,000 updates of a network with tens "
        "of millions of weights: days on one GPU a run, and several runs to have a spread",
    ),
    out_of_reach(
        id="C-ELU-13",
        statement="An ELU network has less than 10 % top-5 error on ImageNet from a single crop, "
        "and its training takes 5 % longer than with ReLU.",
        tex=r"12.15 / 11.48 \approx 1.05",
        source=Source(PAPER, "Section 4.3"),
        assumptions="15 layers, ImageNet, one GPU",
        needs="needs ImageNet (1.28 million photographs) and weeks on a GPU; the paper's own two "
        f"times are apart by {100 * (12.15 / 11.48 - 1):.1f} %",
    ),
)
