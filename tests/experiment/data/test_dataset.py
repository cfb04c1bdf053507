"""A set is split and limited without mixing its parts; an unknown one is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from actmath.experiment import data
from actmath.experiment.data import _texts
from actmath.names import DuplicateNameError, Registry


def test_validation_takes_from_training_only(digits: data.DataSet) -> None:
    held = digits.validation()
    both = sorted(map(bytes, [*held.train, *held.test]))
    assert both == sorted(map(bytes, digits.train))
    assert np.bincount(held.test_labels).tolist() == [80] * 10


def test_limits(digits: data.DataSet) -> None:
    small = digits.limited(10, None)
    assert np.array_equal(small.train, digits.train[:10])
    assert len(small.train_labels) == 10
    assert len(small.test) == 1000
    with pytest.raises(ValueError, match="1001 examples asked for, 1000 are there"):
        digits.limited(None, 1001)


def test_unknown_set() -> None:
    with pytest.raises(ValueError, match=r"'cifar': known are mnist-5k.* csv:"):
        data.load("cifar")


def test_stratified_holds_out_the_same_share_of_every_class() -> None:
    labels = np.repeat(np.arange(3, dtype=np.uint8), (10, 25, 5))
    held = data.stratified(labels, 5, "test")
    assert np.bincount(labels[held]).tolist() == [2, 5, 1]
    assert np.array_equal(held, data.stratified(labels, 5, "test"))
    assert not np.array_equal(held, data.stratified(labels, 5, "other"))


def test_a_constant_answer_is_as_good_as_the_commonest_class() -> None:
    rows = np.zeros((4, 1), dtype=np.uint8)
    labels = np.array([0, 2, 2, 1], dtype=np.uint8)
    made = data.DataSet("made", rows, labels, rows, labels, "")
    assert made.chance == 0.5
    assert made.classes == 3


def test_a_table_too_small_to_be_split(tmp_path: Path) -> None:
    path = tmp_path / "small.csv"
    path.write_text("1,a\n2,b\n3,a\n")
    with pytest.raises(data.DamagedDataError, match="no class has five examples"):
        data.load(f"csv:{path}")


@pytest.mark.parametrize("name", ["mnist-5k", "csv:FILE", "keel:iris"])
def test_known_names(name: str) -> None:
    assert data.is_data_name(name)
    assert not data.is_data_name(name.replace("-5k", "").replace(":", "-") + "?")


def test_two_sets_of_one_name_are_refused_with_both_places() -> None:
    twice = (*_texts.TEXTS, ("digits", data.load_digits))
    declared = tuple((p, twice if p.startswith("_texts") else s) for p, s in data._DECLARED)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(data, "_DECLARED", declared)
        found = Registry("data set", data._entries)
        with pytest.raises(DuplicateNameError, match=r"data\._IMAGES\[4\].*_texts\.TEXTS\[2\]"):
            found["digits"]
