"""Stand-ins: no other constant is better, in the sense that each one names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from actmath.claims.world._exact import stand_ins
from actmath.number import mp

from ..oracle import TWINS


def worst(difference: Callable[[Any, Any], Any], c: Any) -> Any:
    return max(abs(difference(c, mp.mpf(k) / 50)) for k in range(1, 300))


@pytest.mark.parametrize(
    ("purpose", "difference"),
    [
        (
            stand_ins.GeluByTanh(stand_ins.Aim.GATE),
            lambda c, t: (
                TWINS["gelu"](t) / t - (1 + mp.tanh(mp.sqrt(2 / mp.pi) * (t + c * t**3))) / 2
            ),
        ),
        (
            stand_ins.GeluByTanh(stand_ins.Aim.UNIT),
            lambda c, t: (
                TWINS["gelu"](t) - t * (1 + mp.tanh(mp.sqrt(2 / mp.pi) * (t + c * t**3))) / 2
            ),
        ),
        (
            stand_ins.GeluBySigmoid(stand_ins.Aim.GATE),
            lambda c, t: mp.ncdf(t) - 1 / (1 + mp.exp(-c * t)),
        ),
        (
            stand_ins.GeluBySigmoid(stand_ins.Aim.UNIT),
            lambda c, t: t * (mp.ncdf(t) - 1 / (1 + mp.exp(-c * t))),
        ),
        (
            stand_ins.HardSlope(stand_ins.Aim.SIGMOID),
            lambda c, t: TWINS["sigmoid"](t) - min(c * t + 0.5, 1),
        ),
    ],
    ids=lambda value: getattr(value, "formula", ""),
)
def test_no_other_constant_has_a_smaller_largest_error(
    purpose: Any, difference: Callable[[Any, Any], Any]
) -> None:
    best = mp.mpf(str(purpose.exact(12)))
    here = worst(difference, best)
    # A grid of steps 1/50 sees an extreme a ten-thousandth too small; 1 % off costs more.
    assert all(worst(difference, best * share) > here * 1.001 for share in (0.99, 1.01))


def test_series_at_zero() -> None:
    with mp.workdps(30):
        inner = mp.taylor(lambda t: mp.atanh(mp.erf(t / mp.sqrt(2))), 0, 3)
        cubic = mp.mpf(str(stand_ins.GeluByTanh(stand_ins.Aim.CUBIC).exact(15)))
        tangent = mp.mpf(str(stand_ins.GeluBySigmoid(stand_ins.Aim.TANGENT).exact(15)))
        assert abs(cubic - inner[3] / inner[1]) < 1e-12
        # logit Φ = 2·artanh(2Φ − 1).
        assert abs(tangent - 2 * inner[1]) < 1e-12
        assert float(stand_ins.HardSlope().exact(5)) == 0.25


def test_erf_is_nearest_in_squares() -> None:
    def distance(c: Any) -> Any:
        return mp.quad(lambda t: (TWINS["sigmoid"](t) - (1 + mp.erf(t / c)) / 2) ** 2, [0, 2, 5])

    best = mp.mpf(str(stand_ins.SigmoidByErf().exact(12)))
    assert all(distance(best + step) > distance(best) for step in (-1e-4, 1e-4))
