"""What textbooks and courses say of the sigmoid's slope and of ReLU's outputs."""

from __future__ import annotations

from functools import partial

from sympy import Expr, Rational, S, pi, simplify, sqrt

from ... import catalog
from ...activation import Activation
from ...derive._moments.gaussian_moments import gaussian_moments
from ...notation import auxiliary, mu, nu, x
from ...number import evaluated
from .._claim import Finding, Kind, Verdict, holds_if, matches_print
from .._evidence.rows import Rows
from ..kernels.dual import quadrant

_ANGLE = auxiliary("angle", positive=True)
#: Of a forum's entry: the mean and the standard deviation of ReLU's outputs.
RELU_MEAN, RELU_DEVIATION = "0.3989422804014327", "0.5004379470500113"


def steepest_at_0(unit: Activation, printed: Expr) -> Finding:
    """Is f′ at most that, and there at 0 alone? The rest is a square."""
    slope = unit.expr.diff(x)
    # σ′ = σ(1 − σ) = 1/4 − (σ − 1/2)², tanh′ = 1 − tanh²: f less its value at 0, squared.
    square = (unit.expr - unit.expr.subs(x, 0)) ** 2
    gap = simplify((slope - (slope.subs(x, 0) - square)).rewrite("exp"))
    return holds_if(
        gap == 0 and slope.subs(x, 0) == printed,
        f"f′(x) = {slope.subs(x, 0)} − (f(x) − {unit.expr.subs(x, 0)})², and f rises",
    )


def _relu() -> tuple[Expr, Expr]:
    """E relu(Z) and E relu(Z)²."""
    found, at = gaussian_moments(catalog.relu), {mu: 0, nu: 1}
    return simplify(found.mean.subs(at)), simplify(found.second.subs(at))


def variance_behind(printed: Expr) -> Finding:
    """Is that the variance of relu(Z)?"""
    mean, second = _relu()
    variance = (second - mean**2).expand()
    evidence = f"E relu(Z)² = {second}, of which the mean's square {mean**2} is no variance"
    if simplify(variance - printed) == 0:
        return Finding(Verdict.HOLDS, evidence)
    if simplify(second - printed) == 0:
        evidence += "; a next layer's sums have the variance that the mean square says"
    return Finding(
        Verdict.CORRECTED,
        evidence,
        f"{variance} = {evaluated(variance, 5)}; {second} is the mean square",
    )


def weights_for_relu(printed: Expr) -> Finding:
    """By which factor is the weights' variance larger than for a line?"""
    needed = 1 / _relu()[1]
    evidence = f"1/E relu(Z)² = {needed}: the variance; its root is the factor of the deviation"
    if simplify(needed - printed) == 0:
        return Finding(Verdict.HOLDS, evidence)
    return Finding(
        Verdict.CORRECTED, evidence, f"{needed} times the variance, {sqrt(needed)} the deviation"
    )


def share_off(printed: Expr, inputs: int) -> Finding:
    """Is that the share of units that are off for one input, or for two unrelated ones at once?"""
    both = quadrant(0, _ANGLE)
    words = str(both).replace("angle", "θ").replace("pi", "π")
    shares = {1: simplify(both.subs(_ANGLE, 0)), 2: simplify(both.subs(_ANGLE, pi / 2))}
    evidence = (
        f"for two inputs at an angle θ a share of {words} is off at both: {shares[1]} at 0, "
        f"{shares[2]} for unrelated ones, and 2^(−N) for N of them"
    )
    if shares[inputs] == printed:
        return Finding(Verdict.HOLDS, evidence)
    return Finding(
        Verdict.CORRECTED, evidence, "half are off for each input, hardly any for all of many"
    )


def moment(printed: str, power: int) -> Finding:
    """Is that the mean (1) of relu(Z), or its standard deviation (2), to its digits?"""
    mean, second = _relu()
    square = mean**2 if power == 1 else (second - mean**2).expand()
    near = evaluated(sqrt(square), 18)
    evidence = f"it is the root of {square}, {near}"
    if matches_print(printed, near):
        return Finding(Verdict.HOLDS, evidence)
    return Finding(Verdict.CORRECTED, evidence, f"√({square}) = {evaluated(sqrt(square), 10)}")


_d2l = Rows("C-FW", "zhang2023", assumptions="every x")
_fast = Rows("C-UNV", "fastai2019", assumptions="Z standard normal")
_course = Rows("C-UNV", "cs5720")
_SIGMOID_PAGE = "chapter on multilayer perceptrons, mlp.md"
_FORUM = "forum, entry 62314, on ReLU's outputs as a half-normal distribution"
_SLIDE = "week 3, slide 48"

CLAIMS = (
    *(
        _d2l(
            f"18.{part}",
            f"The slope of {title} is greatest at 0, where it is {printed}.",
            rf"\max f' = f'(0) = {printed}",
            _SIGMOID_PAGE,
            partial(steepest_at_0, unit, Rational(printed)),
        )
        for part, title, unit, printed in (
            ("a", "the sigmoid", catalog.sigmoid, "0.25"),
            ("b", "tanh", catalog.tanh, "1"),
        )
    ),
    _fast(
        "1.a",
        "With ReLU the mean shifts and the variance of 1 becomes 0.5.",
        r"\operatorname{Var} \max(0, Z) = 0.5",
        "part 2, notebook 02b_initializing",
        lambda: variance_behind(S.Half),
    ),
    _course(
        "1.b",
        "ReLU kills half of the units.",
        r"P(w^\top x < 0) = \tfrac12",
        _SLIDE,
        lambda: share_off(S.Half, 2),
        "weights symmetric about 0, no biases; killed: off for more than one input",
    ),
    _course(
        "1.c",
        "With ReLU weights need a √2 times larger variance than with a line.",
        r"\sqrt2 \operatorname{Var} w",
        _SLIDE,
        lambda: weights_for_relu(sqrt(2)),
        "the mean square is kept",
    ),
    _fast(
        "2.a",
        f"ReLU's outputs have the mean {RELU_MEAN}, about 0.4.",
        r"\mathbb{E}\max(0, Z) = 1/\sqrt{2\pi}",
        _FORUM,
        lambda: moment(RELU_MEAN, 1),
        kind=Kind.COMPUTED,
    ),
    _fast(
        "2.b",
        f"They have the standard deviation {RELU_DEVIATION}.",
        r"\sqrt{\tfrac14\sqrt{1 - 2/\pi} + \tfrac14/\sqrt{2\pi}}",
        _FORUM,
        lambda: moment(RELU_DEVIATION, 2),
        kind=Kind.COMPUTED,
    ),
)
