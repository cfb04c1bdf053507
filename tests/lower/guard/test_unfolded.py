"""Error functions that SymPy took apart are one function again."""

from __future__ import annotations

from sympy import erf, erfc

from actmath.lower._guard.unfolded import KeptErfc, unfolded
from actmath.notation import x


def test_what_cancels_is_one_function() -> None:
    assert unfolded(2 - erfc(x)) == KeptErfc(-x)
    assert unfolded(3 + 3 * erf(2 * x)) == 3 * KeptErfc(-2 * x)
    assert unfolded(1 - erf(x)) == KeptErfc(x)


def test_the_rest_stays() -> None:
    for expr in (erf(x), 1 + x, 3 - erfc(x), 2 + erf(x)):
        assert unfolded(expr) == expr
