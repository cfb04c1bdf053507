"""Functions with exponentials know their derivatives, signs and zeros."""

from __future__ import annotations

import pytest
from mpmath import mp
from sympy import Function, Rational, S, diff, lambdify
from sympy.core.function import ArgumentIndexError

from actmath.lower._functions.algebraic import Log1pSquare
from actmath.lower._functions.exponential import (
    Expit,
    Expm1,
    Log1p,
    Log1pExp,
    LogCosh,
    LogisticPower,
    LogMeanExp,
    StableTanh,
    UpperAtan,
    UpperErfc,
)
from actmath.notation import x

from ...reference.plain_functions import PLAIN

ONE_ARGUMENT = (
    *(Expit, Expm1, Log1p, Log1pExp, Log1pSquare, LogCosh, LogMeanExp, StableTanh, UpperAtan),
    UpperErfc,
)
POWERS = ((1, 1), (Rational(1, 2), Rational(1, 2)), (-1, 2), (Rational(1, 3), 0))
EACH = pytest.mark.parametrize(
    "value", [*(f(x) for f in ONE_ARGUMENT), *(LogisticPower(x, *pq) for pq in POWERS)], ids=str
)


@EACH
def test_derivatives(value: Function) -> None:
    function, slope = (lambdify(x, e, [PLAIN, "mpmath"]) for e in (value, diff(value, x)))
    with mp.workdps(40):
        for at in ("-0.875", "-0.3", "0.001", 2):
            point = mp.mpf(at)
            assert abs(mp.diff(function, point) - slope(point)) < 1e-25


@EACH
def test_what_is_said_of_signs_is_so(value: Function) -> None:
    function = lambdify(x, value, [PLAIN, "mpmath"])
    if value.is_positive:
        assert all(function(mp.mpf(at)) > 0 for at in (-0.9, 0.1, 5))
    if value.subs(x, 2).is_positive:
        assert function(mp.mpf(2)) > 0
    if value.subs(x, -Rational(1, 2)).is_negative:
        assert function(mp.mpf(-0.5)) < 0
    assert value.is_extended_real


def test_zero_is_seen() -> None:
    assert {f(S.Zero) for f in (Expm1, Log1p, LogMeanExp, StableTanh)} == {S.Zero}


@EACH
def test_there_is_no_other_argument_to_differentiate_by(value: Function) -> None:
    with pytest.raises(ArgumentIndexError):
        value.fdiff(2)
