"""The record of the pool: what is written, and that the book's copy is of this pool."""

from __future__ import annotations

import json

from actmath.experiment._record.provenance import Code

from .battery import PARTS, Outcome, Verdict
from .run import RECORD, record, table
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


def test_the_books_record_is_of_this_pool() -> None:
    written = json.loads(RECORD.read_text("utf-8"))
    recorded = [row[0] for row in written["rows"]]
    assert recorded == [name for name in POOL if name in set(recorded)]
    assert written["columns"][3:] == list(PARTS)
    assert sum(written["counts"].values()) == len(written["outcomes"])
