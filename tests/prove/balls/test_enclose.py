"""Every enclosure holds at every point of its box."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st
from sympy import sqrt

from actmath import catalog
from actmath.prove import Box, Coordinates, Formula, Inequality, Layer
from actmath.prove._balls.enclose import (
    Collapse,
    Leaf,
    Split,
    Stuck,
    _clear,
    examine,
    mean_value,
)
from actmath.prove._balls.evaluate import evaluator
from actmath.prove._balls.layer import NATIVE, PRODUCT_OF_MEANS

from ..bowl import BOWL, PLANE, A, B

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


def formula(value: object, **coordinates: str) -> Formula:
    return Formula("f", value, Coordinates.of(**coordinates) if coordinates else PLANE)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "clear"),
    [
        (arb(1), True),
        (arb(1, "0.74"), True),
        (arb(1, "0.76"), False),
        (arb(-1), False),
        (arb(-1, "0.1"), False),
        (arb(0), False),
        (arb(0, 1), False),
        (arb("nan"), False),
        (arb.pos_inf(), False),
    ],
)
def test_what_is_clear_has_a_radius_below_three_quarters_of_its_middle(
    value: arb, clear: bool
) -> None:
    assert _clear(value) is clear
    assert _clear(value * 3) is clear


@pytest.mark.parametrize("above", [True, False])
@pytest.mark.parametrize(("slope_a", "slope_b"), [(1, 2), (1, -2), (-1, 2), (-1, -2)])
def test_a_box_collapses_to_the_corner_of_the_least_slack(
    above: bool, slope_a: int, slope_b: int
) -> None:
    """A linear formula: the face is the lower one where the slack rises."""
    inequality = Inequality(formula(slope_a * A + slope_b * B), above, Fraction(0))
    steps = examine(inequality, Box.of(a=("-1", "1"), b=("-1", "2")))
    upper = [(slope < 0) == above for slope in (slope_a, slope_b)]
    assert steps == [Collapse(0, upper[0]), Collapse(1, upper[1]), Stuck()]
    # A side that is a point has no faces.
    (step, _) = examine(inequality, Box.of(a=("0", "0"), b=("-1", "2")))
    assert step == Collapse(1, upper[1])


@pytest.mark.parametrize("above", [True, False])
def test_gradients_of_the_slack_have_its_sign(above: bool) -> None:
    sign = 1 if above else -1
    inequality = Inequality(formula(3 * A - 5 * B), above, Fraction(7))
    slack, gradient = inequality.slack_with_gradient(Box.of(a=("2", "2"), b=("1", "1")))
    assert (slack, gradient) == (sign * (1 - 7), [sign * 3, sign * -5])
    assert inequality.slack(Box.of(a=("2", "2"), b=("1", "1"))) == sign * -6
    assert inequality.slack_on([arb(4), arb(1)]) == 0
    assert repr(inequality) == ("<f > 7>" if above else "<f < 7>")


def test_a_mean_value_is_taken_about_the_middle() -> None:
    """a² − a + 3b on [0.4, 0.8] × [−1, 2] by hand: −0.24 + 1.5 ± 0.6·0.2 ± 3·1.5."""
    inequality = Inequality(formula(A**2 - A + 3 * B), True, Fraction(0))
    box = Box.of(a=("0.4", "0.8"), b=("-1", "2"))
    _, gradient = inequality.slack_with_gradient(box)
    found = mean_value(inequality, box, gradient)
    assert float(found.mid()) == pytest.approx(1.26, abs=1e-8)
    assert float(found.rad()) == pytest.approx(0.12 + 4.5, abs=1e-7)


def test_margins_are_the_lower_ends() -> None:
    """a + 2 on [1, 2] is 3 at least; b² − b + 1 by its mean value about ½, ¾ − 0.2·0.1."""
    (leaf,) = examine(
        Inequality(formula(A + 2), True, Fraction(1, 2)), Box.of(a=("1", "2"), b=("0", "0"))
    )
    assert isinstance(leaf, Leaf)
    assert leaf.margin == pytest.approx(2.5, abs=1e-8)
    (leaf,) = examine(
        Inequality(formula(B**2 - B + 1), True, Fraction(1, 2)),
        Box.of(a=("1", "2"), b=("0.4", "0.6")),
    )
    assert isinstance(leaf, Leaf)
    assert leaf.margin == pytest.approx(0.23, abs=1e-8)


@pytest.mark.parametrize(
    ("value", "sides", "axis"),
    [
        (A**2 + B**2, (("-1", "1"), ("-0.9", "0.9")), 0),
        (A**2 + B**2, (("-0.9", "0.9"), ("-1", "1")), 1),
        # The slope counts with the width: 2·0.5 · 1 < 20·0.4 · 0.8.
        (A**2 + 10 * B**2, (("-0.5", "0.5"), ("-0.4", "0.4")), 1),
        (A**2 + B**2 / 10, (("-0.4", "0.4"), ("-0.5", "0.5")), 0),
        (A**2 - 3 * B**2, (("-0.5", "0.5"), ("-0.4", "0.4")), 1),
        # At a root slopes are unbounded: the longest side is cut.
        (sqrt(A) - 2 - B**2, (("0", "0.5"), ("-1", "1")), 1),
        (sqrt(B) - 2 - A**2, (("-2", "2"), ("0", "3")), 0),
        (sqrt(A + 1) - 2 - 100 * B**2, (("-1", "1"), ("-0.5", "0.5")), 0),
    ],
)
def test_the_side_that_adds_most_is_cut(
    value: object, sides: tuple[tuple[str, str], ...], axis: int
) -> None:
    box = Box.of(a=sides[0], b=sides[1])
    assert examine(Inequality(formula(value), True, Fraction(0)), box)[-1] == Split(axis)


@pytest.mark.parametrize("above", [True, False])
def test_a_box_on_which_the_formula_is_constant_is_stuck(above: bool) -> None:
    """Of a > 0 on {0} × [0, 1], or of 3 > 3, no half is decided sooner than the whole."""
    edge = Box.of(a=("0", "0"), b=("0", "1"))
    assert examine(Inequality(formula(A), above, Fraction(0)), edge) == [Stuck()]
    assert examine(Inequality(formula(A - A + 3), above, Fraction(3)), edge) == [Stuck()]
    # At a root's end the slope is unbounded, and a point is a point.
    root = Inequality(formula(sqrt(A)), above, Fraction(0))
    assert examine(root, Box.of(a=("0", "0"), b=("1", "1"))) == [Stuck()]


def test_another_inequality_or_box_is_a_type_error() -> None:
    inequality, box = Inequality(BOWL, True, Fraction(0)), Box.of(a=("0", "1"), b=("0", "1"))
    with pytest.raises(TypeError, match="inequality"):
        examine(BOWL, box)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"box .*Box\.of"):
        examine(inequality, [(0, 1)])  # type: ignore[arg-type]
