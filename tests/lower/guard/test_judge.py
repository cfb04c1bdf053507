"""Errors in units of the promise."""

from __future__ import annotations

from math import inf, nan

import numpy as np
import pytest
from sympy import Expr, exp, log, sin

from actmath.lower import FLOAT32, FLOAT64, Precision
from actmath.lower._guard.judge import Judge
from actmath.lower._guard.many_digits import ManyDigits
from actmath.notation import x


@pytest.mark.parametrize(
    ("formula", "precision", "at", "got", "least", "most"),
    [
        (exp(x), FLOAT64, 1.0, np.e, 0, 0.13),
        # 40 ulps, of which e³⁰ may err by 4·(1 + 30).
        (exp(x), FLOAT64, 30.0, np.exp(30.0) * (1 + 40 * 2.0**-52), 0.3, 0.35),
        (1 + 0 * x + exp(-x * 0) * 2, FLOAT64, 5.0, 3 * (1 + 40 * 2.0**-52), 9, 11),
        (exp(x), FLOAT64, 1000.0, inf, 0, 0),
        (exp(x), FLOAT64, 1000.0, 1e300, inf, inf),
        (exp(x), FLOAT64, 700.0, inf, inf, inf),
        (exp(x), FLOAT64, -740.0, 0.0, 0, 1e-10),
        (exp(x), FLOAT32, -87.0, 0.0, 1, inf),
        (log(x), FLOAT64, -1.0, nan, 0, 0),
        (log(x), FLOAT64, 2.0, nan, inf, inf),
        (sin(x), FLOAT32, 0.5, float(np.float32(np.sin(0.5))), 0, 0.13),
    ],
    ids=str,
)
def test_excess(
    formula: Expr, precision: Precision, at: float, got: float, least: float, most: float
) -> None:
    (found,) = Judge(ManyDigits(formula), precision).excess([at], [got])
    assert least <= found <= most


def test_a_spread_counts_where_it_is_larger() -> None:
    judge = Judge(ManyDigits(exp(x)), FLOAT64)
    (bare,) = judge.excess([1.0], [np.e])
    (spread,) = judge.excess([1.0], [np.e], 100 * 2.0**-52 * np.e)
    assert bare < 0.13
    # 100 ulps, of which 4·(1 + 1) are promised.
    assert spread == pytest.approx(12.5, rel=1e-6)
