"""Fisher matrices against textbook forms, and against sums and integrals that share no code."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sympy import (
    Expr,
    ImmutableMatrix,
    Matrix,
    Rational,
    S,
    Symbol,
    diff,
    exp,
    factorial,
    integrate,
    log,
    oo,
    series,
    simplify,
    summation,
    symbols,
)

from actmath.derive._natural_gradient.fisher import (
    Family,
    bernoulli,
    categorical,
    exponential_family,
    fisher,
    gaussian_family,
    poisson,
)

ETA1, ETA2 = Symbol("eta1", real=True), Symbol("eta2", negative=True)
GAUSSIAN_PARTITION = -(ETA1**2) / (4 * ETA2) - log(-2 * ETA2) / 2
FAMILIES = [
    gaussian_family(),
    bernoulli(),
    poisson(),
    categorical(2),
    categorical(3),
    exponential_family("Gaussian", GAUSSIAN_PARTITION, (ETA1, ETA2)),
    exponential_family("Bernoulli", log(1 + exp(ETA1)), (ETA1,)),
]
EACH = pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f"{f.name}-{len(f.parameters)}")


@EACH
def test_both_definitions_and_the_divergence_agree(family: Family) -> None:
    assert fisher(family).agree


@EACH
def test_divergence_is_half_delta_f_delta_to_second_order(family: Family) -> None:
    found = fisher(family)
    values = {theta: Rational(1, 3) for theta in family.parameters}
    if ETA2 in values:
        values[ETA2] = Rational(-1, 2)
    scale = Symbol("h", positive=True)
    steps = {step: scale * (i + 1) for i, step in enumerate(found.steps)}
    actual = found.divergence.subs(values).subs(steps)
    expected = found.quadratic.subs(values).subs(steps)
    lowest = series(actual, scale, 0, 3).removeO()
    assert simplify(lowest - expected) == 0
    assert abs(complex((actual / expected).subs(scale, Rational(1, 10**5)).evalf(30)) - 1) < 1e-3


def test_textbook_matrices() -> None:
    sigma = gaussian_family().parameters[1]
    assert fisher(gaussian_family()).matrix == Matrix([[1 / sigma**2, 0], [0, 2 / sigma**2]])
    (p,) = bernoulli().parameters
    assert simplify(fisher(bernoulli()).matrix[0] - 1 / (p * (1 - p))) == 0
    (ell,) = poisson().parameters
    assert fisher(poisson()).matrix[0] == 1 / ell


@pytest.mark.slow
def test_softmax_is_diag_p_minus_p_p() -> None:
    family = categorical(4)
    weights = Matrix([exp(theta) for theta in family.parameters])
    p = weights / sum(weights)
    difference = fisher(family).matrix - (Matrix.diag(*p) - p * p.T)
    assert difference.applyfunc(simplify).is_zero_matrix
    assert (fisher(family).matrix * Matrix.ones(4, 1)).applyfunc(simplify).is_zero_matrix


def test_gaussian_by_integration() -> None:
    family = gaussian_family()
    (mu, sigma), (t,) = family.parameters, family.statistics
    density = exp(family.log_density)
    for i, one in enumerate(family.parameters):
        for j, other in enumerate(family.parameters):
            product = diff(family.log_density, one) * diff(family.log_density, other)
            at = {mu: Rational(1, 2), sigma: Rational(3, 2)}
            value = integrate((product * density).subs(at), (t, -oo, oo))
            assert simplify(value - fisher(family).matrix[i, j].subs(at)) == 0


@pytest.mark.slow
def test_poisson_by_summation() -> None:
    (ell,), (t,) = poisson().parameters, poisson().statistics
    k = Symbol("k", integer=True, nonnegative=True)
    weight = exp(-ell) * ell**k / factorial(k)
    square = (diff(poisson().log_density, ell) ** 2).subs(t, k)
    assert simplify(summation(square * weight, (k, 0, oo)) - 1 / ell) == 0


def test_divergence_of_gaussians_is_the_known_one() -> None:
    found = fisher(gaussian_family())
    (mu, sigma), (d1, d2) = found.family.parameters, found.steps
    wider = sigma + d2
    known = log(wider / sigma) + (sigma**2 + d1**2) / (2 * wider**2) - Rational(1, 2)
    at = {mu: 1, sigma: Rational(3, 2), d1: Rational(1, 3), d2: Rational(1, 4)}
    assert abs((found.divergence - known).subs(at).evalf(40)) < 1e-30


def test_other_coordinates_give_the_other_family() -> None:
    """Bernoulli in its logit is JᵀFJ of Bernoulli in p, and the family with that partition."""
    p, eta = bernoulli().parameters[0], ETA1
    at: dict[Expr, Expr] = {p: 1 / (1 + exp(-eta))}
    jacobian = Matrix([diff(at[p], eta)])
    there = jacobian.T * fisher(bernoulli()).matrix.subs(at) * jacobian
    own = fisher(exponential_family("Bernoulli", log(1 + exp(eta)), (eta,))).matrix
    assert simplify(there[0] - own[0]) == 0


def test_refuses_one_class_and_no_polynomial() -> None:
    with pytest.raises(ValueError, match="two classes"):
        categorical(1)
    (t,) = poisson().statistics
    with pytest.raises(Exception, match="t"):
        poisson().expectation(log(t))


def test_expectations_are_moments() -> None:
    mu, sigma = gaussian_family().parameters
    (t,) = gaussian_family().statistics
    a = symbols("a")
    found = gaussian_family().expectation(a * t**4 + t)
    assert simplify(found - a * (mu**4 + 6 * mu**2 * sigma**2 + 3 * sigma**4) - mu) == 0


def test_families_by_name_with_their_parameters() -> None:
    names = [(family.name, len(family.statistics)) for family in FAMILIES]
    assert names == [
        *(("Gaussian", 1), ("Bernoulli", 1), ("Poisson", 1), ("softmax of 2", 2)),
        *(("softmax of 3", 3), ("Gaussian", 2), ("Bernoulli", 1)),
    ]
    for family in FAMILIES:
        assert len(family.sources) == len(family.statistics)
        assert len(fisher(family).steps) == len(family.parameters)
        # E 1 = 1, and the score has the mean 0.
        at = {by: Rational(-1, 2) if by.is_negative else Rational(1, 3) for by in family.parameters}
        assert abs((family.expectation(S.One) - 1).subs(at).evalf(30)) < 1e-25
        for entry in family.score:
            assert abs(family.expectation(entry).subs(at).evalf(30)) < 1e-25


@pytest.mark.parametrize("field", ["from_score", "from_hessian", "curvature", "gradient"])
def test_one_that_differs_is_enough_to_disagree(field: str) -> None:
    found = fisher(gaussian_family())
    assert found.agree
    wrong = getattr(found, field).as_mutable()
    wrong[wrong.rows - 1, wrong.cols - 1] += 1
    assert not replace(found, **{field: wrong.as_immutable()}).agree


def test_the_quadratic_form_of_a_matrix_by_hand() -> None:
    found = replace(fisher(gaussian_family()), from_score=ImmutableMatrix([[2, 3], [3, 5]]))
    one, other = found.steps
    assert found.quadratic == one**2 + 3 * one * other + Rational(5, 2) * other**2
    assert found.matrix == found.from_score
    assert fisher(poisson())._repr_latex_() == r"$\displaystyle F = \left[\begin{matrix}" + (
        r"\frac{1}{\theta}\end{matrix}\right]$"
    )


def test_how_many_classes_there_may_be() -> None:
    assert len(categorical(2).parameters) == 2
    assert len(categorical(30).statistics) == 30
    with pytest.raises(ValueError, match="classes must be"):
        categorical(1001)
    with pytest.raises(ValueError, match="a softmax needs at least two classes, got 1"):
        categorical(1)


def test_misuse_of_families_is_named() -> None:
    with pytest.raises(TypeError, match="family"):
        fisher("Poisson")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="log_partition"):
        exponential_family("mine", "exp(eta)", (ETA1,))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="natural"):
        exponential_family("mine", exp(ETA1), ("eta",))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="name"):
        exponential_family(3, exp(ETA1), (ETA1,))  # type: ignore[arg-type]
