"""He et al. (2015), Table 1: learned slopes by depth, shared and channel-wise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.stats import kendalltau

from ...experiment._record.record import RunRecord
from ...experiment._record.significance import compare
from ...experiment.recipes.prelu_slopes import CONVOLUTIONS
from ...sources import Source
from .._claim import Claim, Finding, Kind, Verdict, holds_if
from .._evidence.measured import DECISION_LEVEL, measured, out_of_reach, reproduced

RECIPE = "prelu-slopes"
PAPER = "he2015"
#: Where every slope begins.
FIRST_SLOPE = 0.25
SLOPE_KINDS = {"shared": "one slope a layer", "channelwise": "one slope a channel"}
#: The rows of Table 1: the layers with a slope, from the first to the last.
LAYERS = (
    "conv1",
    *(f"conv2_{i}" for i in range(1, 5)),
    *(f"conv3_{i}" for i in range(1, 7)),
    "fc1",
    "fc2",
)
#: Table 1, by kind of slope: one a layer of ``LAYERS``.
PRINTED_SLOPES = {
    "shared": (
        *(0.681, 0.103, 0.099, 0.228, 0.561, 0.126, 0.089, 0.124, 0.062, 0.008, 0.210),
        *(0.063, 0.031),
    ),
    "channelwise": (
        *(0.596, 0.321, 0.204, 0.294, 0.464, 0.196, 0.152, 0.145, 0.124, 0.134, 0.198),
        *(0.074, 0.075),
    ),
}


def depth_correlation(slopes: NDArray[np.float64]) -> float:
    """Kendall's rank correlation between depth and slope over the convolutions."""
    return float(kendalltau(range(CONVOLUTIONS), slopes[:CONVOLUTIONS]).statistic)


def _above_zero(kind: str, record: RunRecord) -> Finding:
    # slopes: (seeds, layers), conv1 first.
    first = record.layer("slope_after", kind)[:, 0]
    found = compare(first.tolist(), [0.0] * len(first), "greater")
    subject = f"slope of conv1, {SLOPE_KINDS[kind]}"
    note = f"it starts at {FIRST_SLOPE:g}; in the paper's table {PRINTED_SLOPES[kind][0]:g}"
    decided = reproduced(found, record, subject, note)
    # A slope that has stayed near its start is above 0 because it was put there.
    if np.abs(first - FIRST_SLOPE).max() < FIRST_SLOPE / 2:
        stayed = "no seed's slope has gone half of the way from its start to 0"
        return Finding(Verdict.UNDECIDED, f"{stayed}; {decided.evidence}")
    return decided


def falls(slopes: Sequence[float]) -> Finding:
    """Do the slopes of a table fall with depth over its convolutions, in general?"""
    found = kendalltau(range(CONVOLUTIONS), slopes[:CONVOLUTIONS], alternative="less")
    return holds_if(
        found.pvalue < DECISION_LEVEL,
        f"rank correlation of depth and slope over {CONVOLUTIONS} convolutions "
        f"{found.statistic:+.3f}, Kendall's exact test (less) p = {found.pvalue:.2g}",
    )


def _falling(kind: str, record: RunRecord) -> Finding:
    taus = [depth_correlation(row) for row in record.layer("slope_after", kind)]
    # Zero is no correlation: the one-sided test of tau < 0 over the seeds.
    found = compare(taus, [0.0] * len(taus), "less")
    printed = depth_correlation(np.array(PRINTED_SLOPES[kind]))
    subject = f"rank correlation of depth and slope over the convolutions, {SLOPE_KINDS[kind]}"
    return reproduced(found, record, subject, f"in the paper's table {printed:+.3g}")


def subtracted(printed: Mapping[str, tuple[str, str]]) -> Finding:
    """Is each printed gain the difference of its two printed errors, in exact decimals?"""
    found = {gain: Decimal(first) - Decimal(second) for gain, (first, second) in printed.items()}
    listed = ", ".join(f"{printed[g][0]} − {printed[g][1]} = {d}" for g, d in found.items())
    return holds_if(all(Decimal(gain) == d for gain, d in found.items()), listed)


def _pushed(kind: str, record: RunRecord) -> Finding:
    decayed, free = (
        record.layer("slope_after", name).mean(axis=1).tolist()
        for name in (f"{kind}-decayed", kind)
    )
    subject = f"mean slope with weight decay on the slopes − without, {SLOPE_KINDS[kind]}"
    return reproduced(compare(decayed, free, "less"), record, subject)


_QUESTIONS: tuple[tuple[str, str, str, Callable[[str, RunRecord], Finding]], ...] = (
    (
        "The first layer's learned slope is significantly greater than 0",
        r"a_1 > 0",
        "Section 4.1, Table 1",
        _above_zero,
    ),
    (
        "Deeper convolutions learn smaller slopes",
        r"\operatorname{corr}(l, a_l) < 0",
        "Table 1",
        _falling,
    ),
    (
        "Weight decay on the slopes pushes them toward zero",
        r"\bar a_{\text{decay}} < \bar a",
        "Section 2.1, Optimization",
        _pushed,
    ),
)

#: What the paper says of one kind of slope only is a question for the other.
ASKED = {"c": "Do deeper convolutions learn smaller slopes with one slope a layer as well?"}

CLAIMS = (
    Claim(
        id="C-PRE-7.g",
        statement="In the paper's own table the deeper convolutions in general have smaller "
        "coefficients (one slope a channel).",
        tex=r"\operatorname{corr}(l, a_l) < 0",
        source=Source(PAPER, "Section 4.1, Table 1"),
        assumptions="the printed slopes of one training run; 'in general' is read as a rank "
        "correlation below 0 at the level of 0.05",
        kind=Kind.COMPUTED,
        check=lambda: falls(PRINTED_SLOPES["channelwise"]),
    ),
    *(
        measured(
            id=f"C-PRE-7.{part}",
            statement=ASKED.get(part, f"{text} ({SLOPE_KINDS[kind]})."),
            tex=tex,
            source=Source(PAPER, place),
            assumptions="the layers of the paper's small model; slopes begin at 0.25",
            recipe=RECIPE,
            decide=partial(decide, kind),
        )
        for part, ((text, tex, place, decide), kind) in zip(
            "abcdef", product(_QUESTIONS, SLOPE_KINDS), strict=True
        )
    ),
    out_of_reach(
        id="C-PRE-8.a",
        statement="PReLU instead of ReLU lowers ImageNet's top-1 error from 24.02 to 22.97 % and "
        "its top-5 error from 6.51 to 6.28 %.",
        tex=r"24.02 \to 22.97,\quad 6.51 \to 6.28",
        source=Source(PAPER, "Table 4"),
        assumptions="ImageNet, model A, multi-scale testing",
        needs="it would take ImageNet (1.28 million photographs) and weeks on several GPUs for "
        "each of the two 19-layer networks, more than once to have a spread",
    ),
    Claim(
        id="C-PRE-8.c",
        statement="These are gains of 1.05 and 0.23 points.",
        tex=r"24.02 - 22.97 = 1.05,\quad 6.51 - 6.28 = 0.23",
        source=Source(PAPER, "Table 4"),
        assumptions="the four printed errors",
        kind=Kind.COMPUTED,
        check=lambda: subtracted({"1.05": ("24.02", "22.97"), "0.23": ("6.51", "6.28")}),
    ),
    out_of_reach(
        id="C-PRE-8.b",
        statement="An ensemble of PReLU networks has a top-5 error of 4.94 % on ImageNet, below a "
        "human's 5.1 %.",
        tex=r"4.94\,\% < 5.1\,\%",
        source=Source(PAPER, "Table 7"),
        assumptions="ImageNet's test set, six networks",
        needs="it would take six networks of up to 22 layers trained on ImageNet for weeks each, "
        "and the evaluation server of the test set; the human figure is one person's",
    ),
)
