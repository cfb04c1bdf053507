"""Limits that a function is subtracted from."""

from __future__ import annotations

import pytest
from mpmath import mp
from sympy import Expr, Symbol, cos, erf, erfc, exp, lambdify, pi, sin

from actmath.lower._functions.algebraic import Direction
from actmath.lower._functions.exponential import Expm1, UpperErfc
from actmath.lower._rules.complements import COMPLEMENTS, named_erfc, stable_complement
from actmath.notation import x

from ...reference.plain_functions import PLAIN

C = Symbol("c", positive=True)
ROWS = [(f, ratio, other) for f, rows in COMPLEMENTS.items() for ratio, other in rows]


@pytest.mark.parametrize(("function", "ratio", "complement"), ROWS)
def test_the_table(function: type[Expr], ratio: object, complement: object) -> None:
    arguments = (x, C) if function is Direction else (x,)
    value = function(*arguments) + ratio(*arguments)  # type: ignore[operator]
    other = complement(*arguments)  # type: ignore[operator]
    one, two = (lambdify((x, C), e, [PLAIN, "mpmath"]) for e in (value, other))
    with mp.workdps(40):
        for at in ("-1.25", "0.5", "3"):
            assert abs(one(mp.mpf(at), mp.mpf(2)) - two(mp.mpf(at), mp.mpf(2))) < 1e-37


@pytest.mark.parametrize(
    ("formula", "want"),
    [
        (x / 2 + x * erf(x) / 2, x * UpperErfc(-x) / 2),
        (3 - 3 * erf(x) + x, 3 * UpperErfc(x) + x),
        (2 - UpperErfc(x), UpperErfc(-x)),
        (x * exp(x) - x, x * Expm1(x)),
        (exp(x) + 1, None),
        (sin(x) - 1, -((sin(x / 2) - cos(x / 2)) ** 2)),
        (sin(x) - 2, None),
        (pi, None),
    ],
    ids=str,
)
def test_by_hand(formula: Expr, want: Expr | None) -> None:
    assert stable_complement(formula) == want


def test_erfc_gets_a_name_that_stays() -> None:
    assert named_erfc(erfc(x)) == UpperErfc(x)
    assert named_erfc(erf(x)) is None
