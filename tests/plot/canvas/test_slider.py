"""A slider has a label for each frame, and its frames lie on the axes."""

from __future__ import annotations

import re

import numpy as np
import pytest
from matplotlib.figure import Figure

from actmath.plot._canvas.slider import slide


def test_slider_frames_lie_on_the_axes() -> None:
    """The frame of the line that the figure itself draws has that line's coordinates."""
    figure = Figure()
    axes = figure.add_subplot()
    x = np.linspace(0, 1, 5)
    axes.plot(x, x**2, color="#123456")
    shown = slide(figure, axes, x, [x**2], ["one"], name="level", alt="a parabola")
    drawn = re.search(r'<path d="([^"]*)"[^>]*#123456', shown.base.svg)
    assert drawn
    both = [np.array(re.findall(r"-?\d+\.?\d*", d), float) for d in (drawn[1], shown.paths[0])]
    assert both[0] == pytest.approx(both[1], abs=0.06)
    assert repr(shown).splitlines() == [
        "Slider",
        "  shows  a parabola",
        "  level  one",
    ]


def test_slider_needs_a_label_for_each_curve() -> None:
    figure = Figure()
    axes = figure.add_subplot()
    with pytest.raises(ValueError, match="label for each curve"):
        slide(figure, axes, np.zeros(2), [np.zeros(2)], [], name="s", alt="none")
