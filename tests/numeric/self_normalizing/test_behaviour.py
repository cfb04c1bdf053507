"""A radius below 1 attracts, at 1 nothing is said, above 1 it does not attract."""

from __future__ import annotations

import pytest
from sympy import Float

from actmath.numeric._self_normalizing.behaviour import MARKS, Behaviour


@pytest.mark.parametrize(
    ("radius", "behaviour"),
    [
        (0, Behaviour.ATTRACTS),
        (0.9999, Behaviour.ATTRACTS),
        (Float("1.00000", 6), Behaviour.NEUTRAL),
        (1.0001, Behaviour.REPELS),
        (None, Behaviour.NONE),
    ],
)
def test_the_radius_decides(radius: float | None, behaviour: Behaviour) -> None:
    assert Behaviour.of(radius) is behaviour


def test_every_behaviour_has_a_mark_of_its_own() -> None:
    assert set(MARKS) == set(Behaviour)
    assert len(set(MARKS.values())) == len(Behaviour)
