"""Units of polynomial pieces: squares, and corners that are rounded by a parabola."""

from __future__ import annotations

from sympy import sqrt

from ..activation import POSITIVE, Activation, Parameter
from ..sources import Source

square = Activation(
    "square", "x**2", source=Source("giladbachrach2016", "the square as an activation")
)

squared_relu = Activation(
    "squared_relu",
    "Max(0, x)**2",
    source=Source("so2021", "Squared ReLU"),
    title="squared ReLU",
    aliases=("relu2", "relu_squared"),
)

star_relu = Activation(
    "star_relu",
    "scale*Max(0, x)**2 + offset",
    (
        # E relu⁴ = 3/2 and E relu² = 1/2 at N(0, 1): 2/√5 and −1/√5 give mean 0 and variance 1.
        Parameter("scale", 2 / sqrt(5), POSITIVE, "scale of the square"),
        Parameter("offset", -1 / sqrt(5), meaning="value for negative arguments"),
    ),
    Source("yu2022", "StarReLU"),
    title="StarReLU",
    aliases=("starrelu",),
)

sqnl = Activation(
    "sqnl",
    "Piecewise((1, x > 2), (x - x**2/4, x >= 0), (x + x**2/4, x >= -2), (-1, True))",
    source=Source("wuraola2018", "definition of SQNL"),
    title="SQNL",
    aliases=("square_nonlinearity",),
)

hard_mish = Activation(
    "hard_mish",
    "x*Min(2, Max(0, x + 2))/2",
    source=Source("wightman2019", "HardMish"),
    # The slope (2x + 2)/2 begins with −1 at −2; at 0 it is 1 on both sides.
    at_kinks=((-2, 0),),
    title="hard Mish",
)

sparse_plus = Activation(
    "sparse_plus",
    "Piecewise((0, x <= -1), (x, x >= 1), ((x + 1)**2/4, True))",
    source=Source("jax", "jax.nn.sparse_plus"),
    title="sparse plus",
)
