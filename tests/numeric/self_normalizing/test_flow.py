"""The flow of mean and variance: steps, orbits, and a density pushed through a unit."""

from __future__ import annotations

import numpy as np
import pytest

from actmath import Activation, catalog
from actmath.number import mp
from actmath.numeric._digits import quadrature
from actmath.numeric._iteration import Ending
from actmath.numeric._self_normalizing.flow import ScaledUnit, flow, orbit, output_density

# Of lines mean and variance are known: −2·(3z − 1 + ½) = 1 − 6z.
LINE = ScaledUnit(Activation("line", "3*x - 1"), -2, 0.5)
SAME = ScaledUnit(catalog.identity)


def test_flow_is_the_step_at_every_point():
    unit = ScaledUnit(catalog.elu, 1.5, -0.2)
    field = flow(unit, [-1, 0, 1], [0.5, 2], omega=0.5, tau=1.5)
    at = quadrature.expectations(catalog.elu, mp.mpf(1) / 2, mp.mpf(3))
    mean, variance = 1.5 * (at[0] - 0.2), 1.5**2 * (at[1] - at[0] ** 2)
    assert field.to_means[1, 2] == pytest.approx(float(mean))
    assert field.to_variances[1, 2] == pytest.approx(float(variance))
    assert field.landing.shape == (0, 2)


def test_with_balanced_weights_every_step_lands_on_one_curve():
    field = flow(ScaledUnit(catalog.relu), [-1, 1], [0.5, 2])
    assert np.ptp(field.to_means, axis=1) == pytest.approx(0)
    assert field.landing[[0, -1]] == pytest.approx(
        np.stack([field.to_means[:, 0], field.to_variances[:, 0]], axis=-1)
    )


def test_orbits_stop_when_the_variance_is_gone():
    path = orbit(ScaledUnit(catalog.sigmoid), (0.0, 1.0), layers=50)
    assert 2 < len(path) < 50
    assert path[-1, 1] < 1e-12 < path[-2, 1]


def test_push_conserves_probability_and_finds_the_moments():
    found = output_density(ScaledUnit(catalog.selu), 0.5, 2.0)
    y, density = found.after.x, found.after.y
    assert np.trapezoid(density, y) == pytest.approx(1, abs=1e-3)
    mean = np.trapezoid(y * density, y)
    assert mean == pytest.approx(found.outputs[0], abs=2e-3)
    assert np.trapezoid((y - mean) ** 2 * density, y) == pytest.approx(found.outputs[1], abs=5e-3)


def test_push_refuses_a_unit_that_is_flat():
    with pytest.raises(ValueError, match="does not increase"):
        output_density(ScaledUnit(catalog.relu))


def test_a_step_of_a_line() -> None:
    mean, variance = LINE.step([0.5, -2], [2, 0.25], 3, 0.5)
    np.testing.assert_allclose(mean, [1 - 6 * 1.5, 1 + 6 * 6])
    np.testing.assert_allclose(variance, [36, 36 * 0.125])
    # By default the weights' sum is 0 and that of their squares 1.
    mean, variance = LINE.step(7, 2)
    assert (float(mean), float(variance)) == pytest.approx((1, 72))


def test_every_field_of_a_flow_of_a_line() -> None:
    means, variances = [-1, 0, 2], [0.5, 2]
    field = flow(LINE, means, variances, omega=0.5, tau=3, starts=[(1, 1), (0, 2)], layers=1)
    assert (field.label, field.omega, field.tau) == (LINE.name, 0.5, 3)
    np.testing.assert_array_equal(field.means, [means] * 2)
    np.testing.assert_array_equal(field.variances, [[0.5] * 3, [2] * 3])
    np.testing.assert_allclose(field.to_means, [[4, 1, -5]] * 2)
    np.testing.assert_allclose(field.to_variances, [[54] * 3, [216] * 3])
    np.testing.assert_allclose(field.orbits[0], [(1, 1), (-2, 108)])
    np.testing.assert_allclose(field.orbits[1], [(0, 2), (1, 216)])
    assert field.endings == (Ending.UNSETTLED,) * 2


def test_the_landing_curve_of_a_line() -> None:
    field = flow(LINE, [-1, 2], [0.5, 3, 2], tau=0.5)
    assert field.landing.shape == (60, 2)
    np.testing.assert_allclose(field.landing[:, 0], 1)
    # From the least to the largest variance, by equal factors.
    wanted = 18 * 0.5 * 6 ** (np.arange(60) / 59)
    np.testing.assert_allclose(field.landing[:, 1], wanted, rtol=1e-12)
    assert not field.orbits
    assert not field.endings


@pytest.mark.parametrize(
    ("omega", "tau", "start", "ending"),
    [
        (1, 1, (3, 5), Ending.CONVERGED),
        # A mean and a variance stay to 1e-12 of their size, or of 1.
        (1, 1 + 2**-40, (0, 4), Ending.CONVERGED),
        (1, 1 + 2**-39, (0, 4), Ending.UNSETTLED),
        (1, 1 + 2**-39, (0, 0.25), Ending.CONVERGED),
        (1, 1 - 2**-39, (0, 4), Ending.UNSETTLED),
        (1 + 2**-40, 1, (-1024, 1), Ending.CONVERGED),
        (1 + 2**-39, 1, (-1024, 1), Ending.UNSETTLED),
        (1 - 2**-39, 1, (1024, 1), Ending.UNSETTLED),
        (1 + 2**-39, 1, (-0.25, 1), Ending.CONVERGED),
        (0, 1, (1, 1), Ending.UNSETTLED),
        (1, 1, (0, 2e12), Ending.DIVERGED),
        (1, 1, (0, 1e12), Ending.DIVERGED),
        (1, 1, (0, 9e11), Ending.CONVERGED),
        (1, 1, (2e12, 1), Ending.CONVERGED),
    ],
)
def test_where_an_ending_begins(
    omega: float, tau: float, start: tuple[float, float], ending: Ending
) -> None:
    """Of the identity, whose mean and variance are those of the net input."""
    field = flow(SAME, [0], [1], omega=omega, tau=tau, starts=[start], layers=0)
    assert field.endings == (ending,)
    assert field.orbits[0].tolist() == [list(start)]


@pytest.mark.parametrize(
    ("start", "tau", "steps"),
    [
        (1.0, 1, 5),
        (1.1e-12, 1, 5),
        (1e-12, 1, 0),
        (1e12, 1, 0),
        (0.9e12, 1, 5),
        # 2⁸ passes neither end, 10⁶ and 10⁻⁶ at the second step, of which the end is told.
        (256.0, 2, 5),
        (1.0, 1e6, 2),
        (1.0, 1e-6, 2),
        (10.0, 1e6, 2),
    ],
)
def test_an_orbit_goes_on_while_its_variance_lies_between(
    start: float, tau: float, steps: int
) -> None:
    path = orbit(SAME, (0.5, start), 5, omega=2, tau=tau)
    assert len(path) == steps + 1
    np.testing.assert_allclose(path[:, 0], 0.5 * 2.0 ** np.arange(steps + 1))
    np.testing.assert_allclose(path[:, 1], start * float(tau) ** np.arange(steps + 1))


def test_a_unit_that_is_scaled_has_a_name_and_a_curve() -> None:
    assert LINE.name == LINE.activation.title
    named = ScaledUnit("relu", 2, -1, "mine")
    assert (named.name, named.activation) == ("mine", catalog.relu)
    drawn = named.curve(-3, 2)
    assert drawn.label == "mine"
    assert (drawn.x[0], drawn.x[-1]) == (-3, 2)
    np.testing.assert_allclose(drawn.y, 2 * (np.maximum(drawn.x, 0) - 1))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_scale_and_a_shift_are_finite(bad: float) -> None:
    with pytest.raises(ValueError, match="scale must be finite"):
        ScaledUnit(catalog.relu, bad)
    with pytest.raises(ValueError, match="shift must be finite"):
        ScaledUnit(catalog.relu, 1, bad)


def test_the_density_behind_a_line_is_a_gaussian() -> None:
    """½·(2z + 1 + 3) = z + 2, and −1·(−3z) = 3z."""
    for formula, scale, shift, slope, base in (("2*x + 1", 0.5, 3, 1, 2), ("-3*x", -1, 0, 3, 0)):
        found = output_density(ScaledUnit(Activation("line", formula), scale, shift), 0.5, 4)
        assert (found.inputs, found.before.label, found.after.label) == (
            (0.5, 4),
            "net input",
            "output",
        )
        assert found.outputs == pytest.approx((0.5 * slope + base, 4 * slope**2))
        z = found.unit.x
        assert (z[0], z[-1]) == pytest.approx((0.5 - 9, 0.5 + 9))
        density = np.exp(-((z - 0.5) ** 2) / 8) / np.sqrt(8 * np.pi)
        np.testing.assert_array_equal(found.before.x, z)
        np.testing.assert_allclose(found.before.y, density, rtol=1e-13)
        np.testing.assert_allclose(found.unit.y, slope * z + base, atol=1e-12)
        np.testing.assert_array_equal(found.after.x, found.unit.y)
        np.testing.assert_allclose(found.after.y, density / slope, rtol=1e-13)


def test_no_density_behind_what_falls_or_has_no_width() -> None:
    falling = ScaledUnit(catalog.tanh, -1)
    with pytest.raises(ValueError, match=r"does not increase everywhere near N\(0.5, 2.0\)"):
        output_density(falling, 0.5, 2)
    # Within 4.5 deviations a unit that is flat beyond increases.
    assert output_density(ScaledUnit(catalog.hard_tanh), 0, 0.04).inputs == (0, 0.04)
    with pytest.raises(ValueError, match="does not increase"):
        output_density(ScaledUnit(catalog.hard_tanh), 0, 0.06)
    for bad in (0, -1):
        with pytest.raises(ValueError, match=f"variance must be positive, got {bad}"):
            output_density(SAME, 0, bad)


def test_what_is_no_flow() -> None:
    for means, variances in (([], [1]), ([0], []), ([0], [1, 0]), ([0], [-1, 1])):
        with pytest.raises(ValueError, match="must be some, and the variances positive"):
            flow(SAME, means, variances)
    for bad in ((1, 2, 3), (1,), [[1, 2]], 3):
        with pytest.raises(ValueError, match="start must be a mean and a variance, got the shape"):
            orbit(SAME, bad)
    for bad in ((0, -1e-300), (np.nan, 1), (np.inf, 1), (0, np.nan), (0, np.inf)):
        with pytest.raises(ValueError, match="start must be a finite mean and a variance from 0"):
            orbit(SAME, bad)
    assert orbit(SAME, (0, 0)).tolist() == [[0, 0]]
    for means, variances, what in (([[0, 1]], [1], "means"), ([0], [[1, 2]], "variances")):
        with pytest.raises(ValueError, match=f"{what} must be a row of numbers, got the shape"):
            flow(SAME, means, variances)
    with pytest.raises(ValueError, match="layers"):
        orbit(SAME, (0, 1), -1)
    for call in (lambda: flow(catalog.relu, [0], [1]), lambda: orbit(catalog.relu, (0, 1))):
        with pytest.raises(TypeError, match="unit must be"):
            call()
    with pytest.raises(TypeError, match="unit must be"):
        output_density(catalog.relu)
    with pytest.raises(ValueError, match="omega must be finite"):
        LINE.step(0, 1, np.inf)
    with pytest.raises(ValueError, match="tau must be finite"):
        LINE.step(0, 1, 0, np.inf)
