"""Where units break, and their values on either side."""

from __future__ import annotations

import math

from sympy import Eq, Piecewise, atan

from actmath import Activation, catalog
from actmath.notation import x
from actmath.numeric._gaussian._rules.breaks import Break, breaks

STEP = Activation("step", Piecewise((1, x > 0), (0, True)))
SAW = Activation("saw", Piecewise((x, x < 1), (x - 2, True)))


def test_breaks_and_their_jumps():
    assert breaks(catalog.hard_tanh) == (Break(-1.0, 0.0, -1.0), Break(1.0, 0.0, 1.0))
    assert breaks(STEP) == (Break(0.0, 1.0, 1.0),)
    assert breaks(SAW) == (Break(1.0, -2.0, -1.0),)
    assert breaks(catalog.tanh) == ()


def test_a_side_without_a_value_has_a_limit():
    """atan(1/x) has no value at 0, and the limits ±π/2."""
    formula = Piecewise((atan(1 / x), x < 0), (0, Eq(x, 0)), (atan(1 / x) + 1, True))
    pole = Activation("pole", formula)
    (found,) = breaks(pole)
    assert found.at == 0
    assert math.isclose(found.jump, math.pi + 1)
    assert math.isclose(found.above, math.pi / 2 + 1)
