"""Units that oscillate."""

from __future__ import annotations

import sympy as sp
from mpmath import mp

from actmath.notation import x

from .twins import exp
from .unit import UNLISTED, Unit


def _sinc(t):
    return mp.sin(t) / t if t else mp.one


def _zero(k):
    return k * mp.pi


WAVES = (
    Unit("sine", mp.sin, ("sin(x)", "cos(x - pi/2)"), slope=mp.cos),
    Unit("cosine", mp.cos, ("cos(x)",), slope=lambda t: -mp.sin(t)),
    Unit("fast_sine", lambda t: mp.sin(3 * t), ("sin(3*x)", "3*sin(x) - 4*sin(x)**3")),
    Unit(
        "snake",
        lambda t: t + mp.sin(t) ** 2,
        ("x + sin(x)**2", "x + (1 - cos(2*x))/2"),
        slope=lambda t: 1 + mp.sin(2 * t),
    ),
    Unit("growing_cosine", lambda t: t * mp.cos(t), ("x*cos(x)",)),
    Unit("x_sine", lambda t: t * mp.sin(t), ("x*sin(x)",)),
    Unit(
        "sinc",
        _sinc,
        (
            sp.Piecewise((1, sp.Eq(x, 0)), (sp.sin(x) / x, True)),
            sp.sinc(x),
            sp.Piecewise((sp.sin(x) / x, sp.Ne(x, 0)), (1, True)),
        ),
    ),
    Unit("sine_plus_cosine", lambda t: mp.cos(t) - mp.sin(t), ("cos(x) - sin(x)",)),
    Unit("damped", lambda t: mp.sin(t) * exp(-t * t / 8), ("sin(x)*exp(-x**2/8)",)),
    Unit(
        "sine_on_the_right",
        lambda t: mp.sin(t) if t > 0 else t,
        ("Piecewise((sin(x), x > 0), (x, True))", "sin(Max(0, x)) + Min(0, x)"),
        kinks=(0,),
    ),
    Unit("x_plus_sine", lambda t: t + mp.sin(t), ("x + sin(x)",), slope=lambda t: 1 + mp.cos(t)),
    Unit("sine_of_square", lambda t: mp.sin(t * t), ("sin(x**2)",)),
    Unit(
        "rectified_sine",
        lambda t: max(mp.zero, mp.sin(t)),
        ("Max(0, sin(x))",),
        may_refuse=UNLISTED,
    ),
)
