"""Claims of Clevert et al. (2016) on bias shift and the natural gradient, during training."""

from __future__ import annotations

from ...experiment._record.significance import compare
from ...sources import Source
from .._claim import Claim
from .._evidence.decision import Case
from .._evidence.found import Found, contrast, every
from .._evidence.gates import Gate, acted, acted_within, course, learned
from .._evidence.measured import ClaimRows, measured
from .._evidence.tuning import Records, sources_rate

RECIPE = "natural-gradient"
_SOURCE = Source("clevert2016", "Section 2")
_RIVALS = ("relu", "leaky_relu")
#: By row: the curve, and what it is.
_COMPARED = {
    "C-ELU-7.d": ("mean_share", "share of the mean in E|a|²"),
    "C-ELU-7.e": ("shift", "share of bias shift in E|Δa|²"),
    "C-ELU-7.f": ("angle", "angle in degrees"),
}
_CENTRED = "C-ELU-7.g"


def _case(found: Found, arms: tuple[str, ...], treatment: Gate, runs: Records) -> Case:
    record = runs.record
    return Case(
        found,
        (
            learned(record, arms),
            treatment,
            course("training under way, here at the last epoch recorded"),
            sources_rate(record, arms, 0.01, "Section 4.1"),
        ),
    )


def elu_below_rivals(runs: Records, curve: str, subject: str) -> Case:
    """ELU's final value of a curve against those of the units that it was made to replace."""
    found = (
        contrast(f"{subject}, elu − {rival}", runs.record.compare(curve, "elu", rival, "less"))
        for rival in _RIVALS
    )
    treatment = acted(runs.record, [("elu", rival) for rival in _RIVALS])
    return _case(every(found), ("elu", *_RIVALS), treatment, runs)


def centring_helps(runs: Records) -> Case:
    """Every arm's final angle with centred incoming activations against the one as they are."""
    record = runs.record
    arms = tuple(condition.name for condition in record.config.conditions)
    found = (
        contrast(
            f"degrees, centred − as it is, {arm}",
            compare(record.final("centred", arm), record.final("angle", arm), "less"),
        )
        for arm in arms
    )
    treatment = acted_within(record, "centred", "angle", arms)
    return _case(every(found), arms, treatment, runs)


def _cases(runs: Records) -> dict[str, Case]:
    rows = {row: elu_below_rivals(runs, *what) for row, what in _COMPARED.items()}
    return {**rows, _CENTRED: centring_helps(runs)}


_DECIDED = ClaimRows(RECIPE, _cases)


def _row(*, part: str, statement: str, tex: str) -> Claim:
    return measured(
        id=f"C-ELU-7.{part}",
        statement=statement,
        tex=tex,
        source=_SOURCE,
        assumptions="exact unit Fisher matrices of all hidden layers but the first; medians over "
        "units, means over layers",
        rows=_DECIDED,
    )


CLAIMS = (
    _row(
        part="d",
        statement="In training, ELU's mean activations are nearer zero than those of ReLU and "
        "leaky ReLU.",
        tex=r"|\mathbb{E}a|^2/\mathbb{E}|a|^2 \text{ is smaller}",
    ),
    _row(
        part="e",
        statement="In training, less of an update is bias shift with ELU than with ReLU and leaky "
        "ReLU.",
        tex=r"|\mathbb{E}\Delta a|^2/\mathbb{E}|\Delta a|^2 \text{ is smaller}",
    ),
    _row(
        part="f",
        statement="In training, the gradient is nearer the unit natural gradient with ELU than "
        "with ReLU and leaky ReLU.",
        tex=r"\angle(F^{-1}\nabla L, \nabla L) \text{ is smaller}",
    ),
    _row(
        part="g",
        statement="In training, whatever the activation, centring what comes into a unit brings "
        "its gradient nearer the natural gradient.",
        tex=r"\angle \text{ is smaller at } \mathbb{E}a = 0",
    ),
)
