"""Formulas as people write them: right moments wherever they exist, or a sentence."""

from __future__ import annotations

import numpy as np
import pytest
from mpmath import mp
from sympy import (
    Abs,
    Max,
    Min,
    Piecewise,
    Rational,
    cosh,
    erf,
    exp,
    log,
    pi,
    sin,
    sinh,
    sqrt,
    tanh,
)

from actmath import Activation, catalog
from actmath.notation import x
from actmath.numeric import gains
from actmath.numeric._gaussian._rules.bends import (
    BendGrid,
    _graded,
    _last_coefficients,
    _line,
    _parts,
    _places,
    digits_are_lost,
    doublings_for,
    grid_of,
)
from actmath.numeric._gaussian.evaluate import gaussian

from ....reference.quadrature import gaussian_means

# Name, formula, and by hand for mpmath: f, f′ and the breaks.
UNITS = {
    "gelu_by_erf": (
        x * (1 + erf(x / sqrt(2))) / 2,
        lambda t: t * mp.ncdf(t),
        lambda t: mp.ncdf(t) + t * mp.npdf(t),
        [],
    ),
    "gelu_by_tanh": (
        x * (1 + tanh(sqrt(2 / pi) * (x + Rational(44715, 10**6) * x**3))) / 2,
        lambda t: t * (1 + mp.tanh(mp.sqrt(2 / mp.pi) * (t + mp.mpf(44715) / 10**6 * t**3))) / 2,
        None,
        [],
    ),
    "sine": (sin(3 * x), lambda t: mp.sin(3 * t), lambda t: 3 * mp.cos(3 * t), []),
    "tanh_exp": (x * tanh(exp(x)), lambda t: t * mp.tanh(mp.exp(t)), None, []),
    "log_cosh": (log(cosh(x)), lambda t: mp.log(mp.cosh(t)), mp.tanh, []),
    "log_sigmoid": (
        x * log(1 + 1 / (1 + exp(-x))),
        lambda t: t * mp.log(1 + 1 / (1 + mp.exp(-t))),
        None,
        [],
    ),
    "exp": (exp(x), mp.exp, mp.exp, []),
    "sinh": (sinh(x), mp.sinh, mp.cosh, []),
    "cube": (x**3, lambda t: t**3, lambda t: 3 * t**2, []),
    "elu_by_max": (
        Max(0, x) + Min(0, exp(x) - 1),
        lambda t: t if t > 0 else mp.expm1(t),
        lambda t: mp.one if t > 0 else mp.exp(t),
        [0],
    ),
    "bent_parabola": (
        Piecewise((x**2, x < 1), (2 * x - 1, True)),
        lambda t: t**2 if t < 1 else 2 * t - 1,
        lambda t: 2 * t if t < 1 else 2,
        [1],
    ),
    "ripple": (x + sin(x) ** 2, lambda t: t + mp.sin(t) ** 2, lambda t: 1 + mp.sin(2 * t), []),
    "bell": (exp(-(x**2)), lambda t: mp.exp(-t * t), lambda t: -2 * t * mp.exp(-t * t), []),
}
FORWARD = {
    "gelu_by_erf": 1.53353044119554,
    "gelu_by_tanh": 1.53358052166615,
    "sine": 1.41421357314232,
    "tanh_exp": 1.37478157602277,
    "log_cosh": 1.74059712352702,
    "log_sigmoid": 2.2676721904023,
}


@pytest.mark.parametrize("name", UNITS)
def test_units_as_people_write_them(name):
    formula, value, slope, kinks = UNITS[name]
    unit = Activation(name, formula)
    rng = np.random.default_rng(len(name))
    points = [(rng.uniform(-1, 1), float(v)) for v in (0.01, rng.uniform(0.1, 9))]
    found = gaussian(unit, *np.array(points).T)
    for i, (mean, variance) in enumerate(points):
        with mp.workdps(45):
            integrands = (value, lambda t: value(t) ** 2)
            first, second = gaussian_means(integrands, mean, variance, kinks, degree=5)
            spread = second - first**2
            assert abs(found.mean[i] - first) <= 3e-15 * mp.sqrt(second)
            assert abs(found.variance[i] / spread - 1) <= 1e-13
            if slope:
                squared = (slope, lambda t: slope(t) ** 2)
                steep, square = gaussian_means(squared, mean, variance, kinks, degree=5)
                assert abs(found.derivative_mean[i] - steep) <= 1e-14 * mp.sqrt(square)
                assert abs(found.derivative_second[i] / square - 1) <= 1e-13


@pytest.mark.parametrize("name", FORWARD)
def test_gains_of_units_that_once_were_refused(name):
    assert gains(Activation(name, UNITS[name][0])).forward == pytest.approx(
        FORWARD[name], rel=1e-14
    )


@pytest.mark.slow
@pytest.mark.parametrize("rate", [1e2, 1e4, 1e5])
@pytest.mark.parametrize("place", [0.0, 0.7, -3.1])
def test_a_sharp_bend_is_closed_in_upon(rate, place):
    """tanh(r(x − c)) has E f = E sign(x − c) up to φ′(c)·π²/(12r²)."""
    sharp = Activation("sharp", tanh(Rational(rate) * (x - Rational(str(place)))))
    found = gaussian(sharp, 0.0, 1.0)
    with mp.workdps(30):
        jump = 1 - 2 * mp.ncdf(mp.mpf(str(place)))
        curve = mp.mpf(str(place)) * mp.npdf(mp.mpf(str(place))) * mp.pi**2 / (12 * rate**2)
        # The next term is of the fourth order.
        assert abs(found.mean - (jump + curve)) <= 1e-12 + 30 / mp.mpf(rate) ** 4
        # E f′² = r·φ(c)·∫ sech⁴ = 4r·φ(c)/3 up to the second order.
        height = 4 * rate * mp.npdf(mp.mpf(str(place))) / 3
        assert abs(found.derivative_second / height - 1) <= 1e-10 + 10 / mp.mpf(rate) ** 2


@pytest.mark.slow
def test_a_narrow_bell_is_found_where_the_formula_says():
    """E exp(−(r(x − 1))²) = exp(−r²/(1 + 2r²))/√(1 + 2r²) under N(0, 1)."""
    for rate in (10, 100, 1000):
        found = gaussian(Activation("bell", exp(-((rate * (x - 1)) ** 2))), 0.0, 1.0)
        width = 1 + 2 * rate**2
        true = mp.exp(-(mp.mpf(rate) ** 2) / width) / mp.sqrt(width)
        assert abs(found.mean / true - 1) < 1e-11


@pytest.mark.slow
def test_an_oscillating_unit_is_right_or_refused():
    """E sin(kx) = e^{−k²ν/2}·sin(k·mean), Var = (1 − e^{−2k²ν}cos 2k·mean)/2 − (E f)²."""
    fast = Activation("fast", sin(30 * x))
    for variance in (1e-4, 0.01, 4.0, 100.0):
        found = gaussian(fast, 0.3, variance)
        with mp.workdps(30):
            k, m, v = mp.mpf(30), mp.mpf(0.3), mp.mpf(variance)
            first = mp.exp(-(k**2) * v / 2) * mp.sin(k * m)
            spread = (1 - mp.exp(-2 * k**2 * v) * mp.cos(2 * k * m)) / 2 - first**2
            assert abs(found.mean - first) < 1e-13
            assert abs(found.variance / spread - 1) < 1e-12
    with pytest.raises(ArithmeticError, match="bends too finely between −65536 and 65536"):
        gaussian(fast, 0.0, 1e6)


@pytest.mark.parametrize("formula", [exp(x**2 / 4), exp(x**2), exp(exp(x)), x * exp(x**2 / 3)])
def test_infinite_moments_are_a_sentence(formula):
    with pytest.raises(ArithmeticError, match=r"N\(0, 1\) are infinite|loses its digits"):
        gains(Activation("steep", formula))


def test_moments_beyond_float64_are_a_sentence():
    with pytest.raises(ArithmeticError, match=r"grows at N\(0, 65536\) are infinite, or"):
        gaussian(Activation("grows", exp(x)), [0.0, 0.0], [1.0, 65536.0])


def test_a_tail_that_counts_is_reached_for():
    """E exp(x²/8)² = √2 and E exp(x²/8) = 2/√3 under N(0, 1)."""
    found = gaussian(Activation("wide", exp(x**2 / 8)), 0.0, 1.0)
    assert float(found.second) == pytest.approx(2**0.5, rel=1e-13)
    assert float(found.mean) == pytest.approx(2 / 3**0.5, rel=1e-13)
    tenth = gaussian(Activation("tenth", x**10), 0.0, 1.0)
    assert float(tenth.second) == pytest.approx(654729075, rel=1e-13)


@pytest.mark.slow
def test_lost_digits_are_a_sentence_where_they_count():
    """Beside 10¹⁷ an x of 1 is no float64: no digit of the sine is left."""
    flat = Activation("flat", sin(x + 10**17))
    with pytest.raises(ArithmeticError, match=r"flat loses its digits .* at N\(0, 1\)"):
        gaussian(flat, 0.0, 1.0)


def test_a_grid_is_for_all_means_that_it_reaches():
    grid = grid_of(UNITS_AS_ACTIVATIONS["sine"], doublings_for(200.0))
    assert grid.complete
    assert not grid.lossy
    assert grid.reach == 256
    assert np.diff(grid.ends).max() < 8
    # Beyond 12 the plain steps grow, and the sine needs finer ones.
    assert -16 < grid.low < -12
    assert 12 < grid.high < 16
    flat = grid_of(catalog.relu, 0)
    assert (flat.low, flat.high) == (-np.inf, np.inf)
    assert doublings_for(0.0) == doublings_for(16.0) == 0
    assert doublings_for(17.0) == 4


UNITS_AS_ACTIVATIONS = {name: Activation(name, row[0]) for name, row in UNITS.items()}


@pytest.mark.parametrize("deviation", [1e-3, 1.0, 1e10, 1e50])
def test_far_means_and_wide_deviations(deviation):
    """softsign(x) = sign(x)·(1 − 1/(1 + |x|)), and E 1/(1 + |x|) is of the order log(σ)/σ."""
    means = (
        deviation * np.array([0.0, 0.5, -2.0]) if deviation > 1 else np.array([0.0, 1e10, 1e100])
    )
    found = gaussian("softsign", means, deviation**2)
    for mean, got in zip(means, found.mean, strict=True):
        share = mp.erf(mp.mpf(mean) / deviation / mp.sqrt(2))
        assert abs(got - share) < max(2e-10, 100 / deviation) if deviation > 1 else 2e-10
    assert (found.variance > 0)[: 3 if deviation > 1 else 2].all()


@pytest.mark.parametrize("power", [Rational(3, 4), Rational(3, 2)])
def test_roots_whose_slope_is_infinite_at_their_kink(power):
    """E |z|^k = 2^{k/2}Γ((k+1)/2)/√π; E f′² of the square root is infinite."""

    def absolute(k):
        return mp.mpf(2) ** (k / 2) * mp.gamma((k + 1) / 2) / mp.sqrt(mp.pi)

    found = gaussian(Activation("root", Abs(x) ** power), 0.0, 1.0)
    k = mp.mpf(power.p) / power.q
    assert float(found.mean) == pytest.approx(float(absolute(k)), rel=1e-14)
    assert float(found.second) == pytest.approx(float(absolute(2 * k)), rel=1e-14)
    square = k**2 * absolute(2 * k - 2)
    assert float(found.derivative_second) == pytest.approx(float(square), rel=1e-13)
    assert np.isnan(gains(Activation("root", sqrt(Abs(x)))).backward)


@pytest.mark.parametrize("reach", [16.0, 100.0, 4096.0])
def test_the_plain_grid_is_even_and_then_in_proportion(reach):
    ends = _graded(reach)
    np.testing.assert_array_equal(ends, -ends[::-1])
    assert (ends[0], ends[-1]) == (-reach, reach)
    assert 0 in ends
    near = ends[(ends >= 0) & (ends <= 12)]
    np.testing.assert_allclose(np.diff(near), 1.2, rtol=1e-12)
    far = ends[ends >= 12]
    assert far[0] == pytest.approx(12)
    ratios = far[1:] / far[:-1]
    np.testing.assert_allclose(ratios[:-1], 1.3, rtol=1e-12)
    assert 1 < ratios[-1] <= 1.3 * (1 + 1e-12)


@pytest.mark.parametrize(
    ("argument", "line"),
    [
        (3 * x - 6, (3, 2)),
        (-x / 2 + 1, (0.5, 2)),
        # (2(x + 1))² − 3.
        (4 * x**2 + 8 * x + 1, (2, -1)),
        (-9 * x**2, (3, 0)),
        (x**3, None),
        (exp(x), None),
        (Rational(5), None),
    ],
    ids=str,
)
def test_how_steep_an_argument_is_and_where(argument, line):
    assert _line(argument) == (line if line is None else pytest.approx(line, rel=1e-15))


def test_ladders_go_down_to_the_width_of_a_bend():
    """tanh(100(x − 3)): steps of 1/100, 2/100, … up to 1.2; what is wide has none."""
    found = sorted(_places(Activation("steep", tanh(100 * (x - 3)) + tanh(x / 2))))
    rungs = [2**k / 100 for k in range(7)]
    assert found == pytest.approx([*(3 - r for r in rungs[::-1]), 3, *(3 + r for r in rungs)])
    kinked = _places(Activation("kinked", Piecewise((x, x < 1), (2 * x - 1, x < 4), (7, True))))
    assert kinked == (1.0, 4.0)


def test_panels_are_cut_at_shares_of_their_length():
    left, right = np.array([0.0, 10.0, 20.0]), np.array([8.0, 18.0, 60.0])
    low, high, parent = _parts(left, right, np.array([0, 2]), np.array([0.25, 0.5]))
    assert low.tolist() == [0, 2, 4, 20, 30, 40]
    assert high.tolist() == [2, 4, 8, 30, 40, 60]
    assert parent.tolist() == [0, 0, 0, 2, 2, 2]


def test_the_last_three_legendre_coefficients():
    """Of random series of 24 terms at the nodes, against numpy's evaluation of them."""
    rng = np.random.default_rng(1)
    points, _ = np.polynomial.legendre.leggauss(24)
    for coefficients in rng.normal(size=(5, 24)):
        values = np.polynomial.legendre.legval(points, coefficients)
        np.testing.assert_allclose(values @ _last_coefficients(), coefficients[-3:], atol=1e-13)


def test_errors_are_those_of_the_panel_that_holds_a_point():
    ends = np.array([-2.0, 0.0, 1.0, 5.0])
    lost = np.array([1.0, 2.0, 3.0]), np.array([4.0, 5.0, 6.0])
    grid = BendGrid(ends, lost, True, True, -np.inf, np.inf)
    at = np.array([-9.0, -1.0, 0.5, 3.0, 9.0])
    assert grid.lost_at(at, 0).tolist() == [1, 1, 2, 3, 3]
    assert grid.lost_at(at, 1).tolist() == [4, 4, 5, 6, 6]
    assert grid.reach == 5


@pytest.mark.parametrize(
    ("given", "lost"),
    [
        # values, slopes, deviation, mean, variance, E f′²: squares of errors beside 1e-25 of each.
        ((0, 0, 2, 1, 1, 1), False),
        ((1.9e-25, 0, 2, 1, 1, 1), False),
        ((2.1e-25, 0, 2, 1, 1, 1), True),
        ((0, 0.9e-25, 2, 0, 4, 1), False),
        ((0, 1.1e-25, 2, 0, 4, 9), True),
        ((0, 1.1e-25, 2, 0, 9, 1), True),
        ((0, 1.1e-25, 2, 0, 9, 2), False),
        ((np.nan, 0, 2, 1, 1, 1), True),
        ((0, np.nan, 2, 1, 1, 1), True),
    ],
)
def test_errors_count_beside_each_moment(given, lost):
    values, slopes, deviation, mean, variance, square = (np.array([float(v)]) for v in given)
    (found,) = digits_are_lost(values, slopes, deviation, mean, variance, mean, square)
    assert bool(found) is lost


@pytest.mark.parametrize(
    ("reach", "doublings"),
    [(1, 0), (16, 0), (16.1, 4), (256, 4), (256.1, 8), (4096, 8), (4097, 12)],
)
def test_a_grid_is_doubled_four_times_at_once(reach, doublings):
    assert doublings_for(float(reach)) == doublings
