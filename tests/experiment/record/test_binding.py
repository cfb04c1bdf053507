"""A record is taken for a row only if it is the one that the row expects; all else is refused."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from actmath._text.checksums import DIGESTS, listed_digests
from actmath.experiment._files.marks import packed
from actmath.experiment._record.binding import (
    UnfitRecordError,
    bound,
    list_records,
)
from actmath.experiment._record.config import Config, canonical, digest
from actmath.experiment._record.provenance import Provenance, Stopped
from actmath.experiment._record.record import RunRecord

ROOT = Path(__file__).parents[3]
RESULTS = ROOT / "book" / "results"
NAME = "toy-smoke.json"


@pytest.fixture
def record(toy: Config) -> RunRecord:
    """Made up: constant curves, moments of two layers."""
    members, epochs = len(toy.members), toy.epochs
    return RunRecord(
        config=toy,
        provenance=Provenance("c0ffee", False, {}, "abacus", 1, "2017-06-08", 1.5),
        data_sha256="0" * 64,
        train_size=250,
        test_size=100,
        chance=0.1,
        curves={"test_accuracy": ((0.5,) * epochs,) * members},
        layers={"mean_after": ((0.0, 1.0),) * members},
    )


@pytest.fixture
def folder(record: RunRecord, tmp_path: Path) -> Path:
    """A folder with that record and its digest."""
    record.save(tmp_path / NAME)
    list_records(tmp_path)
    return tmp_path


def rewrite(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change a record's content, as a forger would: its own checksum and the list agree again."""
    data = json.loads((folder / NAME).read_text())
    change(data["record"])
    data["sha256"] = digest(data["record"])
    (folder / NAME).write_text(canonical(data))
    list_records(folder)


def test_the_record_that_is_asked_for(toy: Config, folder: Path) -> None:
    found = bound(toy, folder)
    assert found.record.config == toy
    by_hand = subprocess.run(["sha256sum", folder / NAME], capture_output=True, text=True)
    assert found.sha256 == by_hand.stdout.split()[0]
    assert found.sentence() == f"record {NAME}, sha256 {found.sha256}, made at commit c0ffee"


def test_another_recipes_or_presets_record(toy: Config, folder: Path) -> None:
    for change in ({"recipe": "other"}, {"preset": "book"}):
        wanted = replace(toy, **change)
        copy = folder / f"{wanted.recipe}-{wanted.preset}.json"
        copy.write_bytes((folder / NAME).read_bytes())
        list_records(folder)
        with pytest.raises(UnfitRecordError, match=r"is the record of toy, preset smoke"):
            bound(wanted, folder)


def test_other_rules_are_named(toy: Config, folder: Path) -> None:
    with pytest.raises(UnfitRecordError, match="other rules than today's recipe: batch, epochs"):
        bound(replace(toy, epochs=9, batch=7), folder)


def test_a_digest_that_is_not_listed(toy: Config, folder: Path) -> None:
    (folder / NAME).write_text((folder / NAME).read_text() + "\n")
    with pytest.raises(UnfitRecordError, match="does not list for it: `make digests`"):
        bound(toy, folder)
    (folder / DIGESTS).unlink()
    with pytest.raises(UnfitRecordError, match="does not list"):
        bound(toy, folder)


def test_no_record(toy: Config, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="actmath train toy --preset smoke --out"):
        bound(toy, tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda r: r["curves"]["test_accuracy"].pop(), "curve test_accuracy that is not"),
        (lambda r: r["curves"]["test_accuracy"][0].pop(), "curve test_accuracy that is not"),
        (lambda r: r["layers"]["mean_after"][1].pop(), "an arm's of one length"),
        (lambda r: r["layers"].update(empty=[]), "table empty that is not"),
        (lambda r: r.update(chance=2), "has 2 for chance"),
        (lambda r: r.update(chance="0.1"), "chance must be a valid number, got '0.1'"),
        (lambda r: r.update(train_size=1.5), "train_size must be a valid integer, got 1.5"),
        (lambda r: r.update(test_size=True), "test_size must be a valid integer, got True"),
        (lambda r: r["curves"]["test_accuracy"][0].__setitem__(0, -1e101), "beyond 1e"),
        (lambda r: r["provenance"].update(commit=7), "commit must be a valid string, got 7"),
        (lambda r: r["provenance"].update(device=None), "device must be a valid string, got None"),
        (lambda r: r["provenance"].update(device="\ud800"), "printable characters wanted"),
        (lambda r: r["provenance"].update(device="\x1b[31m\x07"), "printable characters wanted"),
        (lambda r: r["provenance"].update(device="a\u202eb"), "printable characters wanted"),
        (lambda r: r["provenance"].update(device="a" * 3_000_000), "got 3000000: 'a{20}'$"),
        (lambda r: r["provenance"]["versions"].update(numpy="\x9b"), "printable characters wanted"),
        (
            lambda r: r["provenance"].update(versions=["\x1b"]),
            r"versions must .*, got \['\\x1b'\]",
        ),
        (
            lambda r: r["provenance"].update(device="a" * 201),
            "device must have at most 200",
        ),
        (lambda r: r["provenance"].update(threads=True), "threads must be a valid integer"),
        (lambda r: r["provenance"].update(finished=7), "finished must be a valid string, got 7"),
        (lambda r: r["provenance"].update(seconds="1"), "seconds must be a valid number, got '1'"),
        (lambda r: r["provenance"].update(threads=0), "threads must be greater than or equal to 1"),
        (lambda r: r["provenance"].update(seconds=-1), "seconds must be greater than or equal"),
        (lambda r: r["provenance"].update(finished="2026-13-45"), "month must be in 1..12"),
        (lambda r: r["provenance"].update(finished="yesterday"), "finished must .*'yesterday'"),
        (lambda r: r["curves"]["test_accuracy"][0].__setitem__(0, True), "True is no number"),
        (lambda r: r["layers"]["mean_after"][0].__setitem__(0, False), "False is no number"),
        (lambda r: r["config"].update({"\x1b": 1}), "printable characters wanted"),
        (lambda r: r["curves"].update({"\n": []}), "printable characters wanted"),
        (lambda r: r.update(chance=["\x1b"] * 3_000), "chance must be .{1,1000} …$"),
        (lambda r: r["curves"]["test_accuracy"][0].__setitem__(1, None), "must lie there, got nan"),
        (lambda r: r["curves"]["test_accuracy"][0].__setitem__(1, 1.5), "must lie there, got 1.5"),
        (lambda r: r["curves"].update(x=[["inf"]]), "no intact record"),
        (lambda r: r["curves"].update(x=[[10**400]]), "no intact record"),
        (lambda r: r["curves"].update(x=7), "no intact record"),
        (lambda r: r.pop("layers"), "no intact record"),
        (lambda r: r["provenance"].pop("commit"), "no intact record"),
        (lambda r: r["config"]["conditions"].clear(), "no intact record"),
    ],
)
def test_wrong_content_is_refused_in_a_sentence(
    toy: Config, folder: Path, change: Callable[[dict[str, Any]], object], message: str
) -> None:
    rewrite(folder, change)
    with pytest.raises(UnfitRecordError, match=message):
        bound(toy, folder)


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"[" * 100_000, b'{"schema": NaN}', b"null", b"[" + b"9" * 5000 + b"]"],
    ids=["empty", "no text", "nested", "nan", "null", "digits"],
)
def test_no_content_makes_it_crash(toy: Config, folder: Path, content: bytes) -> None:
    (folder / NAME).write_bytes(content)
    list_records(folder)
    with pytest.raises(UnfitRecordError, match="no intact record"):
        bound(toy, folder)


def test_a_message_never_acts_on_the_terminal(toy: Config, folder: Path) -> None:
    """Names that no check has seen before they are quoted."""
    rewrite(folder, lambda r: r.update(chance=["\x1b[31m" * 9] * 9_000))
    with pytest.raises(UnfitRecordError) as caught:
        bound(toy, folder)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 1100


def test_a_name_that_stands_twice_is_refused(toy: Config, folder: Path) -> None:
    """Python's reader would take the last one, another the first."""
    text = (folder / NAME).read_text()
    assert text.count('"schema":1') == text.count('"chance":0.1') == 1
    for once, twice in (
        ('"schema":1', '"schema":2,"schema":1'),
        ('"chance":0.1', '"chance":0.9,"chance":0.1'),
    ):
        (folder / NAME).write_text(text.replace(once, twice))
        list_records(folder)
        with pytest.raises(UnfitRecordError, match="a name stands twice"):
            bound(toy, folder)


def test_a_file_that_is_too_large_is_not_read(toy: Config, folder: Path) -> None:
    (folder / NAME).write_bytes(b"[" + b"{}," * 1_400_000 + b"0]")
    with pytest.raises(UnfitRecordError, match="more than 4,000,000 bytes"):
        bound(toy, folder)


def test_marks_say_what_the_accuracy_says(toy: Config, record: RunRecord, tmp_path: Path) -> None:
    marks = np.arange(record.test_size) < record.test_size // 2
    kept = replace(record, right=packed(np.tile(marks, (len(toy.members), 1))))
    swapped = replace(record, right=packed(np.tile(marks | (np.arange(100) == 70), (4, 1))))
    nothing = replace(kept, curves={"train_loss": record.curves["test_accuracy"]})
    refusals = ((swapped, "shares are not the last"), (nothing, "no test_accuracy"))
    for right, refused in refusals:
        right.save(tmp_path / NAME, force=True)
        list_records(tmp_path)
        with pytest.raises(UnfitRecordError, match=refused):
            bound(toy, tmp_path)
    kept.save(tmp_path / NAME, force=True)
    list_records(tmp_path)
    assert bound(toy, tmp_path).record.right == kept.right


def test_a_run_that_a_budget_ended_is_of_its_epochs(
    toy: Config, record: RunRecord, tmp_path: Path
) -> None:
    ended = replace(record.provenance, stopped=Stopped("budget", 2, toy.epochs))
    curve = {"test_accuracy": ((0.5,) * 2,) * len(toy.members)}
    for made, refused in (
        (replace(record, provenance=ended, curves=curve), ""),
        (replace(record, provenance=ended), "not 4 members by 2 epochs"),
        (replace(record, curves=curve), "not 4 members by 3 epochs"),
        (
            replace(record, provenance=replace(ended, stopped=Stopped("budget", 2, 4))),
            "after 2 of 4 epochs, but its configuration asks for 3",
        ),
    ):
        made.save(tmp_path / NAME, force=True)
        list_records(tmp_path)
        if refused:
            with pytest.raises(UnfitRecordError, match=refused):
                bound(toy, tmp_path)
        else:
            assert bound(toy, tmp_path).record.epochs == 2


def test_cut_off_and_altered_bytes(toy: Config, folder: Path) -> None:
    """A hundred places, each cut off there or with another byte there."""
    whole = (folder / NAME).read_bytes()
    draw = random.Random(20170608)
    for place in draw.sample(range(len(whole)), 100):
        other = bytes([(whole[place] + 1 + draw.randrange(255)) % 256])
        for content in (whole[:place], whole[:place] + other + whole[place + 1 :]):
            (folder / NAME).write_bytes(content)
            with pytest.raises(UnfitRecordError):
                bound(toy, folder)


def test_one_file_is_listed_anew_and_what_is_gone_is_not(folder: Path) -> None:
    before = listed_digests(folder)
    (folder / "other-book.json").write_text("{}")
    (folder / NAME).write_text("{}")
    list_records(folder, ["other-book.json"])
    now = listed_digests(folder)
    assert now[NAME] == before[NAME]
    assert set(now) == {NAME, "other-book.json"}
    (folder / "other-book.json").unlink()
    list_records(folder, [])
    assert listed_digests(folder) == before


def test_the_books_list_is_that_of_its_records() -> None:
    by_hand = subprocess.run(
        ["sha256sum", *sorted(path.name for path in RESULTS.glob("*.json"))],
        capture_output=True,
        text=True,
        check=True,
        cwd=RESULTS,
        env={"LC_ALL": "C"},
    )
    assert (RESULTS / DIGESTS).read_text() == by_hand.stdout
