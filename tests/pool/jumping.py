"""Units that jump, at 0 and elsewhere."""

from __future__ import annotations

from fractions import Fraction

import sympy as sp
from mpmath import mp

from actmath.notation import x

from .twins import exp, tanh
from .unit import FLAT, Unit

HALF = Fraction(1, 2)


def _flat(t):
    return mp.zero


JUMPING = (
    Unit(
        "step",
        lambda t: mp.mpf(t >= 0),
        ("Piecewise((1, x >= 0), (0, True))", "where(x < 0, 0, 1)"),
        slope=_flat,
        may_refuse=FLAT,
        jumps=(0,),
    ),
    Unit(
        "open_step",
        lambda t: mp.mpf(t > 0),
        ("Piecewise((1, x > 0), (0, True))", "where(x > 0, 1, 0)"),
        slope=_flat,
        may_refuse=FLAT,
        jumps=(0,),
    ),
    Unit(
        "signum",
        mp.sign,
        ("sign(x)", sp.Piecewise((1, x > 0), (0, sp.Eq(x, 0)), (-1, True))),
        slope=_flat,
        may_refuse=FLAT,
        jumps=(0,),
    ),
    Unit(
        "binary",
        lambda t: mp.mpf(1 if t >= 0 else -1),
        ("where(x >= 0, 1, -1)", "2*where(x >= 0, 1, 0) - 1"),
        slope=_flat,
        may_refuse=FLAT,
        jumps=(0,),
    ),
    Unit(
        "threshold",
        lambda t: t if t > 1 else mp.mpf(20),
        ("Piecewise((x, x > 1), (20, True))", "where(x > 1, x, 20)"),
        slope=lambda t: mp.mpf(t > 1),
        jumps=(1,),
    ),
    Unit(
        "thresholded_relu",
        lambda t: t if t > 1 else mp.zero,
        ("Piecewise((x, x > 1), (0, True))", "x*where(x > 1, 1, 0)"),
        slope=lambda t: mp.mpf(t > 1),
        jumps=(1,),
    ),
    Unit(
        "hard_shrink_half",
        lambda t: t if abs(t) > 0.5 else mp.zero,
        (
            "Piecewise((x, x > 1/2), (x, x < -1/2), (0, True))",
            "where(abs(x) > 0.5, x, 0)",
            "x*where(x > 0.5 or x < -0.5, 1, 0)",
        ),
        slope=lambda t: mp.mpf(abs(t) > 0.5),
        jumps=(-HALF, HALF),
    ),
    Unit(
        "lifted",
        lambda t: t if t < 1 else t + 1,
        ("Piecewise((x, x < 1), (x + 1, True))", "x + where(x >= 1, 1, 0)"),
        slope=lambda t: mp.one,
        jumps=(1,),
    ),
    Unit(
        "stairs",
        lambda t: mp.mpf((t > -1) + (t > 0) + (t > 1)),
        (
            "where(x > -1, 1, 0) + where(x > 0, 1, 0) + where(x > 1, 1, 0)",
            "Piecewise((0, x <= -1), (1, x <= 0), (2, x <= 1), (3, True))",
        ),
        slope=_flat,
        may_refuse=FLAT,
        jumps=(-1, 0, 1),
    ),
    Unit(
        "window",
        lambda t: mp.mpf(-1 < t < 1),
        ("Piecewise((1, x > -1 and x < 1), (0, True))", "where(abs(x) < 1, 1, 0)"),
        slope=_flat,
        may_refuse=FLAT,
        jumps=(-1, 1),
    ),
    Unit(
        "arctan_of_inverse",
        lambda t: mp.atan(1 / t) if t else mp.zero,
        (
            "Piecewise((atan(1/x), x < 0), (atan(1/x), x > 0), (0, True))",
            "Piecewise((-pi/2 - atan(x), x < 0), (pi/2 - atan(x), x > 0), (0, True))",
        ),
        slope=lambda t: -1 / (1 + t * t),
        jumps=(0,),
    ),
    Unit(
        "tanh_past_a_jump",
        lambda t: tanh(t) + 2 if t > 0.5 else tanh(t),
        ("Piecewise((tanh(x) + 2, x > 1/2), (tanh(x), True))", "tanh(x) + where(x > 1/2, 2, 0)"),
        jumps=(HALF,),
    ),
    Unit(
        "kink_and_jump",
        lambda t: exp(-t) if t > 1 else abs(t),
        ("Piecewise((exp(-x), x > 1), (abs(x), True))",),
        kinks=(0,),
        jumps=(1,),
    ),
    Unit(
        "ramp_between_jumps",
        lambda t: t if -1 < t < 1 else mp.zero,
        ("Piecewise((x, abs(x) < 1), (0, True))", "where(x > -1 and x < 1, x, 0)"),
        slope=lambda t: mp.mpf(-1 < t < 1),
        jumps=(-1, 1),
    ),
)
