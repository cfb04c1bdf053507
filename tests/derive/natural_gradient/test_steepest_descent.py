"""Steepest descent is stationary, is a minimum, and does not depend on the coordinates."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sympy import Matrix, Rational, Symbol, cos, diff, simplify, sin, sqrt, symbols

from actmath.derive._natural_gradient.fisher import fisher, gaussian_family
from actmath.derive._natural_gradient.steepest_descent import (
    fastest_divergence,
    invariance,
    steepest_descent,
)
from actmath.notation import J, epsilon, g

A, B, C = symbols("A B C", positive=True)


def test_stationary_for_a_general_matrix_and_gradient() -> None:
    matrix = Matrix([[A**2 + 1, B], [B, B**2 + C]])
    found = steepest_descent(matrix, Matrix(symbols("g1 g2", positive=True)))
    assert found.stationary


def test_no_step_of_the_same_divergence_goes_further_down() -> None:
    matrix = Matrix([[2, 1], [1, 3]])
    gradient = Matrix([1, -2])
    found = steepest_descent(matrix, gradient, Rational(1, 2))
    lower = np.linalg.cholesky(np.array(matrix, float))
    turns = np.linspace(0, 2 * np.pi, 721)
    steps = np.linalg.solve(lower.T, np.stack([np.cos(turns), np.sin(turns)]))
    lengths = np.einsum("ik,ij,jk->k", steps, np.array(matrix, float), steps)
    assert np.allclose(lengths, 1)
    changes = np.array([1, -2]) @ steps
    assert changes.min() >= float(found.change) - 1e-12
    assert changes.min() == pytest.approx(float(found.change), rel=1e-4)


def test_symbolic_minimum_in_one_turn() -> None:
    """On the ellipse of the Gaussian family the loss has its minimum where the theorem says."""
    mu, sigma = gaussian_family().parameters
    turn, g = Symbol("phi", real=True), Matrix([3, 4])
    on_ellipse = Matrix([sigma * cos(turn), sigma * sin(turn) / sqrt(2)]) * sqrt(2 * epsilon)
    loss = (g.T * on_ellipse)[0]
    step = steepest_descent(fisher(gaussian_family()).matrix, g, epsilon).step
    scale = sigma * sqrt(2 * epsilon)
    at = {cos(turn): step[0] / scale, sin(turn): sqrt(2) * step[1] / scale}
    assert simplify(diff(loss, turn).subs(at)) == 0
    assert simplify(at[cos(turn)] ** 2 + at[sin(turn)] ** 2) == 1
    assert mu not in step.free_symbols


def test_invariant_for_any_size() -> None:
    assert invariance().holds


def test_invariant_in_numbers() -> None:
    jacobian = Matrix([[1, 2], [Rational(1, 3), -1]])
    matrix, gradient = Matrix([[2, 1], [1, 3]]), Matrix([1, -2])
    here = steepest_descent(matrix, gradient, Rational(1, 2)).step
    there = steepest_descent(
        jacobian.T * matrix * jacobian, jacobian.T * gradient, Rational(1, 2)
    ).step
    assert (jacobian * there - here).applyfunc(simplify).is_zero_matrix


def test_fastest_divergence_is_another_question() -> None:
    """For N(mu, sigma²) KL grows fastest along sigma, whatever the loss."""
    matrix = fisher(gaussian_family()).matrix.subs(gaussian_family().parameters[1], 1)
    fastest = fastest_divergence(matrix)
    assert fastest.directions == (Matrix([0, 1]),)
    assert fastest.rate == 1
    step = steepest_descent(matrix, Matrix([1, 0]), Rational(1, 2)).step
    assert step == Matrix([-1, 0])


def test_singular_matrix_is_refused() -> None:
    with pytest.raises(ValueError, match="singular"):
        steepest_descent(Matrix([[1, 1], [1, 1]]), Matrix([1, 0]))


def test_each_number_of_a_step_by_hand() -> None:
    """F = diag(1, 4), g = (3, 8), ε = 5/2: F⁻¹g = (3, 2), gᵀF⁻¹g = 25 and κ = √5."""
    found = steepest_descent(Matrix([[1, 0], [0, 4]]), Matrix([3, 8]), Rational(5, 2))
    assert found.multiplier == sqrt(5)
    assert found.step == Matrix([-3, -2]) / sqrt(5)
    assert found.change == -sqrt(125)
    assert (found.gradient.T * found.step)[0] == found.change
    assert (found.step.T * found.fisher * found.step)[0] / 2 == found.budget


def test_a_wrong_step_or_budget_is_not_stationary() -> None:
    found = steepest_descent(Matrix([[2, 1], [1, 3]]), Matrix([1, -2]), Rational(1, 2))
    assert found.stationary
    turned = Matrix([[0, -1], [1, 0]]) * found.step
    for field, value in (
        ("step", -found.step),
        ("step", turned.as_immutable()),
        ("budget", Rational(1, 3)),
        ("multiplier", -found.multiplier),
        ("gradient", 2 * found.gradient),
    ):
        assert not replace(found, **{field: value}).stationary


def test_the_fastest_of_three_directions_and_of_a_tie() -> None:
    found = fastest_divergence(Matrix([[3, 0, 0], [0, 1, 0], [0, 0, 2]]))
    assert found.directions == (Matrix([1, 0, 0]),)
    assert found.rate == Rational(3, 2)
    (along,) = fastest_divergence(Matrix([[5, 2], [2, 5]])).directions
    assert along in (Matrix([1, 1]) / sqrt(2), -Matrix([1, 1]) / sqrt(2))
    tie = fastest_divergence(Matrix([[4, 0, 0], [0, 4, 0], [0, 0, 1]]))
    assert len(tie.directions) == 2
    assert all(vector.norm() == 1 and vector[2] == 0 for vector in tie.directions)
    assert tie.rate == 2


def test_another_step_is_not_invariant() -> None:
    found = invariance()
    # The plain gradient goes over into JJᵀg.
    assert not replace(found, transformed=J * J.T * g).holds
    assert not replace(found, original=2 * found.original).holds


def test_what_is_no_matrix_is_named() -> None:
    for call, what in (
        (lambda: steepest_descent([[1]], Matrix([1])), "fisher"),  # type: ignore[arg-type]
        (lambda: steepest_descent(Matrix([1]), [1]), "gradient"),  # type: ignore[arg-type]
        (lambda: steepest_descent(Matrix([1]), Matrix([1]), "pi"), "budget"),  # type: ignore[arg-type]
    ):
        with pytest.raises((TypeError, ValueError), match=what):
            call()
