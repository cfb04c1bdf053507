"""Claims of He et al. (2015), Delving Deep into Rectifiers."""

from __future__ import annotations

from sympy import Piecewise, S, diff, expand, simplify

from ... import catalog
from ...derive._formula.parameter_gradient import parameter_gradient, shared_gradient
from ...notation import C, G, K, a, epsilon, g_0, i, x, y
from ...sources import Source
from .._claim import Claim, Finding, Kind, Verdict, holds_if

PAPER = "he2015"
#: Of ε ∂E/∂a in Eq. 4.
PRINTED_SIGN = 1


def _slope_gradient() -> Finding:
    found = parameter_gradient(catalog.prelu, "a").expr
    # Eq. 3: ∂f/∂a = y for y ≤ 0, else 0.
    expected = Piecewise((x, x <= 0), (0, True))
    return holds_if(simplify(found - expected) == 0, f"derived: {found}")


def _summed(shared: bool) -> Finding:
    """The derived sums against the chain rule written out unit by unit, on a 2×2 layer."""
    size = 2
    gradient = shared_gradient(catalog.prelu, "a")
    total = gradient.shared if shared else gradient.channelwise
    derived = total.subs({C: size, K: size}).doit().subs(i, 1)
    # i is the channel; the shared slope sums over channels as well.
    rows = range(1, size + 1) if shared else [1]
    brute = sum(
        (
            G[row, column] * diff(catalog.prelu.expr.subs(x, y[row, column]), a)
            for row in rows
            for column in range(1, size + 1)
        ),
        start=S.Zero,
    )
    # Numbers of both signs, so that every piece of f is taken; then all signs turned.
    signs = {
        y[row, column]: (-1) ** (row + column) * (row + 2 * column)
        for row in rows
        for column in range(1, size + 1)
    }
    gap = expand((derived - brute).subs(signs))
    flipped = expand((derived - brute).subs({key: -value for key, value in signs.items()}))
    return holds_if(
        gap == 0 == flipped,
        f"on a {size}×{size} layer the derived sum equals the chain rule term by term",
    )


def update_sign(sign: int) -> Finding:
    """Does a step with ``sign``·ε·∂E/∂a, added to a, lower E?"""
    # One step from rest (momentum term 0): the change of E to first order is ∂E/∂a · Δa.
    change = g_0 * (sign * epsilon * g_0)
    # In units of ε(∂E/∂a)² > 0, wherever the gradient is not 0.
    if change / (epsilon * g_0**2) < 0:
        return Finding(Verdict.HOLDS, f"E changes by {change} < 0 to first order")
    return Finding(
        Verdict.CORRECTED,
        f"added to a, the printed step changes E by {change} > 0 to first order: it climbs",
        "Δa := μΔa − ε ∂E/∂a, then a := a + Δa (or subtract the printed Δa)",
    )


CLAIMS = (
    Claim(
        id="C-PRE-1.a",
        statement="The derivative of PReLU by its slope is 0 for y > 0 and y for y ≤ 0.",
        tex=r"\partial f/\partial a = 0\ (y > 0),\quad y\ (y \le 0)",
        source=Source(PAPER, "Eq. 3"),
        assumptions="a real",
        kind=Kind.DERIVED,
        check=_slope_gradient,
    ),
    Claim(
        id="C-PRE-1.b",
        statement="With one slope a channel, ∂E/∂a sums over the positions of the channel.",
        tex=r"\partial E/\partial a_i = \sum_{y_i}"
        r" \partial E/\partial f(y_i)\;\partial f(y_i)/\partial a_i",
        source=Source(PAPER, "Eq. 2"),
        assumptions="channel-wise slopes",
        kind=Kind.DERIVED,
        check=lambda: _summed(shared=False),
    ),
    Claim(
        id="C-PRE-1.c",
        statement="With one slope for a layer, ∂E/∂a sums over channels and positions.",
        tex=r"\partial E/\partial a = \sum_i \sum_{y_i}"
        r" \partial E/\partial f(y_i)\;\partial f(y_i)/\partial a",
        source=Source(PAPER, "Section 2.1"),
        assumptions="channel-shared slope",
        kind=Kind.DERIVED,
        check=lambda: _summed(shared=True),
    ),
    Claim(
        id="C-PRE-2",
        statement="The slope is updated by Δa := μΔa + ε ∂E/∂a.",
        tex=r"\Delta a := \mu\,\Delta a + \epsilon\,\partial E/\partial a",
        source=Source(PAPER, "Eq. 4"),
        assumptions="ε > 0, the step added to a, E to be lowered",
        kind=Kind.DERIVED,
        check=lambda: update_sign(PRINTED_SIGN),
    ),
)
