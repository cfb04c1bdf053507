"""SELU's, LeCun's, StarReLU's and DKS's numbers do what they are for."""

from __future__ import annotations

from typing import Any

from actmath.claims.world._exact.scaled_units import (
    Lecun,
    LecunAim,
    SeluConstant,
    ShiftedReluSlope,
    StarConstant,
)
from actmath.number import mp

from ..oracle import expect


def test_selu_has_its_fixed_point() -> None:
    with mp.workdps(25):
        alpha, lam, product = (
            mp.mpf(str(SeluConstant(letter).exact(22))) for letter in ("alpha", "lam", "saturation")
        )

        def selu(t: Any) -> Any:
            return lam * (t if t > 0 else alpha * mp.expm1(t))

        assert abs(expect(selu)) < 1e-18
        assert abs(expect(lambda t: selu(t) ** 2) - 1) < 1e-18
        assert abs(product - alpha * lam) < 1e-20


def test_scaled_units() -> None:
    with mp.workdps(20):
        height, variance, bend = (mp.mpf(str(Lecun(aim).exact(16))) for aim in LecunAim)
        assert abs(height * mp.tanh(mp.mpf(2) / 3) - 1) < 1e-15
        assert abs(expect(lambda t: (variance * mp.tanh(2 * t / 3)) ** 2) - 1) < 1e-13
        second = [abs(mp.diff(lambda t: mp.tanh(bend * t), at, 2)) for at in (0.999, 1, 1.001)]
        assert second[1] == max(second)
        scale, offset = (mp.mpf(str(StarConstant(name).exact(16))) for name in ("scale", "offset"))
        assert abs(expect(lambda t: scale * max(t, 0) ** 2 + offset)) < 1e-13
        assert abs(expect(lambda t: (scale * max(t, 0) ** 2 + offset) ** 2) - 1) < 1e-13
        slope = mp.mpf(str(ShiftedReluSlope().exact(16)))
        assert abs(slope - mp.pi / (mp.pi - 1)) < 1e-14
