"""Covers: leaves and open boxes fill the root, whoever grows them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

from actmath import prove
from actmath.prove import Inequality
from actmath.prove._cover.cover import branch_and_bound, cover

from ..bowl import BOWL, SQUARE


def test_leaves_and_open_boxes_fill_the_root() -> None:
    inequality = Inequality(BOWL, True, Fraction("0.789"))
    for budget in (1, 3, 9, 27):
        partial = branch_and_bound(inequality, SQUARE, budget)
        assert partial.tree.count("?") == len(partial.open)
        assert (partial.tree.count(".") == 0) == (partial.margin == float("inf"))


def test_the_leaves_of_a_tree_fill_its_root() -> None:
    """Without monotone faces volume is kept; with them every piece stays in the root."""
    inequality = Inequality(BOWL, True, Fraction("0.789"))
    partial = branch_and_bound(inequality, SQUARE, 40)
    boxes = prove.leaves(partial.tree, SQUARE)
    assert len(boxes) == partial.tree.count(".") + partial.tree.count("?")
    assert all(SQUARE.contains(box) for box in boxes)
    assert [box for box in boxes if box in partial.open] == list(partial.open)
    filled = prove.regions(partial.tree, SQUARE)
    assert sum(box.widths[0] * box.widths[1] for box in filled) == 4
    assert all(region.contains(box) for box, region in zip(boxes, filled, strict=True))
    assert filled != boxes  # the tree has monotone faces


def test_the_budget_is_spent_box_by_box() -> None:
    inequality = Inequality(BOWL, True, Fraction("0.789"))
    start = branch_and_bound(inequality, SQUARE, 20)
    whole = cover(inequality, SQUARE, start=start)
    assert whole.complete
    assert whole.boxes > 60
    for budget in (21, 28, 35, 60):
        partial = cover(inequality, SQUARE, budget, start=start)
        assert partial.boxes == budget
        assert not partial.complete


def test_an_executor_grows_the_same_cover() -> None:
    inequality = Inequality(BOWL, True, Fraction("0.789"))
    calls: list[tuple[int, int]] = []
    alone = branch_and_bound(inequality, SQUARE, 100_000)
    with ThreadPoolExecutor(1) as executor:
        joined = cover(
            inequality,
            SQUARE,
            executor=executor,
            workers=1,
            progress=lambda boxes, waiting: calls.append((boxes, waiting)),
        )
    assert joined.complete
    assert joined.tree == alone.tree
    assert joined.boxes >= alone.boxes
    assert calls
