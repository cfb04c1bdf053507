"""Gains, factors and truncated normals beside mpmath's quadrature."""

from __future__ import annotations

from typing import Any

import pytest

from actmath.claims.world import WORLD
from actmath.claims.world._exact import purposes
from actmath.number import mp

from ..oracle import SLOPES, TWINS, expect


@pytest.fixture(scope="module")
def expected() -> dict[str, tuple[Any, Any]]:
    """E f and E f² of every twin to 16 digits."""
    with mp.workdps(18):
        return {name: (expect(f), expect(lambda t, f=f: f(t) ** 2)) for name, f in TWINS.items()}


UNITS = sorted(
    {
        (type(one.purpose).__name__, one.purpose.unit)
        for one in WORLD.values()
        if hasattr(one.purpose, "parameters")
        and not one.purpose.parameters
        # These two are gains by another name.
        and not isinstance(one.purpose, purposes.DefaultWeights | purposes.SampledGain)
    }
)


@pytest.mark.parametrize(("kind", "unit"), UNITS)
def test_moments_make_the_exact_number(
    kind: str, unit: str, expected: dict[str, tuple[Any, Any]]
) -> None:
    mean, second = expected[unit]
    with mp.workdps(18):
        wanted = {"Factor": second - mean**2}.get(kind, second)
        if kind == "GainSquared":
            wanted = 1 / wanted
        elif kind != "MeanSquare":
            wanted = wanted ** mp.mpf("-0.5")
        exact = getattr(purposes, kind)(unit).exact(16)
        assert abs(mp.mpf(str(exact)) / wanted - 1) < 1e-14


@pytest.mark.parametrize("unit", sorted(SLOPES))
def test_slopes_and_gates(unit: str, expected: dict[str, tuple[Any, Any]]) -> None:
    with mp.workdps(18):
        slope = expect(lambda t: SLOPES[unit](t) ** 2) ** mp.mpf("-0.5")
        gate = expected[unit][1] ** mp.mpf("-0.5")
        assert abs(mp.mpf(str(purposes.BackwardFactor(unit).exact(16))) / slope - 1) < 1e-14
        assert abs(mp.mpf(str(purposes.GatedFactor(unit).exact(16))) / gate - 1) < 1e-14


def test_truncated_normals_by_quadrature() -> None:
    with mp.workdps(25):
        mass = mp.quad(mp.npdf, [-2, 2])
        line = mp.sqrt(mp.quad(lambda t: t**2 * mp.npdf(t), [-2, 2]) / mass)
        inside = mp.quad(lambda r: 2 * r * mp.exp(-(r**2)), [0, 2])
        plane = mp.sqrt(mp.quad(lambda r: 2 * r**3 * mp.exp(-(r**2)), [0, 2]) / inside)
        for wanted, flag in ((line, False), (plane, True)):
            assert abs(mp.mpf(str(purposes.Truncated(flag).exact(20))) - wanted) < 1e-19
