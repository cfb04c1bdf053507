"""Marks of right answers as texts."""

from __future__ import annotations

import numpy as np
import pytest

from actmath.experiment._files.marks import packed, unpacked


@pytest.mark.parametrize("n", [1, 8, 9, 100])
def test_packed_and_back(n: int) -> None:
    marks = np.random.default_rng(n).random((3, n)) < 0.5
    texts = packed(marks)
    assert len(texts[0]) == 2 * -(-n // 8)
    np.testing.assert_array_equal(unpacked(texts, n), marks)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("80", "texts of"), ("zz", "non-hexadecimal"), ("ffff", "beyond the last")],
)
def test_what_is_no_text_of_nine_marks(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        unpacked([text], 9)
