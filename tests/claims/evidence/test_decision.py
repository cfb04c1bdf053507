"""The one place of decision: no verdict with a gate that fails, and what every row shows."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from actmath.claims import Verdict
from actmath.claims._evidence.decision import Case, decided, scale
from actmath.claims._evidence.found import Found
from actmath.claims._evidence.gates import Gate
from actmath.claims._evidence.tuning import Records
from actmath.experiment import RunRecord
from actmath.experiment._record.provenance import Stopped

from ..made_up import failing, made_up, records_of

NAMES = ("learned", "treatment", "length", "tuning")


@pytest.fixture
def runs(tmp_path: Path) -> Records:
    return records_of(tmp_path, made_up("elu-mnist", {}, {}))


def case(p: float = 0.001, agrees: bool = True, failed: str = "") -> Case:
    gates = tuple(Gate(name, name != failed, f"{name} was computed") for name in NAMES)
    return Case(Found("a − b: -1, visible from ±0.1", p, agrees), gates, ("a caveat",))


def test_agreeing_and_opposed(runs: Records) -> None:
    assert decided("a", {"a": case()}, runs).verdict is Verdict.REPRODUCED
    opposed = decided("a", {"a": case(agrees=False)}, runs)
    assert opposed.verdict is Verdict.NOT_REPRODUCED
    assert opposed.evidence.startswith("found the opposite, at this scale: a − b: -1")


@pytest.mark.parametrize("agrees", [True, False])
@pytest.mark.parametrize("failed", NAMES)
def test_one_gate_is_enough_to_leave_it_open(runs: Records, failed: str, agrees: bool) -> None:
    found = decided("a", {"a": case(agrees=agrees, failed=failed)}, runs)
    assert found.verdict is Verdict.UNDECIDED
    assert found.evidence.startswith(f"undecided: [{failed}] {failed} was computed. Found: a − b")
    assert [gate.name for gate in found.gates] == [*NAMES, "test"]


def stopped(record: RunRecord) -> RunRecord:
    """The same, said to have been ended by a budget."""
    end = Stopped("budget", 9, record.config.epochs)
    return replace(record, provenance=replace(record.provenance, stopped=end))


def test_a_run_that_a_budget_ended_is_too_short_unless_its_curves_are_flat(tmp_path: Path) -> None:
    runs = records_of(tmp_path, stopped(made_up("elu-mnist", {}, {})))
    found = decided("a", {"a": case()}, runs)
    assert found.verdict is Verdict.UNDECIDED
    assert failing(found) == {"length"}
    assert "[length] the run was ended by its budget after 9 of 45 epochs: " in found.evidence
    flat = Gate("length", True, "the curves are flat", by_curve=True)
    given = replace(case(), gates=tuple(flat if g.name == "length" else g for g in case().gates))
    enough = decided("a", {"a": given}, runs)
    assert enough.verdict is Verdict.REPRODUCED
    assert "9 epochs (ended by its budget after 9 of 45 epochs)" in enough.evidence


@pytest.mark.parametrize("agrees", [True, False])
def test_the_test_is_a_gate_of_its_own(runs: Records, agrees: bool) -> None:
    found = decided("a", {"a": case(0.06, agrees)}, runs)
    assert found.verdict is Verdict.UNDECIDED
    assert found.evidence.startswith("undecided: [test] not significant: two-sided p = 0.06")
    assert decided("a", {"a": case(float("nan"), agrees)}, runs).verdict is Verdict.UNDECIDED


def test_holms_correction_is_over_the_claims_rows(runs: Records) -> None:
    rows = {"a": case(0.01), "b": case(0.03), "c": case(0.04), "d": case(0.9)}
    found = {row: decided(row, rows, runs) for row in rows}
    # 4·0.01, then 3·0.03, which the next, 2·0.04, may not fall below.
    sentences = [found[row].gates[-1].sentence for row in "abc"]
    assert ["p = 0.04," in sentences[0], *("p = 0.09," in s for s in sentences[1:])] == [True] * 3
    assert found["a"].verdict is Verdict.REPRODUCED
    assert found["b"].verdict is found["c"].verdict is Verdict.UNDECIDED
    assert "after Holm over the record's 4 rows" in sentences[0]


def test_a_p_value_is_printed_on_its_side_of_the_level(runs: Records) -> None:
    for p, shown in (
        (0.04957, "0.0496"),
        (0.0499997, "0.049999"),
        (0.05, "0.05"),
        (0.051, "0.051"),
    ):
        gate = decided("a", {"a": case(p)}, runs).gates[-1]
        assert f"two-sided p = {shown}" in gate.sentence
        assert gate.held == (p < 0.05)
        assert (float(gate.sentence.split("p = ")[1].split(",")[0]) < 0.05) == gate.held


def test_an_equivalence_is_said_to_be_one(runs: Records) -> None:
    found = Found("a − b: 0", 0.01, True, kind="equivalence")
    gates = (Gate("learned", True, "learned"),)
    assert (
        decided("a", {"a": Case(found, gates)}, runs)
        .gates[-1]
        .sentence.startswith("equivalence p = 0.01, ")
    )


def test_a_row_shows_its_gates_its_scale_what_is_left_out_and_the_file(
    runs: Records, tmp_path: Path
) -> None:
    found = decided("a", {"a": case()}, runs)
    for name in NAMES:
        assert f"[{name}] {name} was computed" in found.evidence
    assert "[test] two-sided p = 0.001, the record's only row, over seeds" in found.evidence
    assert f"Scale: {scale(runs.record)}." in found.evidence
    assert f"Left out: {runs.limits.rstrip('.')}." in found.evidence
    assert "Beside it: a caveat." in found.evidence
    sha256 = hashlib.sha256((tmp_path / "elu-mnist-book.json").read_bytes()).hexdigest()
    assert found.files == (("book/results/elu-mnist-book.json", sha256),)
    assert f"Rests on record elu-mnist-book.json, sha256 {sha256}" in found.evidence


def test_its_parts_for_people_are_those_of_the_text(runs: Records) -> None:
    found = decided("a", {"a": case(failed="length")}, runs)
    parts = dict(found.shown())
    assert list(parts) == ["found", "gates", "scale", "left out", "beside it", "to decide it"]
    assert parts["to decide it"] == ("it would take more updates, until the curves are flat",)
    assert "to decide it" not in dict(decided("a", {"a": case()}, runs).shown())
    assert parts["found"] == ("a − b: -1, visible from ±0.1",)
    assert len(parts["gates"]) == len(found.gates)
    assert parts["gates"][0] == "✓ learned: learned was computed"
    assert parts["gates"][2] == "✗ length does not hold: length was computed"
    assert all(line in found.evidence for title in list(parts)[2:] for line in parts[title])
    box = repr(found)
    assert box.count("undecided") == 1


def test_the_scale_names_network_data_and_device() -> None:
    record = made_up("elu-mnist", {}, {})
    words = "mnist-5k, 100 examples, 45 epochs, 90 updates, abacus"
    assert scale(record) == f"8 hidden layers of 128, {words}"
    assert scale(record, 3) == f"3 hidden layers of 128, {words}"
    assert scale(made_up("weight-moments", {}, {})).startswith("8 hidden layers of 64 or 256, ")
    assert "9 epochs (ended by its budget after 9 of 45 epochs), 18 upd" in scale(stopped(record))
    assert "18 tables of keel, 100 examples" in scale(made_up("tabular", {}, {}))


def test_a_question_of_ours_is_answered_with_yes_or_no(runs: Records) -> None:
    yes, no = (
        decided("a", {"a": case(agrees=agrees)}, runs).as_answer() for agrees in (True, False)
    )
    assert yes.verdict is no.verdict is Verdict.ANSWERED
    assert yes.evidence.startswith("yes, at this scale: a − b: -1")
    assert no.evidence.startswith("no, at this scale: a − b: -1")
    assert no.gates
    assert no.files
    still = decided("a", {"a": case(0.5)}, runs).as_answer()
    assert still.verdict is Verdict.UNDECIDED
