"""Nested folds deal every class out evenly and never leak."""

from __future__ import annotations

import numpy as np

from actmath.experiment._randomness import generator
from actmath.experiment.data._folds import JointTable, stratified_folds
from actmath.experiment.data._tables import TableData

RANDOM = np.random.default_rng(0)


def toy(n: int, columns: int, classes: int) -> TableData:
    labels = np.arange(n, dtype=np.uint8) % classes
    return TableData("toy", RANDOM.normal(size=(n, columns)), labels, "")


def test_folds_deal_every_class_out_evenly() -> None:
    labels = np.array([0] * 11 + [1] * 4 + [2] * 6, dtype=np.uint8)
    found = stratified_folds(labels, 3, generator(0, "folds"))
    counts = np.array([np.bincount(labels[found == fold], minlength=3) for fold in range(3)])
    assert (np.ptp(counts, axis=0) <= 1).all()
    assert np.ptp(counts.sum(axis=1)) <= 1


def test_no_network_sees_a_row_that_it_or_its_choice_is_judged_on() -> None:
    joint = JointTable.of([toy(40, 3, 2), toy(30, 2, 3)], None)
    folds = list(joint.nested(outer=4, inner=3, seed=0))
    assert len(folds) == 2 * 4 * 4
    for start in range(0, len(folds), 4):
        *inner, last = folds[start : start + 4]
        outer = set(last.judged)
        assert outer | set(last.train) == set(range(*((0, 40), (40, 70))[last.table]))
        for fold in inner:
            assert fold.table == last.table
            assert not outer & (set(fold.train) | set(fold.judged))
            assert not set(fold.train) & set(fold.judged)
        assert set.union(*(set(fold.judged) for fold in inner)) == set(last.train)
    for table, rows in ((0, 40), (1, 30)):
        judged = [row for f in folds[3::4] if f.table == table for row in f.judged]
        assert len(judged) == len(set(judged)) == rows
