"""The dual kernel of straight pieces against panels, at every correlation."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import Max, Min, Piecewise, Rational

from actmath import Activation, catalog
from actmath.notation import x
from actmath.numeric import gaussian
from actmath.numeric._kernel.broken_line import BrokenLine, broken_line
from actmath.numeric._kernel.plane import by_panels

from .oracle import ramps

UNITS = [
    *map(catalog.get, ("hard_tanh", "relu6", "hard_sigmoid", "softshrink", "shifted_relu", "plu")),
    Activation("steps_up", "Piecewise((1 - x, x < -1), (2, x < 0), (2 + 3*x, x < 2), (8, True))"),
]


@pytest.mark.slow
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_panels_agree(unit):
    line = broken_line(unit)
    q1 = np.array([0.3, 1.0, 1.0, 2.0, 4.0, 1.7, 1.0])
    q2 = np.array([2.0, 1.0, 1.0, 0.3, 4.0, 0.9, 1.0])
    c = np.array([0.3, 1.0, -1.0, -0.7, 1 - 1e-9, 0.0, 1 - 1e-14])
    assert line.holds(q1, q2).all()
    value, slope = line.kernel(q1, q2, c)
    summed = by_panels(unit, q1, q2, c)
    moments = [gaussian(unit, 0.0, q) for q in (q1, q2)]
    size = np.sqrt(moments[0].second * moments[1].second)
    np.testing.assert_allclose(value / size, summed[0] / size, atol=2e-14)
    # At 1 − c = 1e-14 the panels' own angle has half its digits.
    np.testing.assert_allclose(slope[:-1], summed[1][:-1], atol=1e-13)
    np.testing.assert_allclose(slope[-1], summed[1][-1], atol=1e-8)
    wanted = summed[2] / (2 * np.sqrt(q1))
    np.testing.assert_allclose(line.scale_slope(unit, q1, q2, c), wanted, atol=1e-13)


@pytest.mark.parametrize("q", [1e-6, 1e-3, 100.0])
def test_at_the_ends_of_the_range_the_diagonal_is_the_second_moment(q):
    at = gaussian("hard_tanh", 0.0, q)
    value, slope = broken_line(catalog.hard_tanh).kernel(*(np.array([v]) for v in (q, q, 1.0)))
    assert value[0] == pytest.approx(at.second, rel=1e-13)
    assert slope[0] == pytest.approx(at.derivative_second, abs=1e-14)


@pytest.mark.parametrize("name", ["tanh", "hardshrink", "elu", "identity", "hard_swish"])
def test_what_is_none(name):
    assert broken_line(catalog.get(name)) is None


def test_where_it_holds():
    q = np.array([1e-7, 0.01, 1.0, 101.0])
    assert broken_line(catalog.hard_tanh).holds(q, q).tolist() == [False, True, True, False]
    narrow = broken_line(Activation("narrow", "Max(-1, Min(1, 100*x))"))
    assert narrow.holds(q / 1e4, q / 1e4).tolist() == [False, True, True, False]
    assert broken_line(catalog.softshrink).holds(q, q).tolist() == [False, False, True, False]


def bent(first: float, slopes: list[float], kinks: list[float]) -> Activation:
    """The line first + slopes[0]·x, and at each kink the next slope from there on."""
    steps = zip(kinks, slopes[1:], slopes[:-1], strict=True)
    rises = sum((Rational(new) - Rational(old)) * Max(0, x - Rational(k)) for k, new, old in steps)
    return Activation("bent", Rational(first) + Rational(slopes[0]) * x + rises)


@pytest.mark.parametrize("seed", range(12))
def test_random_lines_by_plain_sums(seed: int) -> None:
    """Kinks on either side of 0 and at 0, few or several, and any two variances."""
    random = np.random.default_rng(seed)
    count = 1 + seed % 4
    # In eighths, so that they are rational numbers of few digits.
    kinks = np.sort(random.choice([-16, -9, -5, 0, 4, 7, 13], count, replace=False)) / 8
    slopes = (random.permutation([-8, -3, 0, 5, 12])[: count + 1] / 8).tolist()
    first = random.integers(-9, 9) / 8
    unit = bent(first, slopes, kinks.tolist())
    line = broken_line(unit)
    for _ in range(4):
        q1, q2, c = *(10 ** random.uniform(-1, 0.7, 2)), random.uniform(-0.95, 0.95)
        wanted = ramps(first, slopes, kinks, (q1, q2, c))
        at = tuple(np.array([part]) for part in (q1, q2, c))
        found = [part[0] for part in (*line.kernel(*at), line.scale_slope(unit, *at))]
        size = 1 + abs(first) ** 2
        assert found[0] == pytest.approx(wanted[0], abs=2e-13 * size)
        assert found[1] == pytest.approx(wanted[1], abs=2e-13)
        assert found[2] == pytest.approx(wanted[2] / (2 * q1**0.5), abs=5e-13 * size)


def test_the_bends_of_a_line_by_hand() -> None:
    """Seen from 0, right of which it is 2 + 3x: bends on either side, and at 0 on the left."""
    assert broken_line(UNITS[-1]) == BrokenLine(
        2.0, 3.0, ((-1, 1.0, 1.0), (-1, 0.0, 3.0), (1, 2.0, -3.0))
    )
    apart = Activation("apart", Piecewise((-x, x < 2), (x - 4, x < 5), (1, True)))
    assert broken_line(apart) == BrokenLine(0.0, -1.0, ((1, 2.0, 2.0), (1, 5.0, -1.0)))
    before = Activation("before", Piecewise((7, x < -5), (2 - x, x < -2), (4, True)))
    assert broken_line(before) == BrokenLine(4.0, 0.0, ((-1, 5.0, -1.0), (-1, 2.0, 1.0)))


@pytest.mark.parametrize(
    "expr",
    [
        2 * x + 1,
        Piecewise((x**2, x < 0), (0, True)),
        Piecewise((0, x < 0), (x**2, True)),
        Piecewise((x, x < 0), (x + 1, True)),
        Piecewise((0, x < -1), (x, x < 1), (1, True)),
        Piecewise((-1, x < -1), (x, x < 1), (2, True)),
    ],
    ids=range(6),
)
def test_one_line_a_square_or_a_jump_is_none(expr: object) -> None:
    assert broken_line(Activation("unit", expr)) is None


def test_the_ends_of_the_range_belong_to_it() -> None:
    """From 1e-6 of the square of the nearest bend, 1/9 where it is flat up to there, to 100."""
    line, flat = (broken_line(catalog.get(name)) for name in ("hard_tanh", "softshrink"))
    far = broken_line(Activation("far", Min(5, Max(x, -2))))
    only_0 = broken_line(Activation("only_0", 1 + Max(0, x)))
    for unit, least, most in (
        (line, 1e-6, 100),
        (flat, 0.25 / 9, 25),
        # The nearest of two, on the left.
        (far, 4e-6, 400),
        # A bend at 0 cancels nothing.
        (only_0, 1e-6, 100),
    ):
        q = np.array([least * (1 - 1e-9), least * (1 + 1e-9), most * (1 - 1e-9), most * (1 + 1e-9)])
        assert unit.holds(q, q).tolist() == [False, True, True, False]
        one = np.full(4, (least + most) / 2)
        assert (
            unit.holds(q, one).tolist() == unit.holds(one, q).tolist() == [False, True, True, False]
        )
    assert line.holds(np.array([1e-6]), np.array([100.0])).all()
