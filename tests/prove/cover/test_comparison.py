"""Plain bisection, which everybody tries first."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb

from actmath import catalog, prove
from actmath.prove import Box, Cover, Formula, Inequality, Layer
from actmath.prove._balls.enclose import Leaf, Split
from actmath.prove._balls.evaluate import evaluator
from actmath.prove._balls.layer import NATIVE
from actmath.prove._cover.comparison import bisection, undecided_share
from actmath.prove._cover.cover import branch_and_bound

from ..bowl import BOWL, PLANE, SQUARE, A


def test_plain_bisection_certifies_what_is_easy_and_gives_up_on_the_norm() -> None:
    easy = Inequality(BOWL, True, Fraction("0.5"))
    plain = branch_and_bound(easy, SQUARE, 5000, examiner=bisection(BOWL, SQUARE))
    assert plain.complete
    assert plain.boxes > branch_and_bound(easy, SQUARE, 5000).boxes
    claim = prove.STATEMENTS["theorem-1"].parts[0].bounds[-1]
    domain = prove.STATEMENTS["theorem-1"].parts[0].domain
    root = claim.formula.coordinates.box(domain)
    norm = Inequality(claim.formula, False, Fraction(claim.number))
    spent = branch_and_bound(norm, root, 300, examiner=bisection(claim.formula, root))
    assert not spent.complete
    assert 0 < undecided_share(spent, root) <= 1
    assert undecided_share(branch_and_bound(norm, root, 300), root) == 0


@pytest.mark.parametrize(
    ("sides", "axis"),
    [
        ((("0", "0.5"), ("0", "10")), 1),
        ((("0", "1"), ("0", "9")), 0),
        ((("0", "0.5"), ("0", "5")), 0),
        ((("0", "0.25"), ("0", "5")), 1),
        ((("0", "0"), ("0", "0.1")), 1),
    ],
)
def test_the_side_that_was_cut_least_is_cut(sides: tuple[tuple[str, str], ...], axis: int) -> None:
    """Of [0, 1] × [0, 10]: each side is measured by the root's."""
    root = Box.of(a=("0", "1"), b=("0", "10"))
    formula = Formula("f", A, PLANE)
    step = bisection(formula, root)
    assert step(Inequality(formula, True, Fraction(5)), Box.of(a=sides[0], b=sides[1])) == [
        Split(axis)
    ]
    # A root that is a point along b is never cut there.
    flat = bisection(formula, Box.of(a=("0", "1"), b=("3", "3")))
    small = Box.of(a=("0", "0.01"), b=("3", "3"))
    assert flat(Inequality(formula, True, Fraction(5)), small) == [Split(0)]


@pytest.mark.parametrize(("above", "bound", "margin"), [(True, "1/2", 0.5), (False, "5", 3)])
def test_margins_are_distances_to_the_bound(above: bool, bound: str, margin: float) -> None:
    """a lies between 1 and 2."""
    formula, box = Formula("f", A, PLANE), Box.of(a=("1", "2"), b=("0", "0"))
    (leaf,) = bisection(formula, box)(Inequality(formula, above, Fraction(bound)), box)
    assert isinstance(leaf, Leaf)
    assert leaf.margin == pytest.approx(margin, abs=1e-8)
    point = Box.of(a=("1", "1"), b=("0", "2"))
    assert bisection(formula, point)(Inequality(formula, above, Fraction(1)), point) == [Split(1)]


def test_the_closed_forms_of_moments_are_used() -> None:
    """At a point the margin is the distance of the very value."""
    formula = Layer(catalog.relu, NATIVE).variance
    place = {"mu": "0.7", "omega": "-0.9", "nu": "1.1", "tau": "1.3"}
    box = NATIVE.box(Box.of(**{name: (value, value) for name, value in place.items()}))
    (leaf,) = bisection(formula, box)(Inequality(formula, True, Fraction(0)), box)
    assert isinstance(leaf, Leaf)
    assert evaluator(formula).value(box).overlaps(arb(leaf.margin, 1e-15))


def shared(tree: str, root: Box = SQUARE) -> float:
    """Of a cover with that tree."""
    leaves = prove.leaves(tree, root)
    letters = [letter for letter in tree if letter in ".?"]
    open_ = tuple(box for box, letter in zip(leaves, letters, strict=True) if letter == "?")
    return undecided_share(Cover(tree, open_, 9, 1.0), root)


@pytest.mark.parametrize(
    ("tree", "share"),
    [
        (".", 0),
        ("?", 1),
        ("0.?", 1 / 2),
        ("01?..", 1 / 4),
        ("00?.1??", 3 / 4),
        # A face is open for all of the box that it stands for.
        ("a?", 1),
        ("0B?.", 1 / 2),
        ("1.a1?.", 1 / 4),
    ],
)
def test_the_open_share_is_that_of_the_volume(tree: str, share: float) -> None:
    assert shared(tree) == share
    # A side of the root that is a point has no volume to measure.
    edge = Box.of(a=("-1", "1"), c=("3", "3"), b=("0", "5"))
    assert shared(tree.replace("1", "2").replace("B", "C"), edge) == share


def test_shares_are_of_covers_and_boxes() -> None:
    with pytest.raises(TypeError, match=r"cover .*branch_and_bound"):
        undecided_share("?", SQUARE)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="root"):
        undecided_share(Cover(".", (), 1, 1.0), "SQUARE")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="formula"):
        bisection("bowl", SQUARE)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="root"):
        bisection(BOWL, "SQUARE")  # type: ignore[arg-type]
