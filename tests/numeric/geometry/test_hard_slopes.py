"""Best slopes and comparisons, for the sigmoid and, by direct sums, for tanh."""

from __future__ import annotations

import re
from fractions import Fraction

import numpy as np
import pytest
from mpmath import mp

from actmath.derive._saturation.hard_slopes import Norm
from actmath.numeric._geometry.hard_slopes import (
    SHIPPED,
    SlopeComparison,
    SmoothFunction,
    best_slope,
    compare_slopes,
    slope_distance,
)

GRID = np.linspace(-25, 25, 1_000_001)


def tanh_by_grid(norm: Norm, m: float, variance: float) -> float:
    gap = np.tanh(GRID) - np.clip(m * GRID, -1, 1)
    if norm.of_slope:
        gap = 1 / np.cosh(GRID) ** 2 - np.where(np.abs(GRID) < 1 / m, m, 0)
    if norm in (Norm.SUP, Norm.SLOPE_SUP):
        return float(np.abs(gap).max())
    weight = np.ones_like(GRID)
    if norm.weighted:
        weight = np.exp(-(GRID**2) / (2 * variance)) / np.sqrt(2 * np.pi * variance)
    return float(np.sqrt((gap**2 * weight).sum() * (GRID[1] - GRID[0])))


@pytest.mark.parametrize("norm", list(Norm))
@pytest.mark.parametrize("m", ["1/2", "4/5", "1", "2"])
def test_tanh_is_the_sigmoid_stretched(norm: Norm, m: str) -> None:
    expected = tanh_by_grid(norm, float(Fraction(m)), 0.6)
    assert slope_distance(norm, m, "tanh", "0.6") == pytest.approx(expected, rel=2e-4)


@pytest.mark.parametrize("norm", list(Norm))
@pytest.mark.parametrize("target", ["sigmoid", "tanh"])
def test_no_neighbour_is_nearer_than_the_best_slope(norm: Norm, target: str) -> None:
    best = best_slope(norm, target, digits=12)
    least = float(best.distance)
    assert slope_distance(norm, best.slope, target) == pytest.approx(least, rel=1e-9)
    for factor in (0.7, 0.98, 0.999, 1.001, 1.02, 1.4):
        assert slope_distance(norm, float(best.slope) * factor, target) > least
    assert float(best.threshold) * float(best.slope) == pytest.approx(
        0.5 if target == "sigmoid" else 1
    )


@pytest.mark.slow
def test_more_digits_extend_fewer() -> None:
    short, long = (best_slope("gauss", digits=d).slope for d in (8, 20))
    assert float(long) == pytest.approx(float(short), abs=1e-8)
    assert len(str(long)) == len(str(short)) + 12


@pytest.mark.slow
def test_a_tenth_is_a_tenth_at_any_number_of_digits() -> None:
    tenth, exactly = (best_slope("gauss", variance=v, digits=30) for v in (0.1, Fraction(1, 10)))
    assert tenth == exactly


def test_comparison_marks_the_nearest() -> None:
    table = compare_slopes()
    assert table.slopes == tuple(SHIPPED)
    for i, norm in enumerate(table.norms):
        column = [row[i] for row in table.distances]
        assert table.nearest(norm) == table.slopes[int(np.argmin(column))]
    assert table._repr_html_().count("<strong>") >= len(table.norms)


@pytest.mark.parametrize(
    "call",
    [
        lambda: slope_distance("sup", 0),
        lambda: slope_distance("gauss", 1, variance=-1),
        lambda: best_slope("sup", digits=0),
        lambda: best_slope("gauss", variance=0),
        lambda: slope_distance("sup", 1, "relu"),
    ],
)
def test_misuse(call: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        call()


def test_no_slopes_are_no_table() -> None:
    with pytest.raises(ValueError, match="slopes must be some"):
        compare_slopes([])


@pytest.mark.parametrize("norm", [norm for norm in Norm if not norm.weighted])
def test_a_best_slope_without_a_weight_does_not_look_at_the_variance(norm: Norm) -> None:
    for target in ("sigmoid", "tanh"):
        one, other = (best_slope(norm, target, v, digits=9) for v in (1, "1/100"))
        assert [v for _, v in one.rows()] == [v for _, v in other.rows()]


@pytest.mark.slow
@pytest.mark.parametrize("norm", ["gauss", "slope gauss"])
def test_the_best_slope_where_the_weight_is_narrow(norm: str) -> None:
    """g is ½ + t/4 − t³/48, so that s = ¼ − E t⁴/(48E t²) = ¼ − v/16, and tanh's line 1 − v."""
    found = best_slope(norm, "sigmoid", "1/10000", digits=8)
    assert float(found.slope) == pytest.approx(0.25 - 1e-4 / 16, abs=1e-8)
    found = best_slope(norm, "tanh", "1/40000", digits=8)
    assert float(found.slope) == pytest.approx(1 - 1e-4 / 4, abs=4e-8)


def test_flat_and_steep_lines() -> None:
    """The sigmoid is ½ away from a flat line; from a step ∫ g(−|t|)² = 2·log 2 − 1 is left."""
    for slope in ("1e-30", "1e-12"):
        assert slope_distance("sup", slope) == pytest.approx(0.5, rel=1e-10)
        assert slope_distance("slope sup", slope) == pytest.approx(0.25, rel=1e-11)
        # √(T/6) with T = 1/(2s).
        assert slope_distance("L2", slope) == pytest.approx(1 / (12 * float(slope)) ** 0.5)
    for slope in ("1e12", "1e20", "1e30"):
        wanted = (2 * np.log(2) - 1) ** 0.5
        assert slope_distance("L2", slope) == pytest.approx(wanted, rel=2e-12)
        assert slope_distance("sup", slope) == pytest.approx(0.5, rel=1e-12)


@pytest.mark.parametrize("digits", [3, 21])
def test_every_digit_of_the_best_slope_of_a_slope(digits: int) -> None:
    """½ − tanh(T/2) + T/(2cosh²(T/2)) = 0 with T = 1/(2s), by mpmath alone; tanh's is 4s."""
    with mp.workdps(40):
        end = mp.findroot(lambda t: 0.5 - mp.tanh(t / 2) + t / 2 * mp.sech(t / 2) ** 2, 2.5)
        slope = 1 / (2 * end)

        def square(s: mp.mpf) -> mp.mpf:
            """Of the distance: twice the integrals over 0 < t < T and beyond."""
            curve = lambda t: mp.sech(t / 2) ** 2 / 4  # noqa: E731
            inside = mp.quad(lambda t: (curve(t) - s) ** 2, mp.linspace(0, end, 4))
            return 2 * inside + 2 * mp.quad(lambda t: curve(t) ** 2, [end, end + 9, mp.inf])

        far = mp.sqrt(square(slope))
        wanted = {"sigmoid": (slope, end, far), "tanh": (4 * slope, end / 2, far * 4 / mp.sqrt(2))}
        for target, numbers in wanted.items():
            found = best_slope("slope L2", target, digits=digits)
            for value, number in zip((v for _, v in found.rows()), numbers, strict=True):
                assert len(re.sub(r"^0\.0*|\.", "", str(value))) == digits
                assert abs(mp.mpf(str(value)) / number - 1) < 5 * mp.mpf(10) ** -digits


def test_what_a_best_slope_says_of_itself() -> None:
    found = best_slope("gauss", "tanh", "1/2", digits=5)
    assert (found.target, found.norm) == (SmoothFunction.TANH, Norm.GAUSS)
    assert found.variance == Fraction(1, 2)
    assert found.rows() == (
        ("slope", found.slope),
        ("threshold", found.threshold),
        ("distance", found.distance),
    )
    assert found.caption() == "the nearest clipped line to tanh in the norm gauss"
    near = slope_distance("gauss", found.slope, "tanh", "1/2")
    assert float(found.distance) == pytest.approx(near, rel=1e-4)


def test_the_slopes_in_use_are_four_times_as_steep_for_tanh() -> None:
    """clip(½ + s·2y, 0, 1)·2 − 1 is clip(4s·y, −1, 1)."""
    table = compare_slopes(target="tanh", norms=["sup", "slope L2"], variance="1/3")
    assert table.slopes == ("1", "4/5", "2/3", "2")
    assert table.target is SmoothFunction.TANH
    assert (table.variance, table.norms) == ("1/3", (Norm.SUP, Norm.SLOPE_L2))
    for name, row in zip(table.slopes, table.distances, strict=True):
        assert row == tuple(slope_distance(norm, name, "tanh") for norm in table.norms)


def test_a_weight_of_a_table_has_its_variance() -> None:
    table = compare_slopes(["1/4", 0.2], norms=["gauss"], variance=4)
    assert table.slopes == ("1/4", "1/5")
    assert table.distances == tuple(
        (slope_distance("gauss", slope, variance=4),) for slope in ("1/4", "1/5")
    )
    assert table.distances != compare_slopes(["1/4", 0.2], norms=["gauss"]).distances


def test_rows_of_a_table_have_five_decimals_and_the_smallest_stands_out() -> None:
    norms = (Norm.SUP, Norm.L2)
    numbers = ((0.25, 0.1234567), (0.5, 0.000004), (0.25, 3.0))
    table = SlopeComparison(SmoothFunction.TANH, "1", ("a", "b", "c"), norms, numbers)
    assert table.rows() == (
        ("a", "<strong>0.25000</strong>", "0.12346"),
        ("b", "0.50000", "<strong>0.00000</strong>"),
        ("c", "<strong>0.25000</strong>", "3.00000"),
    )
    assert table.columns() == ("slope", "sup", "L2")
    assert table.caption() == "distance of a clipped line from tanh"
    assert [table.nearest(norm) for norm in norms] == ["a", "b"]


def test_the_sup_of_the_sigmoid_to_all_digits_of_a_float() -> None:
    """At s = ¼ and above the line is nowhere as flat as the curve: g(−2) and g(−½) are left."""
    with mp.workdps(30):
        for slope, end in (("1/4", 2), ("1", mp.mpf(1) / 2)):
            assert slope_distance("sup", slope) == float(1 / (1 + mp.exp(end)))


@pytest.mark.parametrize("target", ["sigmoid", "tanh"])
@pytest.mark.parametrize("norm", ["sup", "gauss"])
def test_what_is_not_positive_is_named(norm: str, target: str) -> None:
    for bad in (0, "-1/7"):
        with pytest.raises(ValueError, match=f"slope must be positive, got {bad}"):
            slope_distance(norm, bad, target)
        with pytest.raises(ValueError, match=f"variance must be positive, got {bad}"):
            slope_distance(norm, 1, target, bad)
        with pytest.raises(ValueError, match=f"variance must be positive, got {bad}"):
            best_slope(norm, target, bad)


def test_words_that_are_none() -> None:
    said = "norm must be sup, L2, .* or slope gauss, got 'sop'"
    with pytest.raises(ValueError, match=said):
        slope_distance("sop", 1)
    with pytest.raises(ValueError, match=said):
        best_slope("sop")
    with pytest.raises(ValueError, match="target must be sigmoid or tanh, got 'relu'"):
        slope_distance("sup", 1, "relu")
    with pytest.raises(ValueError, match="target must be sigmoid or tanh, got 'relu'"):
        best_slope("sup", "relu")
    with pytest.raises(ValueError, match="each of norms must be sup"):
        compare_slopes(norms=["sop"])
    with pytest.raises(ValueError, match="norm must be sup"):
        compare_slopes(norms=["sup"]).nearest("sop")
    with pytest.raises(ValueError, match="target must be sigmoid or tanh"):
        compare_slopes(target="relu")
