"""Covers: leaves and open boxes fill the root, whoever grows them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from fractions import Fraction
from typing import Any

import pytest
from flint import ctx

from actmath import prove
from actmath.prove import Box, Cover, Formula, Inequality
from actmath.prove._balls.enclose import Collapse, Leaf, Split, Step, Stuck
from actmath.prove._cover.cover import branch_and_bound, cover

from ..bowl import BOWL, PLANE, SQUARE, A


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


# --- against trees that are grown by hand ---------------------------------------------------------


def whim(box: Box, seed: int) -> list[Step]:
    """Steps that the box alone decides, whatever the formula is; a point now and then is stuck."""
    draw = random.Random(f"{seed} {box.as_fractions().sides}")
    steps: list[Step] = []
    for axis in range(3):
        if box.widths[axis] and draw.random() < 0.1:
            upper = draw.random() < 0.5
            steps.append(Collapse(axis, upper))
            box = box.face(axis, upper)
    wide = [axis for axis in range(3) if box.widths[axis]]
    if not wide:
        return [*steps, Stuck()]
    if draw.random() < 0.45:
        return [*steps, Leaf(draw.uniform(1, 2))]
    return [*steps, Split(draw.choice(wide))]


class Grown:
    """The same tree by a list that is gone through from its front."""

    def __init__(self, root: Box, budget: int, seed: int) -> None:
        self.boxes, self.margin, self.stuck = 0, float("inf"), 0
        self.letters: dict[tuple[int, ...], str] = {}
        self.places = {(): root}
        waiting: list[tuple[int, ...]] = [()]
        while waiting and self.boxes < budget and self.stuck == 0:
            place = waiting.pop(0)
            self.boxes += 1
            word = ""
            for step in whim(self.places[place], seed):
                box = self.places[place]
                if isinstance(step, Collapse):
                    word += "abc"[step.axis].upper() if step.upper else "abc"[step.axis]
                    self.places[place] = box.face(step.axis, step.upper)
                elif isinstance(step, Split):
                    word += "012"[step.axis]
                    for k, half in enumerate(box.halves(step.axis)):
                        self.places[*place, k] = half
                        waiting.append((*place, k))
                elif isinstance(step, Leaf):
                    word += "."
                    self.margin = min(self.margin, step.margin)
                else:
                    word += "?"
                    self.stuck += 1
            self.letters[place] = word

    def nodes(self, place: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], str]]:
        word = self.letters.get(place, "?")
        yield place, word
        if word[-1].isdigit():
            yield from self.nodes((*place, 0))
            yield from self.nodes((*place, 1))


CUBE = Box.of(a=("0", "1"), b=("-1", "2"), c=("3", "3.5"))


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("budget", [0, 1, 2, 9, 60])
def test_boxes_are_cut_breadth_first_and_written_in_prefix_order(seed: int, budget: int) -> None:
    inequality = Inequality(BOWL, True, Fraction(0))
    found = branch_and_bound(inequality, CUBE, budget, examiner=lambda _, box: whim(box, seed))
    wanted = Grown(CUBE, budget, seed)
    nodes = list(wanted.nodes())
    assert found.tree == "".join(word for _, word in nodes)
    assert (found.boxes, found.margin, found.stuck) == (
        *(wanted.boxes, wanted.margin),
        wanted.stuck,
    )
    assert found.open == tuple(wanted.places[place] for place, word in nodes if word[-1] == "?")
    assert found.complete is (not found.open)
    assert all(
        isinstance(end, Fraction) for box in found.open for side in box.sides for end in side
    )
    # Leaves, and what each answers for, in the tree's order.
    ends = [place for place, word in nodes if word[-1] in ".?"]
    assert prove.leaves(found.tree, CUBE) == tuple(wanted.places[place] for place in ends)
    filled = prove.regions(found.tree, CUBE)
    volumes = [box.widths[0] * box.widths[1] * box.widths[2] for box in filled]
    assert sum(volumes) == CUBE.widths[0] * CUBE.widths[1] * CUBE.widths[2]
    for place, region in zip(ends, filled, strict=True):
        assert region.contains(wanted.places[place])
        halvings = [letter for k in range(len(place)) for letter in wanted.letters[place[:k]][-1]]
        sides = [whole / 2 ** halvings.count(str(axis)) for axis, whole in enumerate(CUBE.widths)]
        assert list(region.widths) == sides


def test_the_precision_is_that_which_is_asked_for() -> None:
    seen: list[int] = []

    def examiner(_: Inequality, box: Box) -> list[Step]:
        seen.append(ctx.prec)
        return [Leaf(1.0)]

    before = ctx.prec
    for bits in (53, 64, 300):
        branch_and_bound(Inequality(BOWL, True, Fraction(0)), SQUARE, 9, bits, examiner)
    assert seen == [53, 64, 300]
    assert ctx.prec == before


def test_progress_is_told_every_so_many_boxes() -> None:
    """What was examined, and what waits: of a tree without leaves one more than is examined."""
    calls: list[tuple[int, int]] = []
    branch_and_bound(
        Inequality(BOWL, True, Fraction(0)),
        SQUARE,
        1000,
        examiner=lambda _, box: [Split(0)],
        progress=lambda boxes, waiting: calls.append((boxes, waiting)),
    )
    assert calls
    assert all(waiting == boxes + 1 for boxes, waiting in calls)


def test_no_less_than_nothing_is_spent() -> None:
    inequality = Inequality(BOWL, True, Fraction(0))
    for budget, bits, message in ((-1, 64, "budget .*0"), (1, 0, "bits .*1"), (1.5, 64, "budget")):
        with pytest.raises((ValueError, TypeError), match=message):
            branch_and_bound(inequality, SQUARE, budget, bits)  # type: ignore[arg-type]


class Recording(Executor):
    """Does each job when it is submitted, and notes what it was given."""

    def __init__(self) -> None:
        self.jobs: list[tuple[Any, ...]] = []

    def submit(self, function: Any, /, *args: Any, **keywords: Any) -> Future[Any]:
        self.jobs.append(args)
        future: Future[Any] = Future()
        future.set_result(function(*args, **keywords))
        return future


HARD = Inequality(BOWL, True, Fraction("0.7891"))


@pytest.mark.parametrize(("workers", "first"), [(1, 64), (2, 128)])
def test_each_worker_has_open_boxes_and_an_equal_share(workers: int, first: int) -> None:
    executor, calls = Recording(), list[tuple[int, int]]()
    start = branch_and_bound(HARD, SQUARE, first, 80)
    assert start.open
    whole = cover(
        *(HARD, SQUARE, first + 7 * len(start.open) + 3, 80, executor, workers),
        progress=lambda boxes, waiting: calls.append((boxes, waiting)),
    )
    assert executor.jobs == [(HARD, box, 7, 80) for box in start.open]
    parts = [branch_and_bound(HARD, box, 7, 80) for box in start.open]
    assert whole.boxes == first + sum(part.boxes for part in parts)
    assert whole.margin == min([start.margin, *(part.margin for part in parts)])
    assert whole.open == tuple(box for part in parts for box in part.open)
    trees = iter(parts)
    assert whole.tree == "".join(next(trees).tree if c == "?" else c for c in start.tree)
    spent = [first + sum(part.boxes for part in parts[: k + 1]) for k in range(len(parts))]
    assert calls == list(zip(spent, reversed(range(len(parts))), strict=True))


def test_a_share_is_one_box_at_least() -> None:
    executor = Recording()
    cover(HARD, SQUARE, 65, 64, executor, 1)
    assert {job[2] for job in executor.jobs} == {1}


def test_what_is_decided_stuck_or_spent_is_shared_with_nobody() -> None:
    executor = Recording()
    flat = Inequality(Formula("f", A, PLANE), True, Fraction(-1))
    decided = cover(Inequality(BOWL, True, Fraction(-9)), SQUARE, 1000, 64, executor)
    stuck = cover(flat, SQUARE, 1000, 64, executor)
    spent = cover(HARD, SQUARE, 50, 64, executor)
    assert (decided.complete, stuck.stuck, spent.boxes) == (True, 1, 50)
    assert executor.jobs == []


def test_a_cover_that_was_begun_is_gone_on_with() -> None:
    start = branch_and_bound(HARD, SQUARE, 20)
    assert cover(HARD, SQUARE, 20, start=start) is start
    assert cover(HARD, SQUARE, 21, start=start).boxes == 21
    # Of nothing examined the root is cut, as without a start.
    nothing = Cover("?", (SQUARE,), 0, float("inf"))
    assert cover(HARD, SQUARE, 30, start=nothing) == cover(HARD, SQUARE, 30)


def test_after_a_point_that_fails_no_box_is_begun() -> None:
    """a + ½ > 0: sure on [1, 2], 0 at the lower end of [−½, 0]; [3, 4] is not looked at."""
    inequality = Inequality(Formula("f", A, PLANE), True, Fraction(-1, 2))
    boxes = [Box.of(a=side, b=("0", "0")) for side in (("1", "2"), ("-0.5", "0"), ("3", "4"))]
    calls: list[tuple[int, int]] = []
    start = Cover("0.0?0??", tuple(boxes), 5, 0.25)
    found = cover(
        inequality,
        Box.of(a=("-1", "4"), b=("0", "0")),
        start=start,
        progress=lambda spent, waiting: calls.append((spent, waiting)),
    )
    assert found.tree == "0.0.0a??"
    assert (found.boxes, found.stuck, found.margin) == (7, 1, 0.25)
    assert found.open == (Box.of(a=("-0.5", "-0.5"), b=("0", "0")), boxes[2])
    assert calls == [(6, 2), (7, 1), (7, 0)]
    assert cover(inequality, SQUARE, start=Cover("?", (SQUARE,), 5, 0.25, 1)).boxes == 5


def test_the_margin_of_a_joined_cover_is_the_least() -> None:
    inequality = Inequality(Formula("f", A, PLANE), True, Fraction(0))
    boxes = tuple(Box.of(a=(side, side), b=("0", "0")) for side in ("3", "2"))
    for margin, least in ((9.0, 2.0), (1.0, 1.0)):
        assert cover(inequality, SQUARE, start=Cover("0??", boxes, 1, margin)).margin == least
