"""Claims of widely read course notes on SELU; the fifty layers are judged from a record."""

from __future__ import annotations

from sympy import S, simplify, sqrt, symbols

from ... import catalog
from ...derive._formula.derivative import derivative
from ...derive._saturation.saturation import saturation
from ...experiment._record.learning import STRIKING, ConditionOutcome, Learning
from ...experiment._record.record import RunRecord
from ...notation import alpha, lam, x
from ...sources import Source
from .._claim import Claim, Finding, Kind, Verdict, holds_if
from .._evidence.measured import measured, scale

NOTES = "lecture"


def _weights_scale() -> Finding:
    inputs = symbols("K", positive=True, integer=True)
    deviation = symbols("s", positive=True)
    claimed = (inputs * deviation**2).subs(deviation, 1 / inputs)
    right = (inputs * deviation**2).subs(deviation, 1 / sqrt(inputs))
    if claimed == 1:
        return Finding(Verdict.HOLDS, "K·s² = 1")
    return Finding(
        Verdict.CORRECTED if right == 1 else Verdict.REFUTED,
        f"the output variance is K·s², which is {claimed} for s = 1/K and {right} for s = 1/√K",
        "standard deviation 1/√K (variance 1/K)",
    )


def _weights_mean() -> Finding:
    inputs = symbols("K", positive=True, integer=True)
    weight = 1 / sqrt(inputs)
    mean, variance = inputs * weight * S.Zero, inputs * weight**2
    return holds_if(
        not (mean == 0 and variance == 1),
        f"K equal weights 1/√K, of mean 1/√K and deviation 0, give mean {mean} and variance "
        f"{variance}: inputs of mean 0 need only E Σw² = 1",
    )


def _no_dead_zone() -> Finding:
    slopes = derivative(catalog.selu).pieces
    positive = all(
        piece.expr.subs(alpha, symbols("p", positive=True)).is_positive for piece in slopes
    )
    left = saturation(catalog.selu).left
    return holds_if(
        positive, f"f′ > 0 on every piece; on the left f′ → {left.slope} only in the limit"
    )


def _saturates() -> Finding:
    left = saturation(catalog.selu).left
    return holds_if(simplify(left.value + alpha * lam) == 0, f"the limit at −∞ is {left.value}")


def _amplifies() -> Finding:
    slope = derivative(catalog.selu).pieces[-1].expr.subs(catalog.selu.defaults)
    left_slope = derivative(catalog.selu).pieces[0].expr.subs(x, 0).subs(catalog.selu.defaults)
    return holds_if(
        bool(slope > 1),
        f"f′ = lam = {slope.evalf(8)} for x > 0; just below 0 it is even {left_slope.evalf(8)}",
    )


def _judge(record: RunRecord, condition: str, expected: frozenset[Learning]) -> Finding:
    outcome = record.outcome(condition)
    evidence = f"{outcome.sentence()}; {scale(record)}"
    if Learning.STRIKING in expected:
        evidence += f"; 'strikingly well' is read as an interval from {STRIKING:.0%} up"
    if outcome.learning is Learning.UNDECIDED:
        return Finding(Verdict.UNDECIDED, evidence)
    verdict = Verdict.REPRODUCED if outcome.learning in expected else Verdict.NOT_REPRODUCED
    return Finding(verdict, evidence, _correction(outcome, verdict))


def _correction(outcome: ConditionOutcome, verdict: Verdict) -> str | None:
    return outcome.learning.value if verdict is Verdict.NOT_REPRODUCED else None


def _row(part: str, statement: str, tex: str, condition: str, *expected: Learning) -> Claim:
    return measured(
        part,
        statement,
        tex,
        Source(NOTES, "fifty-layer experiment"),
        "50 hidden fully connected layers, MNIST digits, 3 epochs; here at the scale recorded",
        "fifty-layers",
        lambda record: _judge(record, condition, frozenset(expected)),
    )


CLAIMS = (
    Claim(
        "C-LEC-1.a",
        "For K iid inputs of mean 0 and variance 1, weights of standard deviation 1/K give outputs "
        "of mean 0 and variance 1.",
        r"\sigma_w = 1/K \Rightarrow \operatorname{Var} z = 1",
        Source(NOTES, "initialization"),
        "K ≥ 2 inputs, weights iid with mean 0, any distributions",
        Kind.DERIVED,
        _weights_scale,
    ),
    Claim(
        "C-LEC-1.b",
        "For that, the weights must have mean 0.",
        r"\mathbb{E} z = 0,\ \operatorname{Var} z = 1 \Rightarrow \mathbb{E} w = 0",
        Source(NOTES, "initialization"),
        "K inputs, iid with mean 0 and variance 1",
        Kind.DERIVED,
        _weights_mean,
    ),
    Claim(
        "C-LEC-3.a",
        "SELU has no dead zone.",
        r"f'(x) > 0 \text{ for all } x",
        Source(NOTES, "properties of SELU"),
        "real arithmetic; alpha, lam > 0",
        Kind.DERIVED,
        _no_dead_zone,
    ),
    Claim(
        "C-LEC-3.b",
        "SELU saturates at −alpha·lam.",
        r"\lim_{x\to-\infty} f(x) = -\alpha\lambda",
        Source(NOTES, "properties of SELU"),
        "alpha, lam > 0",
        Kind.DERIVED,
        _saturates,
    ),
    Claim(
        "C-LEC-3.c",
        "SELU amplifies for x > 0.",
        r"f'(x) = \lambda > 1 \text{ for } x > 0",
        Source(NOTES, "properties of SELU"),
        "alpha01, lambda01",
        Kind.DERIVED,
        _amplifies,
    ),
    _row(
        "C-LEC-2.a",
        "ReLU on raw inputs does not learn.",
        r"\text{ReLU, raw, Glorot uniform: no learning}",
        "relu-raw",
        Learning.NONE,
    ),
    _row(
        "C-LEC-2.b",
        "SELU on raw inputs is hardly better than that.",
        r"\text{SELU, raw, Glorot uniform: hardly better}",
        "selu-raw",
        Learning.NONE,
        Learning.HARDLY,
    ),
    _row(
        "C-LEC-2.c",
        "SELU on standardized inputs, weights still Glorot uniform, does not learn.",
        r"\text{SELU, standardized, Glorot uniform: no learning}",
        "selu-standardized",
        Learning.NONE,
    ),
    _row(
        "C-LEC-2.d",
        "SELU on standardized inputs with LeCun-normal weights learns strikingly well.",
        r"\text{SELU, standardized, LeCun normal: learns}",
        "selu-standardized-lecun",
        Learning.STRIKING,
    ),
    _row(
        "C-LEC-2.e",
        "ReLU on standardized inputs with LeCun-normal weights does not learn.",
        r"\text{ReLU, standardized, LeCun normal: no learning}",
        "relu-standardized-lecun",
        Learning.NONE,
    ),
)
