"""A counterexample shows a point exactly and the value there to certain digits."""

from __future__ import annotations

from fractions import Fraction

from actmath.prove import Bound
from actmath.prove._cover.counterexample import counterexample_at, named_coordinates

from ..bowl import BOWL, SQUARE, A, B

POINT = (Fraction(-1, 2), Fraction(1, 3))


def test_coordinates_are_exact() -> None:
    assert named_coordinates(SQUARE, POINT) == (("a", "-0.5"), ("b", "1/3"))


def test_the_value_has_fifteen_digits() -> None:
    found = counterexample_at(Bound(BOWL, ">", "9"), SQUARE, POINT, 128)
    exact = BOWL.value.subs({A: POINT[0], B: POINT[1]}).evalf(15)
    assert found.value == str(exact)
    assert str(found) == f"{exact} at a = -0.5, b = 1/3"
