"""Values and slopes piece by piece, against mpmath's own."""

from __future__ import annotations

import pytest
from sympy import Expr, Piecewise, Rational, exp, log, tanh

from actmath import Activation, Parameter, catalog
from actmath.activation import POSITIVE
from actmath.derive._iteration.settled import NotSettledError
from actmath.notation import alpha, x
from actmath.number import mp
from actmath.numeric._digits.integrand import _PERIODIC, Integrand


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


@pytest.mark.parametrize("name", ["sin", "cos", "tan", "cot", "sec", "csc"])
def test_waves_of_numbers_up_to_so_many_bits(name: str) -> None:
    """π is wanted to as many; 2^(2¹⁵ − 1) has 2¹⁵ bits."""
    wave = _PERIODIC[name]
    own = getattr(mp, name)
    assert wave(mp.mpf("0.7")) == own(mp.mpf("0.7"))
    assert wave(3) == own(3)
    last = mp.ldexp(1, 2**15 - 1)
    assert wave(last) == own(last)
    for beyond in (2 * last, -2 * last):
        with pytest.raises(NotSettledError, match=rf"^{name} of numbers above 2\^32768 oscillates"):
            wave(beyond)
    assert mp.isnan(wave(mp.inf))


def test_a_wave_of_0_has_its_value() -> None:
    assert (_PERIODIC["sin"](mp.zero), _PERIODIC["cos"](mp.zero)) == (0, 1)


def test_pieces_are_counted_from_the_left_and_hold_their_right_end() -> None:
    unit = Activation("three", Piecewise((-x, x < -2), (x**2, x < 1), (exp(x), True)))
    found = Integrand(unit, mp.zero, mp.one)
    assert found.breaks == [-2, 1]
    places = [("-3", 0), ("-2", 0), ("-1.999", 1), ("1", 1), ("1.001", 2), ("9", 2)]
    assert [found.piece_at(mp.mpf(at)) for at, _ in places] == [piece for _, piece in places]
    assert found.at(mp.mpf(3), 0) == (-3, -1)
    assert found.at(mp.mpf(3), 1) == (9, 6)
    assert found.at(mp.zero, 2) == (1, 1)


def test_where_only_the_slope_has_no_value_the_value_is_there() -> None:
    root = Integrand(Activation("root", "sqrt(Abs(x))"), mp.zero, mp.one)
    value, slope = root.at(mp.zero, 1)
    assert value == 0 or mp.isnan(value)
    assert not mp.isfinite(slope)


@pytest.mark.parametrize(
    ("formula", "mean", "deviation", "bits"),
    [
        # 1000 has 10 bits before its point, and tanh(1) none.
        (1000 + tanh(x), "0", "1", 10),
        # 4·0.1 is 0.4, which begins at the second bit after the point.
        (1000 + 4 * x, "0", "0.1", 11),
        # The larger of both differences counts: e − 1, not 1 − 1/e.
        (1000 + exp(x), "0", "1", 9),
        # 1 − f is e^{−40}, which changes by a thousandth of itself: 2^{−67.6}.
        (1 / (1 + exp(-x)), "40", "0.001", 67),
        (1 / (1 + exp(-x)), "-40", "0.001", 10),
        # What is 0 in the middle, smaller than its change, or the same all over shares nothing.
        (tanh(x), "0", "1", 0),
        (x + Rational(1, 1000), "0", "1", 0),
        (Piecewise((5, x < 9), (x, True)), "0", "1", 0),
    ],
    ids=range(8),
)
def test_leading_bits_in_common(formula: Expr, mean: str, deviation: str, bits: int) -> None:
    with mp.workdps(15):
        found = Integrand(Activation("f", formula), mp.mpf(mean), mp.mpf(deviation))
        assert found.bits_in_common(1332) == bits


def test_what_is_shared_beyond_the_most_bits_is_taken_for_constant() -> None:
    with mp.workdps(15):
        flat = Integrand(Activation("f", 1 / (1 + exp(-x))), mp.mpf(90), mp.one)
        # It changes by e^{−89} − e^{−90}, which is 2^{−129.06}.
        assert flat.bits_in_common(400) == 129
        assert flat.bits_in_common(140) == 0


def test_bends_are_told_for_every_piece() -> None:
    unit = Activation("bent", Piecewise((tanh(8 * (x + 3)), x < 0), (tanh(2 * (x - 5)), True)))
    bends = Integrand(unit, mp.zero, mp.one).landmarks
    assert {-3, 5} <= set(bends)
    assert bends[mp.mpf(-3)] == bends[mp.mpf(5)] / 4


@pytest.mark.parametrize("rates", [(8, 1), (1, 8)])
def test_of_two_bends_at_one_place_the_narrower_is_told(rates: tuple[int, int]) -> None:
    left, right = (tanh(rate * x) for rate in rates)
    for unit in (Piecewise((left, x < 1), (right, True)), Piecewise((right, x < 1), (left, True))):
        assert Integrand(Activation("bent", unit), mp.zero, mp.one).landmarks == {0: 1 / mp.mpf(8)}
