"""The limit of f′ far out is what values of f′ come to there."""

from __future__ import annotations

import pytest
from mpmath import mp
from sympy import AccumBounds, Expr, S, atan, diff, erf, exp, lambdify, log, oo, sin, sqrt, tanh

from actmath.derive._formula.far_slopes import slope_limit
from actmath.notation import alpha, x

FORMULAS = [
    x * tanh(x * (1 + erf(x / sqrt(2))) / 2),
    x / (1 + exp(-x)),
    (x + sqrt(x**2 + 4)) / 2,
    x * log(1 + x**2),
    atan(x) + 3 * x,
    x**2 * exp(-x),
    exp(-(x**2)),
    x**3,
]


@pytest.mark.parametrize("formula", FORMULAS, ids=str)
@pytest.mark.parametrize("end", [-oo, oo])
def test_it_is_what_the_slope_comes_to(formula: Expr, end: Expr) -> None:
    slope = diff(formula, x)
    found = slope_limit(formula, slope, end, "-" if end == oo else "+")
    with mp.workdps(60):
        far = mp.mpf(lambdify(x, slope, "mpmath")(mp.mpf(10) ** 12 * int(mp.sign(float(end)))))
        if found in (oo, -oo):
            assert far * int(mp.sign(float(found))) > 50
        else:
            assert abs(far - int(found)) < mp.mpf(10) ** -9


def test_where_nothing_says_that_it_has_one_the_slope_is_asked() -> None:
    assert isinstance(slope_limit(sin(x), x.diff(x) * sin(x).diff(x), oo, "-"), AccumBounds)
    assert slope_limit(alpha * x, alpha, oo, "-") == alpha
    assert slope_limit(x**2, 2 * x, S.One, "-") == 2
