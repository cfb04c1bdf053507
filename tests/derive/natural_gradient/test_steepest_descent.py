"""Steepest descent is stationary, is a minimum, and does not depend on the coordinates."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import Matrix, Rational, Symbol, cos, diff, simplify, sin, sqrt, symbols

from actmath.derive._natural_gradient.fisher import fisher, gaussian_family
from actmath.derive._natural_gradient.steepest_descent import (
    fastest_divergence,
    invariance,
    steepest_descent,
)
from actmath.notation import epsilon

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
