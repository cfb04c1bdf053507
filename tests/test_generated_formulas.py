"""Formulas that nobody chose: declared, lowered, differentiated and integrated, or a sentence.

A few in every run; ``ACTMATH_EXAMPLES=400`` tries as many, other ones each time.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from math import isfinite
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import Phase, assume, given, reject, settings
from hypothesis import strategies as st
from mpmath import mp
from sympy import Abs, Add, Expr, Max, Min, Piecewise, lambdify, sign, sin, tanh

from actmath import Activation, moments
from actmath.derive import breakpoints
from actmath.lower import FLOAT32, FLOAT64, Precision, to_mpmath, to_numpy, to_torch
from actmath.notation import x
from actmath.number import evaluated, exact
from actmath.numeric import gaussian
from actmath.numeric._check.sentences import is_sentence

from .formulas import units
from .pool.clock import LIMIT, limited
from .pool.parts_of_moments import tensors
from .pool.unit import Unit
from .strategies import rationals

ASKED = os.environ.get("ACTMATH_EXAMPLES")
#: Without shrinking, which would go on for minutes where an example is slow.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
FEW = settings(max_examples=int(ASKED or 12), derandomize=ASKED is None, phases=PHASES)
#: Moments take seconds where there is no closed form.
FEWEST = settings(FEW, max_examples=max(3, int(ASKED or 0) // 5))
SIGNS = st.sampled_from((-1, 1))
#: Twice the bound of a unit, times 1 + the condition number: a part of a part rounds twice.
ULPS = 8
# Digits that show what is left of a cancellation between e^{±40}-sized terms; two such must agree.
_DIGITS = (300, 700)
_TYPES = {FLOAT64: torch.float64, FLOAT32: torch.float32}


#: What may be refused, as the sentence says it, and what a formula has that is refused so.
REFUSALS: tuple[tuple[str, tuple[type[Expr], ...]], ...] = (
    ("may change its sign at infinitely many breakpoints", (sin,)),
    ("may have no value at the zeros of", (sin,)),
    # Where two curves cross there is a kink, and no solution in closed form.
    ("for the breakpoints", (Max, Min, Abs, sign, Piecewise)),
)


@contextmanager
def listed_refusals(formula: Expr) -> Iterator[None]:
    """A refusal that is listed is no example; any other one, a crash and no end are faults."""
    try:
        with limited(LIMIT):
            yield
    except Exception as error:
        if not is_sentence(error) or not is_listed(str(error), formula):
            raise
        reject()


def is_listed(sentence: str, formula: Expr) -> bool:
    return any(said in sentence and formula.has(*parts) for said, parts in REFUSALS)


def declared(formula: Expr) -> Activation:
    assume(formula.has(x))
    with listed_refusals(formula):
        found = Activation("generated", formula)
        breakpoints(found.expr)
    return found


def right(formula: Expr, at: float) -> tuple[Any, Any]:
    """f and f′ from the formula as it stands, f′ by a difference; None at a kink for f′."""
    function = lambdify(x, formula, "mpmath")
    found = []
    for digits in _DIGITS:
        with mp.workdps(digits):
            point, step = mp.mpf(at), mp.mpf(10) ** -60 * (abs(mp.mpf(at)) or 1)
            values = [mp.mpf(function(point + k * step)) for k in (-1, 0, 1)]
            ahead, behind = (values[2] - values[1]) / step, (values[1] - values[0]) / step
            smooth = abs(ahead - behind) <= mp.mpf(10) ** -20 * (1 + abs(ahead))
            slope = (ahead + behind) / 2 if smooth else None
            # At 0 the quotient errs by the step, or by its square.
            found.append((values[1], mp.zero if slope and abs(slope) < 1e-50 and not at else slope))
    (coarse, _), (value, slope) = found
    settled = abs(coarse - value) <= abs(value) * mp.mpf(10) ** -30
    return value, slope if settled else None


def points() -> st.SearchStrategy[float]:
    """Numbers that float32 has too, moderate or of any size up to a million."""
    sizes = st.floats(0.5, 1, width=32).flatmap(_scaled)
    return st.floats(-40, 40, width=32) | sizes


def _scaled(mantissa: float) -> st.SearchStrategy[float]:
    return st.builds(lambda k, sign: sign * mantissa * 2.0**k, st.integers(-40, 20), SIGNS)


def reach(formula: Expr, at: float) -> float:
    """|x|, or |x| + |b/a| where a line a·x + b is rounded: what its ulp is in ulps of x."""
    lines = (add.as_independent(x, as_Add=True) for add in formula.atoms(Add))
    shifts = [abs(float(b / (a_x / x))) for b, a_x in lines if (a_x / x).is_number]
    return abs(at) + max(shifts, default=0.0)


def check(got: float, want: Any, slack: Any, precision: Precision) -> None:
    """``ULPS`` units of the last place, and as many more as an ulp of x moves the value."""
    if abs(want) > precision.largest:
        assert abs(got) >= precision.largest * 0.999
        return
    died_out = (ULPS + min(slack / abs(want), 10**12) if want else ULPS) * precision.smallest
    bound = max(ULPS * precision.epsilon * (abs(want) + slack), died_out)
    assert isfinite(got)
    assert abs(mp.mpf(got) - want) <= bound, (got, mp.nstr(want, 17))


@pytest.mark.slow
@FEW
@given(formula=units(), at=points(), precision=st.sampled_from([FLOAT64, FLOAT32]))
def test_lowered_values_are_right(formula: Expr, at: float, precision: Precision) -> None:
    activation = declared(formula)
    value, slope = right(formula, at)
    assume(slope is not None)
    slack = reach(formula, at) * abs(slope)
    kind = _TYPES[precision]
    with listed_refusals(formula):
        by_array, by_tensor = to_numpy(activation), to_torch(activation)
    array = by_array(np.array([at], dtype=np.float64 if precision == FLOAT64 else np.float32))
    check(float(array[0]), value, slack, precision)
    check(by_tensor(torch.tensor([at], dtype=kind)).item(), value, slack, precision)


@pytest.mark.slow
@FEW
@given(formula=units(), at=points())
def test_derivatives_are_those_of_differences(formula: Expr, at: float) -> None:
    activation = declared(formula)
    _, slope = right(formula, at)
    assume(slope is not None)
    with listed_refusals(formula), mp.workdps(60):
        got = to_mpmath(activation, 1)(at)
    assert abs(got - slope) <= mp.mpf(10) ** -25 * abs(slope) + mp.mpf(10) ** -300


@pytest.mark.slow
@FEW
@given(formula=units(), at=points())
def test_gradients_are_finite_and_right(formula: Expr, at: float) -> None:
    activation = declared(formula)
    _, slope = right(formula, at)
    assume(slope is not None)
    step = abs(at) * 1e-6 or 1e-9
    _, near = right(formula, at + step)
    assume(near is not None)
    with listed_refusals(formula):
        function = to_torch(activation)
    point = torch.tensor([at], dtype=torch.float64, requires_grad=True)
    function(point).sum().backward()  # type: ignore[no-untyped-call]
    assert point.grad is not None
    # |x·f″|, roughly: what an ulp of x moves f′.
    slack = reach(formula, at) * abs((near - slope) / step)
    check(point.grad.item(), slope, slack, FLOAT64)


@FEWEST
@given(formula=units(), mean=rationals(-1, 1), variance=rationals(1, 8))
def test_array_moments_are_the_scalar_ones(formula: Expr, mean: Any, variance: Any) -> None:
    activation = declared(formula)
    with listed_refusals(formula):
        one = moments(activation, mean, variance)
    with listed_refusals(formula):
        other = gaussian(activation, float(mean), float(variance))
    # The float beside a fraction is another input, by an ulp.
    scale = float(one.second) ** 0.5
    assert float(other.mean) == pytest.approx(float(one.mean), rel=1e-12, abs=1e-12 * scale)
    assert float(other.variance) == pytest.approx(float(one.variance), rel=1e-11, abs=1e-25)


@pytest.mark.slow
@FEWEST
@given(formula=units(), seed=st.integers(0, 2**32))
def test_tensor_moments_and_gradients_are_those_of_sums(formula: Expr, seed: int) -> None:
    """|mean| ≤ 1, variance 1/64 … 16: 1e-12 of 40-digit sums, gradients 1e-10, as of the pool."""
    breaks = breakpoints(declared(formula).expr)
    kinks = tuple(partial(_place, at) for at in breaks)
    unit = Unit("generated", lambdify(x, formula, "mpmath"), (formula,), kinks=kinks)
    with limited(LIMIT):
        tensors(unit, random.Random(seed))


def _place(at: Expr) -> Any:
    return evaluated(at, mp.dps + 10)._to_mpmath(mp.prec + 30)


def test_a_value_that_is_a_little_off_is_found() -> None:
    value, slope = right(tanh(x), 0.75)
    check(float(value), value, 0.75 * slope, FLOAT64)
    with pytest.raises(AssertionError):
        check(float(value) * (1 + 1e-14), value, 0.75 * slope, FLOAT64)


def test_a_refusal_that_is_not_listed_is_a_fault() -> None:
    with pytest.raises(ValueError, match="finite number"), listed_refusals(sin(x)):
        exact("one")
    with pytest.raises(ValueError, match="empty"), listed_refusals(sin(x)):
        max([])
    with pytest.raises(ValueError, match="infinitely many"), listed_refusals(tanh(x)):
        breakpoints(Max(0, sin(x)))
    assert is_listed("sin(x) may change its sign at infinitely many breakpoints", Max(0, sin(x)))
