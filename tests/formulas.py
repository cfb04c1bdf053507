"""Formulas that hypothesis writes: sums, products, quotients and compositions of usual parts.

Every one is real and finite at every real x, so that nothing but a sentence may stand in its way.
"""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st
from sympy import (
    Abs,
    Expr,
    Max,
    Min,
    Piecewise,
    Rational,
    atan,
    erf,
    exp,
    log,
    sign,
    sin,
    sqrt,
    tanh,
)

from actmath.notation import x

#: From a formula to another that is defined wherever it is.
PARTS: dict[str, Callable[[Expr], Expr]] = {
    "tanh": tanh,
    "sigmoid": lambda u: 1 / (1 + exp(-u)),
    "softplus": lambda u: log(1 + exp(u)),
    "erf": erf,
    "atan": atan,
    "root": lambda u: sqrt(u**2 + 1),
    "softsign": lambda u: u / (1 + Abs(u)),
    "isru": lambda u: u / sqrt(1 + u**2),
    "bump": lambda u: exp(-(u**2)),
    "decay": lambda u: exp(-Abs(u)),
    "elu": lambda u: Piecewise((u, u > 0), (exp(u) - 1, True)),
    "relu": lambda u: Max(0, u),
    "clip": lambda u: Max(-1, Min(1, u)),
    "modulus": Abs,
    "logarithm": lambda u: sign(u) * log(1 + Abs(u)),
    "sine": sin,
    "square": lambda u: u**2,
}
PAIRS: dict[str, Callable[[Expr, Expr], Expr]] = {
    "sum": lambda u, v: u + v,
    "difference": lambda u, v: u - v,
    "product": lambda u, v: u * v,
    "quotient": lambda u, v: u / (1 + v**2),
    "larger": lambda u, v: Max(u, v),
    "piecewise": lambda u, v: Piecewise((u, x > 0), (v, True)),
}
NUMBERS = st.integers(-24, 24).filter(bool).map(lambda n: Rational(n, 8))


def lines() -> st.SearchStrategy[Expr]:
    """x, or a line a·x + b with simple numbers."""
    slanted = st.builds(lambda slope, shift: slope * x + shift, NUMBERS, NUMBERS | st.just(0))
    return st.just(x) | slanted


def units() -> st.SearchStrategy[Expr]:
    """One part of a line, or two such joined: what people write."""
    part = st.builds(lambda name, u: PARTS[name](u), st.sampled_from(sorted(PARTS)), lines())
    return part | joined(part | lines(), part) | nested(part)


def joined(one: st.SearchStrategy[Expr], other: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    """Two formulas as a sum, product, quotient, maximum or pieces."""
    return st.builds(
        lambda name, u, v: PAIRS[name](u, v), st.sampled_from(sorted(PAIRS)), one, other
    )


def nested(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    """x times a part of a part, as gated units are, or the part of a part alone."""
    part = st.builds(lambda name, u: PARTS[name](u), st.sampled_from(sorted(PARTS)), inner)
    return st.builds(lambda u, gate: x * u if gate else u, part, st.booleans())
