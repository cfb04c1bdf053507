"""Statements refuse what is none, and say as text what they claim."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import pytest

from actmath.prove import Bound, Box, Chain, Formula, Part, Statement
from actmath.sources import Source

from ..bowl import BOWL, PLANE, SQUARE, A, statement


def test_two_formulas_of_one_name_are_refused() -> None:
    other = Formula("bowl", A, PLANE)
    with pytest.raises(ValueError, match="two formulas"):
        statement(Bound(BOWL, ">", "0"), Bound(other, ">", "-2")).declaration()


def test_a_statement_is_a_frozen_hashable_value() -> None:
    one, other = (statement(Bound(BOWL, ">", "0")) for _ in range(2))
    assert len({one, other}) == 1
    with pytest.raises(FrozenInstanceError):
        one.bits = 32  # type: ignore[misc]


def test_a_relation_is_greater_or_less() -> None:
    with pytest.raises(ValueError, match="relation"):
        Bound(BOWL, ">=", "0")


def test_a_number_is_an_exact_decimal_or_fraction() -> None:
    assert str(Bound(BOWL, "<", "1/3")) == "bowl < 1/3 everywhere"
    assert str(Bound(BOWL, ">", "0.1", somewhere=True)) == "bowl > 0.1 somewhere"
    with pytest.raises(ValueError, match="Fraction"):
        Bound(BOWL, ">", "a third")


def test_a_declaration_says_everything_as_text() -> None:
    half = Box.of(a=("0", "0.5"), b=("0", "1"))
    parts = (Part(half, (Bound(BOWL, "<", "2"),)), Part(half, (Bound(BOWL, ">", "0", True),)))
    chain = Chain(0, 1, (("mu", ("-1", "1")),))
    found = Statement("tried", "C-0", "a sentence", parts, follows="so", chains=(chain,))
    said = found.declaration()
    assert {k: said[k] for k in ("name", "claim", "sentence", "follows")} == {
        "name": "tried",
        "claim": "C-0",
        "sentence": "a sentence",
        "follows": "so",
    }
    assert said["parts"][0] == {
        "domain": {"a": ["0", "0.5"], "b": ["0", "1"]},
        "claims": [{"formula": "bowl", "relation": "<", "bound": "2", "somewhere": False}],
    }
    assert said["parts"][1]["claims"][0]["somewhere"] is True
    assert said["chains"] == [{"first": 0, "last": 1, "target": {"mu": ["-1", "1"]}}]
    assert list(said["formulas"]) == ["bowl"]


def test_parts_that_leave_no_room_are_counted() -> None:
    part = Part(SQUARE, (Bound(BOWL, ">", "0"),))
    three, five = (repr(Statement("tried", "C-0", "a sentence", (part,) * n)) for n in (3, 5))
    assert three.count("bowl > 0") == five.count("bowl > 0") == 3
    assert "more" not in three
    assert five.splitlines()[-1].split() == ["2", "more", "see", ".parts"]


def test_a_statement_is_shown_with_its_parts() -> None:
    bounds = Bound(BOWL, ">", "0"), Bound(BOWL, "<", "1/3", True)
    part = Part(SQUARE, bounds)
    said = "bowl > 0 everywhere; bowl < 1/3 somewhere: a in [-1, 1], b in [-1, 1]"
    assert str(part) == said
    assert repr(part) == f"<{said}>"
    assert repr(bounds[1]) == "<bowl < 1/3 somewhere>"
    two = Statement("tried", "C-0", "a sentence", (part, Part(SQUARE, bounds[1:])))
    lines = [line.split(maxsplit=1) for line in repr(two).splitlines()]
    assert lines[0] == ["Statement", "tried (C-0)"]
    assert lines[1] == ["states", "a sentence"]
    assert lines[2] == ["parts[0]", said]
    assert lines[3] == ["parts[1]", "bowl < 1/3 somewhere: a in [-1, 1], b in [-1, 1]"]
    printed = replace(two, source=Source("klambauer2017", "Theorem 1"))
    assert repr(printed).startswith("Statement tried (C-0; Klambauer et al. 2017, Theorem 1)\n")


def test_a_bound_is_everywhere_and_a_statement_has_64_bits_if_nothing_else_is_said() -> None:
    assert not Bound(BOWL, ">", "0").somewhere
    assert [Bound(BOWL, relation, "0").above for relation in "><"] == [True, False]
    plain = Statement("tried", "C-0", "a sentence", ())
    assert plain.bits == 64
    assert (plain.source, plain.follows, plain.corrects, plain.chains) == (None, "", (), ())


def test_all_formulas_are_declared_by_name_in_their_order() -> None:
    first, other = Formula("first", A + 1, PLANE), Formula("other", A, PLANE)
    parts = (
        Part(SQUARE, (Bound(other, ">", "0"), Bound(first, ">", "0"))),
        Part(SQUARE, (Bound(first, "<", "0"), Bound(BOWL, ">", "0"))),
    )
    found = Statement("tried", "C-0", "a sentence", parts)
    assert list(found.formulas.items()) == [("other", other), ("first", first), ("bowl", BOWL)]
    assert found.declaration()["formulas"] == {
        name: formula.as_text() for name, formula in found.formulas.items()
    }
    later = Part(SQUARE, (Bound(Formula("first", A, PLANE), ">", "0"),))
    with pytest.raises(ValueError, match="tried: two formulas are called first"):
        replace(found, parts=(*parts, later)).declaration()
