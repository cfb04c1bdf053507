"""Closed forms keep the parts that an exponential makes large, at every precision."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sympy import And, Piecewise, erf, exp

from actmath import Activation, catalog, constants
from actmath.derive._iteration.settled import NotSettledError
from actmath.notation import mu, nu, x
from actmath.number import mp
from actmath.numeric import gaussian, moments
from actmath.numeric._digits.closed_form import closed_form

#: x·e³ˣ on (−2, 0) alone: E f′² holds e^{18ν}.
BUMP = Piecewise((x * exp(3 * x), And(x > -2, x < 0)), (x, x >= 0), (0, True))


@pytest.mark.slow
@pytest.mark.parametrize("unit", [catalog.get("hard_elish"), Activation("bump", BUMP)], ids=str)
@example(mean=27.871013800568146, variance=132.87526075241408, digits=15)
@given(mean=st.floats(-40, 40), variance=st.floats(0.1, 1e4), digits=st.sampled_from([15, 30]))
def test_a_piece_between_two_breaks_is_not_lost(unit, mean, variance, digits):
    # Sums of squares over nodes, in float64: no closed form takes part.
    found, want = moments(unit, mean, variance, digits=digits), gaussian(unit, mean, variance)
    for name in ("second", "variance", "derivative_second"):
        assert float(getattr(found, name)) == pytest.approx(float(getattr(want, name)), rel=1e-11)


def test_what_costs_too_much_is_left_to_the_integral():
    formula = exp(nu) * (erf(mu + 1) - erf(mu)) + 1
    evaluate = closed_form([mu, nu], [formula])
    with mp.workdps(30):
        with pytest.raises(NotSettledError, match="bits"):
            evaluate(mp.mpf(20), mp.mpf(3000))
        (found,) = evaluate(mp.mpf(20), mp.mpf(400))
    with mp.workdps(400):
        want = mp.exp(400) * (mp.erfc(20) - mp.erfc(21)) + 1
    assert abs(found / want - 1) < 1e-29
    # Powers of the mean cost little.
    (found,) = closed_form([mu, nu], [mu**3 + nu])(mp.mpf("1e2000"), mp.one)
    assert abs(found / mp.mpf("1e6000") - 1) < 1e-12


@pytest.mark.slow
def test_constants_are_had_where_the_closed_form_costs_too_much():
    found = constants("hard_elish", 0, 2000)
    shift, scale = float(found.shift), float(found.lam)
    inside = gaussian("hard_elish", 0.0, 2000.0)
    assert scale * (inside.mean + shift) == pytest.approx(0, abs=1e-11)
    assert scale**2 * inside.variance == pytest.approx(2000, rel=1e-12)
