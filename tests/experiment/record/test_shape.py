"""A record that lacks members, or whose numbers are no measurements, is no intact record."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from actmath.experiment._record.record import DamagedRecordError, load_record
from actmath.experiment._record.shape import misshapen, with_nan, without_nan

RESULTS = Path(__file__).parents[3] / "book" / "results"


@pytest.mark.parametrize("file", sorted(RESULTS.glob("*.json")), ids=lambda file: file.stem)
def test_records_of_the_book_are_whole(file: Path) -> None:
    assert misshapen(load_record(file)) is None


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda r: {"curves": {k: t[1:] for k, t in r.curves.items()}}, "members by"),
        (lambda r: {"layers": {k: t[:-1] for k, t in r.layers.items()}}, "an arm's of one length"),
        (lambda r: {"chance": 1.5}, "which is a share"),
        (lambda r: {"test_size": 0}, "has 0 for test_size"),
    ],
)
def test_what_lacks_is_found_when_it_is_read(change: Any, fault: str, tmp_path: Path) -> None:
    record = load_record(RESULTS / "fifty-layers-book.json")
    damaged = replace(record, **change(record))
    assert fault in str(misshapen(damaged))
    damaged.save(tmp_path / "run.json")
    with pytest.raises(DamagedRecordError, match=r"run\.json is no intact record: it has"):
        load_record(tmp_path / "run.json")


def test_nan_for_json_and_back() -> None:
    table = ((1.0, float("nan")), (2.0, 3.0))
    assert without_nan(table) == [[1.0, None], [2.0, 3.0]]
    assert str(with_nan(without_nan(table))) == str(table)
