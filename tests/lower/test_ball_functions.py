"""Every function that a formula may hold encloses its values in balls, wide and narrow."""

from __future__ import annotations

import random

import pytest
from flint import arb
from mpmath import MPContext
from sympy import Abs, Expr, Function, Max, Min, Piecewise, Pow, Rational, atan, lambdify, sign

from actmath import Activation
from actmath._text.formulas import KNOWN_FUNCTIONS
from actmath.lower import to_arb
from actmath.lower._for_arb import arb_function
from actmath.notation import x

#: What keeps an argument in the domain of a function that has not all of the line.
INSIDE = {
    "asin": lambda u: atan(u) / 2,
    "acos": lambda u: atan(u) / 2,
    "atanh": lambda u: atan(u) / 2,
    "acosh": lambda u: 2 + u**2,
    "log": lambda u: 2 + u**2,
    # Between −π/2 and π/2, so that no pole is there.
    "tan": lambda u: atan(u) / 2,
    "Max": lambda u: (u, u / 2 - 1),
    "Min": lambda u: (u, u / 2 - 1),
    "Piecewise": lambda u: ((u + 1, x > 1), (u, True)),
}


def applied(function: type[Expr], inner: Expr) -> Expr:
    argument = INSIDE.get(function.__name__, lambda u: u)(inner)
    return function(*argument) if isinstance(argument, tuple) else function(argument)


def formulas(function: type[Expr], generator: random.Random) -> list[Expr]:
    """The function of x, of a line, and joined with another function or a broken power."""
    slope = Rational(generator.randint(1, 9), 8)
    other = generator.choice([f for f in KNOWN_FUNCTIONS if f not in (Max, Min, Piecewise, sign)])
    power = Rational(generator.choice([1, 2, 4, 5]), 3)
    one, two = applied(function, slope * x - slope / 2), applied(other, x / 2)
    return [applied(function, x), x + one * two, one + Pow(Abs(x), power)]


def intervals(generator: random.Random) -> list[tuple[float, float]]:
    """Centres and radii, many scales of both; 0 and 1 are ends of some."""
    narrow = [(generator.uniform(-3, 3), 10.0 ** generator.uniform(-9, -1)) for _ in range(4)]
    wide = [(generator.uniform(-3, 3), generator.uniform(0.5, 3)) for _ in range(4)]
    return [*narrow, *wide, (0.0, 1.0), (0.5, 0.5), (-1.0, 0.0), (0.0, 0.0)]


@pytest.mark.slow
@pytest.mark.parametrize("function", KNOWN_FUNCTIONS, ids=lambda function: function.__name__)
def test_balls_hold_every_value(function: type[Expr]) -> None:
    generator, context = random.Random(function.__name__), MPContext()
    context.prec = 120
    for formula in formulas(function, generator):
        lowered = to_arb(Activation("probe", formula))
        exact = lambdify(x, formula, [_names(context)])
        for middle, radius in intervals(generator):
            found = lowered(arb(middle, radius))
            assert found.is_finite()
            ends = (found.lower(), found.upper())
            low, high = (context.mpf(end.str(30, radius=False)) for end in ends)
            slack = (1 + abs(low) + abs(high)) * context.mpf(10) ** -25
            for share in (-1, 1, 0, *(generator.uniform(-1, 1) for _ in range(9))):
                value = exact(context.mpf(middle) + context.mpf(radius) * context.mpf(share))
                assert low - slack <= value <= high + slack, (formula, middle, radius, share)


def _names(context: MPContext) -> dict[str, object]:
    """SymPy's names as mpmath's functions of that context."""
    names = [f.__name__ for f in KNOWN_FUNCTIONS if f not in (Abs, Max, Min, Piecewise)]
    return {"Abs": context.fabs, **{name: getattr(context, name) for name in names}}


def test_what_has_no_ball_version_is_refused() -> None:
    with pytest.raises(NotImplementedError, match="no ball version of zeta"):
        arb_function([x], (), [Function("zeta")(x)])
