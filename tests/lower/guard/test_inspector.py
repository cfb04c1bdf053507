"""Stretches where a formula breaks the promise, found without a look at every point."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest
from sympy import Expr, cos, exp, log, sqrt

from actmath.lower import FLOAT64
from actmath.lower._for_numpy import compile_one
from actmath.lower._functions.exponential import Expm1
from actmath.lower._guard.inspector import Inspector
from actmath.lower._guard.judge import Judge
from actmath.lower._guard.many_digits import ManyDigits
from actmath.notation import x


def _inspector(formula: Expr) -> Inspector:
    return Inspector(Judge(ManyDigits(formula), FLOAT64), compile_one, 1.0)


@pytest.mark.parametrize(
    ("formula", "bad", "good"),
    [
        (exp(x) - 1, [1e-9, -1e-3], [3.0, -5.0, 300.0]),
        (x + sqrt(x**2 + 4), [-1e5, -1e150], [1.0, 1e100, 30.0]),
        (x / sqrt(1 + x**2), [1e200, -1e170], [1.0, -1e10]),
        (log(1 + exp(x)), [800.0, 1e5, -50.0], [3.0, 20.0]),
        (1 + cos(x), [np.pi + 1e-4, -np.pi, 9.42477796], [1.0, 5.0]),
    ],
    ids=str,
)
def test_stretches(formula: Expr, bad: list[float], good: list[float]) -> None:
    found = _inspector(formula).stretches(formula, -inf, inf)
    for at in bad:
        assert any(low < at < high for low, high in found), at
    for at in good:
        assert not any(low < at < high for low, high in found), at


def test_a_formula_that_keeps_its_digits_has_none() -> None:
    assert _inspector(exp(x) - 1).stretches(Expm1(x), -inf, inf) == []


def test_only_the_half_line_is_looked_at() -> None:
    inspector = _inspector(exp(x) - 1)
    assert inspector.stretches(exp(x) - 1, 2.0, inf) == []
    assert inspector.keeps(exp(x) - 1, 2.0, 50.0)
    assert not inspector.keeps(exp(x) - 1, 1e-5, 50.0)
    worst, excess = inspector.excess(exp(x) - 1, 1e-9, 1e-3)
    assert 1e-9 < worst <= 1e-3
    assert excess > 1
