"""Clipped lines under Gaussian noise, against quadrature over the noise."""

from __future__ import annotations

from itertools import pairwise

import pytest
from mpmath import mp
from sympy import Min, S, diff, integrate, lambdify, oo

from actmath import Activation, catalog
from actmath.derive import Hardened, harden
from actmath.derive._saturation.clipped_line import (
    normal_density,
    normal_distribution,
    smoothed_line,
)
from actmath.notation import s, x

LINES = {
    "both ends": harden(catalog.hard_sigmoid),
    "left end": harden(catalog.shifted_relu),
    "right end": harden(Activation("capped", Min(x, 1))),
    "falling": harden(Activation("falling", -catalog.hard_tanh.expr)),
}
EACH = pytest.mark.parametrize("line", LINES.values(), ids=LINES)


def over_noise(line: Hardened, at: float, deviation: float, power: int, order: int = 0) -> float:
    """E of a power of h or of h′ at x + sξ, split where the noise meets a threshold."""
    formula = lambdify(x, diff(line.expr, x, order) if order else line.expr, "mpmath")
    kinks = [line.left_threshold, line.right_threshold]
    inside = [(float(k) - at) / deviation for k in kinks if k is not None]
    ends = [-12.0, *sorted(z for z in inside if abs(z) < 12), 12.0]
    return sum(
        mp.quad(lambda z: formula(at + deviation * z) ** power * mp.npdf(z), [left, right])
        for left, right in pairwise(ends)
    )


@EACH
@pytest.mark.parametrize(("at", "deviation"), [(0.3, 0.5), (-1.7, 1.3), (2.5, 0.4)])
def test_mean_variance_and_slope(line: Hardened, at: float, deviation: float) -> None:
    found = smoothed_line(line, s)
    mean, variance, slope = (
        float(part.subs({x: at, s: deviation}))
        for part in (found.mean, found.variance, found.slope)
    )
    first, second = (over_noise(line, at, deviation, power) for power in (1, 2))
    assert mean == pytest.approx(float(first), abs=1e-11)
    assert variance == pytest.approx(float(second - first**2), abs=1e-11)
    assert slope == pytest.approx(float(over_noise(line, at, deviation, 1, order=1)), abs=1e-11)


@EACH
def test_the_slope_is_the_derivative_of_the_mean_at_fixed_noise(line: Hardened) -> None:
    found = smoothed_line(line, s)
    gap = lambdify((x, s), diff(found.mean, x) - found.slope, "mpmath")
    assert all(abs(gap(at, 0.7)) < 1e-14 for at in (-3, -1, 0.2, 1, 4))


def test_the_normal_law() -> None:
    assert integrate(normal_density(x), (x, -oo, oo)) == 1
    assert diff(normal_distribution(x), x).equals(normal_density(x))
    assert normal_distribution(S.Zero) == S.Half
