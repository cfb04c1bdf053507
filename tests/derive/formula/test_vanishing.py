"""Zeros on the whole line, counted by hand; what has none has none found."""

from __future__ import annotations

import math
from random import Random

import pytest
from sympy import Expr, Rational, atan, cosh, erf, exp, expand, prod, sin, sqrt, tanh

from actmath.derive._formula.vanishing import vanishing_places
from actmath.notation import x


def places(formula: Expr, *, touching: bool = True) -> list[float]:
    return sorted({round(float(at), 9) for at in vanishing_places(formula, touching=touching)})


@pytest.mark.parametrize(
    ("formula", "zeros"),
    [
        (exp(x / 1000) - 3, [1000 * math.log(3)]),
        (exp(2 * x) - 6 * exp(x) + 9, [math.log(3)]),
        (expand((exp(x) - 3) ** 4), [math.log(3)]),
        (expand((exp(x - 1000) - 3) ** 2), [1000 + math.log(3)]),
        # Two zeros between neighbours of the grid: (t − 3)² = 1/1000 for t = eˣ.
        (
            exp(2 * x) - 6 * exp(x) + Rational(8999, 1000),
            [math.log(3 - 0.001**0.5), math.log(3 + 0.001**0.5)],
        ),
        (1 - exp(-((x - 1000) ** 2)), [1000]),
        (exp(x) - 1 - x, [0]),
        (exp(x) - 2**x, [0]),
        (exp(exp(x)) - 3, [math.log(math.log(3))]),
        # No zeros: values that die out, jumps, near misses, what only rounding makes 0.
        *((1 - tanh(x), []), (erf(x) - 1, []), (atan(1 / x), []), (exp(-x) - 1 / x, [])),
        *((cosh(x - 10**6), []), (sqrt(1 + x**8) - x**4, []), (1 + exp(-exp(exp(x))), [])),
        *((1 + tanh(exp(exp(x))), []), (2 + sin(x), [])),
        (exp(2 * x) - 6 * exp(x) + 9 + Rational(1, 10**12), []),
    ],
    ids=str,
)
def test_by_hand(formula: Expr, zeros: list[float]) -> None:
    assert places(formula) == pytest.approx(zeros, abs=2e-9)


def test_without_a_change_of_sign() -> None:
    assert places(exp(2 * x) - 6 * exp(x) + 9, touching=False) == []


@pytest.mark.parametrize(
    ("place", "width", "gap"),
    [(0, 1, 3), (1, 1, 1), (7, 1, 6), (-3, 60, 12), (485, 2, 8), (-599, 17, 2)],
)
def test_a_double_zero_anywhere(place: int, width: int, gap: int) -> None:
    """(e^u − 1)² with u = (x − place/7)/width; raised by 10^−gap it has none."""
    square = expand((exp((x - Rational(place, 7)) / width) - 1) ** 2)
    assert places(square) == pytest.approx([place / 7], abs=2e-9)
    assert places(square + Rational(1, 10**gap)) == []


@pytest.mark.parametrize("seed", range(3))
def test_zeros_that_touch_and_that_cross_beside_each_other(seed: int) -> None:
    """A product of (eˣ − r)ᵏ is 0 at the log of each r; where k is even the sign stays."""
    draw = Random(seed)
    numbers = [Rational(n, 10) for n in draw.sample([1, 3, 5, 8, 14, 20, 40, 90], 3)]
    powers = [1, 2, draw.choice([2, 3])]
    formula = expand(prod((exp(x) - r) ** k for r, k in zip(numbers, powers, strict=True)))
    logs = [math.log(r) for r in numbers]
    assert places(formula) == pytest.approx(sorted(logs), abs=2e-9)
    odd = [at for at, k in zip(logs, powers, strict=True) if k % 2]
    assert places(formula, touching=False) == pytest.approx(sorted(odd), abs=2e-9)
