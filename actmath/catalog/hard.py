"""Hard units: clipped lines, and what is built from them.

``hard_sigmoid`` and ``hard_tanh`` are declared as the paper prints them;
``derive.harden(sigmoid)`` and ``derive.harden(tanh)`` arrive at the same functions by themselves.
"""

from __future__ import annotations

from sympy import Max, Min, Rational

from ..activation import Activation
from ..notation import x
from ..sources import Source

hard_sigmoid = Activation(
    "hard_sigmoid",
    # The tangent of the sigmoid at 0, 1/2 + x/4, clipped where it leaves [0, 1].
    Max(Min(x / 4 + Rational(1, 2), 1), 0),
    source=Source("gulcehre2016", "Section 2, clipped u_s"),
    at_kinks=((-2, 0), (2, 0)),
    title="hard sigmoid",
)

hard_tanh = Activation(
    "hard_tanh",
    # The tangent of tanh at 0, clipped.
    Max(Min(x, 1), -1),
    source=Source("gulcehre2016", "Section 2, clipped u_t"),
    at_kinks=((-1, 0), (1, 0)),
    title="hard tanh",
    aliases=("hardtanh",),
)

hard_swish = Activation(
    "hard_swish",
    x * Min(Max(0, x + 3), 6) / 6,
    source=Source("howard2019", "Section 5.2, h-swish"),
    # The slope (2x + 3)/6 begins with −1/2 at −3 and ends with 3/2 at 3; the outer ones hold.
    at_kinks=((-3, 0), (3, 1)),
    title="hard swish",
    aliases=("hardswish", "hardsilu", "hard_silu", "h_swish"),
)
