"""Statements are proved, refuted at a point, or left open; never more than is certain."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from fractions import Fraction

import pytest
from sympy import sqrt

from actmath import prove
from actmath.prove import Bound, Box, Coordinates, Decision, Formula, Part
from actmath.prove._cover.prover import _rounded_down, decide

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


@pytest.mark.parametrize(
    ("relation", "number", "somewhere", "true"),
    [
        (">", "0.78", False, True),
        (">", "0.80", False, False),
        ("<", "5.72", False, True),
        ("<", "5.71", False, False),
        ("<", "0.80", True, True),
        ("<", "0.78", True, False),
        (">", "5.71", True, True),
        (">", "5.72", True, False),
    ],
)
def test_each_kind_of_bound_is_decided_either_way(
    relation: str, number: str, somewhere: bool, true: bool
) -> None:
    """From 0.789177 to 3 + e, at (1, −1)."""
    result = prove.prove(statement(Bound(BOWL, relation, number, somewhere), bits=80))
    assert result.verdict is (Decision.PROVED if true else Decision.REFUTED)
    assert result.certificate
    assert result.certificate.precision == 80
    assert result.certificate.verdict == result.verdict.value
    assert prove.verify(result.certificate, result.statement).accepted
    by_point = somewhere == true
    proof = result.certificate.evidence[0][0] if true else result.certificate.evidence["proof"]
    assert set(proof) == ({"point"} if by_point else {"cover", "margin"})
    assert (result.counterexample is not None) == (by_point and not true)
    assert (result.margin == float("inf")) == by_point
    if not by_point:
        declared = Fraction(proof["margin"])
        # A quarter of it, rounded down to one digit.
        assert 0 < declared <= Fraction(result.margin) / 4 < 2 * declared


def test_the_first_bound_that_fails_ends_the_search() -> None:
    true, false, hard = (Bound(BOWL, ">", number) for number in ("-9", "0.8", "0.7891"))
    half = Box.of(a=("-1", "0"), b=("-1", "1"))
    alone = [prove.prove(statement(bound)).boxes for bound in (true, false)]
    parts = (Part(SQUARE, (true,)), Part(SQUARE, (true, false, hard)), Part(half, (hard,)))
    result = prove.prove(replace(statement(true), parts=parts))
    assert result.verdict is Decision.REFUTED
    assert result.failed is false
    assert result.boxes == 2 * alone[0] + alone[1]
    assert result.certificate
    evidence = result.certificate.evidence
    assert (evidence["part"], evidence["claim"]) == (1, 1)
    assert result.counterexample
    assert dict(result.counterexample.point) == evidence["proof"]["point"]
    assert prove.verify(result.certificate, result.statement).accepted


def test_what_fails_is_refuted_whatever_was_left_open_before() -> None:
    open_first = statement(Bound(BOWL, ">", "0.789"), Bound(BOWL, ">", "0.8"))
    result = prove.prove(open_first, budget=5)
    assert result.verdict is Decision.REFUTED
    assert result.open == ()
    assert result.counterexample
    assert str(result.counterexample) in str(result)
    assert "remain" not in str(result)


def test_every_part_has_its_evidence_and_the_least_margin_is_kept() -> None:
    bounds = [Bound(BOWL, ">", "0.5"), Bound(BOWL, "<", "6"), Bound(BOWL, "<", "1", True)]
    alone = [prove.prove(statement(bound)) for bound in bounds]
    parts = (Part(SQUARE, tuple(bounds[:2])), Part(SQUARE, (bounds[2],)))
    result = prove.prove(replace(statement(bounds[0]), parts=parts))
    assert result.verdict is Decision.PROVED
    assert result.boxes == sum(one.boxes for one in alone)
    assert result.margin == min(one.margin for one in alone)
    assert result.failed is None
    proofs = [one.certificate.evidence[0][0] for one in alone if one.certificate]
    assert result.certificate
    assert result.certificate.evidence == [proofs[:2], proofs[2:]]


def test_all_boxes_that_are_open_are_counted() -> None:
    bounds = [Bound(BOWL, ">", "0.7891"), Bound(BOWL, ">", "0.78917")]
    alone = [prove.prove(statement(bound), budget=7) for bound in bounds]
    both = prove.prove(statement(Bound(BOWL, ">", "-9"), *bounds), budget=7)
    assert both.verdict is Decision.UNDECIDED
    assert both.open == alone[0].open + alone[1].open
    assert both.boxes == 7 + 7 + 1
    assert (both.certificate, both.failed, both.counterexample) == (None, None, None)
    assert f"tried: UNDECIDED, {len(both.open)} boxes remain (15 boxes, " in str(both)


def test_a_result_says_what_it_cost() -> None:
    before, used = time.perf_counter(), time.process_time()
    result = decide(statement(Bound(BOWL, ">", "0.78")))
    assert 0 < result.seconds <= time.perf_counter() - before
    # Some clocks of processor time tick sixty times a second.
    assert 0 <= result.cpu_seconds <= time.process_time() - used
    shown = replace(result, boxes=12, seconds=9.0, cpu_seconds=0.126)
    assert str(shown) == repr(shown) == "tried: PROVED (12 boxes, 0.13 s)"


def test_more_boxes_are_spent_after_the_search_and_no_more_than_the_budget() -> None:
    tight = statement(Bound(BOWL, ">", "0.78917"))
    whole = decide(tight)
    assert whole.verdict is Decision.PROVED
    for budget in (1, whole.boxes - 1, whole.boxes):
        result = decide(tight, budget)
        assert result.boxes == budget
        assert (result.verdict is Decision.PROVED) == (budget == whole.boxes)


def test_a_budget_or_a_number_of_workers_is_1_at_least() -> None:
    easy = statement(Bound(BOWL, ">", "-9"))
    assert decide(easy, 1, None, 1).verdict is Decision.PROVED
    with pytest.raises(ValueError, match="budget must be an integer of at least 1"):
        decide(easy, 0)
    with pytest.raises(ValueError, match="workers must be an integer of at least 1"):
        decide(easy, 1, None, 0)
    with pytest.raises(TypeError, match="statement"):
        decide("theorem-1")  # type: ignore[arg-type]


def test_a_margin_is_rounded_down_to_one_digit() -> None:
    draw = random.Random(0)
    margins = [draw.uniform(1, 10) * 10.0 ** draw.randint(-299, 307) for _ in range(500)]
    margins += [1.0, 9.0, 0.5, 2.0**-20, 0.1, 0.3, 1.0000000000000002, 9.999999999999999, 1.1e-300]
    for margin in margins:
        digit, exponent = _rounded_down(margin).split("e")
        assert len(digit) == 1
        assert digit != "0"
        down, unit = Fraction(_rounded_down(margin)), Fraction(10) ** int(exponent)
        assert down <= Fraction(margin) < down + unit
    for tiny in (0.0, 5e-324, 1e-300, float("inf"), float("nan"), -1.0):
        assert _rounded_down(tiny) == "0"
