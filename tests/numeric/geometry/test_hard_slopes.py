"""Best slopes and comparisons, for the sigmoid and, by direct sums, for tanh."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from actmath.derive._saturation.hard_slopes import Norm
from actmath.numeric._geometry.hard_slopes import (
    SHIPPED,
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
