"""Claims of Gulcehre et al. (2016), Noisy Activation Functions."""

from __future__ import annotations

from collections.abc import Callable

from sympy import Expr, Interval, Rational, S

from ... import catalog
from ...activation import Activation
from ...derive._formula.pieces import pieces
from ...derive._iteration.attraction import Stability
from ...derive._iteration.fixed_points import fixed_points, lipschitz
from ...derive._saturation.linearize import harden
from ...notation import x
from ...sources import Source
from .._claim import Claim, Finding, Kind, Verdict, holds_if, printed

PAPER = "gulcehre2016"


def _contractive(activation: Activation) -> Finding:
    found = lipschitz(activation)
    evidence = f"sup |f′| = {found.constant}"
    if found.contraction:
        return Finding(Verdict.HOLDS, f"{evidence} < 1")
    if found.nonexpansive and not fixed_points(activation).continuum.measure:
        return Finding(
            Verdict.CORRECTED,
            f"{evidence}, attained at x = {found.attained_at}: no constant below 1 serves",
            "distances shrink strictly, |f(x) − f(y)| < |x − y|, but f is no contraction with a "
            "constant below 1, and iteration nears the fixed point like a power of the step count",
        )
    return Finding(Verdict.REFUTED, evidence)


def _hard_tanh_outside() -> Finding:
    parts = pieces(catalog.hard_tanh.expr)
    inner = next(part for part in parts if part.expr == x)
    outer = [part for part in parts if part.expr != x]
    flat = all(not part.expr.has(x) for part in outer)
    return holds_if(
        flat and (inner.lower, inner.upper) == (-1, 1),
        f"f is constant beyond ±{inner.upper} and the identity between, where distances stay",
    )


def _fixed_point(activation: Activation, text: str) -> Finding:
    point = fixed_points(activation).isolated[0].x
    if printed(text, point.evalf(30)):
        return Finding(Verdict.HOLDS, f"the fixed point is {point.evalf(12)}")
    return Finding(
        Verdict.REFUTED,
        f"the only fixed point is {point.evalf(12)}, off by {abs(point - float(text)).evalf(2)}",
        f"{point.evalf(6)}",
    )


def _exact_fixed_point(activation: Activation, value: Expr) -> Finding:
    found = [point.x for point in fixed_points(activation).isolated]
    return holds_if(found == [value], f"the fixed points are {found}, exactly")


def _continuum() -> Finding:
    found = fixed_points(catalog.hard_tanh)
    return holds_if(
        found.continuum == Interval(-1, 1) and not found.isolated,
        f"f(x) = x exactly on {found.continuum}",
    )


def _attracting() -> Finding:
    points = [fixed_points(f).isolated[0] for f in (catalog.tanh, catalog.sigmoid)]
    rates = f"tanh {points[0].rate}; sigmoid {points[1].rate}"
    return holds_if(all(p.stability is Stability.ATTRACTING for p in points), rates)


def _hardened() -> Finding:
    pairs = ((catalog.sigmoid, catalog.hard_sigmoid), (catalog.tanh, catalog.hard_tanh))
    hard = [harden(smooth) for smooth, _ in pairs]
    same = all(pieces(h.expr) == pieces(f.expr) for h, (_, f) in zip(hard, pairs, strict=True))
    thresholds = ", ".join(f"±{h.right_threshold}" for h in hard)
    return holds_if(same, f"clipped tangents at 0 give both, with thresholds {thresholds}")


def _row(part: str, statement: str, tex: str, where: str, check: Callable[[], Finding]) -> Claim:
    return Claim(part, statement, tex, Source(PAPER, where), "the real line", Kind.DERIVED, check)


CLAIMS = (
    _row(
        "C-NOI-1.a",
        "Hard-sigmoid is contractive.",
        r"|h(x) - h(y)| \le c\,|x - y|,\ c < 1",
        "Section 2",
        lambda: _contractive(catalog.hard_sigmoid),
    ),
    _row(
        "C-NOI-1.b",
        "The sigmoid is contractive.",
        r"|h(x) - h(y)| \le c\,|x - y|,\ c < 1",
        "Section 2",
        lambda: _contractive(catalog.sigmoid),
    ),
    _row(
        "C-NOI-1.c",
        "tanh is contractive.",
        r"|h(x) - h(y)| \le c\,|x - y|,\ c < 1",
        "Section 2",
        lambda: _contractive(catalog.tanh),
    ),
    _row(
        "C-NOI-1.d",
        "Hard-tanh is contractive only beyond its threshold.",
        r"h'(x) = 0 \iff |x| > 1",
        "Section 2",
        _hard_tanh_outside,
    ),
    _row(
        "C-NOI-1.e",
        "The fixed point of hard-sigmoid is 2/3.",
        r"h(2/3) = 2/3",
        "Section 2",
        lambda: _exact_fixed_point(catalog.hard_sigmoid, Rational(2, 3)),
    ),
    _row(
        "C-NOI-1.f",
        "The fixed point of the sigmoid is about 0.69.",
        r"h(x) = x \Rightarrow x \approx 0.69",
        "Section 2",
        lambda: _fixed_point(catalog.sigmoid, "0.69"),
    ),
    _row(
        "C-NOI-1.g",
        "Every x in [−1, 1] is a fixed point of hard-tanh.",
        r"h(x) = x \iff x \in [-1, 1]",
        "Section 2",
        _continuum,
    ),
    _row(
        "C-NOI-1.h",
        "The fixed point of tanh is 0.",
        r"h(x) = x \iff x = 0",
        "Section 2",
        lambda: _exact_fixed_point(catalog.tanh, S.Zero),
    ),
    _row(
        "C-NOI-1.i",
        "The fixed points of tanh and of the sigmoid are attracting.",
        r"h^n(x) \to x^*",
        "Section 2",
        _attracting,
    ),
    _row(
        "C-NOI-2.a",
        "Hard-sigmoid and hard-tanh are the first-order Taylor polynomials at 0, clipped.",
        r"h(x) = \max(\min(u(x), \sup f), \inf f),\ u(x) = f(0) + f'(0)x",
        "Section 2",
        _hardened,
    ),
)
