"""Units whose bend, slope or kink is a parameter; the twins stand at the defaults."""

from __future__ import annotations

from fractions import Fraction

from mpmath import mp
from sympy import Interval, Rational

from actmath import Parameter
from actmath.activation import NONNEGATIVE, POSITIVE

from .twins import clip, exp, relu, sigmoid, softplus
from .unit import Unit

HALF = Fraction(1, 2)


def _alpha(default=1):
    return (Parameter("alpha", default, POSITIVE, "shape"),)


WITH_PARAMETERS = (
    Unit(
        "hard_shrink",
        lambda t: t if abs(t) > 0.5 else mp.zero,
        (
            "Piecewise((x, x > t), (x, x < -t), (0, True))",
            "where(abs(x) > t, x, 0)",
        ),
        slope=lambda t: mp.mpf(abs(t) > 0.5),
        jumps=(-HALF, HALF),
        parameters=(Parameter("t", Rational(1, 2), POSITIVE, "threshold"),),
    ),
    Unit(
        "soft_shrink",
        lambda t: t - clip(t, -0.5, 0.5),
        ("relu(x - t) - relu(-x - t)", "x - Min(Max(x, -t), t)"),
        slope=lambda t: mp.mpf(abs(t) > 0.5),
        kinks=(-HALF, HALF),
        parameters=(Parameter("t", Rational(1, 2), POSITIVE, "threshold"),),
    ),
    Unit(
        "relu_up_to",
        lambda t: clip(t, 0, 6),
        ("Min(Max(0, x), n)", "relu(x) - relu(x - n)"),
        slope=lambda t: mp.mpf(0 < t < 6),
        kinks=(0, 6),
        parameters=(Parameter("n", 6, POSITIVE, "height"),),
    ),
    Unit(
        "elu_sum",
        lambda t: t if t > 0 else 2 * mp.expm1(t),
        (
            "Max(0, x) + Min(0, alpha*(exp(x) - 1))",
            "Piecewise((x, x > 0), (alpha*(exp(x) - 1), True))",
            "Max(0, x) + alpha*(exp(Min(0, x)) - 1)",
        ),
        slope=lambda t: mp.one if t > 0 else 2 * exp(t),
        kinks=(0,),
        parameters=_alpha(2),
    ),
    Unit(
        "celu_sum",
        lambda t: t if t > 0 else 2 * mp.expm1(t / 2),
        ("Max(0, x) + Min(0, alpha*(exp(x/alpha) - 1))", "where(x > 0, x, alpha*expm1(x/alpha))"),
        slope=lambda t: mp.one if t > 0 else exp(t / 2),
        kinks=(0,),
        parameters=_alpha(2),
    ),
    Unit(
        "learned_slope",
        lambda t: t if t > 0 else t / 4,
        ("Max(0, x) + a*Min(0, x)", "Piecewise((x, x > 0), (a*x, True))"),
        slope=lambda t: mp.mpf(1 if t > 0 else 0.25),
        kinks=(0,),
        parameters=(Parameter("a", Rational(1, 4), meaning="slope on the left"),),
    ),
    Unit(
        "leaky_of",
        lambda t: max(t, t / 4),
        ("Max(x, leak*x)", "where(leak*x < x, x, leak*x)"),
        slope=lambda t: mp.mpf(1 if t > 0 else 0.25),
        kinks=(0,),
        parameters=(Parameter("leak", Rational(1, 4), Interval.open(0, 1), "slope on the left"),),
    ),
    Unit(
        "hard_swish_of",
        lambda t: t * clip(t / 6 + 0.5, 0, 1),
        ("x*Max(0, Min(1, a*x + b))", "x*Min(1, Max(0, a*x + b))"),
        slope=lambda t: t / 3 + 0.5 if -3 < t < 3 else mp.mpf(t > 0),
        kinks=(-3, 3),
        parameters=(
            Parameter("a", Rational(1, 6), POSITIVE, "slope of the gate"),
            Parameter("b", Rational(1, 2), POSITIVE, "gate at 0"),
        ),
    ),
    Unit(
        "snake_of",
        lambda t: t + mp.sin(2 * t) ** 2 / 2,
        ("x + sin(s*x)**2/s", "x + (1 - cos(2*s*x))/(2*s)"),
        slope=lambda t: 1 + mp.sin(4 * t),
        parameters=(Parameter("s", 2, POSITIVE, "frequency"),),
    ),
    Unit(
        "swish_of",
        lambda t: t * sigmoid(3 * t / 2),
        ("x*sigmoid(beta*x)", "x/(1 + exp(-beta*x))"),
        parameters=(Parameter("beta", Rational(3, 2), POSITIVE, "steepness"),),
    ),
    Unit(
        "softplus_of",
        lambda t: softplus(3 * t) / 3,
        ("log(1 + exp(beta*x))/beta", "softplus(beta*x)/beta"),
        slope=lambda t: sigmoid(3 * t),
        parameters=(Parameter("beta", 3, POSITIVE, "sharpness"),),
    ),
    Unit(
        "squareplus_of",
        lambda t: (t + mp.sqrt(t * t + 1)) / 2,
        ("(x + sqrt(x**2 + bend))/2", "x/2 + sqrt(x**2 + bend)/2"),
        slope=lambda t: (1 + t / mp.sqrt(t * t + 1)) / 2,
        parameters=(Parameter("bend", 1, NONNEGATIVE, "width of the bend"),),
    ),
    Unit(
        "pelu",
        lambda t: t * 2 if t > 0 else mp.expm1(2 * t),
        ("Piecewise((k*x, x >= 0), (alpha*(exp(k*x/alpha) - 1), True))",),
        slope=lambda t: mp.mpf(2) if t > 0 else 2 * exp(2 * t),
        kinks=(0,),
        parameters=(*_alpha(1), Parameter("k", 2, POSITIVE, "slope on the right")),
    ),
    Unit(
        "thresholded",
        lambda t: t if t > 1 else mp.zero,
        ("Piecewise((x, x > theta), (0, True))", "where(x > theta, x, 0)"),
        slope=lambda t: mp.mpf(t > 1),
        jumps=(1,),
        parameters=(Parameter("theta", 1, NONNEGATIVE, "threshold"),),
    ),
    Unit(
        "isru_of",
        lambda t: t / mp.sqrt(1 + 2 * t * t),
        ("x/sqrt(1 + alpha*x**2)", "x*(1 + alpha*x**2)**(-1/2)"),
        slope=lambda t: mp.sqrt(1 + 2 * t * t) ** -3,
        parameters=_alpha(2),
    ),
    Unit(
        "hinge_pair",
        lambda t: relu(t) + relu(0.5 - t) / 3,
        ("Max(0, x) + b*Max(0, h - x)",),
        slope=lambda t: mp.mpf(t > 0) - mp.mpf(t < 0.5) / 3,
        kinks=(0, HALF),
        parameters=(
            Parameter("b", Rational(1, 3), meaning="slope of the second hinge"),
            Parameter("h", Rational(1, 2), POSITIVE, "place of the second hinge"),
        ),
    ),
    Unit(
        "hard_tanh_of",
        lambda t: clip(t, -2, 2),
        ("Min(Max(x, -m), m)", "(abs(x + m) - abs(x - m))/2"),
        slope=lambda t: mp.mpf(-2 < t < 2),
        kinks=(-2, 2),
        parameters=(Parameter("m", 2, POSITIVE, "largest value"),),
    ),
)
