"""He et al. (2015), Table 1: learned slopes by depth, shared and channel-wise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import kendalltau

from ..._text.p_values import p_is
from ...experiment._record.record import RunRecord
from ...experiment._record.significance import compare
from ...experiment.recipes.prelu_slopes import CONVOLUTIONS
from ...sources import Source
from .._claim import Claim, Finding, Kind, holds_if
from .._evidence.decision import DECISION_LEVEL, Case
from .._evidence.found import bounded, contrast
from .._evidence.gates import Gate, acted, learned, updates
from .._evidence.measured import ClaimRows, measured, out_of_reach
from .._evidence.tuning import Records, sources_rate

RECIPE = "prelu-slopes"
PAPER = "he2015"
#: Where every slope begins.
FIRST_SLOPE = 0.25
SLOPE_KINDS = {"shared": "one slope a layer", "channelwise": "one slope a channel"}
#: Slopes that have moved by less of their start than this, on average, are still near it.
MOVED = 0.5
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


def _moved(record: RunRecord, kind: str) -> Gate:
    before, after = (record.layer(f"slope_{when}", kind) for when in ("before", "after"))
    move, start = float(np.abs(after - before).mean()), float(before.mean())
    held = move >= MOVED * start
    sentence = (
        f"slopes begin at {start:.3g} and have moved by {move:.2g} on average in "
        f"{updates(record.config, record)} updates"
    )
    return Gate("length", held, sentence if held else f"{sentence}: they are still near it")


def _slope_speed(record: RunRecord) -> float:
    """How many times the learning rate of the weights the slopes have."""
    return float(record.config.options.get("slope_speed", 1.0))


def _decay_exponent(record: RunRecord) -> float:
    """x, where weight decay by itself shrinks a slope by exp(−x).

    x = updates·rate·decay/(1 − momentum), at the slopes' own rate.
    """
    options, (rate,) = record.config.options, {c.learning_rate for c in record.config.conditions}
    decay, momentum = (float(options[name]) for name in ("weight_decay", "momentum"))
    steps = updates(record.config, record)
    return steps * rate * _slope_speed(record) * decay / (1 - momentum)


def _decayed(record: RunRecord) -> Gate:
    """The run is as long as the decay's own time."""
    steps, exponent = updates(record.config, record), _decay_exponent(record)
    sentence = (
        f"in {steps} updates weight decay by itself takes {100 * -np.expm1(-exponent):.2g} % off a "
        f"slope, {FIRST_SLOPE * -np.expm1(-exponent):.2g} of {FIRST_SLOPE:g}"
    )
    # An exponent of 1: the time in which the decay would take a slope to 1/e of itself.
    held = exponent >= 1
    return Gate("length", held, sentence if held else f"{sentence}: this is not yet a balance")


def _gates(record: RunRecord, length: Gate, arms: tuple[str, ...]) -> tuple[Gate, ...]:
    kind = arms[0]
    place = f"Section 2.1; of the weights: slopes descend at {_slope_speed(record):g} times it"
    return (
        learned(record, arms),
        acted(record, [(kind, f"{kind}-decayed")]),
        length,
        sources_rate(record, arms, 0.01, place),
    )


def _printed(value: float) -> tuple[str, ...]:
    return (f"in the paper's table {value:+.3g}",)


def _positive(kind: str, runs: Records) -> Case:
    record = runs.record
    # slopes: (seeds, layers), conv1 first.
    slopes = record.layer("slope_after", kind)[:, 0].tolist()
    return Case(
        bounded(f"slope of conv1, {SLOPE_KINDS[kind]}", slopes, 0.0, "greater"),
        _gates(record, _moved(record, kind), (kind,)),
        _printed(PRINTED_SLOPES[kind][0]),
    )


def falls(slopes: Sequence[float]) -> Finding:
    """Do the slopes of a table fall with depth over its convolutions, in general?"""
    found = kendalltau(range(CONVOLUTIONS), slopes[:CONVOLUTIONS], alternative="less")
    return holds_if(
        found.pvalue < DECISION_LEVEL,
        f"rank correlation of depth and slope over {CONVOLUTIONS} convolutions "
        f"{found.statistic:+.3f}, Kendall's exact test (less) p {p_is(found.pvalue)}",
    )


def subtracted(printed: Mapping[str, tuple[str, str]]) -> Finding:
    """Is each printed gain the difference of its two printed errors, in exact decimals?"""
    found = {gain: Decimal(first) - Decimal(second) for gain, (first, second) in printed.items()}
    listed = ", ".join(f"{printed[g][0]} − {printed[g][1]} = {d}" for g, d in found.items())
    return holds_if(all(Decimal(gain) == d for gain, d in found.items()), listed)


def _falling(kind: str, runs: Records) -> Case:
    record = runs.record
    taus = [depth_correlation(row) for row in record.layer("slope_after", kind)]
    subject = f"rank correlation of depth and slope over the convolutions, {SLOPE_KINDS[kind]}"
    return Case(
        # Zero is no correlation: the test is over the seeds.
        bounded(subject, taus, 0.0, "less"),
        _gates(record, _moved(record, kind), (kind,)),
        _printed(depth_correlation(np.array(PRINTED_SLOPES[kind]))),
    )


def _pushed(kind: str, runs: Records) -> Case:
    record, arms = runs.record, (kind, f"{kind}-decayed")
    free, decayed = (record.layer("slope_after", arm).mean(axis=1).tolist() for arm in arms)
    subject = f"mean slope with weight decay on the slopes − without, {SLOPE_KINDS[kind]}"
    found = contrast(subject, compare(decayed, free, "less"))
    # (2, seeds), those in which neither network diverged.
    pairs = np.array([decayed, free])
    fine = np.isfinite(pairs).all(axis=0)
    kept, others = pairs[:, fine].mean(axis=1)
    alone = np.exp(-_decay_exponent(record))
    arithmetic = (
        f"decayed slopes are {kept / others:.2g} of the others, in the {fine.sum()} of {fine.size} "
        f"seeds in which neither diverged; the decay alone leaves {alone:.2g}"
    )
    return Case(found, _gates(record, _decayed(record), arms), (arithmetic,))


_POSITIVE = {"C-PRE-7.a": "shared", "C-PRE-7.b": "channelwise"}
_FALLING = {"C-PRE-7.c": "shared", "C-PRE-7.d": "channelwise"}
_PUSHED = {"C-PRE-7.e": "shared", "C-PRE-7.f": "channelwise"}


def _cases(runs: Records) -> dict[str, Case]:
    return {
        **{row: _positive(kind, runs) for row, kind in _POSITIVE.items()},
        **{row: _falling(kind, runs) for row, kind in _FALLING.items()},
        **{row: _pushed(kind, runs) for row, kind in _PUSHED.items()},
    }


_DECIDED = ClaimRows(RECIPE, _cases)

_SENTENCES = (
    (_POSITIVE, "The first layer's learned slope is significantly greater than 0", "a_1 > 0"),
    (
        _FALLING,
        "Deeper convolutions in general have smaller slopes",
        r"\operatorname{corr}(l, a_l) < 0",
    ),
    (
        _PUSHED,
        "Weight decay on the slopes pushes them toward zero",
        r"\bar a_{\text{decay}} < \bar a",
    ),
)

#: What the paper says of one kind of slope only is a question for the other.
ASKED = {"C-PRE-7.c": "Do deeper convolutions learn smaller slopes with one slope a layer as well?"}

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
            id=row,
            statement=ASKED.get(row, f"{text} ({SLOPE_KINDS[kind]})."),
            tex=tex,
            source=Source(PAPER, "Section 2.1" if rows is _PUSHED else "Table 1"),
            assumptions="the layers of the paper's small model; slopes begin at 0.25",
            rows=_DECIDED,
        )
        for rows, text, tex in _SENTENCES
        for row, kind in rows.items()
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
