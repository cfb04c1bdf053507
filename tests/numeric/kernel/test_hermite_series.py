"""The Hermite series against quadrature, pair by pair, and what it leaves to others."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import Integer, Rational, sin

from actmath import Activation, catalog
from actmath.notation import x
from actmath.numeric import dual_kernel, gaussian
from actmath.numeric._array import Array
from actmath.numeric._kernel.hermite_series import by_series, weighted_hermite
from actmath.numeric._kernel.plane import by_quadrature

from .oracle import wave

RNG = np.random.default_rng(2)
VARIANCES = np.array([0.01, 0.4, 2.5])
ROWS = np.indices((3, 3)).reshape(2, -1)
REPEATS = 8


def pairs(correlations):
    q1, q2 = (np.repeat(VARIANCES[row], REPEATS) for row in ROWS)
    return q1, q2, np.resize(correlations, len(q1))


@pytest.mark.parametrize("name", ["tanh", "silu", "gelu", "softplus", "hard_tanh"])
def test_quadrature_agrees(name):
    """All pairs of a smooth unit are trusted, even at c = ±1; of one with kinks those far off."""
    unit, at = catalog.get(name), pairs([1.0, -1.0, 0.999, 0.3, -0.8, 0.0, 0.94])
    found = by_series(unit, *at)
    smooth = name != "hard_tanh"
    assert found.trusted[np.abs(at[2]) <= 0.94].all()
    assert found.trusted[np.abs(at[2]) == 1].all() == smooth
    some = np.flatnonzero(found.trusted)[::5]
    summed = by_quadrature(unit, *(part[some] for part in at))
    moments = [gaussian(unit, 0.0, part[some]) for part in at[:2]]
    size = np.sqrt(moments[0].second * moments[1].second)
    steep = np.sqrt(moments[0].derivative_second * moments[1].derivative_second)
    value, slope, scaling = found.sums[:, some]
    np.testing.assert_allclose(value / size, summed.value / size, atol=2e-14)
    np.testing.assert_allclose(slope / steep, summed.derivative / steep, atol=2e-14)
    np.testing.assert_allclose(scaling / size, summed.scaling / size, atol=1e-13)


def test_a_unit_without_slopes_has_nothing_to_leave_out():
    found = by_series(Activation("three", Integer(3)), *pairs([1.0, -0.4]))
    assert found.trusted.all()
    np.testing.assert_allclose(found.sums[0], 9, rtol=1e-13)
    assert not found.sums[1:].any()


def test_few_pairs_and_jumps_are_left_to_others():
    few = by_series(catalog.tanh, *map(np.array, ([1.0, 2.0], [3.0, 4.0], [0.1, 0.2])))
    assert not few.trusted.any()
    assert not by_series(catalog.hardshrink, *pairs([0.2])).trusted.any()
    assert by_series(catalog.tanh, *[np.empty(0)] * 3).sums.shape == (3, 0)


def test_what_is_too_wide_is_not_trusted():
    """At a deviation of 100 tanh is nearly a step: 1024 terms leave out 1 %."""
    wide = np.full(40, 1e4)
    c = np.linspace(-1, 1, 40)
    found = by_series(catalog.tanh, wide, wide, c)
    assert not found.trusted[[0, -1]].any()
    assert found.trusted[20]
    # The caller gets the rest by quadrature.
    whole = dual_kernel("tanh", wide, wide, c).value
    np.testing.assert_allclose(whole, 2 / np.pi * np.arcsin(c), atol=0.02)


@pytest.mark.slow
def test_a_fast_wave_that_the_nodes_miss_is_not_trusted():
    """sin(60x) has 3600 Hermite terms at a deviation of 1."""
    ones = np.ones(16)
    fast = by_series(Activation("fast", "sin(60*x)"), ones, ones, np.ones(16))
    assert not fast.trusted.any()


def test_the_polynomials_are_orthonormal():
    z = np.linspace(-13.5, 13.5, 2001)
    table = weighted_hermite(z, np.full(len(z), z[1] - z[0]), 20)
    polynomials = table / table[0]
    np.testing.assert_allclose(table @ polynomials.T, np.eye(20), atol=1e-12)


SHIFT = Rational(1, 3)
WAVE = Activation("wave", sin(x + SHIFT))


def of_waves(q1: Array, q2: Array, c: Array) -> Array:
    """The three columns in closed form, (3, pairs)."""
    return np.array([list(map(float, wave(1 / 3, at))) for at in zip(q1, q2, c, strict=True)]).T


@pytest.mark.slow
def test_a_wave_in_closed_form_at_every_pair_of_variances() -> None:
    at = pairs(np.linspace(-1, 1, REPEATS))
    found = by_series(WAVE, *at)
    assert found.trusted.all()
    np.testing.assert_allclose(found.sums, of_waves(*at), atol=2e-14)


@pytest.mark.parametrize("wanted", [(0,), (2,), (1, 0), (2, 0, 1)])
def test_the_sums_that_are_wanted_in_their_order(wanted: tuple[int, ...]) -> None:
    at = pairs([-0.7, 0.2, 1.0])
    some, every = by_series(WAVE, *at, wanted).sums, by_series(WAVE, *at).sums
    np.testing.assert_allclose(some, every[list(wanted)], rtol=0, atol=1e-14)


@pytest.mark.parametrize("count", [8191, 8193, 16385])
def test_more_pairs_than_are_summed_at_once(count: int) -> None:
    c = np.linspace(-1, 1, count)
    found = by_series(WAVE, np.full(count, 0.4), np.full(count, 0.4), c)
    assert found.trusted.all()
    fall, k = np.exp(-0.4) / 2, 0.4 * c
    wanted = fall * (np.exp(k) - np.cos(2 / 3) * np.exp(-k))
    np.testing.assert_allclose(found.sums[0], wanted, atol=1e-14)


def test_from_eight_pairs_for_each_deviation_on() -> None:
    """A variance that both have is one deviation, and two are two."""
    for q1, q2, least in ((0.4, 0.4, 8), (0.4, 2.5, 16)):
        for count in (least - 1, least):
            at = (np.full(count, q1), np.full(count, q2), np.full(count, 0.3))
            assert by_series(WAVE, *at).trusted.tolist() == [count == least] * count
            assert np.isnan(by_series(WAVE, *at).sums).all() == (count < least)


def test_what_is_not_trusted_has_no_sums() -> None:
    """Hard tanh at c = ±1, whose terms fall like a power, beside pairs that are trusted."""
    c = np.array([1.0, 0.2, -1.0, -0.9, 0.0, 0.5, 0.1, 0.3])
    ones = np.ones(8)
    found = by_series(catalog.hard_tanh, ones, ones, c)
    assert found.trusted.tolist() == [False, True, False, True, True, True, True, True]
    assert np.isnan(found.sums[:, ~found.trusted]).all()
    summed = by_quadrature(catalog.hard_tanh, *(part[found.trusted] for part in (ones, ones, c)))
    np.testing.assert_allclose(found.sums[0, found.trusted], summed.value, atol=2e-14)
    np.testing.assert_allclose(found.sums[1, found.trusted], summed.derivative, atol=2e-14)


@pytest.mark.filterwarnings("error")
def test_what_no_float_holds_is_not_trusted() -> None:
    steep = Activation("steep", x**100 + x)
    huge = np.full(8, 1e30)
    assert not by_series(steep, huge, huge, np.linspace(-1, 1, 8)).trusted.any()


@pytest.mark.parametrize("terms", [1, 2, 3])
def test_the_first_polynomials(terms: int) -> None:
    """1, z and (z² − 1)/√2, times φ and a weight."""
    z, weights = np.array([-2.0, 0.5, 3.0]), np.array([1.0, 2.0, 0.25])
    density = weights * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
    wanted = np.array([density, z * density, (z * z - 1) / 2**0.5 * density])
    found = weighted_hermite(z, weights, terms)
    np.testing.assert_allclose(found, wanted[:terms], rtol=1e-14)
