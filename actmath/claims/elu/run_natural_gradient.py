"""Claims of Clevert et al. (2016) on bias shift and the natural gradient, during training."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from ...experiment._record.record import RunRecord
from ...experiment._record.significance import Comparison, compare, holm
from ...sources import Source
from .._claim import Claim, Finding, Verdict
from .._evidence.measured import DECISION_LEVEL, measured, scale

RECIPE = "natural-gradient"
_SOURCE = Source("clevert2016", "Section 2")
_RIVALS = ("relu", "leaky_relu")


def all_of(comparisons: Mapping[str, Comparison], record: RunRecord, subject: str) -> Finding:
    """Reproduced if every comparison shows the claimed direction, after Holm's correction.

    Not reproduced if one of them shows the opposite, after the same; undecided otherwise.
    """
    # Holm keeps the chance of any false rejection below the level.
    adjusted = holm([c.p for c in comparisons.values()])
    # 1 − p of a paired t-test is the p-value of the other side.
    opposite = holm([1 - c.p for c in comparisons.values()])
    listed = "; ".join(f"{name}: {c.sentence()}" for name, c in comparisons.items())
    evidence = f"{subject}, after the last epoch. {listed}; {scale(record)}"
    if all(p < DECISION_LEVEL for p in adjusted):
        return Finding(Verdict.REPRODUCED, evidence)
    if any(p < DECISION_LEVEL for p in opposite):
        wrong = [n for n, p in zip(comparisons, opposite, strict=True) if p < DECISION_LEVEL]
        return Finding(Verdict.NOT_REPRODUCED, evidence, f"the opposite for {', '.join(wrong)}")
    return Finding(Verdict.UNDECIDED, evidence)


def elu_below_rivals(record: RunRecord, curve: str, subject: str) -> Finding:
    """ELU's final value of a curve against those of the units that it was made to replace."""
    pairs = {f"elu − {rival}": record.compare(curve, "elu", rival, "less") for rival in _RIVALS}
    return all_of(pairs, record, subject)


def centring_helps(record: RunRecord) -> Finding:
    """Every arm's final angle with centred incoming activations against the one as they are."""
    pairs = {
        c.name: compare(record.final("centred", c.name), record.final("angle", c.name), "less")
        for c in record.config.conditions
    }
    return all_of(pairs, record, "centred minus as it is, degrees")


def _row(*, part: str, statement: str, tex: str, decide: Callable[[RunRecord], Finding]) -> Claim:
    return measured(
        id=f"C-ELU-7.{part}",
        statement=statement,
        tex=tex,
        source=_SOURCE,
        assumptions="exact unit Fisher matrices of all hidden layers but the first; medians over "
        "units, means over layers",
        recipe=RECIPE,
        decide=decide,
    )


CLAIMS = (
    _row(
        part="d",
        statement="In training, ELU's mean activations are nearer zero than those of ReLU and "
        "leaky ReLU.",
        tex=r"|\mathbb{E}a|^2/\mathbb{E}|a|^2 \text{ is smaller}",
        decide=partial(elu_below_rivals, curve="mean_share", subject="share of the mean in E|a|²"),
    ),
    _row(
        part="e",
        statement="In training, less of an update is bias shift with ELU than with ReLU and leaky "
        "ReLU.",
        tex=r"|\mathbb{E}\Delta a|^2/\mathbb{E}|\Delta a|^2 \text{ is smaller}",
        decide=partial(elu_below_rivals, curve="shift", subject="share of bias shift in E|Δa|²"),
    ),
    _row(
        part="f",
        statement="In training, the gradient is nearer the unit natural gradient with ELU than "
        "with ReLU and leaky ReLU.",
        tex=r"\angle(F^{-1}\nabla L, \nabla L) \text{ is smaller}",
        decide=partial(elu_below_rivals, curve="angle", subject="angle in degrees"),
    ),
    _row(
        part="g",
        statement="In training, whatever the activation, centring what comes into a unit brings "
        "its gradient nearer the natural gradient.",
        tex=r"\angle \text{ is smaller at } \mathbb{E}a = 0",
        decide=centring_helps,
    ),
)
