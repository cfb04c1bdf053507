"""What every activation of the catalog promises; a newcomer inherits it by its declaration."""

from __future__ import annotations

import math
import pickle
import sys
import warnings
from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp
from sympy import AccumBounds, Integer, Interval, Rational, true

from actmath import Activation, catalog
from actmath._text.bibliography import WORKS
from actmath.catalog import CATALOG
from actmath.derive import SaturationKind, Side, Stability, breakpoints, jumps, lipschitz
from actmath.derive._formula.parameter_gradient import parameter_gradient
from actmath.derive._iteration.fixed_points import fixed_points
from actmath.derive._moments.gaussian_moments import gaussian_moments
from actmath.derive._saturation.saturation import saturation
from actmath.lower import ARITHMETICS, FLOAT32, FLOAT64, to_mpmath, to_numpy, to_torch
from actmath.notation import mu, nu

from .reference.agreement import ULPS, check_arithmetic, condition_number
from .reference.formula import (
    as_it_stands,
    formula,
    formula_of_parameter,
    generic_values,
    has_closed_moments,
    members,
    slope,
    slope_error,
)
from .reference.quadrature import DPS, gaussian_means
from .strategies import all_points, breaks, finite_points, parameter_values, smooth_points

EACH = pytest.mark.parametrize("activation", CATALOG.values(), ids=CATALOG)
WITH_PARAMETERS = [f for f in CATALOG.values() if f.parameters]
EACH_ARITHMETIC = pytest.mark.parametrize("arithmetic", ARITHMETICS)
EACH_PARAMETER = pytest.mark.parametrize(
    ("activation", "name"),
    [(f, p.name) for f in WITH_PARAMETERS for p in f.parameters],
    ids=lambda value: getattr(value, "name", value),
)


@EACH
def test_source_is_in_the_bibliography(activation: Activation) -> None:
    assert activation.source is not None
    assert activation.source.bibkey in WORKS, "give book/references.bib an entry of this key"
    assert str(activation.source).startswith(WORKS[activation.source.bibkey])


@EACH
def test_it_is_a_frozen_hashable_value(activation: Activation) -> None:
    with pytest.raises(FrozenInstanceError):
        activation.name = "other"  # type: ignore[misc]
    copy = pickle.loads(pickle.dumps(activation))
    assert copy == activation
    assert hash(copy) == hash(activation)


@EACH
def test_it_is_found_and_prints(activation: Activation) -> None:
    assert catalog.get(activation.name.upper().replace("_", "-")) is activation
    assert activation.latex in activation._repr_latex_()
    assert activation.title


@EACH
def test_declared_kinks_are_where_the_slope_jumps(activation: Activation) -> None:
    values = generic_values(activation)
    function = formula(activation, 200, **values)
    exact = activation.substitution(values)
    declared = {point.subs(exact): value.subs(exact) for point, value in activation.at_kinks}
    breaking = (point.subs(exact) for point in breakpoints(activation.expr))
    jumping = set()
    for at in {*breaking, *declared, *map(Integer, range(-9, 10))}:
        with mp.workdps(200):
            place = mp.mpf(at.p) / at.q if at.is_Rational else mp.mpf(str(at.evalf(200)))
        left, right = (slope(function, place, side) for side in (-1, 1))
        if abs(left - right) > 1e-20:
            jumping.add(at)
            assert min(left, right) - 1e-20 <= declared[at] <= max(left, right) + 1e-20
    assert jumping == set(declared)


@EACH
def test_unknown_parameters_are_named_with_the_near_ones(activation: Activation) -> None:
    for misspelt in ("alpa", "slopee"):
        with pytest.raises(ValueError, match=misspelt) as caught:
            activation.with_parameters(**{misspelt: 1})
        names = [parameter.name for parameter in activation.parameters]
        assert any(name in str(caught.value) for name in names) if names else "none" in str(caught)


@EACH_PARAMETER
def test_parameters_outside_their_domain_are_refused(activation: Activation, name: str) -> None:
    domain = activation.parameter(name).domain
    outside = [] if domain == Interval(-math.inf, math.inf) else [domain.inf - 1, domain.inf]
    for value in [*outside, math.nan, math.inf, -math.inf, "nan", "one", "1j", True, None, 1j]:
        if value in outside and domain.contains(value) is true:
            continue
        with pytest.raises((ValueError, TypeError), match=name):
            activation.with_parameters(**{name: value})
        with pytest.raises((ValueError, TypeError), match=name):
            to_numpy(activation)(np.zeros(1), **{name: value})


@pytest.mark.slow
@EACH
@EACH_ARITHMETIC
@pytest.mark.parametrize("order", [0, 1])
@given(data=st.data())
def test_arithmetics_agree(activation: Activation, arithmetic: str, order: int, data: Any) -> None:
    found = ARITHMETICS[arithmetic]
    points = all_points if found.extended else finite_points
    for precision in found.precisions:
        at = data.draw(points(activation, 32 if precision == FLOAT32 else 64))
        check_arithmetic(found, precision, activation, order, at)


@EACH
@given(data=st.data())
def test_digits_are_those_of_the_declared_formula(activation: Activation, data: Any) -> None:
    at = data.draw(finite_points(activation).filter(lambda at: abs(at) <= 30))
    values = data.draw(parameter_values(activation))
    want = formula(activation, 500, **values)(at)
    with mp.workdps(50):
        got = to_mpmath(activation)(at, **values)
        # 1 + tanh is 0 in 500 digits where GELU's approximation is 1e-836, at −30.
        assert abs(got - want) <= abs(want) * mp.mpf(10) ** -45 + mp.mpf(10) ** -490


@pytest.mark.slow
@pytest.mark.parametrize("activation", WITH_PARAMETERS, ids=lambda f: f.name)
@EACH_ARITHMETIC
@given(data=st.data())
def test_arithmetics_agree_at_other_parameters(
    activation: Activation, arithmetic: str, data: Any
) -> None:
    found = ARITHMETICS[arithmetic]
    at = data.draw(st.floats(-60, 60, width=32))
    values = data.draw(parameter_values(activation))
    check_arithmetic(found, found.precisions[0], activation, 0, at, **values)


@pytest.mark.slow
@EACH
@given(data=st.data())
def test_nothing_warns_and_shapes_stay(activation: Activation, data: Any) -> None:
    points = data.draw(st.lists(all_points(activation), min_size=6, max_size=6))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for order in (0, 1):
            array = to_numpy(activation, order)(np.array(points).reshape(2, 3))
            tensor = to_torch(activation, order)(torch.tensor(points).reshape(3, 2))
            assert array.shape == (2, 3)
            assert tensor.shape == (3, 2)
    assert to_numpy(activation)([1, 2]).dtype == np.float64
    assert to_numpy(activation)(np.empty((0, 4), np.float32)).shape == (0, 4)


@EACH
@pytest.mark.parametrize("order", [0, 1])
def test_an_array_of_its_own_comes_out(activation: Activation, order: int) -> None:
    for points in (np.array([-1.0, 0.5]), np.array([-1.0, np.nan, np.inf]), np.array(0.5)):
        found = to_numpy(activation, order)(points)
        assert isinstance(found, np.ndarray)
        assert found.flags.writeable
        assert not np.shares_memory(found, points)


@EACH
@given(data=st.data())
def test_autograd_is_the_derived_derivative(activation: Activation, data: Any) -> None:
    at = data.draw(finite_points(activation))
    point = torch.tensor([at], dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(to_torch(activation)(point).sum(), point)
    with mp.workdps(60):
        want = to_mpmath(activation, 1)(at)
        if abs(want) > sys.float_info.max:
            assert gradient.item() == mp.sign(want) * math.inf
            return
        beside = at not in breaks(activation)
        condition = condition_number(activation, 1, at, want) if beside else 0
        if condition * FLOAT64.epsilon >= 1:
            # An ulp of x moves the slope of a wave by more than the slope.
            return
        assert torch.isfinite(gradient).all()
        if beside:
            worth = min(condition, 10**12)
            scale = max(mp.one, abs(want), min(abs(at), 50)) + worth * abs(want)
            assert abs(gradient.item() - want) <= ULPS * 2.3e-16 * scale


@EACH
@given(data=st.data())
def test_derivative_is_the_limit_of_difference_quotients(activation: Activation, data: Any) -> None:
    at = data.draw(smooth_points(activation, 30))
    values = data.draw(parameter_values(activation))
    function = formula(activation, 500, **values)
    want, error = slope(function, at), slope_error(function, at)
    with mp.workdps(50):
        got = to_mpmath(activation, 1)(at, **values)
        assert abs(got - want) <= 1e-35 * (abs(want) + mp.mpf(10) ** -200) + 2 * error


@EACH
@pytest.mark.parametrize("right", [False, True], ids=["left", "right"])
def test_saturation_agrees_with_sampled_slopes(activation: Activation, right: bool) -> None:
    side: Side = getattr(saturation(activation), "right" if right else "left")
    sign = 1 if right else -1
    derived = to_mpmath(activation, 1)
    slopes = [abs(derived(sign * 10**k)) for k in range(1, 7)]
    limit = side.value.subs(activation.defaults)
    match side.kind:
        case SaturationKind.HARD:
            assert side.threshold is not None
            edge = mp.mpf(side.threshold.subs(activation.defaults).evalf(30))
            assert all(derived(edge + sign * far) == 0 for far in (1e-12, 1, 1e6))
            assert derived(edge - sign * 1e-9) != 0
        case SaturationKind.SOFT:
            assert slopes[0] > slopes[-1]
            assert slopes[1] > 0
            assert slopes[-1] < 1e-5
        case SaturationKind.NONE:
            assert max(slopes) > 1e-3
            assert limit.has(AccumBounds) or not limit.is_finite
    if limit.is_finite and not limit.has(AccumBounds):
        assert abs(to_mpmath(activation)(sign * 1e12) - mp.mpf(limit.evalf(20))) < 1e-11
    steepest = side.slope.subs(activation.defaults)
    if steepest.has(AccumBounds):
        assert saturates_nowhere(steepest, slopes)
    elif steepest.is_infinite:
        assert slopes[-1] > slopes[0] > 0
    else:
        assert slopes[-1] == pytest.approx(abs(float(steepest)), abs=1e-5)


def saturates_nowhere(bounds: Any, slopes: list[Any]) -> bool:
    """A slope that oscillates within bounds, or beyond all of them."""
    if isinstance(bounds, AccumBounds):
        return max(slopes) <= max(abs(float(bounds.min)), abs(float(bounds.max)))
    return max(slopes) > 1e3


@EACH
def test_fixed_points_are_fixed_and_complete(activation: Activation) -> None:
    found = fixed_points(activation)
    function = formula(activation)
    for point in found.isolated:
        with mp.workdps(45):
            at = mp.mpf(str(point.x.evalf(45)))
            assert abs(function(at) - at) < mp.mpf(10) ** -28
    grid = np.linspace(-30, 30, 24_001) + 1e-7
    gap = to_numpy(activation)(grid) - grid
    still = members(found.continuum, grid)
    assert np.all(np.abs(gap[still]) <= 1e-14)
    gap[still] = 0
    # Where f touches the diagonal from one side the sign stays.
    places = np.array([float(point.x) for point in found.isolated if abs(point.x) < 30])
    beside = (to_numpy(activation)(places + d) - places - d for d in (-1e-4, 1e-4))
    assert np.sum(gap[1:] * gap[:-1] < 0) == np.sum(np.prod([*beside], axis=0) < 0)


@EACH
def test_stability_is_what_iteration_does(activation: Activation) -> None:
    step = to_numpy(activation)
    # Farther out the steps of x·cos x are longer than the way to the point.
    usual = [point for point in fixed_points(activation).isolated if abs(point.x) < 30]
    for point in usual[:8]:
        # A root of a polynomial takes SymPy a while, each time.
        x = float(point.x)
        at, near = x + np.array([-(2.0**-4), 2.0**-4]), 2.0**-5
        if point.stability is Stability.REPELLING:
            # The orbit may come back later: it has to leave once, from nearby.
            at, near = x + np.array([-(2.0**-9), 2.0**-9]), 2.0**-8
        away = np.zeros(2, bool)
        with np.errstate(over="ignore"):
            for _ in range(20_000):
                before, at = at, step(at)
                away |= ~(abs(at - x) < near)
                if away.all() and point.stability is Stability.REPELLING:
                    break
                # What has come to rest stays there.
                if np.array_equal(at, before):
                    break
        drawn_in = abs(at - x) < near
        if point.stability is Stability.REPELLING:
            assert away.all(), point
        else:
            expected = {True} if point.stability is Stability.ATTRACTING else {True, False}
            assert set(drawn_in) == expected, point


@pytest.mark.slow
@EACH
@given(data=st.data())
def test_lipschitz_constant_bounds_difference_quotients(activation: Activation, data: Any) -> None:
    one, other = data.draw(smooth_points(activation)), data.draw(smooth_points(activation))
    function, constant = formula(activation), lipschitz(activation).constant
    with mp.workdps(60):
        rise, run = abs(function(one) - function(other)), abs(mp.mpf(one) - other)
        bound = mp.inf if constant.is_infinite else mp.mpf(constant.evalf(40)) * run
        assert rise <= bound * (1 + 1e-25) + 1e-50


@EACH
def test_lipschitz_constant_is_nearly_attained(activation: Activation) -> None:
    pairs_at_breaks = [[np.nextafter(at, s) for s in (-99.0, 99.0)] for at in breaks(activation)]
    beside = [at for pair in pairs_at_breaks for at in pair]
    # Slopes may come near to it as slowly as 1/x², or at ±∞ alone.
    far = [sign * 10.0**power for sign in (-1, 1) for power in range(2, 9)]
    grid = np.concatenate([np.linspace(-40, 40, 80_001), beside, far])
    constant = float(lipschitz(activation).constant)
    steepest = np.max(np.abs(to_numpy(activation, 1)(grid)))
    if constant == math.inf:
        # The slope grows without bound, or f itself jumps.
        jumps = [abs(np.diff(to_numpy(activation)(np.array(pair)))) for pair in pairs_at_breaks]
        assert steepest > 1e4 or max(jumps) > 1e-3
    else:
        assert steepest == pytest.approx(constant, rel=1e-6)


@EACH
@pytest.mark.parametrize(("mean", "variance"), [(0, 1), (-1.75, 0.375), (0.625, 9.5)])
def test_closed_moments_agree_with_quadrature(
    activation: Activation, mean: float, variance: float
) -> None:
    if not has_closed_moments(activation):
        return
    values = generic_values(activation)
    f, g = (to_mpmath(activation.with_parameters(**values), order) for order in (0, 1))
    integrands = (f, lambda z: f(z) ** 2, g, lambda z: g(z) ** 2)
    exact = activation.substitution(values)
    with mp.workdps(DPS):
        # No float may be such a break: at 4/3 its error would be that of the integral.
        ends = [mp.mpf(str(e.subs(exact).evalf(2 * DPS))) for e in breakpoints(activation.expr)]
    want = gaussian_means(integrands, mean, variance, ends, degree=5)
    closed = gaussian_moments(activation)
    names = ("mean", "second", "derivative_mean", "derivative_second")
    inputs = {**exact, mu: Rational(mean), nu: Rational(variance)}
    with mp.workdps(DPS):
        for name, by_quadrature in zip(names, want, strict=True):
            found = mp.mpf(getattr(closed, name).subs(inputs).evalf(DPS))
            assert abs(found - by_quadrature) <= mp.mpf(10) ** -38 * (1 + abs(found)), name


@EACH_PARAMETER
@given(data=st.data())
def test_parameter_gradients(activation: Activation, name: str, data: Any) -> None:
    at = data.draw(smooth_points(activation, 20))
    values = data.draw(parameter_values(activation))
    moving = [b for b in breakpoints(activation.expr) if b.has(activation.parameter(name).symbol)]
    if any(jumps(activation, point, 0) != 0 for point in moving):
        # The derivative of a jump that moves is no function.
        with pytest.raises(ValueError, match=f"moves with {name}"):
            parameter_gradient(activation, name)
        return
    derived = parameter_gradient(activation, name).expr
    exact = activation.substitution(values)
    theta = float(exact[activation.parameter(name).symbol])
    want = as_it_stands(derived.subs(exact))(at)
    with mp.workdps(50):
        quotient = slope(formula_of_parameter(activation, name, at, values), theta)
        assert abs(quotient - want) <= 1e-35 * max(1, abs(want))
    tensor = torch.tensor(theta, dtype=torch.float64, requires_grad=True)
    point = torch.tensor(at, dtype=torch.float64)
    to_torch(activation)(point, **{**values, name: tensor}).backward()  # type: ignore[no-untyped-call]
    got = 0.0 if tensor.grad is None else tensor.grad.item()
    assert got == pytest.approx(float(want), rel=1e-13, abs=1e-14 * abs(at))
