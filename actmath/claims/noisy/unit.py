"""Claims of Gulcehre et al. (2016), Noisy Activation Functions."""

from __future__ import annotations

from sympy import Expr, Interval, Rational, S

from ... import catalog
from ...activation import Activation
from ...derive._formula.pieces import pieces
from ...derive._iteration.attraction import Stability
from ...derive._iteration.fixed_points import fixed_points, lipschitz
from ...derive._saturation.linearize import harden
from ...notation import x
from ...number import evaluated
from .._claim import Finding, Verdict, holds_if, matches_print
from .._evidence.rows import Rows

PAPER = "gulcehre2016"


def _contractive(activation: Activation) -> Finding:
    found = lipschitz(activation)
    evidence = f"sup |f′| = {found.constant}"
    # Banach needs a constant below 1; sup |f′| is the least constant there is.
    if found.contraction:
        return Finding(Verdict.HOLDS, f"{evidence} < 1")
    # sup |f′| = 1, reached at points only: distances still shrink strictly (mean-value theorem).
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
    # Constant pieces map two points to one: distances fall to 0 there.
    flat = all(not part.expr.has(x) for part in outer)
    return holds_if(
        flat and (inner.lower, inner.upper) == (-1, 1),
        f"f is constant beyond ±{inner.upper} and the identity between, where distances stay",
    )


def _fixed_point(activation: Activation, text: str) -> Finding:
    point = fixed_points(activation).isolated[0].x
    # 30 digits, far more than the text has, so that rounding it is no matter of precision.
    if matches_print(text, evaluated(point, 30)):
        return Finding(Verdict.HOLDS, f"the fixed point is {evaluated(point, 12)}")
    return Finding(
        Verdict.REFUTED,
        f"the only fixed point is {evaluated(point, 12)}, "
        f"off by {evaluated(abs(point - float(text)), 2)}",
        f"{evaluated(point, 6)}",
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
    # tanh′(0) = 1: it attracts by the term −x³/3, the sigmoid by |f′| < 1.
    points = [fixed_points(f).isolated[0] for f in (catalog.tanh, catalog.sigmoid)]
    rates = f"tanh {points[0].rate}; sigmoid {points[1].rate}"
    return holds_if(all(p.stability is Stability.ATTRACTING for p in points), rates)


def _hardened() -> Finding:
    pairs = ((catalog.sigmoid, catalog.hard_sigmoid), (catalog.tanh, catalog.hard_tanh))
    hard = [harden(smooth) for smooth, _ in pairs]
    # Compared piece by piece: equal formulas on equal intervals.
    same = all(pieces(h.expr) == pieces(f.expr) for h, (_, f) in zip(hard, pairs, strict=True))
    thresholds = ", ".join(f"±{h.right_threshold}" for h in hard)
    return holds_if(same, f"clipped tangents at 0 give both, with thresholds {thresholds}")


_row = Rows("C-NOI", PAPER, assumptions="the real line")

CLAIMS = (
    _row(
        part="1.a",
        statement="Hard-sigmoid is contractive.",
        tex=r"|h(x) - h(y)| \le c\,|x - y|,\ c < 1",
        source="Section 2",
        check=lambda: _contractive(catalog.hard_sigmoid),
    ),
    _row(
        part="1.b",
        statement="The sigmoid is contractive.",
        tex=r"|h(x) - h(y)| \le c\,|x - y|,\ c < 1",
        source="Section 2",
        check=lambda: _contractive(catalog.sigmoid),
    ),
    _row(
        part="1.c",
        statement="tanh is contractive.",
        tex=r"|h(x) - h(y)| \le c\,|x - y|,\ c < 1",
        source="Section 2",
        check=lambda: _contractive(catalog.tanh),
    ),
    _row(
        part="1.d",
        statement="Hard-tanh is contractive only beyond its threshold.",
        tex=r"h'(x) = 0 \iff |x| > 1",
        source="Section 2",
        check=_hard_tanh_outside,
    ),
    _row(
        part="1.e",
        statement="The fixed point of hard-sigmoid is 2/3.",
        tex=r"h(2/3) = 2/3",
        source="Section 2",
        check=lambda: _exact_fixed_point(catalog.hard_sigmoid, Rational(2, 3)),
    ),
    _row(
        part="1.f",
        statement="The fixed point of the sigmoid is about 0.69.",
        tex=r"h(x) = x \Rightarrow x \approx 0.69",
        source="Section 2",
        check=lambda: _fixed_point(catalog.sigmoid, "0.69"),
    ),
    _row(
        part="1.g",
        statement="Every x in [−1, 1] is a fixed point of hard-tanh.",
        tex=r"h(x) = x \iff x \in [-1, 1]",
        source="Section 2",
        check=_continuum,
    ),
    _row(
        part="1.h",
        statement="The fixed point of tanh is 0.",
        tex=r"h(x) = x \iff x = 0",
        source="Section 2",
        check=lambda: _exact_fixed_point(catalog.tanh, S.Zero),
    ),
    _row(
        part="1.i",
        statement="The fixed points of tanh and of the sigmoid are attracting.",
        tex=r"h^n(x) \to x^*",
        source="Section 2",
        check=_attracting,
    ),
    _row(
        part="2.a",
        statement="Hard-sigmoid and hard-tanh are the first-order Taylor polynomials at 0, "
        "clipped.",
        tex=r"h(x) = \max(\min(u(x), \sup f), \inf f),\ u(x) = f(0) + f'(0)x",
        source="Section 2",
        check=_hardened,
    ),
)
