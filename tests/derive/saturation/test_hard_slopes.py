"""Closed-form distances of hard sigmoids against sums on a fine grid."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from mpmath import mp
from sympy import Rational, S, diff, lambdify

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


@pytest.mark.slow
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


def gate(t: Any) -> Any:
    return 1 / (1 + mp.exp(-t))


def gate_slope(t: Any) -> Any:
    return gate(t) * gate(-t)


def squared(norm: Norm, end: Any, variance: Any) -> Any:
    """The weighted squared distance for T = ``end``, by quadrature."""

    def weighted(t: Any) -> Any:
        if norm.of_slope:
            gap = gate_slope(t) - (1 / (2 * end) if t < end else 0)
        else:
            gap = gate(t) - min(mp.mpf(1) / 2 + t / (2 * end), 1)
        return gap**2 * mp.npdf(t, 0, mp.sqrt(variance))

    return 2 * (mp.quad(weighted, [0, end]) + mp.quad(weighted, [end, end + 9, end + 40]))


@pytest.mark.parametrize("norm", [Norm.GAUSS, Norm.SLOPE_GAUSS])
@pytest.mark.parametrize(("end", "variance"), [(1.6, 1.0), (3.1, 2.3)])
def test_weighted_equations_are_derivatives_of_squared_distances(
    norm: Norm, end: float, variance: float
) -> None:
    equation = lambdify([T, nu], slope_problem(norm).equation, "mpmath")
    apart = mp.mpf("1e-4")
    above, below = (squared(norm, end + step, variance) for step in (apart, -apart))
    want = (above - below) / (2 * apart)
    factor = {Norm.GAUSS: 2, Norm.SLOPE_GAUSS: -2}[norm] / end**2
    assert float(factor * equation(end, variance)) == pytest.approx(float(want), rel=1e-6)


@pytest.mark.parametrize("end", [2.2, 2.7, 4.5])
def test_equations_of_largest_gaps_compare_the_two_largest(end: float) -> None:
    """Of the value that inside with that at T, of the slope that at 0 with that before T."""
    inside = np.linspace(0, end, 2_000_001)[:-1]
    values = 1 / (1 + np.exp(-inside))
    gap = values - 0.5 - inside / (2 * end)
    sup = lambdify(T, slope_problem(Norm.SUP).equation, "mpmath")(end)
    assert float(sup) == pytest.approx(gap.max() - (1 - 1 / (1 + np.exp(-end))), abs=1e-9)
    slope_gap = values * (1 - values) - 1 / (2 * end)
    slopes = lambdify(T, slope_problem(Norm.SLOPE_SUP).equation, "mpmath")(end)
    assert float(slopes) == pytest.approx(-slope_gap[-1] - slope_gap[0], abs=1e-6)


def test_what_a_norm_measures() -> None:
    assert [norm for norm in Norm if norm.of_slope] == [
        *(Norm.SLOPE_SUP, Norm.SLOPE_L2, Norm.SLOPE_GAUSS)
    ]
    assert [norm for norm in Norm if norm.weighted] == [Norm.GAUSS, Norm.SLOPE_GAUSS]
    for norm in Norm:
        assert slope_problem(norm.value).norm is norm
        assert slope_problem(norm).distance.has(nu) is norm.weighted


def test_a_clipped_line_goes_through_the_middle_of_its_range() -> None:
    line = clipped("1/2", -1, 5)
    assert [line.value(at) for at in (-99, -6, -2, 0, 2, 6, 99)] == [-1, -1, 1, 2, 3, 5, 5]
    assert [clipped(2).value(at) for at in (-1, 0, "1/8", 1)] == [0, S.Half, Rational(3, 4), 1]
    for steepness, low, high in ((0, 0, 1), (-1, 0, 1), (1, 1, 1), (1, 2, 1)):
        wanted = f"need slope > 0 and low < high, got {steepness}, {low}, {high}"
        with pytest.raises(ValueError, match=wanted):
            clipped(steepness, low, high)
