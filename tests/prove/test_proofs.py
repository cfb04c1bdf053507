"""Covers, searches, verdicts: what is proved, refuted, open; executors; the committed files."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import pytest
from sympy import Symbol, exp, sqrt

from actmath import prove
from actmath.prove import Bound, Box, Coordinates, Decision, Formula, Inequality, Part, Statement
from actmath.prove._cover.comparison import bisection, undecided_share
from actmath.prove._cover.cover import cover, grow
from actmath.prove._cover.search import nearest_to_failing
from actmath.prove.theorems.cells import cells

X, Z = Symbol("a", real=True), Symbol("b", real=True)
PLANE = Coordinates.of(a="a", b="b")
BOWL = Formula("bowl", (X - Z) ** 2 + X * Z + exp(X), PLANE)
SQUARE = Box.of(a=("-1", "1"), b=("-1", "1"))
FOLDER = Path(__file__).parents[2] / "book" / "certificates"
ADDRESS = Path(__file__).parents[2] / "actmath" / "prove" / "_certificate"


def statement(*claims: Bound, domain: Box = SQUARE, bits: int = 64) -> Statement:
    return Statement("tried", "C-0", "a sentence", (Part(domain, claims),), bits=bits)


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
    assert BOWL.value.subs({X: a, Z: b}).evalf(30) < 0.8
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
    flat = Formula("flat", X**2, Coordinates.of(a="a"))
    result = prove.prove(statement(Bound(flat, ">", "0"), domain=Box.of(a=("-1", "1"))), budget=60)
    assert result.verdict is Decision.UNDECIDED


def test_leaves_and_open_boxes_fill_the_root() -> None:
    inequality = Inequality(BOWL, True, Fraction("0.789"))
    for budget in (1, 3, 9, 27):
        partial = grow(inequality, SQUARE, budget)
        assert partial.tree.count("?") == len(partial.open)
        assert (partial.tree.count(".") == 0) == (partial.margin == float("inf"))


def test_the_leaves_of_a_tree_fill_its_root() -> None:
    """Without monotone faces volume is kept; with them every piece stays in the root."""
    inequality = Inequality(BOWL, True, Fraction("0.789"))
    partial = grow(inequality, SQUARE, 40)
    boxes = prove.leaves(partial.tree, SQUARE)
    assert len(boxes) == partial.tree.count(".") + partial.tree.count("?")
    assert all(SQUARE.contains(box) for box in boxes)
    assert [box for box in boxes if box in partial.open] == list(partial.open)
    filled = prove.regions(partial.tree, SQUARE)
    assert sum(box.widths[0] * box.widths[1] for box in filled) == 4
    assert all(region.contains(box) for box, region in zip(boxes, filled, strict=True))
    assert filled != boxes  # the tree has monotone faces


def test_an_executor_grows_the_same_cover() -> None:
    inequality = Inequality(BOWL, True, Fraction("0.789"))
    calls: list[tuple[int, int]] = []
    alone = grow(inequality, SQUARE, 100_000)
    with ThreadPoolExecutor(1) as executor:
        joined = cover(
            inequality,
            SQUARE,
            executor=executor,
            workers=1,
            progress=lambda boxes, waiting: calls.append((boxes, waiting)),
        )
    assert joined.complete
    assert joined.tree == alone.tree
    assert joined.boxes >= alone.boxes
    assert calls


def test_processes_reach_the_same_verdict() -> None:
    alone, both = (prove.prove("theorem-1-norm", processes=n) for n in (1, 2))
    assert alone.certificate
    assert both.certificate
    assert alone.certificate.evidence == both.certificate.evidence


def test_the_search_walks_to_the_minimum() -> None:
    spot = nearest_to_failing(Inequality(BOWL, True, Fraction(0)), SQUARE)
    assert float(spot.slack.mid()) == pytest.approx(0.789177, abs=1e-6)
    assert not spot.violates


def test_roots_of_what_may_be_negative_are_split() -> None:
    root = Formula("root", sqrt(X * Z + 2), PLANE)
    assert prove.prove(statement(Bound(root, ">", "0.99"))).verdict is Decision.PROVED


def test_unknown_names_and_budgets_say_what_would_be_right() -> None:
    with pytest.raises(KeyError, match="did you mean theorem-1"):
        prove.prove("theorem1")
    with pytest.raises(ValueError, match="positive"):
        prove.prove("theorem-1", budget=0)
    with pytest.raises(ValueError, match="relation"):
        Bound(BOWL, ">=", "0")


def test_two_formulas_of_one_name_are_refused() -> None:
    other = Formula("bowl", X, PLANE)
    with pytest.raises(ValueError, match="two formulas"):
        statement(Bound(BOWL, ">", "0"), Bound(other, ">", "-2")).declaration()


@pytest.mark.parametrize("name", ["theorem-1", "theorem-1-mean-lower", "lemma-12-largest"])
def test_theorems_are_decided_in_few_boxes(name: str) -> None:
    result = prove.prove(name)
    expected = Decision.REFUTED if name == "theorem-1-mean-lower" else Decision.PROVED
    assert result.verdict is expected
    assert result.boxes < 2000


def test_every_statement_has_its_certificate_and_no_other_is_there() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(prove.STATEMENTS)
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 3_000_000


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_certificates_are_intact_and_state_what_is_declared(path: Path) -> None:
    content = json.loads(path.read_text())
    certificate = prove.Certificate.load(path)
    assert certificate.sha256 == content["sha256"]
    assert certificate.verdict in ("PROVED", "REFUTED")
    if path.stem != "fixed-points":  # its boxes take seconds to find: see below
        declared = json.loads(json.dumps(prove.STATEMENTS[path.stem].declaration()))
        assert content["declaration"]["parts"] == declared["parts"]
        assert content["declaration"]["claim"] == declared["claim"]


@pytest.mark.parametrize("name", prove.STATEMENTS)
def test_certificates_are_accepted(name: str) -> None:
    report = prove.verify(FOLDER / f"{name}.json")
    assert report.accepted, report.reason


def test_what_is_false_has_a_correction_that_is_proved() -> None:
    verdicts = {p.stem: json.loads(p.read_text())["verdict"] for p in FOLDER.glob("*.json")}
    statements = prove.STATEMENTS.values()
    corrected = {n for s in statements if verdicts[s.name] == "PROVED" for n in s.corrects}
    assert {s.name for s in statements if s.source and verdicts[s.name] == "REFUTED"} <= corrected


def test_a_certified_point_is_shown_with_its_value() -> None:
    shown = prove.witness(prove.Certificate.load(FOLDER / "theorem-1-mean-lower.json"))
    assert shown
    assert shown == prove.prove("theorem-1-mean-lower").counterexample
    assert shown.value.startswith("-0.0310605")
    for name in ("theorem-1", "lemma-12-printed-attained"):
        assert prove.witness(prove.Certificate.load(FOLDER / f"{name}.json")) is None


def test_plain_bisection_certifies_what_is_easy_and_gives_up_on_the_norm() -> None:
    easy = Inequality(BOWL, True, Fraction("0.5"))
    plain = grow(easy, SQUARE, 5000, examiner=bisection(BOWL, SQUARE))
    assert plain.complete
    assert plain.boxes > grow(easy, SQUARE, 5000).boxes
    claim = prove.STATEMENTS["theorem-1"].parts[0].bounds[-1]
    domain = prove.STATEMENTS["theorem-1"].parts[0].domain
    root = claim.formula.coordinates.box(domain)
    norm = Inequality(claim.formula, False, Fraction(claim.number))
    spent = grow(norm, root, 300, examiner=bisection(claim.formula, root))
    assert not spent.complete
    assert 0 < undecided_share(spent, root) <= 1
    assert undecided_share(grow(norm, root, 300), root) == 0


def test_the_cells_fill_the_plane_of_weights() -> None:
    found = cells(prove.STATEMENTS["fixed-points"])
    area = sum((c.omega[1] - c.omega[0]) * (c.tau[1] - c.tau[0]) for c in found)
    assert area == Fraction(2, 10) * Fraction(45, 100)
    assert len({(c.omega, c.tau) for c in found}) == len(found)
    middle = next(c for c in found if c.omega[0] == 0 and c.tau[0] == 1)
    assert middle.mean[0] < 0 < middle.mean[1]
    assert middle.variance[0] < 1 < middle.variance[1]


def test_the_checker_is_short_and_imports_nothing_of_ours() -> None:
    source = (ADDRESS / "check.py").read_text()
    assert not re.search(r"^\s*(from|import) (\.|actmath|sympy)", source, re.M)
    code = re.sub(r'""".*?"""', "", source, flags=re.S)
    lines = [line for line in code.splitlines() if line.strip() and line.strip()[0] != "#"]
    assert len(lines) < 150
