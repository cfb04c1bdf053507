"""The rule's closed forms against SymPy's ``integrate``, to 60 digits at random rationals."""

from __future__ import annotations

import random
import re
from functools import lru_cache
from typing import Any

import pytest
from mpmath import mp
from sympy import (
    Expr,
    Interval,
    Piecewise,
    Rational,
    S,
    Symbol,
    diff,
    exp,
    expand,
    factorial2,
    integrate,
    log,
    oo,
    pi,
    piecewise_fold,
    sqrt,
)

from actmath import Activation, Parameter, catalog
from actmath.activation import POSITIVE
from actmath.catalog import CATALOG
from actmath.derive._moments.gaussian_moments import _truncated_moment, gaussian_moments
from actmath.notation import mu, nu, x

from ...reference.formula import generic_values

CLOSED = [
    "identity",
    "abs",
    "relu",
    "leaky_relu",
    "prelu",
    "rrelu",
    "shifted_relu",
    "relu6",
    "elu",
    "selu",
    "celu",
    "hard_sigmoid",
    "hard_tanh",
    "hard_swish",
    "squared_relu",
    "xielu",
    "sqnl",
    "hardshrink",
]
OPEN = ["tanh", "softsign", "silu", "mish"]
_random = random.Random(20170608)
POINTS = [
    (Rational(_random.randint(-40, 40), 13), Rational(_random.randint(1, 60), 17)) for _ in range(3)
]
DIGITS = 60


def pairs(formula: Expr) -> list[tuple[Expr, Interval]]:
    """SymPy's own reading of the formula's branches and the sets on which they hold."""
    folded = piecewise_fold(formula.rewrite(Piecewise))
    if not isinstance(folded, Piecewise):
        return [(folded, S.Reals)]
    return [(e, s) for e, s in folded.as_expr_set_pairs() if s.measure != 0]


P, Q = Symbol("p", positive=True), Symbol("q", real=True)


@lru_cache(maxsize=64)
def integral(degree: int, lower: Expr, upper: Expr) -> Expr:
    """∫ xᵏ e^{−px² + qx} dx by SymPy: outright on half lines, else by its antiderivative.

    With numbers for p and q some of the integrals over a finite interval come back unevaluated.
    """
    integrand = x**degree * exp(-P * x**2 + Q * x)
    if lower == -oo:
        return integrate(integrand, (x, -oo, 0)) + integral(degree, S.Zero, upper)
    if upper == oo:
        return integrate(integrand, (x, 0, oo)) - integral(degree, S.Zero, lower)
    primitive = antiderivative(degree)
    return primitive.subs(x, upper) - primitive.subs(x, lower)


@lru_cache(maxsize=8)
def antiderivative(degree: int) -> Expr:
    return integrate(x**degree * exp(-P * x**2 + Q * x), x)


def expectation(parts: list[tuple[Expr, Interval]], mean: Expr, variance: Expr) -> Expr:
    """E of a function given by branches, for a Gaussian, summed term by term."""
    total = S.Zero
    front = exp(-(mean**2) / (2 * variance)) / sqrt(2 * pi * variance)
    for expr, domain in parts:
        for term in expand(expr).as_ordered_terms():
            constant, varying = term.as_independent(x, as_Add=False)
            power, exponential = varying.as_independent(exp, as_Add=False)
            degree = 0 if power == 1 else power.as_base_exp()[1]
            rate = diff(log(exponential), x)
            at = {P: 1 / (2 * variance), Q: mean / variance + rate}
            total += constant * front * integral(degree, domain.inf, domain.sup).subs(at)
    return total.evalf(DIGITS + 10)


@pytest.mark.slow
@pytest.mark.parametrize("name", CLOSED)
def test_identical_to_sympy_integrate(name: str) -> None:
    activation = CATALOG[name]
    values = activation.substitution(generic_values(activation))
    parts = pairs(activation.expr.subs(values))
    slopes = [(diff(expr, x), domain) for expr, domain in parts]
    squares = [[(expr**2, domain) for expr, domain in kind] for kind in (parts, slopes)]
    closed = gaussian_moments(activation)
    forms = (closed.mean, closed.derivative_mean, closed.second, closed.derivative_second)
    for mean, variance in POINTS:
        at = {**values, mu: mean, nu: variance}
        for form, integrand in zip(forms, (parts, slopes, *squares), strict=True):
            want = expectation(integrand, mean, variance)
            error = abs(form.subs(at).evalf(DIGITS + 5) - want)
            assert error <= Rational(1, 10) ** DIGITS * max(1, abs(want)), (mean, variance)


@pytest.mark.parametrize("name", OPEN)
def test_no_closed_form_names_the_numeric_route(name: str) -> None:
    with pytest.raises(NotImplementedError, match=rf"{name}.*actmath\.moments"):
        gaussian_moments(CATALOG[name])


HALF_NORMAL = {
    "identity": (0, 1, 1, 1),
    "abs": (sqrt(2 / pi), 1, 0, 1),
    "relu": (1 / sqrt(2 * pi), Rational(1, 2), Rational(1, 2), Rational(1, 2)),
}


@pytest.mark.parametrize("name", HALF_NORMAL)
def test_by_hand_at_the_standard_normal(name: str) -> None:
    m = gaussian_moments(CATALOG[name])
    found = (m.mean, m.second, m.derivative_mean, m.derivative_second)
    assert tuple(form.subs({mu: 0, nu: 1}) for form in found) == HALF_NORMAL[name]


def test_prelu_of_he_eq_15() -> None:
    """E f² of a zero-mean input is (1 + a²)/2 of its variance."""
    slope = Symbol("a", real=True)
    second = gaussian_moments(catalog.prelu).second.subs(mu, 0)
    assert (second - (1 + slope**2) * nu / 2).expand() == 0


def test_variance_is_never_confused_with_the_second_moment() -> None:
    m = gaussian_moments(catalog.relu)
    assert m.variance.subs({mu: 0, nu: 1}).equals(Rational(1, 2) - 1 / (2 * pi))


@pytest.mark.parametrize("degree", range(5))
def test_truncated_moments_add_up_to_the_whole(degree: int) -> None:
    parts = [(-oo, S(-1)), (S(-1), Rational(3, 2)), (Rational(3, 2), oo)]
    split = sum(_truncated_moment(degree, Rational(1, 3), *ends) for ends in parts)
    whole = _truncated_moment(degree, Rational(1, 3), -oo, oo)
    at = {mu: Rational(-2, 7), nu: Rational(5, 4)}
    assert abs((split - whole).subs(at).evalf(60)) < 1e-55


def test_jumps_are_no_obstacle() -> None:
    step = Activation("step", Piecewise((1, x >= 0), (0, True)))
    m = gaussian_moments(step)
    assert m.mean.subs({mu: 0, nu: 1}) == Rational(1, 2)
    assert m.derivative_mean == 0


def test_an_end_of_parameters_is_none_at_infinity() -> None:
    """−b/a is finite though nothing says that the letter a is not 0."""
    parameters = (
        Parameter("a", Rational(1, 6), POSITIVE),
        Parameter("b", Rational(1, 2), POSITIVE),
    )
    gated = Activation("gated", "x*Max(0, Min(1, a*x + b))", parameters)
    fixed = Activation("fixed", "x*Max(0, Min(1, x/6 + 1/2))")
    at = {mu: Rational(1, 3), nu: 2}
    one, other = (gaussian_moments(unit).mean for unit in (gated, fixed))
    apart = one.subs(gated.defaults).subs(at) - other.subs(at)
    assert abs(apart.evalf(20)) < 1e-18


# Waves, bells and both, with twins typed by hand.
WAVES = {
    "sin(3*x)": lambda t: mp.sin(3 * t),
    "x*cos(x)": lambda t: t * mp.cos(t),
    "x + sin(2*x)**2/2": lambda t: t + mp.sin(2 * t) ** 2 / 2,
    "x*exp(-x**2/2)": lambda t: t * mp.exp(-t * t / 2),
    "sin(x + 1)*exp(x/3 - x**2/8)": lambda t: mp.sin(t + 1) * mp.exp(t / 3 - t * t / 8),
    "where(x > 1, x, x*exp(1 - x**2))": lambda t: t if t > 1 else t * mp.exp(1 - t * t),
    "sinh(x)": mp.sinh,
    "x*sin(x**2 - x)": lambda t: t * mp.sin(t * t - t),
    "cos(x**2)*exp(-x**2/4)": lambda t: mp.cos(t * t) * mp.exp(-t * t / 4),
}


@pytest.mark.slow
@pytest.mark.parametrize("text", WAVES)
def test_waves_and_bells_are_those_of_sums_over_the_line(text: str) -> None:
    closed, twin = gaussian_moments(Activation("wave", text)), WAVES[text]
    mean, variance = POINTS[1]
    with mp.workdps(40):
        m, v = (mp.mpf(number.p) / number.q for number in (mean, variance))

        def expect(function: Any) -> Any:
            ends = [-mp.inf, *(m + k * mp.sqrt(v) for k in range(-6, 7)), 1, mp.inf]
            return mp.quad(lambda t: function(t) * mp.npdf(t, m, mp.sqrt(v)), sorted(ends))

        def slope(at: Any) -> Any:
            return mp.diff(twin, at)

        wanted = [expect(f) for f in (twin, lambda t: twin(t) ** 2, slope, lambda t: slope(t) ** 2)]
    forms = (closed.mean, closed.second, closed.derivative_mean, closed.derivative_second)
    for form, want in zip(forms, wanted, strict=True):
        got = form.subs({mu: mean, nu: variance}).evalf(30)
        assert abs(got - want) <= 1e-14 * abs(want)


def test_a_mean_slope_of_0_that_no_symmetry_shows() -> None:
    """By Stein's identity E (z·cos z)′ = E z²·cos z = (1 − ν)·e^{−ν/2} at mean 0."""
    found = gaussian_moments(Activation("growing", "x*cos(x)")).derivative_mean
    assert (found.subs(mu, 0) - (1 - nu) * exp(-nu / 2)).equals(0)


@pytest.mark.parametrize(
    "text",
    [
        *("where(x > 0, sin(x), x)", "exp(x**2/8)", "sin(x**3)", "erf(x)*erf(2*x)", "erf(x)**2"),
        *("where(x > 0, erf(x), x)", "erf(x)*sin(x)", "x**33"),
    ],
)
def test_waves_that_end_and_what_grows_faster_have_none(text: str) -> None:
    with pytest.raises(NotImplementedError, match="no closed form"):
        gaussian_moments(Activation("other", text))


def test_the_sentence_names_the_highest_degree() -> None:
    def second(degree: int) -> Expr:
        return gaussian_moments(Activation("power", f"x**{degree}")).second.subs({mu: 0, nu: 1})

    with pytest.raises(NotImplementedError) as refused:
        second(99)
    named = re.search(r"a degree up to (\d+),", str(refused.value))
    assert named
    highest = int(named[1])
    # E z²ᵏ = (2k − 1)!!
    assert second(highest) == factorial2(2 * highest - 1)
    with pytest.raises(NotImplementedError):
        second(highest + 1)
