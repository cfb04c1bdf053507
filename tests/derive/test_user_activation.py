"""Activations that a user may bring: the answers are right, or an error says what is wrong."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from mpmath import mp
from sympy import (
    Abs,
    CRootOf,
    Expr,
    Float,
    I,
    Interval,
    Max,
    Piecewise,
    Rational,
    S,
    Symbol,
    erfc,
    exp,
    log,
    nan,
    oo,
    sin,
    sqrt,
)

from actmath import Activation, Parameter, Source
from actmath.activation import POSITIVE
from actmath.derive import SaturationKind, Stability, breakpoints, lipschitz
from actmath.derive._formula.derivative import derivative
from actmath.derive._iteration.fixed_points import fixed_points
from actmath.derive._moments.gaussian_moments import gaussian_moments
from actmath.derive._saturation.saturation import saturation
from actmath.lower import to_mpmath, to_numpy, to_torch
from actmath.notation import mu, nu, x

from ..reference.quadrature import DPS, gaussian_means

b, t = Symbol("b", positive=True), Symbol("t", positive=True)

squareplus = Activation("squareplus", (x + sqrt(x**2 + b)) / 2, (Parameter(b, S(4), POSITIVE),))
hardshrink = Activation(
    "hardshrink",
    Piecewise((x, x > t), (x, x < -t), (0, True)),
    (Parameter(t, Rational(1, 2), POSITIVE),),
)
bump = Activation("bump", exp(-(x**2)))
wave = Activation("wave", sin(x))
step = Activation("step", Piecewise((1, x >= 0), (0, True)))
smoothstep = Activation(
    "smoothstep", Piecewise((0, x < 0), (1, x > 1), (3 * x**2 - 2 * x**3, True))
)
cubic = Activation("cubic", Max(0, x**3 - 3 * x + 1))
ALL = (squareplus, hardshrink, bump, wave, step, smoothstep, cubic)
EACH = pytest.mark.parametrize("activation", ALL, ids=lambda f: f.name)


@EACH
@pytest.mark.parametrize("order", [0, 1])
def test_three_arithmetics_agree(activation: Activation, order: int) -> None:
    points = np.array([-7.25, -2.0, -0.5, -0.1, 0.0, 0.3, 0.5, 1.0, 1.75, 9.0])
    by_numpy = to_numpy(activation, order)(points)
    by_torch = to_torch(activation, order)(torch.tensor(points)).numpy()
    by_mpmath = [float(to_mpmath(activation, order)(point)) for point in points]
    np.testing.assert_allclose(by_numpy, by_mpmath, rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(by_torch, by_mpmath, rtol=1e-13, atol=1e-15)


@EACH
def test_values_are_those_of_the_formula(activation: Activation) -> None:
    for point in (Rational(-9, 4), S.Zero, Rational(1, 2), S.One, S(3)):
        want = activation.value(point)
        assert abs(to_mpmath(activation)(float(point)) - mp.mpf(want.evalf(25))) < 1e-14
        assert to_numpy(activation)(float(point)) == pytest.approx(float(want), rel=1e-14)


@pytest.mark.slow
def test_squareplus() -> None:
    found = saturation(squareplus)
    assert (found.left.kind, found.left.value) == (SaturationKind.SOFT, 0)
    assert fixed_points(squareplus).isolated == ()
    assert (lipschitz(squareplus).constant, lipschitz(squareplus).attained_at) == (1, None)
    assert derivative(squareplus).kinks == ()
    with pytest.raises(NotImplementedError, match="squareplus"):
        gaussian_moments(squareplus)


def test_hardshrink_breaks_at_its_symbol() -> None:
    assert breakpoints(hardshrink.expr) == (-t, t)
    assert lipschitz(hardshrink).constant == oo
    found = fixed_points(hardshrink)
    assert [p.x for p in found.isolated] == [0]
    assert found.continuum.contains(S(3)) == S.true
    assert found.continuum.contains(Rational(1, 4)) == S.false


def test_hardshrink_moments_at_other_thresholds() -> None:
    closed = gaussian_moments(hardshrink)
    at = {mu: Rational(3, 8), nu: Rational(5, 4), t: Rational(3, 4)}
    with mp.workdps(DPS):
        edge = mp.mpf(3) / 4
        kept = [lambda z, p=p: z**p if abs(z) > edge else mp.zero for p in (1, 2)]
        want = gaussian_means(kept, mp.mpf(3) / 8, mp.mpf(5) / 4, [-edge, edge])
        assert abs(mp.mpf(closed.mean.subs(at).evalf(DPS)) - want[0]) < 1e-38
        assert abs(mp.mpf(closed.second.subs(at).evalf(DPS)) - want[1]) < 1e-38


def test_hardshrink_lowered_at_other_thresholds() -> None:
    points = [-1.0, -0.8, 0.3, 0.75, 0.8]
    want = [-1.0, -0.8, 0.0, 0.0, 0.8]
    assert to_numpy(hardshrink)(points, t=0.75).tolist() == want
    tensor = torch.tensor(points, dtype=torch.float64)
    assert to_torch(hardshrink)(tensor, t=0.75).tolist() == want
    with pytest.raises(ValueError, match="t must lie"):
        to_numpy(hardshrink)(points, t=-1)


@pytest.mark.slow
def test_bump_and_wave() -> None:
    (point,) = fixed_points(bump).isolated
    assert point.stability is Stability.ATTRACTING
    assert saturation(bump).saturates
    assert abs((lipschitz(bump).constant - sqrt(2) * exp(-S.Half)).evalf(30)) < 1e-25
    assert lipschitz(wave).constant == 1
    (zero,) = fixed_points(wave).isolated
    assert (zero.x, zero.multiplicity) == (0, 3)
    # E exp(−X²) and E sin X, as in any table of integrals.
    assert (gaussian_moments(bump).mean - exp(-(mu**2) / (1 + 2 * nu)) / sqrt(1 + 2 * nu)).equals(0)
    assert (gaussian_moments(wave).mean - exp(-nu / 2) * sin(mu)).equals(0)


def test_a_slope_that_only_one_side_has() -> None:
    """e^{−1/x}/x² is 0 at 0 from the right and infinite from the left; it is highest at 1/2."""
    for sign in (1, -1):
        flat = Activation("flat", Piecewise((exp(-sign / x), sign * x > 0), (0, True)))
        found = lipschitz(flat)
        assert abs(found.constant - 4 * exp(-2)) < 1e-20
        assert abs(found.attained_at - Rational(sign, 2)) < 1e-20


def test_the_value_at_a_jump_is_kept_by_every_arithmetic() -> None:
    assert step.value(0) == 1
    assert to_numpy(step)([-1.0, 0.0, 1.0]).tolist() == [0, 1, 1]
    assert to_torch(step)(torch.tensor([-1.0, 0.0, 1.0])).tolist() == [0, 1, 1]
    assert [to_mpmath(step)(v) for v in (-1, 0, 1)] == [0, 1, 1]
    assert gaussian_moments(step).mean.equals(erfc(-mu / sqrt(2 * nu)) / 2)


def test_cubic_pieces() -> None:
    assert derivative(smoothstep).kinks == ()
    assert lipschitz(smoothstep).constant == Rational(3, 2)
    assert lipschitz(smoothstep).attained_at == Rational(1, 2)
    assert [p.x for p in fixed_points(smoothstep).isolated] == [0, Rational(1, 2), 1]
    assert breakpoints(cubic.expr)[0] == CRootOf(x**3 - 3 * x + 1, 0)
    assert len(derivative(cubic).kinks) == 3
    mean = gaussian_moments(cubic).mean.subs({mu: 0, nu: 1}).evalf(35)
    with mp.workdps(DPS):
        edges = [mp.mpf(str(edge.evalf(DPS))) for edge in breakpoints(cubic.expr)]
        (want,) = gaussian_means([lambda z: max(mp.zero, z**3 - 3 * z + 1)], 0, 1, edges)
        assert abs(mp.mpf(str(mean)) - want) < 1e-30


@pytest.mark.parametrize(
    ("formula", "message"),
    [(I * x, "real"), (nan * x, "real"), (x + oo, "real"), (x + t, "declared")],
)
def test_bad_formulas_are_refused(formula: Expr, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Activation("bad", formula)


def test_bad_parameters_are_refused() -> None:
    with pytest.raises(ValueError, match="not in the formula"):
        Activation("bad", x, (Parameter(t, S.One),))
    with pytest.raises(ValueError, match="distinct"):
        Activation("bad", x * t, (Parameter(t, S.One), Parameter(t, S(2))))
    with pytest.raises(ValueError, match="lie in"):
        Parameter(t, S(-1), POSITIVE)
    with pytest.raises(ValueError, match="finite"):
        Parameter(t, nan)
    with pytest.raises(ValueError, match="lie in"):
        Parameter(t, S(2), Interval(0, 1))


def test_a_float_default_becomes_exact() -> None:
    assert Parameter(t, 0.1).default == Rational(1, 10)  # type: ignore[arg-type]
    assert Parameter(t, Float("0.25")).default == Rational(1, 4)


@pytest.mark.parametrize("name", ["", "my act", "1st", "lambda", "a-b"])
def test_names_are_identifiers(name: str) -> None:
    with pytest.raises(ValueError, match="identifier"):
        Activation(name, x)


def test_parameters_named_like_the_argument_are_refused() -> None:
    with pytest.raises(ValueError, match="x cannot be a parameter"):
        Activation("bad", x, (Parameter(x, S.One),))


def test_abs_and_log_compose() -> None:
    odd = Activation("odd", Piecewise((log(1 + x), x > 0), (-log(1 - x), True)), source=None)
    assert derivative(odd).kinks == ()
    assert [p.x for p in fixed_points(odd).isolated] == [0]
    folded = Activation("folded", Abs(x) / (1 + Abs(x)), source=Source("nobody2020", "Eq. 1"))
    assert [kink.point for kink in derivative(folded).kinks] == [0]
