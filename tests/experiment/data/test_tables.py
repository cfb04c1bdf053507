"""Tables: words become columns, missing values are named, the packages' files are intact."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import numpy as np
import pytest

from actmath.experiment import data

TOY = "1.5,red,yes\n2,blue,no\n-1e3,red,yes\n"


@pytest.mark.parametrize(
    "text",
    [TOY, "size,color,answer\n" + TOY, "@relation toy\n@data\n" + TOY, TOY.replace(",", " ,  ")],
)
def test_header_or_none(text: str) -> None:
    table = data.parse_table(text.encode(), "toy")
    assert table.features.tolist() == [[1.5, 0, 1], [2, 1, 0], [-1000, 0, 1]]
    assert table.labels.tolist() == [1, 0, 1]
    assert table.sha256 == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (TOY.replace("2", "?"), r"toy, line 2, column 1: the value is missing \('\?'\)"),
        (TOY.replace("blue", ""), r"toy, line 2, column 2: the value is missing \(''\)"),
        ("?,red,yes\n2,blue,no\n", "line 1, column 1: the value is missing"),
        (TOY + "3,red\n", "toy, line 4: 2 values, not 3"),
        (TOY.replace("no", "yes"), "toy: 1 classes"),
        ("1;2;a\n3;4;b\n", "not a comma-separated table"),
        ("", "not a comma-separated table"),
    ],
)
def test_what_is_no_table_is_refused(text: str, message: str) -> None:
    with pytest.raises(data.DamagedDataError, match=message):
        data.parse_table(text.encode(), "toy")


@pytest.mark.parametrize("zipped", [False, True])
def test_own_file(tmp_path: Path, zipped: bool) -> None:
    text = "".join(f"{i},{i % 2}\n" for i in range(20)).encode()
    path = tmp_path / ("own.csv.gz" if zipped else "own.csv")
    path.write_bytes(gzip.compress(text) if zipped else text)
    found = data.load(f"csv:{path}")
    assert found.train.dtype == np.float64
    assert sorted([*found.train[:, 0], *found.test[:, 0]]) == list(range(20))
    assert np.bincount(found.test_labels).tolist() == [2, 2]
    scaling = data.standardized(found.train)
    scaled = (found.train - scaling.shift) * scaling.factor
    assert scaled.std() == pytest.approx(1)
    with pytest.raises(data.MissingDataError, match="no such file"):
        data.load(f"csv:{tmp_path / 'none.csv'}")


@pytest.mark.parametrize(
    ("name", "rows", "columns", "classes"),
    [("breast_cancer", 569, 30, 2), ("iris", 150, 4, 3), ("wine", 178, 13, 3)],
)
def test_tables_of_scikit_learn(name: str, rows: int, columns: int, classes: int) -> None:
    table = data.load_table(f"sklearn:{name}")
    assert table.features.shape == (rows, columns)
    assert len(np.unique(table.labels)) == classes


def test_digits() -> None:
    digits = data.load("digits")
    assert len(digits.train) + len(digits.test) == 1797
    assert digits.train.shape[1] == 64
    assert digits.train.max() == 16
    assert digits.classes == 10


@pytest.mark.parametrize("name", ["keel:irises", "sklearn:irises", "uci:iris"])
def test_unknown_tables(name: str) -> None:
    with pytest.raises(ValueError, match="is named '"):
        data.load(name)
