"""Closed-form distances of hard sigmoids against sums on a fine grid."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import Rational, diff, lambdify

from actmath.derive import Stability, lipschitz
from actmath.derive._iteration.fixed_points import fixed_points
from actmath.derive._saturation.hard_slopes import Norm, clipped, slope_problem
from actmath.notation import T, nu, slope

CLOSED = [Norm.SUP, Norm.L2, Norm.SLOPE_SUP, Norm.SLOPE_L2]
GRID = np.linspace(-40, 40, 1_600_001)


def by_grid(norm: Norm, s: float, variance: float = 1.0) -> float:
    g = 1 / (1 + np.exp(-GRID))
    gap = g - np.clip(0.5 + s * GRID, 0, 1)
    if norm.of_slope:
        gap = g * (1 - g) - np.where(np.abs(GRID) < 0.5 / s, s, 0)
    if norm in (Norm.SUP, Norm.SLOPE_SUP):
        return float(np.abs(gap).max())
    step = GRID[1] - GRID[0]
    weight = np.ones_like(GRID)
    if norm.weighted:
        weight = np.exp(-(GRID**2) / (2 * variance)) / np.sqrt(2 * np.pi * variance)
    return float(np.sqrt((gap**2 * weight).sum() * step))


@pytest.mark.parametrize("norm", list(Norm))
@pytest.mark.parametrize("s", [0.12, 1 / 6, 0.2, 0.25, 0.5])
def test_distance(norm: Norm, s: float) -> None:
    formula = lambdify([slope, nu], slope_problem(norm).distance, "mpmath")
    assert float(formula(s, 1.7)) == pytest.approx(by_grid(norm, s, 1.7), rel=2e-4)


@pytest.mark.parametrize("norm", [Norm.L2, Norm.SLOPE_L2])
def test_equation_is_the_derivative_of_the_squared_distance(norm: Norm) -> None:
    problem = slope_problem(norm)
    derivative = diff((problem.distance**2).subs(slope, 1 / (2 * T)), T)
    factor = {Norm.L2: 2 / T**2, Norm.SLOPE_L2: -1 / T**2}[norm]
    gap = lambdify(T, derivative - factor * problem.equation, "mpmath")
    assert all(abs(gap(t)) < 1e-12 for t in (0.7, 1.9, 3.3, 8.1))


@pytest.mark.parametrize("norm", list(Norm))
def test_equation_has_the_stated_sign_on_both_sides_of_the_smallest_distance(norm: Norm) -> None:
    problem = slope_problem(norm)
    equation = lambdify([T, nu], problem.equation, "mpmath")
    slopes = np.linspace(0.1, 0.24, 29)
    best = min(slopes, key=lambda s: by_grid(norm, s))
    steep, flat = 1 / (2 * (best + 0.01)), 1 / (2 * (best - 0.01))
    assert equation(steep, 1) * problem.sign > 0 > equation(flat, 1) * problem.sign


@pytest.mark.parametrize("s", ["1/4", "1/5", "1/6"])
def test_fixed_point_and_contraction_of_a_clipped_line(s: str) -> None:
    unit = clipped(s)
    rise = Rational(s)
    (point,) = fixed_points(unit).isolated
    assert point.x == 1 / (2 * (1 - rise))
    assert point.multiplier == lipschitz(unit).constant == rise


def test_slope_one_half_has_its_fixed_point_at_the_kink() -> None:
    (point,) = fixed_points(clipped("1/2")).isolated
    assert (point.x, point.multiplier_left, point.multiplier_right) == (1, Rational(1, 2), 0)


def test_clipped_tanh_lines() -> None:
    assert fixed_points(clipped("2", -1, 1)).isolated[1].stability is Stability.REPELLING
    with pytest.raises(ValueError, match="slope > 0"):
        clipped(0)


def test_unknown_norm_is_an_error() -> None:
    with pytest.raises(ValueError, match="L3"):
        slope_problem("L3")
