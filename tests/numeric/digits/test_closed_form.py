"""Closed forms keep the parts that an exponential makes large, at every precision."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sympy import And, Piecewise, erf, exp

from actmath import Activation, catalog, constants
from actmath.derive._iteration.settled import NotSettledError
from actmath.notation import mu, nu, x
from actmath.number import mp
from actmath.numeric import gaussian, moments
from actmath.numeric._digits.closed_form import _bits, _size, closed_form

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


def at(formula, *values):
    """A formula of the mean and the variance, as a float."""
    return float(formula.subs(dict(zip((mu, nu), values, strict=True))))


@pytest.mark.parametrize(
    ("formula", "size", "steep"),
    [
        # What is added up, one by one: 4 + 9/2 + e⁻².
        (mu**2 - 3 * nu + exp(mu), 8.5 + math.exp(-2), 2 + math.exp(-2)),
        ((mu - nu) ** 2, 3.5**2, 4),
        (-7 * exp(-mu) * nu, 7 * math.exp(2) * 1.5, math.exp(2)),
        ((exp(mu) - exp(nu)) ** 3, (math.exp(-2) + math.exp(1.5)) ** 3, None),
        # Of a quotient the divisor as it is.
        (exp(nu) / (mu - nu), math.exp(1.5) / 3.5, math.exp(1.5)),
        (1 / (nu + exp(mu) - exp(nu)), 1 / abs(1.5 + math.exp(-2) - math.exp(1.5)), None),
        (erf(mu), math.erf(2), None),
        (Piecewise((mu - exp(nu), mu > 0), (mu - exp(mu), True)), 2 + math.exp(-2), None),
    ],
    ids=range(8),
)
def test_a_size_is_that_of_all_that_is_added_up(formula, size, steep):
    assert at(_size(formula), -2, 1.5) == pytest.approx(size, rel=1e-12)
    wanted = size if steep is None else steep
    if not isinstance(formula, Piecewise):
        assert at(_size(formula, steep=True), -2, 1.5) == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize(
    ("sizes", "bits"),
    [(("0.75", "8", "5"), 4), (("0.25", "0.4"), 0), (("1", "0"), 1), (("inf",), 0)],
)
def test_bits_are_those_of_the_largest_size(sizes, bits):
    assert _bits([mp.mpf(size) for size in sizes]) == bits


@pytest.mark.parametrize(("power", "refused"), [(4095, False), (4096, True)])
def test_an_exponential_may_cost_4096_bits(power, refused):
    """2^power is of power + 1 bits."""
    evaluate = closed_form([mu, nu], [exp(nu) + mu, mu])
    with mp.workdps(20):
        given = mp.one, (power + mp.mpf("0.25")) * mp.ln2
        if refused:
            with pytest.raises(NotSettledError, match="cost more than 4,096 bits"):
                evaluate(*given)
        else:
            found, mean = evaluate(*given)
            assert abs(found / (mp.exp(given[1]) + 1) - 1) < 1e-18
            assert mean == 1
