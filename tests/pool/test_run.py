"""The record of the pool: what is written, and that the book's copy is of this pool."""

from __future__ import annotations

import json
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from unittest.mock import Mock

import pytest

from actmath.experiment._record.provenance import Code

from . import run
from .battery import PARTS, Outcome, Verdict
from .run import RECORD, outcomes, record, table
from .units import POOL

FOUND = [
    [Outcome("relu_", part, Verdict.OK, 0.1) for part in PARTS],
    [Outcome("sine", "declaration", Verdict.CRASH, 0.1, "TypeError: no")],
]


def test_a_row_has_a_word_for_every_part() -> None:
    columns, rows = table(FOUND)
    assert columns[3:] == list(PARTS)
    assert rows[0] == ["relu_", "rectified", "max(0, x)", *["ok"] * len(PARTS)]
    assert rows[1] == ["sine", "waves", "sin(x)", "crash", *["—"] * (len(PARTS) - 1)]


def test_the_record_counts_and_says_where_it_was_made() -> None:
    written = json.loads(json.dumps(record(FOUND, 3, Code("abc", False), 1.0)))
    assert written["counts"]["ok"] == len(PARTS)
    assert written["counts"]["crash"] == 1
    assert written["outcomes"][-1]["note"] == "TypeError: no"
    assert written["provenance"]["commit"] == "abc"
    assert "numpy" in written["provenance"]["versions"]


def sent(monkeypatch: pytest.MonkeyPatch, *outcomes: Outcome | None) -> tuple[Connection, Mock]:
    """A process that sent these, and its end of the pipe."""
    receiver, sender = Pipe(duplex=False)
    for outcome in outcomes:
        sender.send(outcome)
    process = Mock()
    monkeypatch.setattr(run, "_started", lambda name, seed: (process, receiver))
    return sender, process


def test_a_unit_is_done_when_its_process_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = sent(monkeypatch, *FOUND[1], None)
    assert outcomes(["sine"], 0, 1) == [FOUND[1]]
    assert kept[1].kill.called


def test_a_process_that_does_not_return_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "PATIENCE", 0.01)
    kept = sent(monkeypatch, FOUND[0][0])
    ((first, second),) = outcomes(["relu_"], 0, 1)
    assert first == FOUND[0][0]
    assert (second.part, second.verdict) == (list(PARTS)[1], Verdict.SLOW)
    assert kept[1].kill.called


def test_a_process_that_dies_is_a_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    sender, _ = sent(monkeypatch, *FOUND[0][:2])
    sender.close()
    ((*_, last),) = outcomes(["relu_"], 0, 1)
    assert (last.part, last.verdict) == (list(PARTS)[2], Verdict.CRASH)


def test_the_books_record_is_of_this_pool_and_names_no_fault() -> None:
    written = json.loads(RECORD.read_text("utf-8"))
    assert [row[0] for row in written["rows"]] == list(POOL)
    assert written["recorded"] == [len(POOL), len(POOL)]
    assert written["columns"][3:] == list(PARTS)
    assert sum(written["counts"].values()) == len(written["outcomes"])
    assert not [o for o in written["outcomes"] if Verdict(o["verdict"]).fault]
