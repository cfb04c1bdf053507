"""Quadrature over the plane: two rules, jumps as they are, and derivatives of every kind."""

from __future__ import annotations

import numpy as np
import pytest
from mpmath import mp
from scipy import special
from scipy.stats import multivariate_normal
from sympy import Max, Piecewise, Rational, exp, sign, sin

from actmath import Activation, catalog
from actmath.notation import x
from actmath.numeric._gaussian._rules.trapezoid import Trapezoid
from actmath.numeric._gaussian.choice import moment_method
from actmath.numeric._gaussian.evaluate import gaussian
from actmath.numeric._kernel.dual_kernel import dual_kernel
from actmath.numeric._kernel.plane import _by_trapezoid, by_panels, by_quadrature

from .oracle import double, ramps, single, wave


def one(rule, subject, *triple):
    return rule(subject, *(np.array([float(part)]) for part in triple))


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "silu", "mish", "softplus", "arctan"])
@pytest.mark.parametrize("at", [(1e-4, 3, 0.99), (1, 1, -0.3), (6, 0.05, 1), (6, 3, 0.99999)])
def test_the_trapezoidal_rule_agrees_with_panels(name, at):
    subject = catalog.get(name)
    few = _by_trapezoid(moment_method(subject), *map(float, at))
    many = one(by_panels, subject, *at)[:, 0]
    assert few is not None
    sides = gaussian(subject, 0.0, at[:2])
    assert abs(few[0] - many[0]) < 2e-15 * np.sqrt(np.prod(sides.second))
    assert abs(few[1] - many[1]) < 2e-15 * np.sqrt(np.prod(sides.derivative_second))


def test_a_steep_unit_needs_a_wider_range_than_the_trapezoidal_rule_has():
    """E z⁸z⁸ = 15!!, of which 1e-10 lies beyond 9.25 deviations."""
    power = Activation("power", x**8)
    rule = moment_method(power)
    assert not isinstance(rule, Trapezoid) or _by_trapezoid(rule, 1.0, 1.0, 1.0) is None
    assert dual_kernel(power, 1, 1, 1).value == pytest.approx(2027025, rel=1e-13)
    assert dual_kernel(power, 1, 1, 0).value == pytest.approx(105**2, rel=1e-13)


@pytest.mark.slow
@pytest.mark.parametrize("power", [2, 3, 4])
def test_what_grows_on_either_side_is_seen_at_that_edge(power: int) -> None:
    """A unit and its mirror image have one kernel: both fit into the grid, or neither."""
    either = [Activation("grows", x**power / (1 + exp(side * x))) for side in (-1, 1)]
    found = [
        [_by_trapezoid(moment_method(unit), *at) for unit in either]
        for at in ((1.0, 1e-4, 0.5), (1.0, 1.0, 0.0), (1.0, 1.0, 0.9))
    ]
    assert any(right is None for right, _ in found) is (power > 2)
    for right, left in found:
        assert (right is None) is (left is None)
        if right is not None:
            assert right == pytest.approx(left, rel=1e-13)


# Hand-written twins of units: f, f′ and E f(m + s·y), E f′(m + s·y) for the inner expectation.
def jump_mean(m, s):
    """Of 1 + x/2 above 1, x/2 below."""
    return m / 2 + mp.ncdf((m - 1) / s)


JUMP = Activation("jump", Piecewise((1 + x / 2, x >= 1), (x / 2, True)))


@pytest.mark.parametrize("at", [(1, 1, 0.5), (0.3, 2.5, -0.8), (4, 0.7, 0.0), (1, 1, 0.999)])
def test_a_unit_that_jumps(at):
    found = one(by_quadrature, JUMP, *at)
    with mp.workdps(25):
        value = single(lambda u: u / 2 + (u >= 1), jump_mean, at, kinks=(1,))
        # E f(u)f(v) = k/4 + (P-terms): by the density of u at 1, of v at 1, and of the pair.
        q1, q2, c = map(mp.mpf, at)
        k = c * mp.sqrt(q1 * q2)
        determinant = q1 * q2 - k * k
        pair = mp.exp(-(q1 - 2 * k + q2) / (2 * determinant)) / (2 * mp.pi * mp.sqrt(determinant))
        edges = sum(mp.npdf(1, 0, mp.sqrt(q)) / 2 for q in (q1, q2))
        assert abs(float(found.value[0]) - value) < 1e-14
        assert abs(float(found.derivative[0]) - (mp.mpf(1) / 4 + edges + pair)) < 1e-13


def test_the_derivative_is_that_of_the_value_for_units_that_jump():
    def value(c):
        return one(by_quadrature, JUMP, 1, 2, c).value[0]

    step = 1e-3
    quotient = (8 * (value(0.3 + step) - value(0.3 - step)) - value(0.3 + 2 * step)) / (12 * step)
    quotient += value(0.3 - 2 * step) / (12 * step)
    found = one(by_quadrature, JUMP, 1, 2, 0.3)
    assert quotient / np.sqrt(2) == pytest.approx(found.derivative[0], rel=1e-9)


@pytest.mark.parametrize("at", [(0.8, 0.5, 0.3), (0.2, 1, -0.7)])
def test_smooth_units_against_a_product_rule_in_many_digits(at):
    found = one(by_quadrature, catalog.tanh, *at)
    with mp.workdps(20):
        wanted = double(mp.tanh, mp.tanh, at), double(*[lambda t: mp.sech(t) ** 2] * 2, at)
    assert abs(float(found.value[0]) - wanted[0]) < 2e-15
    assert abs(float(found.derivative[0]) - wanted[1]) < 2e-15


@pytest.mark.slow
def test_a_steep_bend_off_the_middle():
    """At a negative correlation v crosses it on the other side than u."""
    steep, bend = Activation("steep", "tanh(40*(x - 1/3))"), mp.mpf(1) / 3
    found = one(by_quadrature, steep, 3, 0.2, -1)

    def rise(m, _=0):
        return mp.tanh(40 * (m - bend))

    wanted = single(rise, rise, (3, 0.2, -1), kinks=(bend, -bend * mp.sqrt(15)))
    assert abs(float(found.value[0]) - wanted) < 1e-15


@pytest.mark.parametrize("variance", [0.1, 0.03])
def test_what_lies_far_in_the_tail_is_not_lost(variance):
    """Of a unit that is 0 within ±5 all that counts is beyond 16 and 29 deviations."""
    shrink = Activation("shrink", Piecewise((0, abs(x) <= 5), (x - 5 * sign(x), True)))
    found = one(by_quadrature, shrink, variance, variance, 1)
    with mp.workdps(30):
        q = mp.mpf(variance)
        # 2·E(u − 5)²₊ at u ~ N(0, q).
        end = 5 / mp.sqrt(q)
        wanted = (q + 25) * mp.erfc(end / mp.sqrt(2)) - 10 * mp.sqrt(q) * mp.npdf(end)
    assert float(found.value[0] / wanted) == pytest.approx(1, rel=1e-11)


def test_a_derivative_that_reaches_farther_than_the_value():
    """Of 1 + t·e⁶ˣ with a tiny t the 1 is the value; the derivative is made around z = 12."""
    tiny = Rational(1, 10**30)
    found = one(by_quadrature, Activation("late", 1 + tiny * exp(6 * x)), 1, 1, 1)
    assert found.value[0] == pytest.approx(1, rel=1e-14)
    # (6t)²·E e¹²ᶻ.
    assert found.derivative[0] / (36e-60 * np.exp(72)) == pytest.approx(1, rel=1e-12)


@pytest.mark.parametrize("c", [-0.5, 0.9])
def test_at_a_huge_variance_a_hard_sigmoid_is_a_sign(c):
    found = one(by_quadrature, catalog.hard_tanh, 1e200, 1e200, c)
    assert found.value[0] == pytest.approx(2 / np.pi * np.arcsin(c), rel=1e-13)
    # 4·φ₁₂(0, 0), the whole rise of 2 in either direction.
    height = 2 / np.pi / np.sqrt(1 - c * c) * 1e-200
    assert found.derivative[0] / height == pytest.approx(1, rel=1e-12)


def test_scaling_is_the_derivative_by_a_deviation():
    bent = Activation("bent", Piecewise((exp(-(x**2)) + x, x >= Rational(1, 2)), (x**2, True)))
    q, step = 0.8, 1e-3

    def value(shift):
        return one(by_quadrature, bent, (q**0.5 + shift) ** 2, 1.3, -0.4).value[0]

    quotient = (8 * (value(step) - value(-step)) - (value(2 * step) - value(-2 * step))) / 12 / step
    assert one(by_quadrature, bent, q, 1.3, -0.4).scaling[0] == pytest.approx(quotient, rel=1e-9)


SHIFT = Rational(1, 3)
WAVE = Activation("wave", sin(x + SHIFT))
PLACES = [(0.7, 0.2, 0.6), (0.2, 3.0, -0.9), (2.5, 2.5, 1.0), (1.3, 0.4, -1.0), (4.0, 0.01, 0.0)]


@pytest.mark.parametrize("at", PLACES)
def test_a_wave_in_closed_form_by_either_rule(at: tuple[float, float, float]) -> None:
    wanted = list(map(float, wave(1 / 3, at)))
    rule = moment_method(WAVE)
    assert isinstance(rule, Trapezoid)
    assert _by_trapezoid(rule, *at) == pytest.approx(wanted, abs=2e-14)
    assert one(by_panels, WAVE, *at)[:, 0] == pytest.approx(wanted, abs=4e-14)
    found = one(by_quadrature, WAVE, *at)
    assert [float(part[0]) for part in (found.value, found.derivative, found.scaling)] == (
        pytest.approx(wanted, abs=4e-14)
    )


LINES = (
    (0.5, [-1, 0.5, 2], [-0.75, 1.25]),
    (-1, [2, 0, -1, 1], [-2, 0, 0.5]),
    (0, [0, 3], [0.25]),
)


@pytest.mark.parametrize("line", range(len(LINES)))
@pytest.mark.parametrize("at", [(0.7, 0.2, 0.6), (0.2, 3.0, -0.9), (4.0, 0.1, 0.0)])
def test_lines_with_kinks_by_plain_sums(line: int, at: tuple[float, float, float]) -> None:
    first, slopes, kinks = LINES[line]
    steps = zip(kinks, np.diff(slopes), strict=True)
    rises = sum(Rational(float(rise)) * Max(0, x - Rational(kink)) for kink, rise in steps)
    unit = Activation("bent", Rational(first) + Rational(slopes[0]) * x + rises)
    wanted = ramps(first, slopes, kinks, at)
    assert one(by_panels, unit, *at)[:, 0] == pytest.approx(wanted, abs=2e-13)


@pytest.mark.slow
def test_many_triples_go_through_in_blocks_in_their_order() -> None:
    """More than 256 of them, each with variances of its own."""
    random = np.random.default_rng(6)
    q1, q2 = 10 ** random.uniform(-1, 0.5, (2, 300))
    c = random.uniform(-0.9, 0.9, 300)
    found = by_quadrature(catalog.relu6, q1, q2, c)
    for at in (0, 149, 150, 151, 255, 256, 299):
        wanted = ramps(0, [0, 1, 0], [0, 6], (q1[at], q2[at], c[at]))
        columns = found.value[at], found.derivative[at], found.scaling[at]
        assert columns == pytest.approx(wanted, abs=1e-13)


STEPS = ((-0.5, 2.0), (0.0, -0.75), (1.25, 0.5))
STAIRS = Activation(
    "stairs", sum(Rational(h) * Piecewise((1, x >= Rational(a)), (0, True)) for a, h in STEPS)
)


@pytest.mark.parametrize("at", [(0.7, 0.2, 0.6), (0.2, 3.0, -0.9)])
def test_stairs_by_the_densities_of_the_pair(at: tuple[float, float, float]) -> None:
    """∂/∂k of P(u > a, v > b) is the density there; with c fixed P(z > a/σ₁, v > b) has another.

    By σ₁ it grows by a/σ₁²·φ(a/σ₁)·P(v > b | u = a).
    """
    found = one(by_quadrature, STAIRS, *at)
    q1, q2, c = at
    k = c * (q1 * q2) ** 0.5
    pair = multivariate_normal([0, 0], [[q1, k], [k, q2]], abseps=1e-10)
    pairs = [(a, b, h * g) for a, h in STEPS for b, g in STEPS]
    value = sum(weight * pair.cdf([-a, -b]) for a, b, weight in pairs)
    slope = sum(weight * pair.pdf([a, b]) for a, b, weight in pairs)
    s = (q2 * (1 - c * c)) ** 0.5
    scaling = sum(
        weight
        * a
        / q1
        * np.exp(-a * a / q1 / 2)
        / (2 * np.pi) ** 0.5
        * special.ndtr((c * a * (q2 / q1) ** 0.5 - b) / s)
        for a, b, weight in pairs
    )
    assert found.value[0] == pytest.approx(value, abs=1e-9)
    assert found.derivative[0] == pytest.approx(slope, rel=1e-12)
    assert found.scaling[0] == pytest.approx(scaling, abs=1e-13)


@pytest.mark.parametrize("at", [(0, 1, -0.6), (1, 0, 0.4)])
def test_the_derivative_of_a_jump_at_a_variance_of_0(at: tuple[float, float, float]) -> None:
    """Off 0 a jump has no density there: f′(0)·E f′(v), in which v has one, is ½(½ + φ(1))."""
    found = one(by_quadrature, JUMP, *at)
    assert found.derivative[0] == pytest.approx((0.5 + np.exp(-0.5) / (2 * np.pi) ** 0.5) / 2)
    # With a jump at 0 it is infinite: −¾ there, times the density of v at all, which is positive.
    assert dual_kernel(STAIRS, *at).derivative == -np.inf


def test_where_floats_do_not_hold_it_the_first_place_is_named() -> None:
    steep = Activation("steep", x**100 + x)
    q1, q2 = np.array([1e-3, 1e30, 1e31]), np.array([1e-4, 1e29, 1e30])
    said = (
        r"^the dual kernel of steep at variances 1e\+30, 1e\+29 and correlation -1 is beyond what "
        "quadrature in float64 holds$"
    )
    with pytest.raises(ArithmeticError, match=said):
        by_quadrature(steep, q1, q2, np.array([0.25, -1.0, 1.0]))
