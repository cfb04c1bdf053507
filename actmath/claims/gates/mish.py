"""Claims on Mish: Misra (2020), the authors' README, and software."""

from __future__ import annotations

from collections.abc import Callable

from sympy import Expr, diff, exp, factor, log, sech, simplify, tanh

from ... import catalog
from ...derive._formula.derivative import derivative
from ...derive._saturation.saturation import saturation
from ...notation import auxiliary, x
from ...prove.theorems.gates import MINIMA, in_exponentials
from ...prove.theorems.slopes import without_tanh
from ...sources import Source
from .._claim import Claim, Finding, holds_if
from .._evidence.proved import certified, reads_as
from .._evidence.rows import Rows

PAPER, _FILES = "misra2020", "publicfiles"
_WHERE = "authors' README"
_README = Source(PAPER, _WHERE)
_PLACE, _LEAST = MINIMA["mish"]
_SOFTPLUS = log(1 + exp(x))
#: The slope as it is printed: with sech and σ, and as a quotient of sums of exponentials.
WITH_SECH = sech(_SOFTPLUS) ** 2 * x / (1 + exp(-x)) + tanh(_SOFTPLUS)
_NUMERATOR = 4 * (x + 1) + 4 * exp(2 * x) + exp(3 * x) + exp(x) * (4 * x + 6)
QUOTIENT = exp(x) * _NUMERATOR / (2 * exp(x) + exp(2 * x) + 2) ** 2


def is_slope_of_mish(printed: Expr) -> Finding:
    """Is that Mish's derivative, identically?"""
    slope = diff(without_tanh(catalog.mish.expr), x)
    # At u = softplus(x) eᵘ is 1 + eˣ: both sides are quotients in eˣ.
    written = printed.replace(sech, lambda u: 2 / (exp(u) + exp(-u)))
    gap = factor(in_exponentials(without_tanh(written) - slope))
    return holds_if(simplify(gap) == 0, f"printed minus f′ is {gap}")


def infinitely_smooth(unit: Expr) -> Finding:
    """As a quotient in eˣ > 0: has its denominator no root?"""
    t = auxiliary("e_x", positive=True)
    _, below = in_exponentials(without_tanh(unit)).subs(exp(x), t).as_numer_denom()
    terms = below.expand()
    return holds_if(
        bool(terms.is_positive),
        f"a quotient of polynomials in x and e_x = e^x; the denominator {terms} is positive",
    )


def never_flat() -> Finding:
    """Is there no interval on which the slope is 0?"""
    slope = derivative(catalog.mish).expr
    left = saturation(catalog.mish).left
    return holds_if(
        slope != 0 and str(left.kind) != "hard",
        f"f′ is analytic and not 0, so that it is 0 at single points only; at −∞ it tends to "
        f"{left.slope}",
    )


def _row(
    part: str,
    statement: str,
    tex: str,
    judge: Callable[[], Finding],
    source: Source = _README,
) -> Claim:
    return certified(
        id=f"C-MIS-{part}",
        statement=statement,
        tex=tex,
        source=source,
        assumptions="all real x",
        proofs=("mish-minimum",),
        judge=judge,
    )


_derived = Rows("C-MIS", PAPER, assumptions="all real x")

CLAIMS = (
    _row(
        "1.a",
        "Mish's minimum is approximately −0.30884.",
        r"\min f \approx -0.30884",
        lambda: reads_as("-0.30884", "the minimum", _LEAST),
    ),
    _row(
        "1.b",
        "It is reached at approximately −1.1924.",
        r"\arg\min f \approx -1.1924",
        lambda: reads_as("-1.1924", "the place", _PLACE),
    ),
    _row(
        "1.c",
        "Mish's range begins at approximately −0.31.",
        r"f(\mathbb{R}) \approx [-0.31, \infty)",
        lambda: reads_as("-0.31", "the minimum", _LEAST),
        Source(PAPER, "abstract, as others report it"),
    ),
    _derived(
        "2",
        "Mish is infinitely often differentiable.",
        r"f \in C^\infty",
        _WHERE,
        lambda: infinitely_smooth(catalog.mish.expr),
    ),
    _derived(
        "3.a",
        "Its slope is sech²(softplus(x))·x·σ(x) + f(x)/x.",
        r"\operatorname{sech}^2(\log(1 + e^x))\,x\sigma(x) + f(x)/x",
        _WHERE,
        lambda: is_slope_of_mish(WITH_SECH),
    ),
    _derived(
        "3.b",
        "Its slope is eˣw/d² with w = 4(x + 1) + 4e²ˣ + e³ˣ + eˣ(4x + 6), d = 2eˣ + e²ˣ + 2.",
        r"e^x w / d^2",
        _WHERE,
        lambda: is_slope_of_mish(QUOTIENT),
    ),
    _row(
        "4.a",
        "Mish's theoretical minimum is approximately −0.3079.",
        r"\min f \approx -0.3079",
        lambda: reads_as("-0.3079", "the minimum", _LEAST),
        Source(_FILES, "a test of Mish"),
    ),
    _row(
        "4.b",
        "It is at approximately −1.194.",
        r"\arg\min f \approx -1.194",
        lambda: reads_as("-1.194", "the place", _PLACE),
        Source(_FILES, "a test of Mish"),
    ),
    _derived(
        "5",
        "Mish cannot die as ReLU does: there is no interval on which its slope is 0.",
        r"f' \not\equiv 0 \text{ on every interval}",
        "as others report it",
        never_flat,
    ),
)
