"""Units made of lines, powers and roots, clipped and joined."""

from __future__ import annotations

from fractions import Fraction

import sympy as sp
from mpmath import mp

from actmath.notation import x

from .twins import clip, relu
from .unit import FLAT, Unit

HALF = Fraction(1, 2)
#: E f′² of a root of |x − a|: ∫ 1/|x − a| diverges at every variance.
STEEP = {"derivative_second": Fraction(0)}


def _positive(t):
    return mp.mpf(t > 0)


RECTIFIED = (
    Unit(
        "relu_",
        relu,
        ("max(0, x)", "(x + abs(x))/2", "relu(x)", "where(x > 0, x, 0)", sp.Max(x, 0)),
        slope=_positive,
        kinks=(0,),
    ),
    Unit(
        "leaky",
        lambda t: max(t, t / 100),
        ("max(x, 0.01*x)", "Max(0, x) + Min(0, x)/100", "Piecewise((x, x > 0), (0.01*x, True))"),
        slope=lambda t: mp.one if t > 0 else mp.one / 100,
        kinks=(0,),
    ),
    Unit(
        "six",
        lambda t: clip(t, 0, 6),
        ("Min(Max(0, x), 6)", "Piecewise((0, x <= 0), (x, x < 6), (6, True))", "relu(x)-relu(x-6)"),
        slope=lambda t: mp.mpf(0 < t < 6),
        kinks=(0, 6),
    ),
    Unit(
        "relu_squared",
        lambda t: relu(t) ** 2,
        ("max(0, x)**2", "x*relu(x)", "x*(x + abs(x))/2"),
        slope=lambda t: 2 * relu(t),
        kinks=(0,),
    ),
    Unit(
        "relu_cubed",
        lambda t: relu(t) ** 3,
        ("relu(x)**3", "Piecewise((0, x < 0), (x**3, True))"),
        slope=lambda t: 3 * relu(t) ** 2,
        kinks=(0,),
    ),
    Unit(
        "hard_tanh_",
        lambda t: clip(t, -1, 1),
        ("Min(Max(x, -1), 1)", "(abs(x + 1) - abs(x - 1))/2", "max(-1, min(1, x))"),
        slope=lambda t: mp.mpf(-1 < t < 1),
        kinks=(-1, 1),
    ),
    Unit(
        "modulus",
        abs,
        ("abs(x)", "Max(x, -x)", "sqrt(x**2)", "x*sign(x)"),
        slope=mp.sign,
        kinks=(0,),
    ),
    Unit(
        "hard_sigmoid_torch",
        lambda t: clip((t + 3) / 6, 0, 1),
        (
            "Min(Max(0, x/6 + 1/2), 1)",
            "Max(0, Min(6, x + 3))/6",
            "(abs(x + 3) - abs(x - 3) + 6)/12",
        ),
        slope=lambda t: mp.mpf(-3 < t < 3) / 6,
        kinks=(-3, 3),
    ),
    Unit(
        "hard_sigmoid_keras",
        lambda t: clip(t / 5 + mp.mpf(1) / 2, 0, 1),
        (
            "Min(Max(0, 0.2*x + 0.5), 1)",
            "Piecewise((0, x < -2.5), (1, x > 2.5), (x/5 + 1/2, True))",
        ),
        slope=lambda t: mp.mpf(-2.5 < t < 2.5) / 5,
        kinks=(Fraction(-5, 2), Fraction(5, 2)),
    ),
    Unit(
        "hard_swish_",
        lambda t: t * clip(t + 3, 0, 6) / 6,
        (
            "x*Min(Max(0, x + 3), 6)/6",
            "Piecewise((0, x <= -3), (x, x >= 3), (x*(x + 3)/6, True))",
            "x*(relu(x + 3) - relu(x - 3))/6",
        ),
        slope=lambda t: (2 * t + 3) / 6 if -3 < t < 3 else _positive(t),
        kinks=(-3, 3),
    ),
    Unit(
        "hard_mish",
        lambda t: t / 2 * clip(t + 2, 0, 2),
        ("x/2*Min(Max(x + 2, 0), 2)", "Piecewise((0, x < -2), (x, x > 0), (x**2/2 + x, True))"),
        slope=lambda t: t + 1 if -2 < t < 0 else _positive(t),
        kinks=(-2, 0),
    ),
    Unit(
        "soft_shrink_half",
        lambda t: t - clip(t, -0.5, 0.5),
        (
            "sign(x)*Max(0, abs(x) - 1/2)",
            "x - Min(Max(x, -1/2), 1/2)",
            "relu(x - 0.5) - relu(-x - 0.5)",
        ),
        slope=lambda t: mp.mpf(abs(t) > 0.5),
        kinks=(-HALF, HALF),
    ),
    Unit(
        "shifted",
        lambda t: max(t, -mp.one),
        ("Max(x, -1)", "relu(x + 1) - 1"),
        slope=lambda t: mp.mpf(t > -1),
        kinks=(-1,),
    ),
    Unit(
        "bounded_two",
        lambda t: clip(t, 0, 2),
        ("Min(Max(0, x), 2)", "Max(0, Min(x, 2))"),
        slope=lambda t: mp.mpf(0 < t < 2),
        kinks=(0, 2),
    ),
    Unit(
        "hat",
        lambda t: relu(1 - abs(t)),
        ("Max(0, 1 - abs(x))", "relu(x + 1) - 2*relu(x) + relu(x - 1)"),
        slope=lambda t: -mp.sign(t) * (abs(t) < 1),
        kinks=(-1, 0, 1),
    ),
    Unit(
        "two_humps",
        lambda t: 1 - abs(abs(t) - 1),
        (
            "1 - Abs(Abs(x) - 1)",
            "Piecewise((2 + x, x < -1), (-x, x < 0), (x, x < 1), (2 - x, True))",
        ),
        slope=lambda t: mp.sign(t) * mp.sign(1 - abs(t)),
        kinks=(-1, 0, 1),
    ),
    Unit(
        "two_slopes",
        lambda t: relu(t) - relu(t - 1) / 2,
        ("Max(0, x) - Max(0, x - 1)/2", "Piecewise((0, x < 0), (x, x < 1), ((x + 1)/2, True))"),
        slope=lambda t: _positive(t) - _positive(t - 1) / 2,
        kinks=(0, 1),
    ),
    Unit(
        "s_shaped",
        lambda t: t - relu(t - 1) * 3 / 4 + relu(-1 - t) * 3 / 4,
        (
            "Piecewise(((x - 3)/4, x < -1), (x, x < 1), ((x + 3)/4, True))",
            "x - 0.75*relu(x - 1) + 0.75*relu(-1 - x)",
        ),
        slope=lambda t: mp.mpf(1 if abs(t) < 1 else 0.25),
        kinks=(-1, 1),
    ),
    Unit(
        "root",
        lambda t: mp.sqrt(relu(t)),
        ("sqrt(Max(0, x))",),
        kinks=(0,),
        infinite=STEEP,
    ),
    Unit(
        "signed_root",
        lambda t: mp.sign(t) * mp.sqrt(abs(t)),
        ("sign(x)*sqrt(abs(x))", "sqrt(Max(0, x)) - sqrt(Max(0, -x))"),
        kinks=(0,),
        infinite=STEEP,
    ),
    Unit(
        "cube_root",
        lambda t: mp.sign(t) * mp.cbrt(abs(t)),
        ("sign(x)*abs(x)**(1/3)", "sign(x)*cbrt(abs(x))"),
        kinks=(0,),
        infinite=STEEP,
    ),
    Unit(
        "three_halves",
        lambda t: mp.sqrt(abs(t)) ** 3,
        ("abs(x)**(3/2)", "abs(x)*sqrt(abs(x))", sp.Abs(x) ** sp.Rational(3, 2)),
        slope=lambda t: mp.sign(t) * 3 * mp.sqrt(abs(t)) / 2,
        kinks=(0,),
    ),
    Unit(
        "signed_square",
        lambda t: t * abs(t),
        ("sign(x)*x**2", "x*abs(x)", "relu(x)**2 - relu(-x)**2"),
        slope=lambda t: 2 * abs(t),
        kinks=(0,),
    ),
    Unit("square", lambda t: t * t, ("x**2", "x*x", "abs(x)**2"), slope=lambda t: 2 * t),
    Unit("cube", lambda t: t**3, ("x**3", "x*x*x", "x*abs(x)**2"), slope=lambda t: 3 * t**2),
    Unit("line", lambda t: t, ("x", "Max(0, x) + Min(0, x)", "2*x - x"), slope=lambda t: mp.one),
    Unit(
        "constant",
        lambda t: mp.one,
        (sp.Integer(1), "x - x + 1"),
        slope=lambda t: mp.zero,
        may_refuse=FLAT,
    ),
    Unit("shifted_square", lambda t: t * (t + 1), ("x**2 + x",), slope=lambda t: 2 * t + 1),
    Unit("cubic", lambda t: t - t**3, ("x - x**3", "x*(1 - x**2)"), slope=lambda t: 1 - 3 * t**2),
    Unit(
        "square_nonlinearity",
        lambda t: clip(t, -2, 2) * (1 - abs(clip(t, -2, 2)) / 4),
        (
            "Piecewise((1, x > 2), (x - x**2/4, x >= 0), (x + x**2/4, x >= -2), (-1, True))",
            "Min(Max(x, -2), 2)*(1 - abs(Min(Max(x, -2), 2))/4)",
        ),
        slope=lambda t: relu(1 - abs(t) / 2),
        kinks=(-2, 0, 2),
    ),
    Unit(
        "larger_of_square",
        lambda t: max(t, t * t),
        ("Max(x, x**2)", "x + relu(x**2 - x)"),
        slope=lambda t: mp.one if 0 < t < 1 else 2 * t,
        kinks=(0, 1),
    ),
)
