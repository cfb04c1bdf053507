"""Pictures of proofs draw every piece of a cover and every enclosure where it is."""

from __future__ import annotations

from fractions import Fraction

from matplotlib.patches import Rectangle

from actmath.plot._proofs import CoverPanel, plot_covers, plot_proved_fixed_points
from actmath.prove import Box
from actmath.prove._cover.cover import leaves, regions
from actmath.prove.theorems.cells import Cell

ROOT = Box.of(a=("0", "1"), b=("0", "2"), c=("0", "1"))


def rectangles(axes: object) -> list[tuple[float, ...]]:
    patches = [p for p in axes.patches if isinstance(p, Rectangle)]  # type: ignore[attr-defined]
    return [(*p.get_xy(), p.get_width(), p.get_height()) for p in patches]


def test_covers_show_regions_faces_and_open_boxes() -> None:
    tree = "02..B."  # the halves along c look the same from above
    settled = CoverPanel("settled", regions(tree, ROOT), leaves(tree, ROOT))
    figure = plot_covers([settled, CoverPanel("open", open=[ROOT])], "a", "b", ("a", "b"))
    first, second = figure.axes
    assert rectangles(first) == [(0, 0, 0.5, 2), (0.5, 0, 0.5, 2)]
    assert [line.get_xydata().tolist() for line in first.lines] == [[[0.5, 2.0], [1.0, 2.0]]]
    assert rectangles(second) == [(0, 0, 1, 2)]
    assert second.patches[0].get_hatch()
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels == ["certified", "by this face alone", "open"]
    assert not plot_covers([settled], "a", "b", ("a", "b")).axes[0].patches[0].get_hatch()


def test_fixed_points_are_boxes_in_the_plane_of_mean_and_variance() -> None:
    half = (Fraction(0), Fraction(1, 2))
    cells = [
        Cell(half, tau, half, (Fraction(1), Fraction(2))) for tau in (half, (Fraction(1),) * 2)
    ]
    around = Box.of(mu=("-0.1", "0.1"), nu=("0.8", "1.5"))
    axes = plot_proved_fixed_points(cells, around).axes[0]
    *found, frame = rectangles(axes)
    assert found == [(0, 1, 0.5, 1)] * 2
    assert frame[:2] == (-0.1, 0.8)
    colours = [patch.get_facecolor() for patch in axes.patches]
    assert colours[0] != colours[1]
