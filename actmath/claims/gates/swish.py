"""Claims of Ramachandran et al. (2017) on Swish, and of Elfwing et al. (2018) on its slope."""

from __future__ import annotations

from collections.abc import Callable

from sympy import Abs, Expr, S, diff, exp, limit, oo, simplify

from ... import catalog
from ...notation import auxiliary, x
from ...number import mp
from ...prove.theorems.gelu_forms import GELU_FORMS
from ...sources import Source
from .._claim import Finding, Verdict, holds_if
from .._evidence.proved import certified
from .._evidence.rows import Rows

PAPER = "ramachandran2017"
_SECTION_4 = Source(PAPER, "Section 4")


def swish(steepness: Expr) -> Expr:
    """x·σ(βx), for any β."""
    return x / (1 + exp(-steepness * x))


def becomes(printed: Expr, to: Expr) -> Finding:
    """Is that the limit of the unit as β goes to that number, on both sides of 0?"""
    r, steep = (auxiliary(name, positive=True) for name in ("abs_x", "steepness"))
    sides = r, -r
    found = [limit(swish(steep).subs(x, side), steep, to) for side in sides]
    gaps = [simplify(f - printed.subs(x, side)) for f, side in zip(found, sides, strict=True)]
    return holds_if(
        gaps == [0, 0], f"with abs_x = |x| the limit is {found[0]} for x > 0, {found[1]} for x < 0"
    )


#: A β of each sign.
_SIGNS = {S.One: "β > 0", S.Zero: "β = 0", S.NegativeOne: "β < 0"}


def for_which(claimed: Callable[[Expr, Expr], bool]) -> Finding:
    """For which signs of β is something so, that is said of the limits at both ends?"""
    ends = {b: (limit(swish(b), x, -oo), limit(swish(b), x, oo)) for b in _SIGNS}
    right = [b for b, (left, far) in ends.items() if claimed(left, far)]
    shown = "; ".join(f"β = {b}: {left} at −∞, {far} at ∞" for b, (left, far) in ends.items())
    if len(right) == len(_SIGNS):
        return Finding(Verdict.HOLDS, shown)
    return Finding(Verdict.CORRECTED, shown, f"for {' and '.join(_SIGNS[b] for b in right)}")


def monotonic_for() -> Finding:
    """The slope of x·σ(βx) changes its sign, except for β = 0."""
    points = (-3, 0, 3)
    slopes = {b: [diff(swish(b), x).subs(x, at) for at in points] for b in _SIGNS}
    signs = {b: {slope.is_positive for slope in found} for b, found in slopes.items()}
    shown = ", ".join(
        f"{_SIGNS[b]}: {'both' if len(found) == 2 else 'one'}" for b, found in signs.items()
    )
    evidence = f"the signs of f′ at −3, 0 and 3: {shown}"
    if all(len(s) == 2 for s in signs.values()):
        return Finding(Verdict.HOLDS, evidence)
    return Finding(Verdict.CORRECTED, f"{evidence}; for β = 0 it is x/2", "for every β but 0")


def swish_is_smooth() -> Finding:
    """Has the denominator of x/(1 + e⁻ᵝˣ) no root?"""
    below = 1 / (swish(auxiliary("steepness", real=True)) / x)
    return holds_if(bool(below.is_positive), f"x over {below}, which is positive")


def nearest_to_gelu(steepness: str) -> Finding:
    """The sup distance between GELU and Swish with that β, and the best β."""
    best = GELU_FORMS["sigmoid"]
    with mp.workdps(20):
        beta, points = mp.mpf(steepness), (mp.mpf(k) / 128 for k in range(1024))
        distance = max(abs(t * (mp.ncdf(t) - 1 / (1 + mp.exp(-beta * t)))) for t in points)
        ratio = distance / mp.mpf(best.least[0])
        return Finding(
            Verdict.ANSWERED,
            f"β between {best.best[0]} and {best.best[1]}; with {steepness} the largest "
            f"distance is {mp.nstr(distance, 4)}, {mp.nstr(ratio, 3)} times the least",
        )


def softplus_is_positive(order: int) -> Finding:
    """Is softplus, or its slope, positive? In eˣ, which is any positive number."""
    t = auxiliary("e_x", positive=True)
    value = simplify(diff(catalog.softplus.expr, x, order)).subs(exp(x), t)
    return holds_if(bool(value.is_positive), f"with e_x = e^x > 0 it is {value}, positive")


_row = Rows("C-SWI", PAPER, assumptions="all real x")

CLAIMS = (
    _row(
        "3.a",
        "With β = 0 Swish is x/2.",
        r"\lim_{\beta\to0} x\sigma(\beta x) = x/2",
        _SECTION_4,
        lambda: becomes(x / 2, S.Zero),
    ),
    _row(
        "3.b",
        "As β grows to infinity Swish becomes ReLU.",
        r"\lim_{\beta\to\infty} x\sigma(\beta x) = \max(0, x)",
        _SECTION_4,
        lambda: becomes((x + Abs(x)) / 2, oo),
        "x ≠ 0",
    ),
    _row(
        "4.a",
        "Swish is unbounded above.",
        r"\lim_{x\to\infty} x\sigma(\beta x) = \infty",
        _SECTION_4,
        lambda: for_which(lambda left, right: oo in (left, right)),
        "all β, on which no condition is printed",
    ),
    _row(
        "4.b",
        "Swish is bounded below.",
        r"\inf_x x\sigma(\beta x) > -\infty",
        _SECTION_4,
        lambda: for_which(lambda left, right: -oo not in (left, right)),
        "all β, on which no condition is printed",
    ),
    _row(
        "4.c",
        "Swish is not monotonic.",
        r"f' \text{ changes its sign}",
        _SECTION_4,
        monotonic_for,
        "all β, on which no condition is printed",
    ),
    _row(
        "4.d",
        "Swish is smooth.",
        r"f \in C^\infty",
        _SECTION_4,
        swish_is_smooth,
        "all β",
    ),
    certified(
        id="C-SWI-7",
        statement="For which β is Swish nearest to GELU, if not for the 1.4 that is printed as "
        "similar in shape?",
        tex=r"\min_\beta \sup_x |x\Phi(x) - x\sigma(\beta x)|",
        source=Source(PAPER, "Section 5.1"),
        assumptions="the largest distance over all real x; β > 0",
        proofs=("gelu-sigmoid-best",),
        judge=lambda: nearest_to_gelu("1.4"),
    ),
    _row(
        "8.a",
        "Softplus is strictly positive.",
        r"\log(1 + e^x) > 0",
        Source(PAPER, "Section 5.1"),
        lambda: softplus_is_positive(0),
    ),
    _row(
        "8.b",
        "Softplus is monotonic.",
        r"\sigma(x) > 0",
        Source(PAPER, "Section 5.1"),
        lambda: softplus_is_positive(1),
    ),
)
