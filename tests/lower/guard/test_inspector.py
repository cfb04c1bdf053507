"""Stretches where a formula breaks the promise, found without a look at every point."""

from __future__ import annotations

import random
from itertools import pairwise
from math import inf
from typing import Any

import numpy as np
import pytest
from sympy import Expr, Rational, S, atan, cos, cosh, exp, log, pi, sin, sinh, sqrt

from actmath.lower import FLOAT64
from actmath.lower._for_numpy import compile_one
from actmath.lower._functions.exponential import Expm1, UpperAtan
from actmath.lower._guard.inspector import Inspector, _plateaus, _runs, _some
from actmath.lower._guard.judge import Judge
from actmath.lower._guard.many_digits import ManyDigits
from actmath.notation import x


def _inspector(formula: Expr) -> Inspector:
    return Inspector(Judge(ManyDigits(formula), FLOAT64), compile_one, 1.0)


@pytest.mark.parametrize(
    ("formula", "bad", "good"),
    [
        (exp(x) - 1, [1e-9, -1e-3], [3.0, -5.0, 300.0]),
        (x + sqrt(x**2 + 4), [-1e5, -1e150], [1.0, 1e100, 30.0]),
        (x / sqrt(1 + x**2), [1e200, -1e170], [1.0, -1e10]),
        (log(1 + exp(x)), [800.0, 1e5, -50.0], [3.0, 20.0]),
        (1 + cos(x), [np.pi + 1e-4, -np.pi, 9.42477796], [1.0, 5.0]),
    ],
    ids=str,
)
def test_stretches(formula: Expr, bad: list[float], good: list[float]) -> None:
    found = _inspector(formula).stretches(formula, -inf, inf)
    for at in bad:
        assert any(low < at < high for low, high in found), at
    for at in good:
        assert not any(low < at < high for low, high in found), at


def test_a_formula_that_keeps_its_digits_has_none() -> None:
    assert _inspector(exp(x) - 1).stretches(Expm1(x), -inf, inf) == []


def test_only_the_half_line_is_looked_at() -> None:
    inspector = _inspector(exp(x) - 1)
    assert inspector.stretches(exp(x) - 1, 2.0, inf) == []
    assert inspector.keeps(exp(x) - 1, 2.0, 50.0)
    assert not inspector.keeps(exp(x) - 1, 1e-5, 50.0)
    worst, excess = inspector.excess(exp(x) - 1, 1e-9, 1e-3)
    assert 1e-9 < worst <= 1e-3
    assert excess > 1


def test_what_equal_terms_leave_of_nothing_is_found_though_it_is_mostly_0() -> None:
    # (atan(1/t) − t/(1 + t²))/π for t = −x, some 2/(3πt³), below every normal number from 1e103 on.
    slope = UpperAtan(-x) / pi + x / sqrt(1 + x**2) ** 2 / pi
    exact = (atan(x) + pi / 2 + x / (1 + x**2)) / pi
    inspector = Inspector(Judge(ManyDigits(exact), FLOAT64), compile_one, 1.0)
    found = inspector.stretches(slope, -inf, -1.0)
    assert any(low < -1e150 and high > -1e120 for low, high in found)


@pytest.mark.parametrize("middle", [7.0, 19.0, 33.0, 41.0])
def test_a_short_stretch_between_the_points_that_are_always_compared(middle: float) -> None:
    """cosh² − sinh² = 1, whose terms reach 10⁵ there and are 1 and 0 elsewhere."""
    hill = 6 * exp(-16 * (x - Rational(middle)) ** 2)
    found = _inspector(S.One + x * 0).stretches(cosh(hill) ** 2 - sinh(hill) ** 2, -inf, inf)
    assert any(middle - 2 < low < middle < high < middle + 2 for low, high in found)


def test_a_level_that_is_wrong_in_its_middle_is_found() -> None:
    found = _inspector(1 + exp(-((x - 30) ** 2))).stretches(S.One, -inf, inf)
    assert len(found) == 1
    assert 0 < found[0][0] < 28 < 32 < found[0][1] < 100


@pytest.mark.parametrize("end", [1.0, -1.0])
def test_a_level_that_is_wrong_at_the_end_of_what_is_looked_at_is_found(end: float) -> None:
    """1 in place of 1 + exp(−30(x ∓ 1)²) on the half-line from 1, or to −1: off within ±1.1."""
    lower, upper = (end, inf) if end > 0 else (-inf, end)
    inspector = _inspector(1 + exp(-30 * (x - Rational(end)) ** 2))
    ((low, high),) = inspector.stretches(S.One, lower, upper)
    assert end in (low, high)
    assert 1.8 < abs(low + high - end) < 10


def test_points_that_broke_the_promise_are_among_those_of_the_next_look() -> None:
    formula = exp(x) - 1
    inspector = _inspector(formula)
    inspector.stretches(formula, -inf, inf)
    again = np.intersect1d(inspector._fresh(1e-12, 1e-3, 40), inspector._bad_ones)
    assert len(again) > 10
    assert (inspector.judge.excess(again, inspector.values(formula, again)) > 1).all()


@pytest.mark.parametrize(("excess", "broken"), [(0.9, False), (1.1, True), (3.0, True)])
def test_a_promise_is_broken_beyond_its_bound(
    monkeypatch: pytest.MonkeyPatch, excess: float, broken: bool
) -> None:
    inspector = _inspector(exp(x))
    monkeypatch.setattr(Judge, "excess", lambda _, points, got: np.full(len(points), excess))
    assert inspector._is_confirmed(exp(x), 1.0, 2.0) is broken


@pytest.mark.parametrize("seed", range(5))
def test_runs_plateaus_and_samples_by_loops(seed: int) -> None:
    generator = random.Random(seed)
    for size in (1, 2, 3, generator.randint(4, 60)):
        indices = np.array(sorted(generator.sample(range(100), size)))
        gap = generator.randint(1, 4)
        runs: list[list[int]] = [[int(indices[0])]]
        for before, index in pairwise(indices):
            if index - before > gap:
                runs.append([])
            runs[-1].append(int(index))
        assert [run.tolist() for run in _runs(indices, gap)] == runs
        most = generator.randint(1, 70)
        some = _some(indices, most)
        assert len(some) == min(size, most)
        assert set(some) <= set(indices)
        assert some[0] == indices[0]
        assert most == 1 or some[-1] == indices[-1]
        # Evenly: no two neighbours are more than twice as far apart as any others.
        places = np.diff(np.searchsorted(indices, some))
        assert not len(places) or places.max() <= 1 + places.min()
        values = np.array([float(generator.randint(0, 1)) for _ in range(size)])
        same = [k for k in range(1, size - 1) if values[k - 1] == values[k] == values[k + 1]]
        want = [k in same and same.index(k) % 10 > 0 for k in range(size)]
        assert _plateaus(values).tolist() == want
    assert _runs(np.array([], dtype=int), 3) == []
    assert len(_some(np.array([], dtype=int), 3)) == 0


def test_every_tenth_point_of_a_plateau_is_looked_at() -> None:
    assert np.flatnonzero(~_plateaus(np.ones(34))).tolist() == [0, 1, 11, 21, 31, 33]


@pytest.mark.parametrize(
    ("formula", "at"),
    [
        ((x - Rational(1, 3)) ** 2 + x * 0, 1 / 3),
        (1 + cos(x), np.pi),
        ((exp(x) - 5) ** 2, np.log(5)),
        ((x + 41) ** 4 * exp(-x / 50), -41.0),
    ],
    ids=str,
)
def test_zeros_without_a_change_of_sign_are_found_between_the_points(
    formula: Expr, at: float
) -> None:
    """The points around such a zero come as near to it as floats of its size resolve a square."""
    points = np.linspace(-60, 60, 181) + 0.123
    inspector = _inspector(formula)
    (near,) = (
        found for found in inspector._dips(formula, points) if found.min() < at < found.max()
    )
    assert len(near) == 24
    distances = np.sort(np.abs(near - at))
    step = points[1] - points[0]
    # On both sides, from the half of a step down to where a square of 1e-8 is an ulp.
    assert min((near > at).sum(), (near < at).sum()) >= 7
    assert distances[-1] == pytest.approx(step / 2, rel=1e-3)
    assert distances[0] < step * 2.0**-18


def test_no_place_is_looked_at_where_values_rise_or_beyond_the_dense_points() -> None:
    inspector = _inspector(exp(x))
    points = np.linspace(-60, 60, 181)
    assert list(inspector._dips(exp(x), points)) == []
    far = (x - 55) ** 2
    assert list(_inspector(far)._dips(far, points)) == []
    # Of many the forty deepest.
    wave = 2 + cos(20 * x) + x**2 / 900
    found = list(_inspector(wave)._dips(wave, np.linspace(-30, 30, 6001)))
    assert len(found) == 40
    assert max(np.abs(near).max() for near in found) < 7


def test_what_is_kept_is_kept_however_it_is_rounded() -> None:
    """x + √(x² + 4) at −1: half a digit is lost, and the worst of an interval is where most is."""
    formula = x + sqrt(x**2 + 4)
    inspector = _inspector(formula)
    assert inspector.keeps(formula, 1.0, 9.0)
    assert not inspector.keeps(formula, -1e5, -1e4)
    at, excess = inspector.excess(formula, -1e5, 1.0)
    assert at < -1e3
    fresh = inspector._fresh(-1e5, 1.0, 24)
    found = inspector.judge.excess(fresh, inspector.values(formula, fresh))
    assert excess == found.max()
    assert at == fresh[found.argmax()]


def test_one_whose_rounding_alone_would_break_the_promise_does_not_keep_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Between an eighth of the promise and the whole the spread of rounding decides."""
    inspector = _inspector(exp(x))
    calls: list[bool] = []
    for bare, spread, kept in (
        *((0.13, 5.0, True), (0.14, 5.0, False), (0.14, 1.0, True)),
        *((1.0, 0.9, True), (1.01, 0.9, False)),
    ):

        def excess(
            _: Judge,
            points: object,
            got: object,
            spread_: object = None,
            b: float = bare,
            s: float = spread,
        ) -> object:
            calls.append(spread_ is not None)
            return np.full(len(points), b if spread_ is None else max(b, s))  # type: ignore[arg-type]

        monkeypatch.setattr(Judge, "excess", excess)
        assert inspector.keeps(exp(x), 1.0, 2.0) is kept, (bare, spread)
    assert sum(calls) == 3


@pytest.mark.parametrize(
    ("low", "high"), [(-2.0, 5.0), (1e-3, inf), (-inf, -1.0), (-inf, inf), (0.0, 1e-300)]
)
def test_fresh_points_are_inside_with_the_ends_that_are_numbers(low: float, high: float) -> None:
    points = _inspector(exp(x))._fresh(low, high, 24)
    most = FLOAT64.largest
    # What serves an interval holds at its upper end, and not at the lower one.
    assert ((low < points) & (points <= high) & (np.abs(points) <= most)).all()
    assert min(high, most) in points
    assert np.nextafter(max(low, -most), np.inf) in points
    assert len(points) >= 14


@pytest.mark.parametrize("seed", range(5))
def test_grades_by_a_loop(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """2 where the promise is broken, 1 where rounding would break it and a digit is wrong near."""
    generator = np.random.default_rng(seed)
    size = 40
    bare = generator.choice([0.0, 0.05, 0.12, 0.14, 0.5, 1.0, 1.1], size)
    with_spread = np.maximum(bare, generator.choice([0.0, 0.9, 1.0, 1.2, 5.0], size))
    inspector = _inspector(exp(x))
    points, chosen = np.arange(100.0), np.sort(generator.choice(100, size, replace=False))

    def excess(_: Judge, at: Any, got: Any, spread: Any = None) -> Any:
        assert at.tolist() == points[chosen].tolist()
        assert got.tolist() == (2 * points[chosen]).tolist()
        return bare if spread is None else with_spread

    monkeypatch.setattr(Judge, "excess", excess)
    found = inspector._grades(points, 2 * points, points / 7, chosen)
    for i in range(size):
        wrong_nearby = any(bare[k] > 0.13 for k in range(max(i - 2, 0), min(i + 3, size)))
        want = 2 if bare[i] > 1 else 1 if with_spread[i] > 1 and wrong_nearby else 0
        assert found[i] == want, i


@pytest.mark.parametrize(
    ("bad", "first", "last"), [(62, 31, 93), (0, 0, 31), (186, 155, 199), (70, None, None)]
)
def test_of_points_in_order_every_thirty_first_is_compared(
    monkeypatch: pytest.MonkeyPatch, bad: int, first: int | None, last: int | None
) -> None:
    """And where one is wrong all between it and its neighbours is looked at."""
    inspector, points = _inspector(exp(x)), np.arange(200.0)
    monkeypatch.setattr(Judge, "excess", lambda _, at, got: np.where(at == bad, 1.5, 1.0))
    flagged = np.zeros(200, dtype=bool)
    inspector._sample(points, points, flagged)
    places = np.flatnonzero(flagged)
    if first is None:
        assert not len(places)
    else:
        assert places.tolist() == list(range(first, int(last or 0) + 1))


def test_what_rounding_shows_at_once() -> None:
    """Lost digits, an overflow on the way, and what is infinite; the spread in units of terms."""
    formula = exp(x) - 1
    inspector = _inspector(formula)
    points = np.array([-800.0, 1e-9, 3.0, 5.0, 800.0])
    spread, flagged = inspector._screened(formula, points)
    # e⁻⁸⁰⁰ is below every normal number.
    assert flagged.tolist() == [True, True, False, False, True]
    assert 1e-17 < spread[1] < 1e-15
    assert 0.1 < spread[2] / np.exp(3) * 2**52 < 2


@pytest.mark.parametrize("side", [-1, 1])
def test_the_far_part_where_a_formula_should_be_0_and_is_not(side: int) -> None:
    """e^{−|x|} is no normal number beyond 708.4; sin² + cos² − 1 leaves an ulp of 1 at places."""
    exact = exp(-side * x)
    inspector = _inspector(exact)
    points = side * np.linspace(600, 800, 81)
    points.sort()
    run = np.arange(81)
    loud = sin(x) ** 2 + cos(x) ** 2 - 1 + exact
    part = inspector._nothing(loud, points, run)
    assert (np.abs(points[part]) > 708.39).all()
    assert len(part) == (np.abs(points) > 708.39).sum()
    assert (np.diff(part) == 1).all()
    # With what is not flagged between.
    some = inspector._nothing(loud, points, run[::3])
    assert set(some) <= set(part)
    assert len(some) >= len(part) - 4
    # One that is 0 there as it should be, and too few points.
    assert len(inspector._nothing(exp(-2 * side * x), points, run)) == 0
    far = run[-2:] if side > 0 else run[:2]
    assert len(inspector._nothing(loud, points, far)) == 0
    three = run[-3:] if side > 0 else run[:3]
    assert len(inspector._nothing(loud, points, three)) == 3


def test_on_both_sides_of_0_nothing_is_no_far_part() -> None:
    inspector = _inspector(exp(-(x**2)))
    points = np.linspace(-60, 60, 41)
    loud = sin(x) ** 2 + cos(x) ** 2 - 1 + exp(-(x**2))
    assert len(inspector._nothing(loud, points, np.arange(41))) == 0
    right = np.flatnonzero(points > 0)
    assert len(inspector._nothing(loud, points, right)) > 5
