"""Clevert et al. (2016), Section 4.2: units in convolutional networks, and batch normalization."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ...experiment._record.record import RunRecord
from ...experiment._record.significance import Comparison, compare
from ...sources import Source
from .._claim import Claim, Finding, Kind, Verdict, matches_print
from .._evidence.conjunction import all_reproduced
from .._evidence.measured import measured, out_of_reach, reproduced

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


def _lowest(record: RunRecord) -> Finding:
    rivals = ("shifted_relu", "leaky_relu", "relu")
    pairs = {f"ELU − {_title(r)}": _compared(record, "elu", r, "less") for r in rivals}
    return all_reproduced(pairs, record, "test error in points")


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
    _row(
        part="j",
        statement="Of ELU, SReLU, LReLU and ReLU, ELU has the lowest test error, 28.75 % against "
        "29.35, 30.59 and 31.56 %.",
        tex=r"28.75\,\% < 29.35, 30.59, 31.56\,\%",
        place="Section 4.2, Figure 4",
        decide=_lowest,
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
