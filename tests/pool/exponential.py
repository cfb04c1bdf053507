"""Units with an exponential branch."""

from __future__ import annotations

from fractions import Fraction

import sympy as sp
from mpmath import mp

from actmath.notation import x

from .twins import clip, exp, relu, sigmoid
from .unit import Unit


def _elu(t):
    return t if t > 0 else mp.expm1(t)


def _elu_slope(t):
    return mp.one if t > 0 else exp(t)


#: SELU's published constants, to the digits that PyTorch carries.
ALPHA, SCALE = "1.6732632423543772848170429916717", "1.0507009873554804934193349852946"
#: E e^{x²} is finite below variance 1/2, E e^{2x²} below 1/4.
SQUARED = {
    **dict.fromkeys(("mean", "derivative_mean"), Fraction(1, 2)),
    **dict.fromkeys(("second", "variance", "derivative_second"), Fraction(1, 4)),
}

EXPONENTIAL = (
    Unit(
        "elu_",
        _elu,
        (
            "Piecewise((x, x > 0), (exp(x) - 1, True))",
            "Max(0, x) + Min(0, exp(x) - 1)",
            "Max(0, x) + exp(Min(0, x)) - 1",
            "where(x > 0, x, expm1(x))",
        ),
        slope=_elu_slope,
        kinks=(0,),
    ),
    Unit(
        "elu_half",
        lambda t: t if t > 0 else mp.expm1(t) / 2,
        ("where(x > 0, x, 0.5*(exp(x) - 1))", "Max(0, x) + Min(0, 0.5*(exp(x) - 1))"),
        slope=lambda t: mp.one if t > 0 else exp(t) / 2,
        kinks=(0,),
    ),
    Unit(
        "selu_",
        lambda t: mp.mpf(SCALE) * (t if t > 0 else mp.mpf(ALPHA) * mp.expm1(t)),
        (
            f"{SCALE}*Piecewise((x, x > 0), ({ALPHA}*(exp(x) - 1), True))",
            f"{SCALE}*(Max(0, x) + Min(0, {ALPHA}*(exp(x) - 1)))",
        ),
        slope=lambda t: mp.mpf(SCALE) * (mp.one if t > 0 else mp.mpf(ALPHA) * exp(t)),
        kinks=(0,),
    ),
    Unit(
        "celu_two",
        lambda t: t if t > 0 else 2 * mp.expm1(t / 2),
        ("Max(0, x) + Min(0, 2*(exp(x/2) - 1))", "where(x > 0, x, 2*expm1(x/2))"),
        slope=lambda t: _elu_slope(t / 2),
        kinks=(0,),
    ),
    Unit("exponential", exp, ("exp(x)", "E**x", "1/exp(-x)"), slope=exp),
    Unit("exponential_less_one", mp.expm1, ("exp(x) - 1", "expm1(x)"), slope=exp),
    Unit(
        "exp_of_square",
        lambda t: exp(t * t),
        ("exp(x**2)",),
        slope=lambda t: 2 * t * exp(t * t),
        infinite=SQUARED,
    ),
    Unit(
        "elish",
        lambda t: (t if t > 0 else mp.expm1(t)) * sigmoid(t),
        (
            "Piecewise((x/(1 + exp(-x)), x >= 0), ((exp(x) - 1)/(1 + exp(-x)), True))",
            "where(x >= 0, x, exp(x) - 1)*sigmoid(x)",
        ),
        kinks=(0,),
    ),
    Unit(
        "hard_elish",
        lambda t: _elu(t) * clip((t + 1) / 2, 0, 1),
        (
            "where(x >= 0, x, exp(x) - 1)*Max(0, Min(1, (x + 1)/2))",
            "Piecewise((x*Min(1, (x+1)/2), x >= 0), ((exp(x) - 1)*Max(0, (x+1)/2), True))",
        ),
        kinks=(-1, 0, 1),
    ),
    Unit(
        "isrlu",
        lambda t: t if t > 0 else t / mp.sqrt(1 + t * t),
        (
            "Piecewise((x, x >= 0), (x/sqrt(1 + x**2), True))",
            "Max(x, 0) + Min(0, x)/sqrt(1 + x**2)",
        ),
        slope=lambda t: mp.one if t > 0 else mp.sqrt(1 + t * t) ** -3,
        kinks=(0,),
    ),
    Unit(
        "serlu",
        lambda t: t if t > 0 else t * exp(t),
        ("where(x >= 0, x, x*exp(x))", "Max(0, x) + Min(0, x*exp(x))", "x*exp(Min(0, x))"),
        slope=lambda t: mp.one if t > 0 else (1 + t) * exp(t),
        kinks=(0,),
    ),
    Unit(
        "soft_exponential",
        lambda t: 2 * mp.expm1(t / 2) + mp.mpf(1) / 2,
        ("(exp(x/2) - 1)/(1/2) + 1/2", "2*exp(x/2) - 1.5"),
        slope=lambda t: exp(t / 2),
    ),
    Unit(
        "exp_of_exp_gate",
        lambda t: t * (1 - exp(-exp(t))),
        ("x*(1 - exp(-exp(x)))", "-x*expm1(-exp(x))"),
    ),
    Unit(
        "exp_relu",
        lambda t: mp.expm1(relu(t)),
        ("exp(Max(0, x)) - 1", "where(x > 0, expm1(x), 0)"),
        slope=lambda t: exp(t) if t > 0 else mp.zero,
        kinks=(0,),
    ),
    Unit(
        "capped_elu",
        lambda t: clip(_elu(t), -1, 6),
        ("Min(6, where(x > 0, x, exp(x) - 1))", "Min(6, Max(0, x)) + Min(0, exp(x) - 1)"),
        slope=lambda t: mp.zero if t > 6 else _elu_slope(t),
        kinks=(0, 6),
    ),
    Unit(
        "tanh_shrink",
        lambda t: t - mp.tanh(t) if abs(t) < 10**5 else t - mp.sign(t),
        ("x - tanh(x)", "x - (exp(2*x) - 1)/(exp(2*x) + 1)"),
    ),
    Unit(
        "log_square",
        lambda t: mp.log1p(t * t),
        ("log(1 + x**2)", "log1p(x**2)", sp.log(1 + x**2)),
        slope=lambda t: 2 * t / (1 + t * t),
    ),
    Unit(
        "elu_of_abs",
        lambda t: -mp.expm1(-abs(t)),
        ("1 - exp(-abs(x))", "-expm1(-abs(x))"),
        slope=lambda t: mp.sign(t) * exp(-abs(t)),
        kinks=(0,),
    ),
)
