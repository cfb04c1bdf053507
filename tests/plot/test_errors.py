"""Constants by kind: rows, edges, names."""

from __future__ import annotations

import pytest

from actmath.plot import ConstantMark, plot_errors

SPOTS = [
    ConstantMark("gains", 0.05, 1.2, "tanh"),
    ConstantMark("gains", 0.0, 1.0),
    ConstantMark("factors", -6e-4, 1e9),
    ConstantMark("units", 1e-3),
]


def test_a_row_a_kind_and_both_panels() -> None:
    left, right = plot_errors(SPOTS, layers=50).axes
    assert [text.get_text() for text in left.get_yticklabels()] == ["gains", "factors", "units"]
    # Errors as they are, or at the edge; what has no network stands on the left alone.
    assert [line.get_xdata()[0] for line in left.lines] == [0.05, 1e-17, 6e-4, 1e-3]
    assert [line.get_xdata()[0] for line in right.lines[1:]] == [1.2, 1.0, 1e6]
    assert [text.get_text() for text in left.texts] == ["tanh"]
    assert "50 layers" in right.get_xlabel()


def test_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one ConstantMark"):
        plot_errors([], layers=50)
