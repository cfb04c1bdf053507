"""SELU's constants and the algebra behind them, against the formulas that the paper prints."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from sympy import Abs, Expr, Max, Min, Rational, S, Symbol, erfc, exp, pi, sqrt

from actmath import Activation, Parameter, catalog
from actmath.activation import POSITIVE
from actmath.derive._moments.self_normalizing import self_normalizing
from actmath.notation import alpha, lam, x

from ...reference.formula import rational
from ...strategies import rationals

# Klambauer et al. (2017), Eq. 14, and the digits printed below it.
K = erfc(1 / sqrt(2)) * exp(Rational(1, 2))
ALPHA = -sqrt(2 / pi) / (K - 1)
LAMBDA = (
    (1 - K)
    * sqrt(2 * pi)
    / sqrt(2 * erfc(sqrt(2)) * exp(2) + pi * K**2 - 2 * (2 + pi) * K + pi + 2)
)
PRINTED = ("1.6732632423543772848170429916717", "1.0507009873554804934193349852946")


def digits(value: Expr, count: int) -> str:
    return str(value.evalf(count))


def test_eq_14_digit_by_digit() -> None:
    (found,) = self_normalizing(catalog.elu).candidates
    assert (digits(found.shape, 32), digits(found.scale, 32)) == PRINTED


def test_eq_14_as_printed() -> None:
    (found,) = self_normalizing(catalog.elu).candidates
    assert abs((found.shape - ALPHA).evalf(80)) < 1e-70
    assert abs((found.scale - LAMBDA).evalf(80)) < 1e-70


def test_the_catalog_declares_what_is_derived() -> None:
    (found,) = self_normalizing(catalog.elu).candidates
    declared = catalog.selu.defaults
    assert abs((found.shape - declared[alpha]).evalf(80)) < 1e-70
    assert abs((found.scale - declared[lam]).evalf(80)) < 1e-70


@pytest.mark.parametrize(
    ("mean", "weights", "shape", "scale", "places"),
    [(S.Zero, 0, "1.97126", "1.06071", 5), (Rational(-1, 10), 1, "1.9769", "1.0739", 4)],
)
def test_other_printed_pairs(mean: Expr, weights: int, shape: str, scale: str, places: int) -> None:
    """The official code's example (-0.1, 2) supposes omega = 1: the input's mean is -0.1 itself."""
    found = self_normalizing(catalog.elu, mean, S(2), S(weights)).candidates
    rounded = {
        (f"{float(c.shape.evalf(20)):.{places}f}", f"{float(c.scale.evalf(20)):.{places}f}")
        for c in found
    }
    assert (shape, scale) in rounded


@pytest.mark.slow
@given(mean=rationals(-1, 1), variance=rationals(0, 4), weights=rationals(-1, 1))
@settings(max_examples=8)
def test_every_candidate_solves_both_equations(
    mean: Fraction, variance: Fraction, weights: Fraction
) -> None:
    assume(variance > 0)
    problem = self_normalizing(
        catalog.elu, rational(mean), rational(variance), rational(weights), Rational(11, 10)
    )
    assert 1 <= len(problem.candidates) <= 2
    for candidate in problem.candidates:
        at = {alpha: candidate.shape.evalf(80), lam: candidate.scale.evalf(80)}
        for equation in problem.equations:
            residual = (equation.lhs.subs(at) - equation.rhs).evalf(60)
            assert abs(residual) < 1e-50


@pytest.mark.slow
def test_branches_that_overlap() -> None:
    """Where both parts of f live on the same half line, E f² is linear in the shape as well."""
    overlap = Activation("overlap", Max(0, x) + alpha * Min(x, 1), (Parameter(alpha, S.One),))
    problem = self_normalizing(overlap, Rational(1, 5), S(2), S.One, S.One)
    assert problem.second[1].evalf() != 0
    assert len(problem.candidates) == 2
    for candidate in problem.candidates:
        at = {alpha: candidate.shape.evalf(80), lam: candidate.scale.evalf(80)}
        for equation in problem.equations:
            assert abs((equation.lhs.subs(at) - equation.rhs).evalf(60)) < 1e-50


@pytest.mark.slow
def test_the_quadratic_vanishes_at_its_candidates() -> None:
    problem = self_normalizing(catalog.elu, Rational(1, 5), Rational(3, 2))
    c2, c1, c0 = problem.quadratic
    for candidate in problem.candidates:
        s = candidate.shape
        assert abs((c2 * s**2 + c1 * s + c0).evalf(60)) < 1e-50


def test_prelu_at_mean_zero_is_linear() -> None:
    """Only the identity keeps a mean of 0, with scale 1."""
    (found,) = self_normalizing(catalog.prelu).candidates
    assert found.shape == 1
    assert found.scale.equals(1)


def test_unit_variance_is_not_special() -> None:
    (found,) = self_normalizing(catalog.prelu, S.Zero, S(3)).candidates
    assert found.scale.equals(1)


@pytest.mark.parametrize("name", ["relu", "selu", "rrelu", "tanh"])
def test_other_shapes_are_refused(name: str) -> None:
    with pytest.raises(NotImplementedError):
        self_normalizing(catalog.get(name))


def test_a_shape_that_enters_nonlinearly_is_refused() -> None:
    with pytest.raises(NotImplementedError, match="linearly"):
        self_normalizing(catalog.celu)


def test_a_shape_without_influence_on_the_mean_is_refused() -> None:
    cubic = Activation("cubic", x + alpha * x**3, (Parameter(alpha, S.One),))
    with pytest.raises(NotImplementedError, match="mean"):
        _ = self_normalizing(cubic).candidates


def test_symbolic_targets() -> None:
    variance = Symbol("v", positive=True)
    (found,) = self_normalizing(catalog.elu, S.Zero, variance).candidates
    fixed = self_normalizing(catalog.elu, S.Zero, S(2)).candidates[0]
    assert abs((found.shape.subs(variance, 2) - fixed.shape).evalf(50)) < 1e-45


def test_where_the_quadratic_is_a_line_there_is_one_candidate() -> None:
    """Of |z| + s·z, with ω = τ = 1, both coefficients of s² are μ²(μ² + ν)."""
    unit = Activation("tilted", Abs(x) + alpha * x, (Parameter(alpha, S.One),))
    problem = self_normalizing(unit, Rational(1, 5), S(2), S.One, S.One)
    assert problem.quadratic[0] == 0
    (candidate,) = problem.candidates
    at = {alpha: candidate.shape.evalf(60), lam: candidate.scale.evalf(60)}
    for equation in problem.equations:
        assert abs((equation.lhs.subs(at) - equation.rhs).evalf(50)) < 1e-40


def test_a_mean_that_no_shape_moves_from_its_place_has_no_candidate() -> None:
    """E |z| + s·E z at mean 0 is √(2/π) for every s."""
    unit = Activation("tilted", Abs(x) + alpha * x, (Parameter(alpha, S.One),))
    assert self_normalizing(unit).candidates == ()


def test_the_numbers_of_the_equations_by_hand() -> None:
    """z₊ + s·z₋ at the standard normal: E f = (1 − s)/√(2π), E f² = (1 + s²)/2."""
    problem = self_normalizing(catalog.prelu)
    (slope,) = (parameter.symbol for parameter in catalog.prelu.parameters)
    half = 1 / sqrt(2 * pi)
    assert problem.shape == slope
    assert all((p - w).equals(0) for p, w in zip(problem.first, (half, -half), strict=True))
    assert problem.second == (S.Half, 0, S.Half)
    assert (problem.mean, problem.variance) == (0, 1)
    first, second = problem.equations
    assert (first.rhs, second.rhs) == (0, 1)
    target = self_normalizing(catalog.prelu, Rational(1, 2), S(3))
    assert [equation.rhs for equation in target.equations] == [Rational(1, 2), Rational(13, 4)]


@pytest.mark.parametrize(
    "formula", [alpha**2 * x, x + (alpha + alpha**2) * Abs(x), exp(alpha) * x, x / alpha + Abs(x)]
)
def test_a_shape_must_enter_linearly(formula: Expr) -> None:
    unit = Activation("bent", formula, (Parameter(alpha, S.One, POSITIVE),))
    with pytest.raises(NotImplementedError, match="shape alpha does not enter bent linearly"):
        self_normalizing(unit, S.One, S.One, S.One)


def test_which_units_have_one_shape() -> None:
    for name in ("relu", "selu", "rrelu"):
        with pytest.raises(NotImplementedError, match=f"{name} needs exactly one shape parameter"):
            self_normalizing(name)
