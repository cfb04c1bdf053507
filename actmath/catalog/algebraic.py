"""Algebraic units: square roots and quotients, no exponential."""

from __future__ import annotations

from ..activation import POSITIVE, Activation, Parameter
from ..sources import Source

squareplus = Activation(
    "squareplus",
    "(x + sqrt(x**2 + bend))/2",
    (Parameter("bend", 4, POSITIVE, "width of the bend: four times the squared value at 0"),),
    Source("barron2021", "Eq. 1"),
)

bent_identity = Activation(
    "bent_identity",
    "bend*(sqrt(x**2 + 1) - 1) + x",
    (Parameter("bend", "1/2", POSITIVE, "how far the slopes at ±∞ are from 1"),),
    Source("godfrey2019", "bendable linear unit"),
    title="bent identity",
    aliases=("blu",),
)

isru = Activation(
    "isru",
    "x/sqrt(1 + bend*x**2)",
    (Parameter("bend", 1, POSITIVE, "one over the square of the greatest value"),),
    Source("carlile2017", "definition of ISRU"),
    title="ISRU",
)

isrlu = Activation(
    "isrlu",
    "Piecewise((x, x >= 0), (x/sqrt(1 + bend*x**2), True))",
    (Parameter("bend", 1, POSITIVE, "one over the square of the value of saturation"),),
    Source("carlile2017", "definition of ISRLU"),
    title="ISRLU",
)

pau = Activation(
    "pau",
    # Where its authors' code begins, near a leaky ReLU, with their denominator that has no zero.
    "(0.02996348 + 0.61690165*x + 2.37539147*x**2 + 3.06608078*x**3 + 1.52474449*x**4"
    " + 0.25281987*x**5)"
    "/(1 + 1.19160814*abs(x) + 4.40811795*x**2 + 0.91111034*abs(x)**3 + 0.34885983*x**4)",
    source=Source("molina2020", "Padé activation unit, as it begins"),
    # The slopes at 0 are a₁ ∓ a₀b₁.
    at_kinks=((0, "0.61690165"),),
    title="PAU",
    aliases=("rational", "pade"),
)
