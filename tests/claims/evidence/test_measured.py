"""Rows that a recorded run decides: which record they take, what they refuse, remaking."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from actmath._text.checksums import listed_digests
from actmath.claims import CLAIMS, Finding, Kind, Verdict, judge
from actmath.claims._claim import Claim
from actmath.claims._evidence import measured as evidence
from actmath.claims._evidence.decision import Case, MeasuredFinding
from actmath.claims._evidence.found import Found
from actmath.claims._evidence.measured import ClaimRows, measured, out_of_reach
from actmath.claims._evidence.tuning import Records
from actmath.experiment._record.binding import list_records
from actmath.experiment._record.config import canonical, digest
from actmath.sources import Source

from ..made_up import made_up, saved

RESULTS = Path(__file__).parents[3] / "book" / "results"
WORDS: dict[str, Any] = {
    "id": "C-TST-1",
    "statement": "The first is less.",
    "tex": "a < b",
    "source": Source("he2015", "Eq. 1"),
    "assumptions": "none",
}
ROWS = ClaimRows("elu-mnist", lambda _: {"C-TST-1": Case(Found("a − b", 0.001, True), ())})


def measured_rows() -> Iterator[Claim]:
    """The rows that read a record, with the claims' rows behind their checks."""
    for claim in CLAIMS.values():
        if isinstance(getattr(getattr(claim.check, "func", None), "__self__", None), ClaimRows):
            yield claim


ALL = tuple(measured_rows())


def finding(claim: Claim, folder: Path) -> Finding:
    rows: ClaimRows = claim.check.func.__self__  # type: ignore[attr-defined]
    return rows.finding(claim.id, folder)


def test_the_rows_are_found() -> None:
    assert len(ALL) > 50
    assert {claim.kind for claim in ALL} == {Kind.MEASURED}


@pytest.mark.parametrize("claim", ALL, ids=lambda claim: claim.id)
def test_every_row_shows_its_gates_and_rests_on_listed_files(claim: Claim) -> None:
    found = finding(claim, RESULTS)
    assert isinstance(found, MeasuredFinding), found.evidence
    assert [gate.name for gate in found.gates] == [
        "learned", "treatment", "length", "tuning", "test"
    ]  # fmt: skip
    assert all(str(gate) in found.evidence for gate in found.gates)
    assert "visible from" in found.evidence or "reaches a margin" in found.evidence
    assert found.files
    for path, sha256 in found.files:
        name = Path(path).name
        assert (RESULTS.parents[1] / path).is_file()
        assert listed_digests(RESULTS)[name] == sha256
        assert f"record {name}, sha256 {sha256}" in found.evidence
    held = all(gate.held for gate in found.gates)
    assert held == (found.verdict is not Verdict.UNDECIDED)
    assert found.evidence.startswith("undecided: [") != held


EXPECTED = {
    "C-ELU-10.a": {"learned", "treatment", "length", "test"},
    **{f"C-ELU-10.{part}": {"learned", "length", "test"} for part in "bcd"},
    "C-ELU-10.e": {"learned", "length"},
    "C-ELU-11.c": {"test"},
    "C-ELU-11.f": {"test"},
    "C-LEC-2.b": {"tuning"},
    "C-LEC-2.c": {"tuning"},
    "C-LEC-4.c": {"test"},
    **{f"C-NOI-10.{part}": {"test"} for part in "abcf"},
    **{f"C-NOI-10.{part}": {"treatment", "test"} for part in "dg"},
    "C-NOI-11.b": {"length"},
    "C-NOI-15.d": {"treatment"},
    "C-NOI-16.c": {"test"},
    "C-PRE-6.c": {"test"},
    "C-PRE-7.b": {"length"},
    "C-PRE-7.e": {"test"},
    "C-SNN-14.c": {"length"},
    "C-SNN-14.f": {"test"},
    "C-SNN-14.g": {"length"},
    **{f"C-SNN-16.{part}": {"length", "tuning", "test"} for part in "ab"},
}


def test_what_the_recorded_runs_cannot_decide_and_by_which_gate() -> None:
    """Worked out by hand from the records; new records change this table."""
    by_id = {claim.id: claim for claim in ALL}
    found = {row: finding(by_id[row], RESULTS) for row in EXPECTED}
    assert {
        row: {gate.name for gate in f.gates if not gate.held}
        for row, f in found.items()
        if isinstance(f, MeasuredFinding)
    } == EXPECTED


@pytest.mark.slow
def test_another_recipes_file_is_refused_and_the_others_go_on(tmp_path: Path) -> None:
    """The record of elu-mnist as snn-depth's had stopped the whole ledger with a KeyError."""
    shutil.copytree(RESULTS, tmp_path, dirs_exist_ok=True)
    shutil.copy(RESULTS / "elu-mnist-book.json", tmp_path / "snn-depth-book.json")
    list_records(tmp_path)
    # One row of each claim: those of a claim are decided together.
    rows = {claim.check.func.__self__: claim for claim in ALL}.values()  # type: ignore[attr-defined]
    changed = {claim.id for claim in rows if finding(claim, tmp_path) != finding(claim, RESULTS)}
    assert changed == {"C-SNN-11.c", "C-SNN-14.g"}
    found = finding(CLAIMS["C-SNN-14.a"], tmp_path)
    assert found.verdict is Verdict.UNDECIDED
    assert found.evidence == (
        "undecided: snn-depth-book.json is the record of elu-mnist, preset book; to decide it, it "
        "would take a record that today's recipe makes"
    )


def test_another_presets_file_is_refused(tmp_path: Path) -> None:
    shutil.copytree(RESULTS, tmp_path, dirs_exist_ok=True)
    shutil.copy(RESULTS / "fifty-layers-smoke.json", tmp_path / "fifty-layers-book.json")
    list_records(tmp_path)
    for part in "abce":
        found = finding(CLAIMS[f"C-LEC-2.{part}"], tmp_path)
        assert found.verdict is Verdict.UNDECIDED
        assert "is the record of fifty-layers, preset smoke; to decide it" in found.evidence


def altered(
    folder: Path, change: Callable[[dict[str, Any]], object], name: str = "elu-mnist-book.json"
) -> None:
    """Another content under its own checksum and in the list of digests."""
    file = folder / name
    data = json.loads(file.read_text())
    change(data["record"])
    data["record"]["config_hash"] = digest(data["record"]["config"])
    data["sha256"] = digest(data["record"])
    file.write_text(canonical(data))
    list_records(folder)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda r: r["config"].update(batch=32), "other rules than today's recipe: batch differ"),
        (lambda r: r["config"]["seeds"].reverse(), "today's recipe: seeds differ"),
        (lambda r: r["curves"].pop("train_loss"), "no curve is named 'train_loss'"),
        (lambda r: r["curves"].pop("test_accuracy"), "no curve is named 'test_accuracy'"),
        (lambda r: r["curves"]["train_loss"].pop(), "not 24 members by 45 epochs"),
        (
            lambda r: r["curves"].update(train_loss=[[None] * 45] * 24),
            "two-sided p = 1, after Holm",
        ),
        (lambda r: r["curves"].update(test_accuracy=[[7.0] * 45] * 24), "must lie there, got"),
        (lambda r: r["curves"].update(test_accuracy=[[None] * 45] * 24), "must lie there, got nan"),
    ],
)
def test_content_that_does_not_fit_leaves_it_open(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], words: str
) -> None:
    shutil.copy(RESULTS / "elu-mnist-book.json", tmp_path)
    altered(tmp_path, change)
    found = finding(CLAIMS["C-ELU-9.c"], tmp_path)
    assert found.verdict is Verdict.UNDECIDED
    assert found.evidence.startswith("undecided: ")
    assert words in found.evidence


#: What a number, a text or a list is replaced by.
ODD = (None, "x", -1, 0, 1e308, 10**400, [], {}, True, "nan", [[]], [None], 0.5)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where something stands in plain data; of a long list only its ends."""
    yield path
    inside: Any = value.items() if isinstance(value, dict) else ()
    if isinstance(value, list):
        inside = [(i, item) for i, item in enumerate(value) if i < 2 or i == len(value) - 1]
    for key, item in inside:
        yield from places(item, (*path, key))


def test_no_content_stops_the_ledger(tmp_path: Path) -> None:
    """Anything in a record replaced by anything: a finding, or a sentence why there is none."""
    whole = (RESULTS / "noisy-mlp-book.json").read_text()
    shutil.copy(RESULTS / "noisy-mlp-scan.json", tmp_path)
    draw = random.Random(20170608)
    everywhere = [path for path in places(json.loads(whole)["record"]) if path]
    for _ in range(50):
        # The nearer of two to the top: numbers deep inside are the most, and the least telling.
        path = min(draw.sample(everywhere, 2), key=len)

        def replaced(record: dict[str, Any], path: tuple[Any, ...] = path) -> None:
            inner: Any = record
            for key in path[:-1]:
                inner = inner[key]
            inner[path[-1]] = draw.choice(ODD)

        (tmp_path / "noisy-mlp-book.json").write_text(whole)
        altered(tmp_path, replaced, "noisy-mlp-book.json")
        found = finding(CLAIMS["C-NOI-15.d"], tmp_path)
        assert found.verdict is Verdict.UNDECIDED
        assert found.evidence.startswith("undecided: ")


def test_no_row_takes_a_file_that_is_not_listed(tmp_path: Path) -> None:
    saved(tmp_path, made_up("elu-mnist", {}, {}))
    assert ROWS.finding("C-TST-1", tmp_path).verdict is Verdict.REPRODUCED
    (tmp_path / "SHA256SUMS").write_text("")
    found = ROWS.finding("C-TST-1", tmp_path)
    assert found.verdict is Verdict.UNDECIDED
    assert "SHA256SUMS does not list" in found.evidence


def test_without_a_record_nothing_is_decided(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = ROWS.finding("C-TST-1", tmp_path)
    assert found.verdict is Verdict.UNDECIDED
    assert found.evidence.startswith("undecided: no recorded run: actmath train elu-mnist")
    monkeypatch.chdir(tmp_path)
    outside = measured(**WORDS, rows=ROWS).check()
    assert outside.verdict is Verdict.UNDECIDED
    assert "no folder book/results in" in outside.evidence


def test_a_fault_of_the_package_is_not_taken_for_one_of_the_record(tmp_path: Path) -> None:
    def broken(runs: Records) -> dict[str, Case]:
        raise AssertionError(runs.record.config.recipe)

    saved(tmp_path, made_up("elu-mnist", {}, {}))
    with pytest.raises(AssertionError, match="elu-mnist"):
        ClaimRows("elu-mnist", broken).finding("C-TST-1", tmp_path)


def test_rows_on_one_record_share_one_training_which_is_then_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained: list[tuple[str, str, Path, bool]] = []

    def run(recipe: str, preset: str, *, out: Path, force: bool) -> None:
        trained.append((recipe, preset, out, force))
        made_up(recipe, {}, {}).save(out, force=force)

    monkeypatch.setattr(evidence, "run", run)
    monkeypatch.setattr(evidence, "results_folder", lambda: tmp_path)
    rows = [
        measured(**WORDS, rows=ClaimRows(recipe, ROWS.cases))
        for recipe in ("elu-mnist", "elu-mnist", "elu-conv")
    ]
    list(judge(rows, remake=True))
    files = [tmp_path / f"{name}-book.json" for name in ("elu-mnist", "elu-conv")]
    assert trained == [
        ("elu-mnist", "book", files[0], True),
        ("elu-conv", "book", files[1], True),
    ]
    assert ROWS.finding("C-TST-1", tmp_path).verdict is Verdict.REPRODUCED


def test_what_is_out_of_reach_says_what_it_would_take() -> None:
    row = out_of_reach(**WORDS, needs="needs a year")
    assert row.check() == Finding(Verdict.OUT_OF_REACH, "needs a year")
    assert row.kind is Kind.MEASURED
    assert row.remake is None
