"""Where χ₁ = 1: which units have such points."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

import numpy as np
from sympy import Expr, S, simplify
from sympy import sqrt as root

from ... import catalog
from ...activation import Activation
from ...derive._formula.pieces import pieces
from ...derive._moments.gaussian_moments import gaussian_moments
from ...notation import mu, nu, x
from ...numeric._depth.mean_field import phase
from ...sources import Source
from .._claim import Finding, Kind, Verdict, holds_if
from .._evidence.rows import FROM_MEMORY
from ._points import LENGTHS, bias_square, edge_at
from ._row import chaos_row

_HAYOU, _NTK = "hayou2019", "hayou2019ntk"


def single_point(bias: Expr, weight: Expr) -> Finding:
    """Is that the whole edge of ReLU?"""
    found = gaussian_moments(catalog.relu)
    second, slope = (e.subs(mu, 0) for e in (found.second, found.derivative_second))
    edge_w, edge_b = simplify(root(1 / slope)), simplify(nu - second / slope)
    return holds_if(
        edge_w == weight and edge_b == bias**2,
        f"χ₁ = σ_w²·{simplify(slope)} at every length q, and q = σ_w²·q/2 + σ_b² is left with "
        f"σ_b² = {edge_b}: the point (0, {edge_w}), for every q",
    )


def no_edge(unit: Activation) -> Finding:
    """Has no length up to 1e4 a real σ_b with χ₁ = 1?"""
    squares = bias_square(unit, LENGTHS)
    if (squares < 0).all():
        return Finding(
            Verdict.HOLDS,
            f"q·E f′² < E f² at {len(LENGTHS)} lengths q up to 1e4, where q − E f²/E f′² is at "
            f"most {squares.max():.3g}: χ₁ = 1 would need a negative σ_b²{_why(unit)}",
        )
    first = edge_at(unit, 0.0)
    if np.isnan(first.length):
        return Finding(Verdict.UNDECIDED, "there are such points, with other σ_b than 0")
    again = phase(unit, first.sigma_w, 0.0)
    return Finding(
        Verdict.REFUTED,
        f"from the length q = {first.length:.6g} on there are such points: at σ_b = 0 and σ_w = "
        f"{first.sigma_w:.6g} lengths from 1 on settle at {float(again.length):.6g}, with χ₁ = "
        f"{float(again.chi):.6g}; with σ_b > 0 there are more",
    )


def _why(unit: Activation) -> str:
    """Where f > relu and f′(x)² + f′(−x)² < 1: E f² > q/2 and E f′² < 1/2 at every q."""
    f, slope = unit.formula(), unit.formula().diff(x)
    # f(x) − f(−x) = x and f > 0 give f > relu, and f′(x) + f′(−x) = 1. At 0 the difference of both
    # sides is 0; its slope says whether it stays so.
    odd = simplify((f - f.subs(x, -x) - x).rewrite("exp").diff(x)) == 0
    positive = f.is_positive and slope.is_positive
    return (
        "; at every q, as f(x) − f(−x) = x and f > 0 give E f² > q/2, and slopes that add to 1 "
        "at x and −x give E f′² < 1/2"
        if odd and positive
        else ""
    )


def in_the_class(unit: Activation) -> Finding:
    """Is f(0) = 0, and do f, f′ and f″ pass every break without a jump?"""
    f = unit.formula()
    zero, parts = f.subs(x, 0), pieces(f)
    jumps = [
        (
            order,
            left.upper,
            *(side.expr.diff(x, order).subs(x, left.upper) for side in (left, right)),
        )
        for left, right in pairwise(parts)
        for order in range(3)
    ]
    found = [row for row in jumps if simplify(row[2] - row[3]) != 0]
    told = "; ".join(
        f"derivative {order} at {at} is {left} from the left and {right} from the right"
        for order, at, left, right in found
    )
    evidence = f"f(0) = {zero}; {told or f'{len(parts)} smooth formula, without a break'}"
    if zero != 0 or any(order < 2 for order, *_ in found):
        return Finding(Verdict.REFUTED, evidence)
    if not found:
        return Finding(Verdict.HOLDS, evidence)
    return Finding(
        Verdict.CORRECTED, evidence, "differentiable once; f″ exists in pieces and jumps"
    )


CLAIMS = (
    chaos_row(
        "1",
        "The edge of chaos of ReLU is the single point (σ_b, σ_w) = (0, √2).",
        r"(\sigma_b, \sigma_w) = (0, \sqrt2)",
        Source(_HAYOU, "edge of chaos"),
        partial(single_point, S.Zero, root(2)),
        FROM_MEMORY,
    ),
    chaos_row(
        "3.a",
        "(σ_b, σ_w) = (0, √2) is on the edge of chaos of ReLU.",
        r"(0, \sqrt2)",
        Source(_NTK, "on tangent kernels, Section 5.2"),
        partial(single_point, S.Zero, root(2)),
        "wide dense layers",
    ),
    *(
        chaos_row(
            f"4.{part}",
            f"{name} has no edge of chaos.",
            r"\chi_1 \ne 1",
            Source(_NTK, "on tangent kernels, Section 5.2"),
            partial(no_edge, unit),
            "χ₁ = 1 at a fixed length with σ_b² ≥ 0; wide dense layers",
            Kind.COMPUTED,
        )
        for part, unit, name in (
            ("a", catalog.softplus, "Softplus"),
            ("b", catalog.sigmoid, "The logistic sigmoid"),
        )
    ),
    *(
        chaos_row(
            f"5.{part}",
            f"{unit.title} is 0 at 0 and twice differentiable.",
            r"f(0) = 0,\quad f \in D^2",
            Source(_NTK, "on tangent kernels, Definition 1"),
            partial(in_the_class, unit),
            "the class for whose members the theorems on smooth units are stated",
        )
        for part, unit in (("a", catalog.tanh), ("b", catalog.elu), ("c", catalog.silu))
    ),
)
