"""Sequences have the classes that a plain count gives."""

from __future__ import annotations

import numpy as np
import pytest

from actmath.experiment import data
from actmath.experiment.data import _sequences as sequences


@pytest.fixture(scope="module")
def unique() -> sequences.DataSet:
    return data.load("unique-integers")


def test_unique_integers_are_the_papers(unique: sequences.DataSet) -> None:
    assert unique.train.shape == (20_000, 26)
    assert (unique.train.min(), unique.train.max()) == (0, 10)
    assert [len(set(row)) - 1 for row in unique.test.tolist()] == unique.test_labels.tolist()


def test_parts_differ_and_stay(unique: sequences.DataSet) -> None:
    again = data.load("unique-integers")
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
