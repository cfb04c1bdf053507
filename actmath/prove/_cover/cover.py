"""Adaptive covers: a box is cut where it pays until an inequality is decided on every piece.

The cover is a tree, written in prefix order with one letter for each node: a digit halves the box
along that axis (two subtrees follow), a small letter goes to the lower face along axis a, b, …, a
capital to the upper face (one subtree), ``.`` is a piece where the inequality was certified and
``?`` one that is still open.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, field

from flint import ctx

from ..._arrays import whole_number
from ..._text.kinds import check_kind
from ..._text.tables import Answer
from ...lower._for_arb import BALLS
from .._balls.box import BOX_HINT, Box
from .._balls.enclose import Collapse, Inequality, Leaf, Split, Step, Stuck, examine

Examiner = Callable[[Inequality, Box], list[Step]]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, repr=False)
class Cover(Answer):
    """A tree over a root box, the boxes still open in the tree's order, and what it took.

    ``stuck`` counts open boxes on which the formula is constant, such as points: no further
    splitting can decide them.
    """

    tree: str
    open: tuple[Box, ...]
    boxes: int
    margin: float
    stuck: int = 0

    @property
    def complete(self) -> bool:
        """Whether the inequality was certified on every piece."""
        return not self.open


@dataclass
class _Node:
    box: Box
    letters: str = "?"
    children: list[_Node] = field(default_factory=list)

    def text(self) -> Iterator[str]:
        # Prefix order: the first child is the next to be taken from the stack.
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node.letters
            waiting += reversed(node.children)

    def unsettled(self) -> Iterator[Box]:
        if not self.children and self.letters.endswith("?"):
            yield self.box
        for child in self.children:
            yield from child.unsettled()


def branch_and_bound(
    inequality: Inequality,
    root: Box,
    budget: int,
    bits: int = 64,
    examiner: Examiner = examine,
    progress: Progress | None = None,
) -> Cover:
    """Cut breadth-first until all is decided, the budget of boxes is spent, or a point fails.

    Raises:
        TypeError: for another inequality, box or number.
    """
    check_kind(inequality, Inequality, "inequality")
    check_kind(root, Box, "root", BOX_HINT)
    budget, bits = whole_number(budget, "budget", 0), whole_number(bits, "bits")
    top = _Node(root.for_balls())
    queue = deque([top])
    spent = stuck = 0
    margin = float("inf")
    # The precision is the process's: one thread at a time.
    with BALLS, ctx.workprec(bits):
        while queue and spent < budget and not stuck:
            node = queue.popleft()
            spent += 1
            last = _apply(node, examiner(inequality, node.box))
            queue.extend(node.children)
            if isinstance(last, Leaf):
                margin = min(margin, last.margin)
            # A point where the bound is not certain will not become so: the search takes over.
            stuck += isinstance(last, Stuck)
            if progress and spent % 256 == 0:
                progress(spent, len(queue))
    waiting = tuple(box.as_fractions() for box in top.unsettled())
    return Cover("".join(top.text()), waiting, spent, margin, stuck)


def _apply(node: _Node, steps: list[Step]) -> Step:
    """Write the steps into the tree; the box of the node becomes the face it collapsed to."""
    letters = ""
    for step in steps:
        if isinstance(step, Collapse):
            # Only the face is looked at from here on: the least value on the box is taken there.
            letters += chr(ord("A" if step.upper else "a") + step.axis)
            node.box = node.box.face(step.axis, step.upper)
        elif isinstance(step, Split):
            letters += str(step.axis)
            node.children = [_Node(half) for half in node.box.halves(step.axis)]
        else:
            letters += "." if isinstance(step, Leaf) else "?"
    node.letters = letters
    return steps[-1]


def cover(
    inequality: Inequality,
    root: Box,
    budget: int = 1_000_000,
    bits: int = 64,
    executor: Executor | None = None,
    workers: int = 1,
    progress: Progress | None = None,
    start: Cover | None = None,
) -> Cover:
    """A cover of the root, grown by an executor's workers once it has enough open boxes.

    Any ``concurrent.futures.Executor`` will do, such as a Dask client's ``get_executor()``: the
    jobs are plain values and share nothing. With ``start``, a cover of the same root that was left
    open, only its open boxes are cut: a complete tree is the same as from the root.
    """
    if start is None or not start.boxes:
        # So many boxes that what stays open can be shared out evenly among the workers.
        first = budget if executor is None else min(budget, 64 * workers)
        start = branch_and_bound(inequality, root, first, bits, progress=progress)
    if start.complete or start.stuck or start.boxes >= budget:
        return start
    if executor is None:
        return _join(start, _one_by_one(inequality, start, budget, bits, progress))
    # What is left of the budget, in equal parts; a job needs one box at least to begin.
    share = max(1, (budget - start.boxes) // len(start.open))
    jobs = [executor.submit(branch_and_bound, inequality, box, share, bits) for box in start.open]
    found = []
    for job in jobs:
        found.append(job.result())
        if progress:
            progress(start.boxes + sum(part.boxes for part in found), len(jobs) - len(found))
    return _join(start, found)


def _one_by_one(
    inequality: Inequality, start: Cover, budget: int, bits: int, progress: Progress | None
) -> list[Cover]:
    """Covers of the open boxes; none is begun after one is stuck, or without budget."""
    found, spent, stuck = list[Cover](), start.boxes, 0
    for box in start.open:
        left = 0 if stuck else budget - spent
        found.append(branch_and_bound(inequality, box, left, bits))
        spent, stuck = spent + found[-1].boxes, found[-1].stuck or stuck
        if progress:
            progress(spent, len(start.open) - len(found))
    return found


def leaves(tree: str, root: Box) -> tuple[Box, ...]:
    """The boxes at the leaves of a tree, certified or open, in the tree's order.

    Raises:
        TypeError: for another tree or box.

    >>> [box.as_text()["a"] for box in leaves("0.0.A.", Box.of(a=("0", "1")))]
    [('0', '0.5'), ('0.5', '0.75'), ('1', '1')]
    """
    check_kind(tree, str, "tree")
    check_kind(root, Box, "root", BOX_HINT)
    return tuple(leaf for leaf, _ in _leaves_and_regions(tree, root))


def regions(tree: str, root: Box) -> tuple[Box, ...]:
    """What each leaf answers for: its box, undone where a face stands for more. They fill the root.

    Raises:
        TypeError: for another tree or box.

    >>> [box.as_text()["a"] for box in regions("0.0.A.", Box.of(a=("0", "1")))]
    [('0', '0.5'), ('0.5', '0.75'), ('0.75', '1')]
    """
    check_kind(tree, str, "tree")
    check_kind(root, Box, "root", BOX_HINT)
    return tuple(region for _, region in _leaves_and_regions(tree, root))


def _leaves_and_regions(tree: str, root: Box) -> Iterator[tuple[Box, Box]]:
    """Each leaf with its region; a collapsed side is never cut again, so both are cut alike."""
    waiting = [(root, root)]
    for letter in tree:
        box, region = waiting.pop()
        if letter.isdigit():
            axis = int(letter)
            # The lower half comes first in prefix order: it is pushed last.
            waiting += reversed(list(zip(box.halves(axis), region.halves(axis), strict=True)))
        elif letter in ".?":
            yield box, region
        else:
            face = box.face(ord(letter.lower()) - ord("a"), upper=letter.isupper())
            waiting.append((face, region))


def _join(start: Cover, parts: list[Cover]) -> Cover:
    """The first tree with each ``?`` replaced by the tree grown there."""
    trees = iter(part.tree for part in parts)
    tree = "".join(next(trees) if letter == "?" else letter for letter in start.tree)
    return Cover(
        tree,
        tuple(box for part in parts for box in part.open),
        start.boxes + sum(part.boxes for part in parts),
        # The margin of a cover is the least over all of its leaves.
        min([start.margin, *(part.margin for part in parts)]),
        sum(part.stuck for part in parts),
    )
