"""A p-value is never said to be 0."""

from __future__ import annotations

import pytest

from actmath._text.p_values import p_is


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (1.0, "= 1"),
        (0.0449, "= 0.045"),
        (1e-300, "= 1e-300"),
        (9e-301, "< 1e-300"),
        (0, "< 1e-300"),
    ],
)
def test_two_digits_or_a_bound(p: float, text: str) -> None:
    assert p_is(p) == text
