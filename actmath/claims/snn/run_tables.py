"""Klambauer et al. (2017), Section 3: ranks over many tables, and one table by its ROC curve."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from ..._text.p_values import p_is
from ...experiment._record.ranks import against_each, ranking
from ...experiment._record.record import RunRecord
from ...experiment._record.significance import mean_interval
from ...experiment.recipes.tabular import (
    SELF_NORMALIZING,
    constant_scores,
    fold_scores,
    table_scores,
)
from ...sources import Source
from .._evidence.decision import Case
from .._evidence.found import Found, every, ranked
from .._evidence.gates import Gate, acted, flat
from .._evidence.measured import ClaimRows, measured
from .._evidence.tuning import Records, inner_grid

PAPER = "klambauer2017"
#: The paper's average ranks over 121 tasks, minus the middle.
PRINTED_RANKS = MappingProxyType(
    {
        "snn": -0.756,
        "msra": -0.240,
        "layernorm": -0.198,
        "highway": 0.021,
        "resnet": 0.273,
        "weightnorm": 0.397,
        "batchnorm": 0.504,
    }
)
#: The paper's areas under the ROC curve on HTRU2.
PRINTED_AREAS = MappingProxyType(
    {
        "snn": 0.9803,
        "msra": 0.9791,
        "weightnorm": 0.9786,
        "highway": 0.9766,
        "layernorm": 0.9762,
        "batchnorm": 0.9760,
        "resnet": 0.9753,
    }
)


def best_rank(record: RunRecord) -> Found:
    """Lowest average rank, and the methods are not all alike.

    The opposite: another method has a lower rank, and is significantly better in the pair.
    """
    scores = table_scores(record)
    found = ranking(scores)
    listed = ", ".join(f"{name} {found.centered(name):+.2f}" for name in found.ranks)
    text = (
        f"average rank minus {found.middle:g}: {listed}; Friedman test "
        f"p {p_is(found.friedman.p)}, n = {found.n} tables, visible from a difference of "
        f"{found.critical_difference():.2g} in rank"
    )
    first = next(iter(found.ranks))
    if first == SELF_NORMALIZING:
        # Are the methods alike? The best rank says nothing if they may be.
        return Found(text, found.friedman.p, True)
    pairs = against_each(scores, SELF_NORMALIZING)
    (lead,) = (pair for pair in pairs if pair.second == first)
    # Bonferroni: which of the rivals leads was not said before.
    p = min(1.0, len(pairs) * lead.p_two_sided)
    return Found(f"{first} has the best average rank. {text}", p, False)


def better_than_each(record: RunRecord) -> Found:
    """All six two-sided Wilcoxon tests over the tables must go its way."""
    return every(map(ranked, against_each(table_scores(record), SELF_NORMALIZING)))


def largest_area(record: RunRecord) -> Found:
    """A larger area than each of the others, by Wilcoxon's test over the folds."""
    names = [condition.name for condition in record.config.conditions]
    # (repetitions, tables, folds), averaged to one score a fold.
    folds = {name: fold_scores(record, name).mean(axis=(0, 1)).tolist() for name in names}
    return every(map(ranked, against_each(folds, SELF_NORMALIZING)))


def _better_than_the_most_frequent(record: RunRecord) -> Gate:
    """Each method beats a constant answer by the interval over tables of the difference."""
    constant = constant_scores(record)
    ahead = {
        name: mean_interval([own - other for own, other in zip(scores, constant, strict=True)])
        for name, scores in table_scores(record).items()
    }
    least = min(ahead, key=lambda name: ahead[name].low)
    e = ahead[least]
    sentence = (
        f"least ahead of the most frequent class is {least}, by {100 * e.mean:.1f} points (95 % "
        f"interval over tables {100 * e.low:.1f} … {100 * e.high:.1f})"
    )
    # Asked this way round, a nan has not learned.
    return Gate("learned", all(e.low > 0 for e in ahead.values()), sentence)


def _better_than_guessing(record: RunRecord) -> Gate:
    """Each method's area is above ½, which any constant answer has, by its interval over folds."""
    names = [condition.name for condition in record.config.conditions]
    found = {name: mean_interval(fold_scores(record, name).ravel().tolist()) for name in names}
    least = min(found, key=lambda name: found[name].low)
    sentence = f"least area {least} {found[least].low:.4f} at its interval's end, a constant's 0.5"
    return Gate("learned", found[least].low > 0.5, sentence)


def _case(runs: Records, found: Found, knows: Gate, over: str) -> Case:
    record = runs.record
    names = [condition.name for condition in record.config.conditions]
    return Case(
        replace(found, over=over),
        (
            knows,
            acted(record, [(name, SELF_NORMALIZING) for name in names if name != SELF_NORMALIZING]),
            # Of the folds' scores: a single loss that diverges outweighs all others.
            flat(record, str(record.config.options.get("score", "accuracy")), names),
            inner_grid(record, "factors"),
        ),
    )


def _ranks(runs: Records) -> dict[str, Case]:
    record = runs.record
    knows = _better_than_the_most_frequent(record)
    over = "over tables, which differ more than repetitions do"
    return {
        "C-SNN-15.a": _case(runs, best_rank(record), knows, over),
        "C-SNN-15.b": _case(runs, better_than_each(record), knows, over),
    }


def _areas(runs: Records) -> Case:
    record = runs.record
    over = "over folds, whose training parts overlap"
    return _case(runs, largest_area(record), _better_than_guessing(record), over)


def _pulsars(runs: Records) -> Case:
    found = mean_interval(fold_scores(runs.record, SELF_NORMALIZING).ravel().tolist())
    said = (
        f"its area is {found.mean:.4f}, with a standard deviation of {found.deviation:.3f} over "
        f"the folds; printed {PRINTED_AREAS[SELF_NORMALIZING]} and 0.010, on all of HTRU2"
    )
    return replace(_areas(runs), caveats=(said,))


_RANKS = ClaimRows("tabular", _ranks)
_PULSARS = ClaimRows("tabular-htru2", lambda runs: {"C-SNN-16.a": _pulsars(runs)})
_AREAS = ClaimRows("tabular-auc", lambda runs: {"C-SNN-16.b": _areas(runs)})

CLAIMS = (
    measured(
        id="C-SNN-15.a",
        statement="Over many UCI tables, a self-normalizing network has the best average rank of "
        "seven ways to train a fully connected network.",
        tex=r"\bar r_{\mathrm{SNN}} = \min_m \bar r_m",
        source=Source(PAPER, "Table 1"),
        assumptions="nested cross-validation; 121 UCI tasks in the paper, those recorded here",
        rows=_RANKS,
    ),
    measured(
        id="C-SNN-15.b",
        statement="It is significantly better than each of the other six.",
        tex=r"\mathrm{acc}_{\mathrm{SNN}} > \mathrm{acc}_m \text{ for all } m",
        source=Source(PAPER, "abstract"),
        assumptions="paired over tables; 121 UCI tasks in the paper, those recorded here",
        rows=_RANKS,
    ),
    measured(
        id="C-SNN-16.a",
        statement="On HTRU2 the self-normalizing network has the largest area under the ROC curve.",
        tex=r"\mathrm{AUC}_{\mathrm{SNN}} = \max_m \mathrm{AUC}_m",
        source=Source(PAPER, "Section 3, astronomy"),
        assumptions="HTRU2, 17,898 pulsar candidates of 8 features, 10-fold cross-validation; here "
        "at the scale recorded",
        rows=_PULSARS,
    ),
    measured(
        id="C-SNN-16.b",
        statement="Which method has the largest area on another table of two classes, magic "
        "(KEEL)?",
        tex=r"\mathrm{AUC}_{\mathrm{SNN}} = \max_m \mathrm{AUC}_m",
        source=Source(PAPER, "Section 3, astronomy"),
        assumptions="magic, gamma rays against hadrons, 10 features, 10-fold cross-validation",
        rows=_AREAS,
    ),
)
