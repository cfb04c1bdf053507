"""Clevert et al. (2016), Section 4.2: units in convolutional networks, and batch normalization."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...experiment._record.record import RunRecord
from ...experiment._record.significance import Comparison, compare
from ...sources import Source
from .._claim import Claim
from .._evidence.decision import Case
from .._evidence.found import bounded, contrast, every, over_examples
from .._evidence.gates import Gate, acted, flat, learned
from .._evidence.measured import ClaimRows, measured, out_of_reach
from .._evidence.tuning import Records, sources_rate

RECIPE = "elu-conv"
PAPER = "clevert2016"
#: Points of test error: "does not help" is read as "by less than this", which is less than the
#: smallest difference that the source reports between two units (28.75 and 29.35 %).
_MARGIN = 0.5
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


def _gates(record: RunRecord, arms: tuple[str, ...], control: str) -> tuple[Gate, ...]:
    return (
        learned(record, arms),
        acted(record, [(arm, control) for arm in arms if arm != control]),
        flat(record, "test_accuracy", arms),
        sources_rate(record, arms, 0.01, "the first rate of its schedule"),
    )


def _means(record: RunRecord, arms: tuple[str, ...]) -> str:
    listed = ", ".join(f"{_title(arm)} {errors(record, arm).mean():.3g} %" for arm in arms)
    return f"mean test errors {listed}"


def _below(first: str, second: str, runs: Records) -> Case:
    record, arms = runs.record, (first, second)
    subject = f"test error in points, {_title(first)} − {_title(second)}"
    seeds = contrast(subject, _compared(record, first, second, "less"))
    found = over_examples(seeds, record, {first: 1, second: -1})
    return Case(found, _gates(record, arms, second), (_means(record, arms),))


def _no_help(unit: str, runs: Records) -> Case:
    """Normalization lowers the error by less than the margin: a test of non-inferiority."""
    record, arms = runs.record, (f"{unit}-bn", unit)
    change = (errors(record, f"{unit}-bn") - errors(record, unit)).tolist()
    subject = (
        f"test error in points with batch normalization − without, above −{_MARGIN:g} or below"
    )
    # The interval is of the change plus the margin: its sign decides.
    seeds = bounded(subject, change, -_MARGIN, "greater")
    # What the accuracy gains, in shares where the margin is in points.
    found = over_examples(seeds, record, {f"{unit}-bn": 1, unit: -1}, _MARGIN / 100)
    return Case(found, _gates(record, arms, unit), (_means(record, arms),))


def _deep(runs: Records) -> Case:
    """A gain in deep networks, and a larger one than in shallow ones: both must hold."""
    record = runs.record
    gains = {
        kind: errors(record, f"relu{kind}") - errors(record, f"elu{kind}")
        for kind in ("", "-shallow")
    }
    deep, shallow = {"elu": 1, "relu": -1}, {"elu-shallow": -1, "relu-shallow": 1}
    gain = contrast("gain in the deep networks", _compared(record, "relu", "elu", "greater"))
    larger = compare(gains[""].tolist(), gains["-shallow"].tolist(), "greater")
    found = every(
        (
            over_examples(gain, record, deep),
            over_examples(contrast("gain, deep − shallow", larger), record, deep | shallow),
        )
    )
    arms = ("elu", "relu", "elu-shallow", "relu-shallow")
    means = ", ".join(
        f"{'shallow' if kind else 'deep'} {gain.mean():.3g}" for kind, gain in gains.items()
    )
    caveat = f"gain is ReLU's test error − ELU's in points, mean {means}"
    return Case(found, _gates(record, arms, "relu"), (caveat,))


_LOWER = {
    "a": ("elu", "shifted_relu"),
    "b": ("shifted_relu", "leaky_relu"),
    "c": ("leaky_relu", "relu"),
    "d": ("relu-bn", "relu"),
    "e": ("leaky_relu-bn", "leaky_relu"),
    "h": ("elu", "relu-bn"),
}
_UNHELPED = {"f": "elu", "g": "shifted_relu"}


def _cases(runs: Records) -> dict[str, Case]:
    rows = {part: _below(*pair, runs) for part, pair in _LOWER.items()}
    rows |= {part: _no_help(unit, runs) for part, unit in _UNHELPED.items()}
    rows["i"] = _deep(runs)
    return {f"C-ELU-11.{part}": rows[part] for part in sorted(rows)}


_DECIDED = ClaimRows(RECIPE, _cases)


def _row(part: str, statement: str, tex: str, place: str) -> Claim:
    return measured(
        id=f"C-ELU-11.{part}",
        statement=statement,
        tex=tex,
        source=Source(PAPER, place),
        assumptions="CIFAR-100, 11 convolutional layers, 10 runs",
        rows=_DECIDED,
    )


def _lower(part: str) -> Claim:
    first, second = map(_title, _LOWER[part])
    return _row(
        part,
        f"A network with {first} has a lower test error than one with {second}.",
        rf"\mathrm{{err}}(\text{{{first}}}) < \mathrm{{err}}(\text{{{second}}})",
        "Section 4.2, Figure 4",
    )


def _unhelped(part: str) -> Claim:
    name = _TITLES[_UNHELPED[part]]
    return _row(
        part,
        f"Batch normalization does not help a network with {name}.",
        rf"\mathrm{{err}}(\text{{{name} + BN}}) \ge \mathrm{{err}}(\text{{{name}}})",
        "Section 4.2",
    )


CLAIMS = (
    *map(_lower, "abcde"),
    *map(_unhelped, "fg"),
    _lower("h"),
    _row(
        "i",
        "The gain from ELU shows in networks of more than five layers.",
        r"\mathrm{err}(\mathrm{ReLU}) - \mathrm{err}(\mathrm{ELU}) \text{ larger when deep}",
        "Section 4",
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
