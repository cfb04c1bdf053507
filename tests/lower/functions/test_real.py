"""What every function of stable formulas says of itself."""

from __future__ import annotations

import pytest
from sympy import Expr, Symbol
from sympy.core.function import ArgumentIndexError

from actmath.lower._functions.real import PositiveFunction, RealFunction, RisingFunction
from actmath.notation import stand_in, x


class Doubled(RisingFunction):
    """2u, which knows its slope by u and not by a second argument."""

    nargs = (1, 2)

    def _slopes(self) -> tuple[Expr, ...]:
        return (2 * self.args[0] ** 0,)


class Shifted(PositiveFunction):
    """One whose slope nobody gave."""

    nargs = 1


def test_a_slope_by_each_argument_that_has_one() -> None:
    assert Doubled(x, 3).diff(x) == 2
    with pytest.raises(ArgumentIndexError):
        Doubled(x, 3).fdiff(2)
    with pytest.raises(NotImplementedError):
        Shifted(x).fdiff()


def test_signs_follow_from_the_argument() -> None:
    positive = stand_in(x)
    assert Doubled(positive).is_positive
    assert Doubled(-positive).is_negative
    assert Doubled(x).is_positive is None
    assert Doubled(0) == 0
    # From the first: of another argument nothing is asked.
    assert Doubled(positive, -positive).is_positive
    assert Doubled(-positive, positive).is_negative
    assert Doubled(0, positive) == 0
    assert Doubled(x, 0) != 0
    assert Shifted(x).is_positive
    assert Shifted(Symbol("z")).is_positive is None


def test_values_are_real_where_the_argument_is() -> None:
    assert Shifted(x).is_extended_real
    assert Doubled(x, Symbol("z")).is_extended_real
    assert Doubled(Symbol("z"), x).is_extended_real is None
    assert issubclass(Shifted, RealFunction)
