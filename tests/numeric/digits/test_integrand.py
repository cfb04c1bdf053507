"""Values and slopes piece by piece, against mpmath's own."""

from __future__ import annotations

from sympy import Piecewise, exp, log

from actmath import Activation, Parameter, catalog
from actmath.activation import POSITIVE
from actmath.notation import alpha, x
from actmath.number import mp
from actmath.numeric._digits.integrand import Integrand


def test_value_and_slope_of_a_piece() -> None:
    with mp.workdps(30):
        found = Integrand(catalog.elu.with_parameters(alpha="3/2"), mp.zero, mp.one)
        value, slope = found.at(mp.mpf(-2), 0)
        assert abs(value - mp.expm1(-2) * 3 / 2) < 1e-29
        assert abs(slope - mp.exp(-2) * 3 / 2) < 1e-29
        assert found.at(mp.mpf(2), 1) == (2, 1)
        assert (found.breaks, found.piece_at(mp.zero), found.piece_at(mp.mpf("1e-40"))) == (
            [0],
            0,
            1,
        )


def test_where_there_is_no_real_value_it_is_nan() -> None:
    found = Integrand(Activation("half", Piecewise((log(x), x > 0), (0, True))), mp.zero, mp.one)
    assert mp.isnan(found.at(mp.mpf(-1), 1)[0])


def test_a_break_that_moves_with_a_parameter() -> None:
    unit = Activation(
        "moved", Piecewise((0, x < alpha), (exp(x), True)), (Parameter(alpha, 2, POSITIVE),)
    )
    assert Integrand(unit, mp.zero, mp.one).breaks == [2]
    assert Integrand(unit.with_parameters(alpha=3), mp.zero, mp.one).breaks == [3]
