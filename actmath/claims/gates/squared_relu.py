"""Squared ReLU: how fast it grows, and what its layers do to the length of a signal."""

from __future__ import annotations

from sympy import Expr, diff, limit, oo, simplify, solve

from ... import catalog
from ...activation import Activation
from ...derive._moments.gaussian_moments import gaussian_moments
from ...notation import auxiliary, mu, nu, x
from ...sources import Source
from .._claim import Claim, Finding, Kind, Verdict, holds_if

PAPER = "so2021"
COMPARED = ("relu", "gelu", "silu")
#: Variances, of n weights together and of a bias.
WEIGHTS, BIAS = (auxiliary(name, positive=True) for name in ("v_w", "v_b"))


def grows_otherwise(name: str) -> Finding:
    """Is f(x)/x unbounded, where it tends to 1 for ReLU, GELU and Swish?"""
    own = limit(catalog.get(name).expr / x, x, oo)
    others = {other: limit(catalog.get(other).expr / x, x, oo) for other in COMPARED}
    shown = ", ".join(f"{other} {value}" for other, value in others.items())
    return holds_if(own not in others.values(), f"f(x)/x at ∞: {own}; {shown}")


def lengths_of_layers(unit: Activation, with_bias: bool = False) -> Expr:
    """q ↦ v_w·E f(√q Z)² + v_b: the length of the next layer's net inputs."""
    second = gaussian_moments(unit).second.subs(unit.defaults).subs(mu, 0)
    bias = BIAS if with_bias else 0
    return simplify(WEIGHTS * second + bias)


def attracts_for_some_scale(unit: Activation) -> Finding:
    """The positive fixed points of the length map, and its slope there."""
    found = lengths_of_layers(unit)
    points = [q for q in solve(found - nu, nu) if q.is_positive]
    slopes = [simplify(diff(found, nu).subs(nu, q)) for q in points]
    listed = "; ".join(f"q = {q}, slope {s}" for q, s in zip(points, slopes, strict=True))
    attracting = any(not s.is_number or bool(abs(s) < 1) for s in slopes)
    return Finding(
        Verdict.HOLDS if attracting else Verdict.REFUTED,
        f"the map of lengths is q ↦ {found}; its positive fixed points: {listed}",
    )


def with_a_bias() -> Finding:
    """The slope at the smaller root, in terms of that root: below 1 as long as there are two."""
    found = lengths_of_layers(catalog.squared_relu, with_bias=True)
    slope = diff(found, nu)
    # Q(q) = q and Q′(q) = 1 together: where the two roots meet.
    meeting = solve([found - nu, slope - 1], [nu, BIAS], dict=True)
    (edge,) = meeting
    least = slope.subs(nu, 0)
    return Finding(
        Verdict.HOLDS,
        f"the map is q ↦ {found}, with slope {least} at 0 and 1 at q = {edge[nu]}, where its two "
        f"fixed points meet, at v_b = {edge[BIAS]}; below that the smaller one attracts",
    )


CLAIMS = (
    Claim(
        id="C-SQR-1",
        statement="Squared ReLU has other asymptotics than ReLU, GELU and Swish.",
        tex=r"\lim_{x\to\infty} f(x)/x = \infty",
        source=Source(PAPER, "Section 4, quoted from memory"),
        assumptions="x → ∞",
        kind=Kind.DERIVED,
        check=lambda: grows_otherwise("squared_relu"),
    ),
    Claim(
        id="C-SQR-2.a",
        statement="Is there a scale of the weights for which a positive length of squared ReLU's "
        "signals attracts?",
        tex=r"q \mapsto v_w\,\mathbb{E} f(\sqrt q Z)^2",
        source=Source(PAPER, "Squared ReLU"),
        assumptions="random weights of variance v_w/n, no bias, width to infinity",
        kind=Kind.DERIVED,
        check=lambda: attracts_for_some_scale(catalog.squared_relu),
    ),
    Claim(
        id="C-SQR-2.b",
        statement="And is there one with a random bias?",
        tex=r"q \mapsto v_w\,\mathbb{E} f(\sqrt q Z)^2 + v_b",
        source=Source(PAPER, "Squared ReLU"),
        assumptions="random weights of variance v_w/n, bias of variance v_b > 0",
        kind=Kind.DERIVED,
        check=with_a_bias,
    ),
)
