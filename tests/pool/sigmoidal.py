"""Units that saturate on both sides, and bumps."""

from __future__ import annotations

import sympy as sp
from mpmath import mp

from actmath.notation import x

from .twins import cdf, cosh, erf, exp, expm1, sigmoid, sinh, softplus, tanh
from .unit import Unit


def _hypot(t):
    return mp.sqrt(1 + t * t)


SIGMOIDAL = (
    Unit(
        "logistic",
        sigmoid,
        ("1/(1 + exp(-x))", "exp(x)/(1 + exp(x))", "(1 + tanh(x/2))/2", "sigmoid(x)"),
        slope=lambda t: sigmoid(t) * sigmoid(-t),
    ),
    Unit(
        "tanh_",
        tanh,
        (
            "tanh(x)",
            "(exp(2*x) - 1)/(exp(2*x) + 1)",
            "2*sigmoid(2*x) - 1",
            "sinh(x)/cosh(x)",
            "(exp(x) - exp(-x))/(exp(x) + exp(-x))",
        ),
        slope=lambda t: cosh(t) ** -2,
    ),
    Unit(
        "lecun",
        lambda t: mp.mpf(17159) / 10000 * tanh(2 * t / 3),
        ("1.7159*tanh(2*x/3)", "1.7159*(2*sigmoid(4*x/3) - 1)"),
    ),
    Unit(
        "bipolar",
        lambda t: tanh(t / 2),
        ("(1 - exp(-x))/(1 + exp(-x))", "tanh(x/2)", "2/(1 + exp(-x)) - 1"),
        slope=lambda t: cosh(t / 2) ** -2 / 2,
    ),
    Unit("arctan_", mp.atan, ("atan(x)", "arctan(x)", "asin(x/sqrt(1 + x**2))"), slope=None),
    Unit(
        "arctan_sigmoid",
        lambda t: mp.atan(t) / mp.pi + mp.mpf(1) / 2,
        ("1/2 + atan(x)/pi", "(atan(x) + pi/2)/pi"),
        slope=lambda t: 1 / (mp.pi * (1 + t * t)),
    ),
    Unit(
        "arsinh", mp.asinh, ("asinh(x)", "log(x + sqrt(x**2 + 1))"), slope=lambda t: 1 / _hypot(t)
    ),
    Unit(
        "softsign_",
        lambda t: t / (1 + abs(t)),
        ("x/(1 + abs(x))", "Piecewise((x/(1 + x), x > 0), (x/(1 - x), True))"),
        slope=lambda t: (1 + abs(t)) ** -2,
        kinks=(0,),
    ),
    Unit(
        "elliott",
        lambda t: (1 + t / (1 + abs(t))) / 2,
        ("0.5*x/(1 + abs(x)) + 0.5", "(1 + x/(1 + abs(x)))/2"),
        slope=lambda t: (1 + abs(t)) ** -2 / 2,
        kinks=(0,),
    ),
    Unit("erf_", erf, ("erf(x)", "1 - erfc(x)"), slope=lambda t: 2 * exp(-t * t) / mp.sqrt(mp.pi)),
    Unit(
        "normal_cdf",
        cdf,
        ("(1 + erf(x/sqrt(2)))/2", "erfc(-x/sqrt(2))/2"),
        slope=lambda t: exp(-t * t / 2) / mp.sqrt(2 * mp.pi),
    ),
    Unit(
        "isru",
        lambda t: t / _hypot(t),
        ("x/sqrt(1 + x**2)", "sin(atan(x))", "x*(1 + x**2)**(-1/2)"),
        slope=lambda t: _hypot(t) ** -3,
    ),
    Unit(
        "isru_three",
        lambda t: t / mp.sqrt(1 + 3 * t * t),
        ("x/sqrt(1 + 3*x**2)",),
        slope=lambda t: mp.sqrt(1 + 3 * t * t) ** -3,
    ),
    Unit(
        "root_sigmoid",
        lambda t: t / (1 + _hypot(t)),
        ("x/(1 + sqrt(1 + x**2))", "tan(atan(x)/2)"),
        slope=lambda t: 1 / (_hypot(t) * (1 + _hypot(t))),
    ),
    Unit(
        "gudermann",
        lambda t: 2 * mp.atan(tanh(t / 2)),
        ("2*atan(tanh(x/2))", "atan(sinh(x))", "2*atan(exp(x)) - pi/2"),
        slope=lambda t: 1 / cosh(t),
    ),
    Unit(
        "cloglog",
        lambda t: -expm1(-exp(t)),
        ("1 - exp(-exp(x))", "-expm1(-exp(x))"),
        slope=lambda t: exp(t - exp(t)),
    ),
    Unit(
        "gompertz",
        lambda t: exp(-exp(-t)),
        ("exp(-exp(-x))",),
        slope=lambda t: exp(-t - exp(-t)),
    ),
    Unit("sech", lambda t: 1 / cosh(t), ("1/cosh(x)", "2/(exp(x) + exp(-x))")),
    Unit(
        "sech_squared",
        lambda t: cosh(t) ** -2,
        ("1/cosh(x)**2", "1 - tanh(x)**2", "4/(exp(x) + exp(-x))**2"),
    ),
    Unit(
        "logistic_density",
        lambda t: sigmoid(t) * sigmoid(-t),
        ("exp(-x)/(1 + exp(-x))**2", "sigmoid(x)*(1 - sigmoid(x))"),
    ),
    Unit(
        "gauss",
        lambda t: exp(-t * t),
        ("exp(-x**2)", "1/exp(x*x)"),
        slope=lambda t: -2 * t * exp(-t * t),
    ),
    Unit(
        "ricker",
        lambda t: (1 - t * t) * exp(-t * t / 2),
        ("(1 - x**2)*exp(-x**2/2)",),
        slope=lambda t: t * (t * t - 3) * exp(-t * t / 2),
    ),
    Unit(
        "bell_slope",
        lambda t: t * exp(-t * t / 2),
        ("x*exp(-x**2/2)", "x/exp(x**2/2)"),
        slope=lambda t: (1 - t * t) * exp(-t * t / 2),
    ),
    Unit(
        "laplace",
        lambda t: exp(-abs(t)),
        ("exp(-abs(x))", "Min(exp(x), exp(-x))", "Piecewise((exp(x), x < 0), (exp(-x), True))"),
        slope=lambda t: -mp.sign(t) * exp(-abs(t)),
        kinks=(0,),
    ),
    Unit(
        "lorentz",
        lambda t: 1 / (1 + t * t),
        ("1/(1 + x**2)",),
        slope=lambda t: -2 * t / (1 + t * t) ** 2,
    ),
    Unit(
        "penalized_tanh",
        lambda t: tanh(t) if t > 0 else tanh(t) / 4,
        (
            "Piecewise((tanh(x), x > 0), (0.25*tanh(x), True))",
            "Max(tanh(x), tanh(x)/4)",
            sp.Max(0, sp.tanh(x)) + sp.Min(0, sp.tanh(x)) / 4,
        ),
        kinks=(0,),
    ),
    Unit(
        "log_sigmoid",
        lambda t: -softplus(-t),
        ("log(1/(1 + exp(-x)))", "-log(1 + exp(-x))", "log(sigmoid(x))", "x - softplus(x)"),
        slope=lambda t: sigmoid(-t),
    ),
    Unit(
        "soft_clip",
        lambda t: softplus(t) - softplus(t - 1),
        ("log((1 + exp(x))/(1 + exp(x - 1)))", "softplus(x) - softplus(x - 1)"),
        slope=lambda t: sigmoid(t) - sigmoid(t - 1),
    ),
    Unit(
        "rational_tanh",
        lambda t: t * (27 + t * t) / (27 + 9 * t * t),
        ("x*(27 + x**2)/(27 + 9*x**2)",),
    ),
    Unit("sinh_", sinh, ("sinh(x)", "(exp(x) - exp(-x))/2"), slope=cosh),
    Unit(
        "square_sigmoid",
        lambda t: (1 + t / _hypot(t)) / 2,
        ("(1 + x/sqrt(1 + x**2))/2",),
        slope=lambda t: _hypot(t) ** -3 / 2,
    ),
    Unit(
        "flat_at_zero",
        lambda t: exp(-1 / t) if t > 0 else mp.zero,
        ("Piecewise((exp(-1/x), x > 0), (0, True))",),
        kinks=(0,),
    ),
)
