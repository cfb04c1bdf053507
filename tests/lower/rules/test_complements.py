"""Limits that a function is subtracted from."""

from __future__ import annotations

import pytest
from mpmath import mp
from sympy import Expr, Function, Rational, Symbol, cos, erf, erfc, exp, lambdify, pi, sin, sqrt

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


@pytest.mark.parametrize("factor", [Rational(-3, 2), x**2, -sqrt(x**2 + 7)], ids=str)
@pytest.mark.parametrize(("function", "ratio", "complement"), ROWS)
def test_each_row_is_found_with_a_factor_and_beside_a_rest(
    function: type[Expr], ratio: object, complement: object, factor: Expr
) -> None:
    arguments = (x, C) if function is Direction else (x,)
    r, whole = ratio(*arguments), complement(*arguments)  # type: ignore[operator]
    total = factor * function(*arguments) + factor * r + Function("rest")(x)
    found = stable_complement(total)
    assert found is not None
    assert (found - factor * whole - Function("rest")(x)).expand() == 0
    # Of another multiple of it nothing is said; that of e⁻¹ is none of the table's.
    other = factor * function(*arguments) + factor * r * exp(-1)
    assert stable_complement(other) is None


def test_what_holds_no_argument_is_a_number() -> None:
    assert stable_complement(exp(2) - 1 + x) is None
    # SymPy writes erfc(−2) as 2 − erfc(2): this one number is undone.
    assert stable_complement(2 - UpperErfc(2) + x) == UpperErfc(-2) + x
