"""The repository's tables come from the user's folder, each with the checksum of its rows."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest

from actmath.experiment import data
from actmath.experiment.data._uci import uci_table

ROWS = "1.5,2,0\n-3,4e-1,1\n"
TABLES = {"toy": ("TOY_2.csv", 7, hashlib.sha256(ROWS.encode()).hexdigest())}


@pytest.mark.parametrize(
    "text", [ROWS, "width,height,class\n" + ROWS, ROWS.replace("\n", "\r\n"), "\ufeff" + ROWS]
)
@pytest.mark.parametrize("name", ["TOY_2.csv", "toy.csv", "toy.csv.gz"])
def test_copies_that_differ_in_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, name: str
) -> None:
    monkeypatch.setenv("ACTMATH_UCI", str(tmp_path))
    content = text.encode()
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith("gz") else content)
    assert uci_table("toy", TABLES) == ROWS.encode()


@pytest.mark.parametrize("content", [b"1.5,2,1\n-3,4e-1,1\n", b"\xff\xfe", b"", b"a,b,c\n"])
def test_other_rows_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    monkeypatch.setenv("ACTMATH_UCI", str(tmp_path))
    (tmp_path / "htru2.csv").write_bytes(content)
    with pytest.raises(data.DamagedDataError, match=r"htru2\.csv: SHA-256"):
        data.load("uci:htru2")


def test_missing_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACTMATH_UCI", str(tmp_path))
    with pytest.raises(data.MissingDataError, match=r"HTRU_2\.csv .*dataset/372: set ACTMATH_UCI"):
        data.load("uci:htru2")
    with pytest.raises(ValueError, match="no UCI table is named 'htru3': known are htru2"):
        data.load("uci:htru3")
