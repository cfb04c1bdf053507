"""Clevert et al. (2016), Section 4.2: units in convolutional networks, and batch normalization."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from ...experiment._record.record import RunRecord
from ...experiment._record.significance import Comparison, compare
from ...sources import Source
from .._claim import Claim, Finding, Kind, Verdict, matches_print
from .._evidence.decision import Case
from .._evidence.found import bounded, contrast, every, over_examples
from .._evidence.gates import Gate, acted, flat, learned
from .._evidence.measured import ClaimRows, measured, out_of_reach
from .._evidence.tuning import Records, sources_rate

RECIPE = "elu-conv"
PAPER = "clevert2016"
#: The large network: stacks of (layers, units, receptive field), as listed.
STACKS = (
    ((1, 384, 3),),
    ((1, 384, 1), (1, 384, 2), (2, 640, 2)),
    ((1, 640, 1), (3, 768, 2)),
    ((1, 768, 1), (2, 896, 2)),
    ((1, 896, 3), (2, 1024, 2)),
    ((1, 1024, 1), (1, 1152, 2)),
    ((1, 1152, 1),),
    ((1, 100, 1),),
)
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


def _lowest(runs: Records) -> Case:
    """ELU's error is below that of each of the three other units."""
    record, arms = runs.record, ("elu", "shifted_relu", "leaky_relu", "relu")
    found = every(
        over_examples(
            contrast(
                f"test error in points, ELU − {_title(rival)}",
                _compared(record, "elu", rival, "less"),
            ),
            record,
            {"elu": 1, rival: -1},
        )
        for rival in arms[1:]
    )
    return Case(found, _gates(record, arms, "elu"), (_means(record, arms),))


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
    rows["i"], rows["j"] = _deep(runs), _lowest(runs)
    return {f"C-ELU-11.{part}": rows[part] for part in sorted(rows)}


_DECIDED = ClaimRows(RECIPE, _cases)


def layers(stacks: Iterable[Iterable[tuple[int, int, int]]], printed: int) -> Finding:
    """Is the number of layers in the listed stacks the printed one?"""
    # (layers, units, receptive field), as they are listed.
    *hidden, last = [part for stack in stacks for part in stack]
    before = sum(count for count, _, _ in hidden)
    found = before + last[0]
    evidence = f"the list has {found} layers, {before} before the last, which has {last[1]} units"
    if found == printed:
        return Finding(Verdict.HOLDS, evidence)
    if before == printed:
        return Finding(Verdict.CORRECTED, evidence, f"{found}, with the one that gives the classes")
    return Finding(Verdict.REFUTED, evidence, f"{found}")


def slower(one: str, other: str, printed: str) -> Finding:
    """Is the first time, in whole per cent, that much longer?"""
    excess = 100 * (Decimal(one) / Decimal(other) - 1)
    evidence = f"{one}/{other} = {1 + excess / 100:.4f}"
    if matches_print(printed, str(excess)):
        return Finding(Verdict.HOLDS, evidence)
    return Finding(Verdict.CORRECTED, evidence, f"{excess:.1f} %, not {printed} %")


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
    _row(
        "j",
        "Of ELU, SReLU, LReLU and ReLU, ELU has the lowest test error, 28.75 % against 29.35, "
        "30.59 and 31.56 %.",
        r"28.75\,\% < 29.35, 30.59, 31.56\,\%",
        "Section 4.2, Figure 4",
    ),
    *(
        out_of_reach(
            id=f"C-ELU-12.{part}",
            statement=f"A large ELU network of 18 convolutional layers has a test error of {error} "
            f"% on {data}.",
            tex=rf"\mathrm{{err}} = {error}\,\%",
            source=Source(PAPER, "Table 1"),
            assumptions="18 convolutional layers of 384 to 1152 units, dropout, augmented images",
            needs=f"it would take {data} and about 165,000 updates of a network with tens of "
            "millions of weights: days on one GPU a run, and several runs to have a spread",
        )
        for part, error, data in (("a", "6.55", "CIFAR-10"), ("b", "24.28", "CIFAR-100"))
    ),
    Claim(
        id="C-ELU-12.c",
        statement="The network of the listed stacks has 18 convolutional layers.",
        tex=r"\textstyle\sum \text{layers} = 18",
        source=Source(PAPER, "Section 4.2, CIFAR-10 and CIFAR-100"),
        assumptions="a stack is written layers × units × receptive field; the last is 1×100×1",
        kind=Kind.COMPUTED,
        check=lambda: layers(STACKS, 18),
    ),
    out_of_reach(
        id="C-ELU-13.a",
        statement="An ELU network has less than 10 % classification error on ImageNet, from a "
        "single crop and a single model.",
        tex=r"\mathrm{err} < 10\,\%",
        source=Source(PAPER, "abstract; Section 4.3, Figure 5"),
        assumptions="15 layers; the experiment's section plots the top-5 error, and it is that "
        "which falls below 10 %",
        needs="it would take ImageNet (1.28 million photographs) and weeks on a GPU",
    ),
    Claim(
        id="C-ELU-13.b",
        statement="With 12.15 against 11.48 hours for 10,000 iterations, ELU is 5 % slower than "
        "ReLU.",
        tex=r"12.15 / 11.48 = 1.05",
        source=Source(PAPER, "Section 4.3"),
        assumptions="the two printed times",
        kind=Kind.COMPUTED,
        check=lambda: slower("12.15", "11.48", "5"),
    ),
    out_of_reach(
        id="C-ELU-13.c",
        statement="ELU has 20 % top-5 error after 160,000 iterations, ReLU after 200,000.",
        tex=r"160\,000 < 200\,000",
        source=Source(PAPER, "Section 4.3"),
        assumptions="15 layers, ImageNet, one GPU",
        needs="it would take ImageNet (1.28 million photographs) and weeks on a GPU",
    ),
)
