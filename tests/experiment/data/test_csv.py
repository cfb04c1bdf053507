"""WrittenTable of comma-separated text: which column each is in, and what it stands for."""

from __future__ import annotations

import numpy as np
import pytest

from actmath.experiment.data._csv import WrittenTable, classes, encoded, read_cells
from actmath.experiment.data._dataset import DamagedDataError

TEXT = b"size,color,kind\n1,red,a\n2.5,blue,b\n"


def cells() -> WrittenTable:
    return read_cells(TEXT, "toy")


def test_titles_and_places() -> None:
    assert cells().titles == ("size", "color", "kind")
    assert cells().place(1, 0) == "toy, line 3, column 1 (size)"
    assert read_cells(TEXT.partition(b"\n")[2], "toy").place(1, 0) == "toy, line 2, column 1"


def test_columns_of_numbers_and_of_words() -> None:
    assert encoded(cells(), 0, (), 2).tolist() == [[1], [2.5]]
    assert encoded(cells(), 1, (), 2).tolist() == [[0, 1], [1, 0]]
    assert encoded(cells(), 0, (0,), 2).tolist() == [[1, 0], [0, 1]]
    with pytest.raises(DamagedDataError, match="column 2: 2 different words"):
        encoded(cells(), 1, (), 1)


def test_classes_are_in_alphabetical_order() -> None:
    names, labels = classes(read_cells(b"1,b\n2,10\n3,2\n4,b\n", "toy"))
    assert names == ["10", "2", "b"]
    assert np.array_equal(labels, [2, 0, 1, 2])
