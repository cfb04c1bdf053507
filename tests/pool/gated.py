"""Units that are x times a gate, or bend like a rectifier without a kink."""

from __future__ import annotations

from fractions import Fraction

import sympy as sp
from mpmath import mp

from actmath.notation import x

from .twins import cdf, clip, cosh, erf, erfc, exp, relu, sigmoid, softplus, tanh
from .unit import UNLISTED, Unit


def _silu(t):
    return t * sigmoid(t)


def _silu_slope(t):
    return sigmoid(t) * (1 + t * sigmoid(-t))


def _density(t):
    return exp(-t * t / 2) / mp.sqrt(2 * mp.pi)


def _tanh_gelu(t):
    # (1 + tanh u)/2 = 1/(1 + e^{−2u}), which does not cancel.
    return t * sigmoid(2 * mp.sqrt(2 / mp.pi) * (t + mp.mpf(44715) / 10**6 * t**3))


def _larger_of_x_and_sigmoid():
    """x = σ(x), in whose place the kink is."""
    return mp.findroot(lambda t: t - sigmoid(t), 0.659)


GATED = (
    Unit(
        "swish",
        _silu,
        ("x/(1 + exp(-x))", "x*sigmoid(x)", "x*(1 + tanh(x/2))/2", "x*exp(x)/(1 + exp(x))"),
        slope=_silu_slope,
    ),
    Unit(
        "quick_gelu",
        lambda t: t * sigmoid(mp.mpf(1702) / 1000 * t),
        ("x*sigmoid(1.702*x)", "x/(1 + exp(-1.702*x))"),
    ),
    Unit(
        "gelu_",
        lambda t: t * cdf(t),
        ("x*(1 + erf(x/sqrt(2)))/2", "x*erfc(-x/sqrt(2))/2", "x/2 + x*erf(x/sqrt(2))/2"),
        slope=lambda t: cdf(t) + t * _density(t),
    ),
    Unit(
        "gelu_tanh",
        _tanh_gelu,
        (
            "x/2*(1 + tanh(sqrt(2/pi)*(x + 0.044715*x**3)))",
            "0.5*x*(1 + tanh(sqrt(2/pi)*x*(1 + 0.044715*x*x)))",
            "x*sigmoid(sqrt(8/pi)*(x + 0.044715*x**3))",
        ),
    ),
    Unit(
        "mish_",
        lambda t: t * tanh(softplus(t)),
        (
            "x*tanh(log(1 + exp(x)))",
            "x*tanh(softplus(x))",
            "x*((1 + exp(x))**2 - 1)/((1 + exp(x))**2 + 1)",
        ),
        slope=lambda t: tanh(softplus(t)) + t * sigmoid(t) * cosh(softplus(t)) ** -2,
    ),
    Unit("tanh_exp", lambda t: t * tanh(exp(t)), ("x*tanh(exp(x))", "x*(2*sigmoid(2*exp(x)) - 1)")),
    Unit("serf", lambda t: t * erf(softplus(t)), ("x*erf(log(1 + exp(x)))", "x*erf(softplus(x))")),
    Unit("phish", lambda t: t * tanh(t * cdf(t)), ("x*tanh(x*(1 + erf(x/sqrt(2)))/2)",)),
    Unit(
        "logish",
        lambda t: t * mp.log1p(sigmoid(t)),
        ("x*log(1 + 1/(1 + exp(-x)))", "x*log1p(sigmoid(x))"),
    ),
    Unit(
        "smish",
        lambda t: t * tanh(mp.log1p(sigmoid(t))),
        ("x*tanh(log(1 + sigmoid(x)))", "x*((1 + sigmoid(x))**2 - 1)/((1 + sigmoid(x))**2 + 1)"),
    ),
    Unit(
        "arctan_gelu",
        lambda t: t * (mp.mpf(1) / 2 + mp.atan(t) / mp.pi),
        ("x*(1/2 + atan(x)/pi)", "x/2 + x*atan(x)/pi"),
    ),
    Unit("lisht", lambda t: t * tanh(t), ("x*tanh(x)", "abs(x*tanh(x))", "abs(x)*tanh(abs(x))")),
    Unit("e_swish", lambda t: 5 * _silu(t) / 4, ("1.25*x*sigmoid(x)", "5*x/(4*(1 + exp(-x)))")),
    Unit(
        "aria",
        lambda t: t * mp.sqrt(sigmoid(2 * t)) ** 3,
        ("x*(1 + exp(-2*x))**(-3/2)", "x*sigmoid(2*x)**1.5"),
    ),
    Unit(
        "maxsig",
        lambda t: max(t, sigmoid(t)),
        ("Max(x, sigmoid(x))", "Max(x, 1/(1 + exp(-x)))"),
        kinks=(_larger_of_x_and_sigmoid,),
        # The root of x = sigmoid(x) is no elementary number.
        may_refuse=UNLISTED,
    ),
    Unit(
        "maxtanh",
        lambda t: max(t, tanh(t)),
        ("Max(x, tanh(x))", "Piecewise((x, x > 0), (tanh(x), True))"),
        kinks=(0,),
    ),
    Unit(
        "suish",
        lambda t: max(t, t * exp(-abs(t))),
        ("Max(x, x*exp(-abs(x)))", "Piecewise((x, x > 0), (x*exp(x), True))"),
        slope=lambda t: mp.one if t > 0 else (1 + t) * exp(t),
        kinks=(0,),
    ),
    Unit(
        "d_silu",
        _silu_slope,
        ("sigmoid(x)*(1 + x*(1 - sigmoid(x)))", "sigmoid(x) + x*exp(-x)/(1 + exp(-x))**2"),
    ),
    Unit(
        "sinlu",
        lambda t: (t + mp.sin(t)) * sigmoid(t),
        ("(x + sin(x))*sigmoid(x)", "(x + sin(x))/(1 + exp(-x))"),
    ),
    Unit(
        "swim",
        lambda t: t / 2 * (1 + t / mp.sqrt(1 + t * t)),
        ("x/2*(1 + x/sqrt(1 + x**2))", "x*(1 + sin(atan(x)))/2"),
    ),
    Unit(
        "bent_identity",
        lambda t: (mp.sqrt(t * t + 1) - 1) / 2 + t,
        ("(sqrt(x**2 + 1) - 1)/2 + x", "x**2/(2*(1 + sqrt(1 + x**2))) + x"),
        slope=lambda t: t / (2 * mp.sqrt(t * t + 1)) + 1,
    ),
    Unit(
        "squareplus",
        lambda t: (t + mp.sqrt(t * t + 4)) / 2,
        ("(x + sqrt(x**2 + 4))/2", "2/(sqrt(x**2 + 4) - x)", "x/2 + sqrt(1 + x**2/4)"),
        slope=lambda t: (1 + t / mp.sqrt(t * t + 4)) / 2,
    ),
    Unit(
        "squareplus_narrow",
        lambda t: (t + mp.sqrt(t * t + mp.mpf(1) / 100)) / 2,
        ("(x + sqrt(x**2 + 0.01))/2",),
        slope=lambda t: (1 + t / mp.sqrt(t * t + mp.mpf(1) / 100)) / 2,
    ),
    Unit("x_atan", lambda t: t * mp.atan(t), ("x*atan(x)", "abs(x)*atan(abs(x))")),
    Unit(
        "softplus_",
        softplus,
        ("log(1 + exp(x))", "log1p(exp(x))", "softplus(x)", "Max(0, x) + log(1 + exp(-abs(x)))"),
        slope=sigmoid,
    ),
    Unit(
        "softplus_two",
        lambda t: softplus(2 * t) / 2,
        ("log(1 + exp(2*x))/2", "softplus(2*x)/2"),
        slope=lambda t: sigmoid(2 * t),
    ),
    Unit(
        "shifted_softplus",
        lambda t: softplus(t) - mp.log(2),
        ("log(1 + exp(x)) - log(2)", "log(1/2 + exp(x)/2)"),
        slope=sigmoid,
    ),
    Unit(
        "log_cosh",
        lambda t: abs(t) + mp.log1p(exp(-2 * abs(t))) - mp.log(2),
        ("log(cosh(x))", "log((exp(x) + exp(-x))/2)", "softplus(2*x) - x - log(2)"),
        slope=tanh,
    ),
    Unit(
        "hard_gate",
        lambda t: t * clip(t / 4 + mp.mpf(1) / 2, 0, 1),
        ("x*Min(1, Max(0, x/4 + 0.5))", "Piecewise((0, x < -2), (x**2/4 + x/2, x < 2), (x, True))"),
        kinks=(-2, 2),
    ),
    Unit(
        "relu_swish",
        lambda t: relu(t) * sigmoid(t),
        ("Max(0, x)*sigmoid(x)", "Max(0, x/(1 + exp(-x)))", sp.Max(0, x) / (1 + sp.exp(-x))),
        slope=lambda t: _silu_slope(t) if t > 0 else mp.zero,
        kinks=(0,),
    ),
    Unit(
        "erf_gelu_sharp",
        lambda t: t * erfc(-5 * t) / 2,
        ("x*(1 + erf(5*x))/2", "x*erfc(-5*x)/2"),
        slope=lambda t: erfc(-5 * t) / 2 + 5 * t * exp(-25 * t * t) / mp.sqrt(mp.pi),
    ),
    Unit(
        "soft_root",
        lambda t: mp.sign(t) * mp.log1p(abs(t)),
        (
            "sign(x)*log(1 + abs(x))",
            "sign(x)*log1p(abs(x))",
            "Piecewise((log(1 + x), x > 0), (-log(1 - x), True))",
        ),
        slope=lambda t: 1 / (1 + abs(t)),
        kinks=(0,),
    ),
    Unit(
        "quadratic_gate",
        lambda t: t * clip(t + 0.5, 0, 1) ** 2,
        ("x*Min(1, Max(0, x + 0.5))**2",),
        kinks=(Fraction(-1, 2), Fraction(1, 2)),
    ),
)
