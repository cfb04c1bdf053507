"""Rectifiers: the identity for positive arguments, something else for negative ones."""

from __future__ import annotations

from sympy import Abs, Max, Min, Piecewise, Rational

from ..activation import Activation, Parameter
from ..notation import a, lower, upper, x
from ..sources import Source

identity = Activation(
    "identity", x, source=Source("he2015", "Section 2.1, a = 1"), aliases=("linear",)
)

abs_ = Activation(
    "abs",
    # Slopes −1 and 1 meet at 0, where the value is their mean.
    Abs(x),
    source=Source("jarrett2009", "Section 2.1"),
    at_kinks=((0, 0),),
    title="absolute value",
    aliases=("absolute", "modulus"),
)

relu = Activation(
    "relu",
    Max(0, x),
    source=Source("he2015", "Eq. 1, a = 0"),
    # Any value in [0, 1] is a subgradient; the frameworks take 0.
    at_kinks=((0, 0),),
    title="ReLU",
)

leaky_relu = Activation(
    "leaky_relu",
    Piecewise((x, x > 0), (a * x, True)),
    (Parameter(a, Rational(1, 100), meaning="slope for negative arguments"),),
    Source("maas2013", "Section 2"),
    at_kinks=((0, a),),
    title="leaky ReLU",
    aliases=("leakyrelu", "lrelu"),
)

prelu = Activation(
    "prelu",
    # For a ≤ 1 this is max(x, a·x); as a sum it holds for every a.
    Max(0, x) + a * Min(0, x),
    (Parameter(a, Rational(1, 4), meaning="learned slope for negative arguments"),),
    Source("he2015", "Eq. 1"),
    at_kinks=((0, a),),
    title="PReLU",
)

rrelu = Activation(
    "rrelu",
    # In training slopes are drawn from U(lower, upper); this is their mean, as in evaluation.
    Piecewise((x, x > 0), ((lower + upper) / 2 * x, True)),
    (
        Parameter(lower, Rational(1, 8), meaning="least slope drawn for negative arguments"),
        Parameter(upper, Rational(1, 3), meaning="greatest slope drawn for negative arguments"),
    ),
    Source("xu2015", "Section 2.4, in expectation"),
    at_kinks=((0, (lower + upper) / 2),),
    title="RReLU (expectation)",
)

shifted_relu = Activation(
    "shifted_relu",
    Max(-1, x),
    source=Source("clevert2016", "Section 4.1, SReLU"),
    at_kinks=((-1, 0),),
    title="shifted ReLU",
)

relu6 = Activation(
    "relu6",
    Min(Max(0, x), 6),
    source=Source("krizhevsky2010", "capped rectified units"),
    at_kinks=((0, 0), (6, 0)),
    title="ReLU6",
    aliases=("relu_6",),
)
