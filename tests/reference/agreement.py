"""When do a float and many digits agree? In ulps, with what the argument's own ulp is worth."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from mpmath import mp

from actmath import Activation
from actmath.lower import to_mpmath, to_numpy, to_torch

ULPS = 8
TORCH = {np.dtype(np.float64): torch.float64, np.dtype(np.float32): torch.float32}


def close(got: float, want: Any, condition: Any, kind: Any) -> bool:
    """Equal within ``ULPS``·(1 + condition) ulps, or both (almost) below the normal numbers."""
    if mp.isnan(want) or math.isnan(got):
        return bool(mp.isnan(want)) and math.isnan(got)
    info = np.finfo(kind)
    if abs(want) > float(info.max) * (1 - float(info.eps)):
        return got == math.copysign(math.inf, want) or abs(got) >= float(info.max) * 0.999
    unit = abs(want) * mp.mpf(float(info.eps))
    died_out = (4 + condition) * mp.mpf(float(info.smallest_normal))
    return bool(abs(mp.mpf(got) - want) <= max(ULPS * (1 + condition) * unit, died_out))


def check_same_up_to_rounding(got: torch.Tensor, want: torch.Tensor, ulps: int = 4) -> None:
    """The same formula by different code: |got − want| ≤ ``ulps``·eps·|want| at every entry.

    PyTorch sends whole vectors through SLEEF and strided or left-over entries through libm, both
    good to 1 ulp. So exp differs by 2 ulp at most, and one division or product after it adds ½
    to either side: 4 is what 1/(1 + exp(−x)) and x times it need.
    """
    assert got.dtype == want.dtype
    eps = torch.finfo(want.dtype).eps
    torch.testing.assert_close(got, want, rtol=ulps * eps, atol=0, equal_nan=True)


def condition_number(activation: Activation, order: int, at: float, want: Any) -> Any:
    """|x g′(x)/g(x)|: how many ulps of the result one ulp of the argument is worth."""
    if not mp.isfinite(at) or not mp.isfinite(want) or want == 0:
        return mp.zero
    step = abs(mp.mpf(at)) * mp.mpf(10) ** -15
    function = to_mpmath(activation, order)
    change = max(abs(function(at + step) - want), abs(function(at - step) - want))
    return min(change / abs(want) * mp.mpf(10) ** 15, mp.mpf(10) ** 12) if step else mp.zero


def check_arithmetics(activation: Activation, order: int, at: float, kind: Any) -> None:
    with mp.workdps(60):
        want = to_mpmath(activation, order)(at)
        condition = condition_number(activation, order, at, want)
        array = np.array([at], dtype=kind)
        by_numpy = to_numpy(activation, order)(array)
        by_torch = to_torch(activation, order)(torch.tensor([at], dtype=TORCH[array.dtype]))
        assert by_numpy.dtype == array.dtype
        assert by_torch.dtype == TORCH[array.dtype]
        for got in (float(by_numpy[0]), float(by_torch[0])):
            assert close(got, want, condition, kind), (at, got, mp.nstr(want, 20), condition)
