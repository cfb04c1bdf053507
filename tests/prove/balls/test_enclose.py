"""Every enclosure holds at every point of its box."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from actmath import catalog
from actmath.prove import Box, Inequality, Layer
from actmath.prove._balls.enclose import Collapse, Leaf, Split, Stuck, examine, mean_value
from actmath.prove._balls.evaluate import evaluator
from actmath.prove._balls.layer import NATIVE, PRODUCT_OF_MEANS

from ..bowl import BOWL

sides = st.tuples(st.integers(-40, 40), st.integers(0, 30))
shares = st.lists(st.integers(0, 8), min_size=4, max_size=4)


def some_box(draws: tuple[tuple[int, int], ...]) -> Box:
    """A box in mu, omega, nu, tau of moderate size, with positive variances."""
    lows = [Fraction(low, 100) + shift for (low, _), shift in zip(draws, (0, 0, 1, 1), strict=True)]
    widths = [Fraction(width, 100) for _, width in draws]
    ends = tuple((low, low + width) for low, width in zip(lows, widths, strict=True))
    return Box(("mu", "omega", "nu", "tau"), ends)


@given(st.tuples(sides, sides, sides, sides), shares)
def test_every_enclosure_holds_at_every_point(
    draws: tuple[tuple[int, int], ...], share: list[int]
) -> None:
    box = some_box(draws)
    ends = [
        low + (high - low) * Fraction(k, 8) for (low, high), k in zip(box.sides, share, strict=True)
    ]
    point = Box(box.names, tuple((end, end) for end in ends))
    for coordinates in (NATIVE, PRODUCT_OF_MEANS):
        norm = Layer(catalog.selu, coordinates).norm()
        wide, spot = coordinates.box(box), coordinates.box(point)
        exact = evaluator(norm).value(spot)
        slack, gradient = Inequality(norm, True, Fraction(0)).slack_with_gradient(wide)
        if slack.is_finite():
            assert slack.overlaps(exact)
            assert mean_value(Inequality(norm, True, Fraction(0)), wide, gradient).overlaps(exact)


def examined(number: str, **sides: tuple[str, str]) -> list[object]:
    return list(examine(Inequality(BOWL, True, Fraction(number)), Box.of(**sides)))


def test_a_clear_box_is_a_leaf_with_a_true_margin() -> None:
    (leaf,) = examined("-10", a=("-1", "1"), b=("-1", "1"))
    assert isinstance(leaf, Leaf)
    assert 0 < leaf.margin < 10.7892  # the least value is 0.789177


def test_where_the_formula_is_monotone_the_box_collapses_to_the_face_of_least_values() -> None:
    """On [2, 3] × [-1, 0] ∂/∂a = 2a − b + eᵃ > 0 and ∂/∂b = 2b − a < 0."""
    collapses = examined("0.1", a=("2", "3"), b=("-1", "0"))[:-1]
    assert collapses in ([], [Collapse(0, False), Collapse(1, True)])
    steep = examined("14", a=("2", "3"), b=("-1", "0"))
    assert steep[:-1] == [Collapse(0, False), Collapse(1, True)]


def test_an_undecided_box_is_split_where_the_formula_varies_most() -> None:
    assert examined("0.789", a=("-1", "1"), b=("-0.01", "0.01"))[-1] == Split(0)


def test_a_point_that_is_not_decided_is_stuck() -> None:
    assert examined("1", a=("0", "0"), b=("0", "0")) == [Stuck()]


def test_below_is_the_mirror_image_of_above() -> None:
    box = Box.of(a=("0", "0.5"), b=("0", "1"))
    above, below = (Inequality(BOWL, sign, Fraction(1, 3)) for sign in (True, False))
    assert (above.slack(box) + below.slack(box)).contains(0)
    assert (above.sign, below.sign) == (1, -1)
