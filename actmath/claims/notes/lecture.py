"""Claims of widely read course notes on SELU; the fifty layers are judged from a record."""

from __future__ import annotations

from sympy import Expr, S, simplify, sqrt

from ... import catalog
from ...derive._formula.derivative import derivative
from ...derive._saturation.saturation import saturation
from ...experiment._record.learning import SLIGHT, STRIKING
from ...experiment._record.record import RunRecord
from ...experiment._record.shape import ACCURACY
from ...experiment.recipes.fifty_layers_whole import SOURCES_EPOCHS, SOURCES_IMAGES
from ...notation import K, alpha, lam, stand_in, x
from ...number import evaluated
from ...sources import Source
from .._claim import Claim, Finding, Kind, Verdict, holds_if
from .._evidence.decision import Case
from .._evidence.found import Found, bounded, over_examples
from .._evidence.gates import acted, flat, learned, nothing_compared, sources_length
from .._evidence.measured import ClaimRows, measured
from .._evidence.tuning import Records, every_rate, shown_by_one_rate

_NOTES = "lecture"


def weights_scale(deviation: Expr) -> Finding:
    """Do iid weights of that standard deviation give outputs of variance 1?"""
    # Var z = Σ Var(w)·E x² = K·s² for iid weights of mean 0 and inputs of variance 1.
    claimed, right = (K * s**2 for s in (deviation, 1 / sqrt(K)))
    if claimed == 1:
        return Finding(Verdict.HOLDS, "K·s² = 1")
    return Finding(
        Verdict.CORRECTED if right == 1 else Verdict.REFUTED,
        f"the output variance is K·s², which is {claimed} for s = {deviation} and {right} for "
        "s = 1/√K",
        "standard deviation 1/√K (variance 1/K)",
    )


def weights_mean(input_mean: Expr) -> Finding:
    """Must weights have mean 0, for inputs of this mean and variance 1? Equal weights are tried."""
    # Equal weights 1/√K: Σw² = 1 although the mean of the weights is not 0.
    weight = 1 / sqrt(K)
    mean, variance = K * weight * input_mean, K * weight**2
    return holds_if(
        not (mean == 0 and variance == 1),
        f"K equal weights 1/√K, of mean 1/√K and deviation 0, give mean {mean} and variance "
        f"{variance}: inputs of mean 0 need only E Σw² = 1",
    )


def _no_dead_zone() -> Finding:
    slopes = derivative(catalog.selu).pieces
    # On the left f′ = lam·alpha·eˣ: positive for positive parameters, at every x.
    positive = all(piece.expr.subs(alpha, stand_in(alpha)).is_positive for piece in slopes)
    left = saturation(catalog.selu).left
    return holds_if(
        positive, f"f′ > 0 on every piece; on the left f′ → {left.slope} only in the limit"
    )


def _saturates() -> Finding:
    left = saturation(catalog.selu).left
    # lam·alpha·(eˣ − 1) → −lam·alpha
    return holds_if(simplify(left.value + alpha * lam) == 0, f"the limit at −∞ is {left.value}")


def _amplifies() -> Finding:
    slope = derivative(catalog.selu).pieces[-1].expr.subs(catalog.selu.defaults)
    # f′(0−) = lam·alpha, f′(0+) = lam; alpha > 1 makes the left one larger.
    left_slope = derivative(catalog.selu).pieces[0].expr.subs(x, 0).subs(catalog.selu.defaults)
    return holds_if(
        bool(slope > 1),
        f"f′ = lam = {evaluated(slope, 8)} for x > 0; just below 0 it is even "
        f"{evaluated(left_slope, 8)}",
    )


#: By row: the arm that is said not to learn, and the arm that differs from it in one thing.
_IDLE = {
    "C-LEC-2.a": ("relu-raw", "selu-raw"),
    "C-LEC-2.b": ("selu-raw", "relu-raw"),
    "C-LEC-2.c": ("selu-standardized", "selu-raw"),
    "C-LEC-2.e": ("relu-standardized-lecun", "selu-standardized-lecun"),
}
#: The arm that is said to learn.
_LEARNER = "selu-standardized-lecun"


def _accuracy(record: RunRecord, arm: str, bound: float, side: str) -> Found:
    accuracies = record.final(ACCURACY, arm)
    seeds = bounded(f"test accuracy of {arm} − {bound:g}", accuracies, bound, side)
    return over_examples(seeds, record, {arm: 1}, bound, side)


def _does_not_learn(arm: str, control: str, runs: Records) -> Case:
    """Less than ten points above chance."""
    record = runs.record
    return Case(
        _accuracy(record, arm, record.chance + SLIGHT, "less"),
        (
            learned(record, [_LEARNER]),
            acted(record, [(arm, control)]),
            flat(record, ACCURACY, [arm]),
            every_rate(runs, arm, SLIGHT),
        ),
        (record.outcome(arm).sentence(),),
    )


def _learns_strikingly(runs: Records) -> Case:
    """From 90 % on."""
    record = runs.record
    found = _accuracy(record, _LEARNER, STRIKING, "greater")
    return Case(
        found,
        (
            learned(record, [_LEARNER]),
            nothing_compared("the claim is about one kind of network"),
            sources_length(record, SOURCES_IMAGES, SOURCES_EPOCHS),
            shown_by_one_rate(record, _LEARNER, agrees=found.agrees),
        ),
        (record.outcome(_LEARNER).sentence(),),
    )


_DECIDED = ClaimRows(
    "fifty-layers",
    lambda runs: {row: _does_not_learn(*arms, runs) for row, arms in _IDLE.items()},
)
_WHOLE = ClaimRows("fifty-layers-whole", lambda runs: {"C-LEC-2.d": _learns_strikingly(runs)})


def _row(*, part: str, statement: str, tex: str, rows: ClaimRows = _DECIDED) -> Claim:
    return measured(
        id=f"C-LEC-2.{part}",
        statement=statement,
        tex=tex,
        source=Source(_NOTES, "fifty-layer experiment"),
        assumptions="50 hidden fully connected layers, MNIST digits, 3 epochs; here at the scale "
        "recorded",
        rows=rows,
    )


CLAIMS = (
    Claim(
        id="C-LEC-1.a",
        statement="For K iid inputs of mean 0 and variance 1, weights of standard deviation 1/K "
        "give outputs of mean 0 and variance 1.",
        tex=r"\sigma_w = 1/K \Rightarrow \operatorname{Var} z = 1",
        source=Source(_NOTES, "initialization"),
        assumptions="K ≥ 2 inputs, weights iid with mean 0, any distributions",
        kind=Kind.DERIVED,
        check=lambda: weights_scale(1 / K),
    ),
    Claim(
        id="C-LEC-1.b",
        statement="For that, the weights must have mean 0.",
        tex=r"\mathbb{E} z = 0,\ \operatorname{Var} z = 1 \Rightarrow \mathbb{E} w = 0",
        source=Source(_NOTES, "initialization"),
        assumptions="K inputs, iid with mean 0 and variance 1",
        kind=Kind.DERIVED,
        check=lambda: weights_mean(S.Zero),
    ),
    Claim(
        id="C-LEC-3.a",
        statement="SELU has no dead zone.",
        tex=r"f'(x) > 0 \text{ for all } x",
        source=Source(_NOTES, "properties of SELU"),
        assumptions="real arithmetic; alpha, lam > 0",
        kind=Kind.DERIVED,
        check=_no_dead_zone,
    ),
    Claim(
        id="C-LEC-3.b",
        statement="SELU saturates at −alpha·lam.",
        tex=r"\lim_{x\to-\infty} f(x) = -\alpha\lambda",
        source=Source(_NOTES, "properties of SELU"),
        assumptions="alpha, lam > 0",
        kind=Kind.DERIVED,
        check=_saturates,
    ),
    Claim(
        id="C-LEC-3.c",
        statement="SELU amplifies for x > 0.",
        tex=r"f'(x) = \lambda > 1 \text{ for } x > 0",
        source=Source(_NOTES, "properties of SELU"),
        assumptions="alpha01, lambda01",
        kind=Kind.DERIVED,
        check=_amplifies,
    ),
    _row(
        part="a",
        statement="ReLU on raw inputs does not learn.",
        tex=r"\text{ReLU, raw, Glorot uniform: no learning}",
    ),
    _row(
        part="b",
        statement="SELU on raw inputs is hardly better than that.",
        tex=r"\text{SELU, raw, Glorot uniform: hardly better}",
    ),
    _row(
        part="c",
        statement="SELU on standardized inputs, weights still Glorot uniform, does not learn.",
        tex=r"\text{SELU, standardized, Glorot uniform: no learning}",
    ),
    _row(
        part="d",
        statement="SELU on standardized inputs with LeCun-normal weights learns strikingly well.",
        tex=r"\text{SELU, standardized, LeCun normal: learns}",
        rows=_WHOLE,
    ),
    _row(
        part="e",
        statement="ReLU on standardized inputs with LeCun-normal weights does not learn.",
        tex=r"\text{ReLU, standardized, LeCun normal: no learning}",
    ),
)
