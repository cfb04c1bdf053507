"""Statements are proved, refuted at a point, or left open; never more than is certain."""

from __future__ import annotations

from fractions import Fraction

from sympy import sqrt

from actmath import prove
from actmath.prove import Bound, Box, Coordinates, Decision, Formula

from ..bowl import BOWL, PLANE, SQUARE, A, B, statement


def test_what_holds_is_proved_with_a_true_margin() -> None:
    result = prove.prove(statement(Bound(BOWL, ">", "0.78")))
    assert result.verdict is Decision.PROVED
    assert 0 < result.margin < 0.0092  # the least value is 0.78918
    assert result.certificate
    assert result.open == ()
    assert result.counterexample is None


def test_what_fails_is_refuted_at_a_point_of_the_domain() -> None:
    result = prove.prove(statement(Bound(BOWL, ">", "0.8")))
    assert result.verdict is Decision.REFUTED
    assert result.counterexample
    a, b = (Fraction(value) for _, value in result.counterexample.point)
    assert -1 <= a <= 1
    assert -1 <= b <= 1
    assert BOWL.value.subs({A: a, B: b}).evalf(30) < 0.8
    assert result.failed == Bound(BOWL, ">", "0.8")


def test_somewhere_is_proved_by_a_point_and_refuted_by_a_cover() -> None:
    found = prove.prove(statement(Bound(BOWL, "<", "0.8", somewhere=True)))
    assert found.verdict is Decision.PROVED
    nowhere = prove.prove(statement(Bound(BOWL, "<", "0.78", somewhere=True)))
    assert nowhere.verdict is Decision.REFUTED
    assert nowhere.counterexample is None
    for result in (found, nowhere):
        assert result.certificate
        assert prove.verify(result.certificate, result.statement).accepted


def test_a_spent_budget_leaves_the_open_boxes() -> None:
    result = prove.prove(statement(Bound(BOWL, ">", "0.789")), budget=5)
    assert result.verdict is Decision.UNDECIDED
    assert result.certificate is None
    assert result.open
    assert all(SQUARE.contains(box) for box in result.open)


def test_equality_is_left_undecided() -> None:
    """x² > 0 is false at 0 alone, where no enclosure can tell."""
    flat = Formula("flat", A**2, Coordinates.of(a="a"))
    result = prove.prove(statement(Bound(flat, ">", "0"), domain=Box.of(a=("-1", "1"))), budget=60)
    assert result.verdict is Decision.UNDECIDED


def test_roots_of_what_may_be_negative_are_split() -> None:
    root = Formula("root", sqrt(A * B + 2), PLANE)
    assert prove.prove(statement(Bound(root, ">", "0.99"))).verdict is Decision.PROVED
