"""He et al. (2015), Table 1: learned slopes by depth, shared and channel-wise."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.stats import kendalltau

from ...experiment._record.record import RunRecord
from ...experiment._record.significance import compare
from ...experiment.recipes.prelu_slopes import CONVOLUTIONS
from ...sources import Source
from .._claim import Finding
from .._evidence.measured import measured, out_of_reach, reproduced

RECIPE = "prelu-slopes"
PAPER = "he2015"
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


def _large(kind: str, record: RunRecord) -> Finding:
    slopes = record.layer("slope_after", kind)
    # slopes: (seeds, layers), conv1 first.
    found = compare(slopes[:, 0].tolist(), slopes[:, 1:].mean(axis=1).tolist(), "greater")
    printed = PRINTED_SLOPES[kind][0] - float(np.mean(PRINTED_SLOPES[kind][1:]))
    subject = f"slope of conv1 − mean of the other layers, {SLOPE_KINDS[kind]}"
    return reproduced(found, record, subject, f"in the paper's table {printed:+.3g}")


def _falling(kind: str, record: RunRecord) -> Finding:
    taus = [depth_correlation(row) for row in record.layer("slope_after", kind)]
    # Zero is no correlation: the one-sided test of tau < 0 over the seeds.
    found = compare(taus, [0.0] * len(taus), "less")
    printed = depth_correlation(np.array(PRINTED_SLOPES[kind]))
    subject = f"rank correlation of depth and slope over the convolutions, {SLOPE_KINDS[kind]}"
    return reproduced(found, record, subject, f"in the paper's table {printed:+.3g}")


def _pushed(kind: str, record: RunRecord) -> Finding:
    decayed, free = (
        record.layer("slope_after", name).mean(axis=1).tolist()
        for name in (f"{kind}-decayed", kind)
    )
    subject = f"mean slope with weight decay on the slopes − without, {SLOPE_KINDS[kind]}"
    return reproduced(compare(decayed, free, "less"), record, subject)


_QUESTIONS: tuple[tuple[str, str, str, Callable[[str, RunRecord], Finding]], ...] = (
    (
        "PReLU learns a larger slope in the first layer than elsewhere",
        r"a_1 > \bar a",
        "Table 1",
        _large,
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

CLAIMS = (
    *(
        measured(
            id=f"C-PRE-7.{part}",
            statement=f"{text} ({SLOPE_KINDS[kind]}).",
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
        statement="PReLU instead of ReLU lowers ImageNet's top-1 error by 1.05 and its top-5 "
        "error by 0.23 points.",
        tex=r"24.02 - 22.97 = 1.05,\quad 6.51 - 6.28 = 0.23",
        source=Source(PAPER, "Table 4"),
        assumptions="ImageNet, model A, multi-scale testing",
        needs="needs ImageNet (1.28 million photographs) and weeks on several GPUs for each of "
        "the two 19-layer networks, more than once to have a spread",
    ),
    out_of_reach(
        id="C-PRE-8.b",
        statement="An ensemble of PReLU networks has a top-5 error of 4.94 % on ImageNet, below a "
        "human's 5.1 %.",
        tex=r"4.94\,\% < 5.1\,\%",
        source=Source(PAPER, "Table 7"),
        assumptions="ImageNet's test set, six networks",
        needs="needs six networks of up to 22 layers trained on ImageNet for weeks each, and the "
        "evaluation server of the test set; the human figure is one person's",
    ),
)
