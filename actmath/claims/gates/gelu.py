"""Claims of Hendrycks and Gimpel (2016) on GELU, ReLU and ELU, and what notes say of GELU."""

from __future__ import annotations

from sympy import Expr, Rational, atan, diff, erf, erfc, exp, limit, oo, pi, simplify, solve, sqrt

from ... import catalog
from ...derive._formula.derivative import derivative, jumps
from ...notation import alpha, sigma, stand_in, x
from ...prove.theorems.gates import MINIMA
from ...sources import Source
from .._claim import Finding, Verdict, holds_if
from .._evidence.proved import certified
from .._evidence.rows import Rows

PAPER, NOTES = "hendrycks2016", "publicfiles"
DENSITY = exp(-(x**2) / 2) / sqrt(2 * pi)


def same_function(printed: Expr) -> Finding:
    """Is that x·Φ(x)?"""
    gap = simplify((printed - catalog.gelu.expr).rewrite(erfc))
    return holds_if(gap == 0, f"printed minus x·Φ(x) is {gap}")


def curved_everywhere(unit: Expr) -> Finding:
    """Has f″ no root?"""
    second = simplify(diff(unit, x, 2))
    roots = sorted(solve(second, x), key=str)
    evidence = f"f″ = {second}"
    if not roots:
        return Finding(Verdict.HOLDS, f"{evidence} has no root")
    listed = " and ".join(map(str, roots))
    return Finding(
        Verdict.CORRECTED,
        f"{evidence} is 0 at {listed}, where the curvature changes its sign",
        f"everywhere but at {listed}",
    )


def not_convex(unit: Expr) -> Finding:
    """Is f″ negative at one of two points?"""
    second = diff(unit, x, 2)
    values = {at: simplify(second.subs(x, at)) for at in (0, 2)}
    falls = any(value.is_negative for value in values.values())
    shown = ", ".join(f"f″({at}) = {value}" for at, value in values.items())
    return holds_if(falls, shown)


def not_linear(unit: Expr) -> Finding:
    """Is f″ anything but 0?"""
    second = simplify(diff(unit, x, 2))
    return holds_if(second != 0, f"f″ = {second} is no constant 0 for x > 0")


def becomes_relu() -> Finding:
    """x·P(X ≤ x) for X ~ N(0, s²), as s falls to 0."""
    s = stand_in(sigma)
    at = stand_in(x)
    scaled = at * erfc(-at / (s * sqrt(2))) / 2
    right, left = limit(scaled, s, 0, "+"), limit(scaled.subs(at, -at), s, 0, "+")
    return holds_if((right, left) == (at, 0), "the limits are x for x > 0 and 0 for x < 0")


def _asymptotes(gap: Expr) -> Finding:
    ends = limit(gap, x, oo), limit(catalog.gelu.expr, x, -oo)
    return holds_if(ends == (0, 0), f"GELU − ReLU tends to {ends[0]} at ∞ and {ends[1]} at −∞")


def cauchy(side: int, shift: Expr) -> Finding:
    """Does x·P(C ≤ x) approach ELU with alpha = 1/π, shifted, on that side?"""
    unit = x * (Rational(1, 2) + atan(x) / pi)
    # ELU is x on the right and tends to −alpha = −1/π on the left.
    elu = x if side > 0 else -1 / pi
    gap = limit(unit - elu - shift, x, side * oo)
    return holds_if(gap == 0, f"x(1/2 + arctan(x)/π) − ELU − ({shift}) tends to {gap}")


def elu_is_convex() -> Finding:
    """αeˣ on the left, and a jump of the slope at 0 that must not be negative."""
    left = diff(derivative(catalog.elu).pieces[0].expr, x)
    jump = jumps(catalog.elu, 0, 1)
    evidence = f"f″ = {left} on the left, and f′ jumps by {jump} at 0"
    # A downward jump of the slope is no convexity.
    if not (jump.subs(alpha, 2) < 0):
        return Finding(Verdict.HOLDS, evidence)
    return Finding(Verdict.CORRECTED, f"{evidence}: downwards if alpha > 1", "for 0 < alpha ≤ 1")


def _elu_is_monotonic() -> Finding:
    slopes = [piece.expr.subs(alpha, stand_in(alpha)) for piece in derivative(catalog.elu).pieces]
    return holds_if(all(s.is_positive for s in slopes), "f′ is alpha·eˣ and 1, both positive")


def _relu_is_convex() -> Finding:
    left, right = (piece.expr for piece in derivative(catalog.relu).pieces)
    return holds_if(
        0 <= left <= right, f"the slope is {left}, then {right}: never negative, rising"
    )


def noisy_relu(claimed: Expr) -> Finding:
    """Is that E ReLU(x + Z), Z standard normal?"""
    # E max(0, x + Z) = x·Φ(x) + φ(x): checked by its derivative Φ and its limit 0 at −∞.
    mean = catalog.gelu.expr + DENSITY
    gate = catalog.gelu.expr / x
    right = simplify(diff(mean, x) - gate) == 0 and limit(mean, x, -oo) == 0
    gap = simplify(mean - claimed)
    if right and gap == 0:
        return Finding(Verdict.HOLDS, "E ReLU(x + Z) = x·Φ(x) + φ(x)")
    return Finding(
        Verdict.CORRECTED,
        f"E ReLU(x + Z) = x·Φ(x) + φ(x), which exceeds it by {gap}",
        "GELU is the mean of x times a gate that is 1 with probability Φ(x), else 0",
    )


def outputs_in(low: Expr | int, high: Expr | int) -> Finding:
    """Do the minimum and the limit at ∞ lie in that interval?"""
    least = MINIMA["gelu"][1]
    top = limit(catalog.gelu.expr, x, oo)
    inside = bool(float(least[0]) >= low and top <= high)
    return holds_if(
        inside, f"the minimum is between {least[0]} and {least[1]}, and the limit at ∞ is {top}"
    )


def _not_monotonic() -> Finding:
    place = MINIMA["gelu"][0]
    return Finding(
        Verdict.HOLDS, f"it falls up to a place between {place[0]} and {place[1]}, then rises"
    )


_row = Rows("C-GEL", PAPER, assumptions="all real x")

CLAIMS = (
    _row(
        "1",
        "GELU is x·Φ(x) = (x/2)(1 + erf(x/√2)).",
        r"x\Phi(x) = \tfrac x2 (1 + \operatorname{erf}(x/\sqrt2))",
        "Section 2",
        lambda: same_function(x / 2 * (1 + erf(x / sqrt(2)))),
    ),
    certified(
        id="C-GEL-4.a",
        statement="GELU is not monotonic.",
        tex=r"f' \text{ changes its sign}",
        source=Source(PAPER, "Section 4"),
        assumptions="all real x",
        proofs=("gelu-minimum",),
        judge=_not_monotonic,
    ),
    _row(
        "4.b",
        "GELU is not convex.",
        r"f'' < 0 \text{ somewhere}",
        "Section 4",
        lambda: not_convex(catalog.gelu.expr),
    ),
    _row(
        "4.c",
        "GELU is not linear for x > 0.",
        r"f'' \ne 0,\ x > 0",
        "Section 4",
        lambda: not_linear(catalog.gelu.expr),
        "x > 0",
    ),
    _row(
        "4.d",
        "GELU has curvature at all points.",
        r"f''(x) \ne 0 \text{ for all } x",
        "Section 4",
        lambda: curved_everywhere(catalog.gelu.expr),
    ),
    _row(
        "5.a",
        "With the distribution function of N(0, s²) the unit becomes ReLU as s falls to 0.",
        r"\lim_{s\to0} x\Phi(x/s) = \max(0, x)",
        "Section 4",
        becomes_relu,
    ),
    _row(
        "5.b",
        "GELU and ReLU are equal asymptotically.",
        r"x\Phi(x) - \max(0, x) \to 0",
        "Section 4",
        lambda: _asymptotes(catalog.gelu.expr - x),
    ),
    _row(
        "6.a",
        "For negative x, x·P(C ≤ x) with a Cauchy C is asymptotically ELU with alpha = 1/π.",
        r"x(\tfrac12 + \tfrac1\pi\arctan x) \to -\tfrac1\pi",
        "Section 4",
        lambda: cauchy(-1, Rational(0)),
        "x → −∞",
    ),
    _row(
        "6.b",
        "For positive x it is asymptotically ELU shifted down by 1/π.",
        r"x(\tfrac12 + \tfrac1\pi\arctan x) - x \to -\tfrac1\pi",
        "Section 4",
        lambda: cauchy(1, -1 / pi),
        "x → ∞",
    ),
    _row(
        "7.a",
        "ReLU is convex and monotonic.",
        r"0 \le f' \text{ rising}",
        "Section 4",
        _relu_is_convex,
    ),
    _row(
        "7.b",
        "ELU is convex.",
        r"f' \text{ rising}",
        "Section 4",
        elu_is_convex,
        "alpha > 0, on which no condition is printed",
    ),
    _row(
        "7.c",
        "ELU is monotonic.",
        r"f' > 0",
        "Section 4",
        _elu_is_monotonic,
        "alpha > 0",
    ),
    _row(
        "9",
        "GELU is the expected value of ReLU with Gaussian noise.",
        r"x\Phi(x) = \mathbb{E}\max(0, x + Z)",
        Source(NOTES, "notes on GELU"),
        lambda: noisy_relu(catalog.gelu.expr),
        "Z standard normal, added to the input",
    ),
    certified(
        id="C-GEL-10",
        statement="GELU's outputs lie in [0, 1].",
        tex=r"0 \le x\Phi(x) \le 1",
        source=Source(NOTES, "notes on GELU"),
        assumptions="all real x",
        proofs=("gelu-minimum",),
        judge=lambda: outputs_in(0, 1),
    ),
)
