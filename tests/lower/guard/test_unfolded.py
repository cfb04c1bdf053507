"""Error functions that SymPy took apart are one function again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sympy import Expr, Rational, erf, erfc, exp, oo

from actmath.lower._guard.unfolded import KeptErfc, unfolded
from actmath.notation import x


def test_what_cancels_is_one_function() -> None:
    assert unfolded(2 - erfc(x)) == KeptErfc(-x)
    assert unfolded(3 + 3 * erf(2 * x)) == 3 * KeptErfc(-2 * x)
    assert unfolded(1 - erf(x)) == KeptErfc(x)


@pytest.mark.parametrize("rest", [0, exp(x), x**2 * erf(x)], ids=str)
@pytest.mark.parametrize("number", [Rational(3, 7), Rational(-2)])
@pytest.mark.parametrize(
    ("sum_of", "sign"),
    [
        (lambda c, u: c + c * erf(u), -1),
        (lambda c, u: c - c * erf(u), 1),
        (lambda c, u: 2 * c - c * erfc(u), -1),
    ],
    ids=["c + c erf u", "c - c erf u", "2c - c erfc u"],
)
def test_one_function_beside_any_rest(
    sum_of: Callable[[Expr, Expr], Expr], sign: int, number: Rational, rest: Expr
) -> None:
    """By erf(−u) = −erf(u) and erfc(u) = 1 − erf(u); the values far out tell c from 2c."""
    u = x / 3 + 1
    found = unfolded(sum_of(number, u) + rest)
    assert found == number * KeptErfc(sign * u) + rest
    plain = (found - rest).replace(KeptErfc, lambda v: 1 - erf(v))
    assert (plain - sum_of(number, u).rewrite(erf)).expand() == 0
    assert sum_of(number, u).limit(x, -sign * oo) == 2 * number


def test_the_rest_stays() -> None:
    for expr in (
        *(erf(x), 1 + x, 3 - erfc(x), 2 + erf(x), 2 - 3 * erfc(x), 2 + erfc(x)),
        *(erf(x) + x, (1 + erf(x)) * x, 1 + x * erf(x)),
    ):
        assert unfolded(expr) == expr
