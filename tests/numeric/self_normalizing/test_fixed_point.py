"""Shapes, shifts and scales at a working precision, against what defines them."""

from __future__ import annotations

import pytest
from sympy import Max, Min, S, exp

from actmath import Activation, Parameter, catalog
from actmath.activation import REALS
from actmath.notation import alpha, x
from actmath.number import mp
from actmath.numeric._digits import quadrature
from actmath.numeric._self_normalizing import fixed_point
from actmath.numeric._self_normalizing.fixed_point import roots
from actmath.numeric._self_normalizing.problem import Problem, Target, pose


@pytest.mark.parametrize(
    ("name", "mean", "variance", "omega"),
    [
        ("elu", "0", "1", 0),
        ("elu", "-1/10", "2", 1),
        ("leaky_relu", "1/2", "1", 1),
        ("celu", "1/2", "1", 0),
    ],
)
def test_every_solution_solves_the_two_equations(
    name: str, mean: str, variance: str, omega: int
) -> None:
    problem = pose(catalog.get(name), "shape", Target.of(mean, variance, omega, 1))
    with mp.workdps(40):
        goal, spread, inner_mean, inner_variance = problem.target.numbers()
        found = roots(problem)
        assert found
        for root in found:
            at = problem.moments_at(inner_mean, inner_variance, root.shape)
            assert abs(root.scale * at.first - goal) < mp.mpf(10) ** -30
            size = root.scale**2 * (at.second - at.first**2)
            assert abs(size - spread) < mp.mpf(10) ** -30


def test_the_order_of_two_solutions_does_not_depend_on_the_precision() -> None:
    problem = pose(catalog.elu, "shape", Target.of("-1/10", 2, 1, 1))
    with mp.workdps(25):
        rough = [float(root.shape) for root in roots(problem)]
    with mp.workdps(90):
        fine = [float(root.shape) for root in roots(problem)]
    assert len(rough) == 2
    assert rough == pytest.approx(fine, rel=1e-12)


def test_a_shift_is_what_is_left_of_the_mean() -> None:
    problem = pose(catalog.softplus, "shift", Target.of("1/3", 2, 0, 1))
    with mp.workdps(30):
        (root,) = roots(problem)
        first, second, _, _ = quadrature.expectations(catalog.softplus, mp.zero, mp.mpf(2))
        assert root.shape is None
        assert abs(root.scale - mp.sqrt(2 / (second - first**2))) < 1e-25
        assert abs(root.scale * (first + root.shift) - mp.mpf(1) / 3) < 1e-25


def test_no_solution_is_an_empty_tuple() -> None:
    problem = pose(catalog.leaky_relu, "shape", Target.of(2, 1, 0, 1))
    with mp.workdps(30):
        assert roots(problem) == ()
    assert problem.target.mean == S(2)


def test_a_shape_of_0_is_0_and_no_small_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """max(0, x) + e^a·min(0, x) has the mean 0 at a = 0; sought as where moments are integrals."""
    exactly = fixed_point._condition
    # With the rounding that integrals have.
    monkeypatch.setattr(fixed_point, "_condition", lambda p: lambda a: exactly(p)(a) + mp.eps / 99)
    monkeypatch.setattr(Problem, "by_quadrature", True)
    formula = Max(0, x) + exp(alpha) * Min(0, x)
    unit = Activation("kinked", formula, (Parameter(alpha, 1, REALS),))
    problem = pose(unit, "shape", Target.of(0, 1, 0, 1))
    for digits in (25, 60):
        with mp.workdps(digits):
            (root,) = roots(problem)
            assert root.shape == 0
            assert abs(root.scale - 1) < mp.mpf(10) ** (2 - digits)


def test_a_start_is_not_polished_at_its_own_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A step of 1e-30 of it would be lost in the rounding of integrals of 30 digits."""
    problem = pose(catalog.elu, "shape", Target.of(0, 1, 0, 1))
    monkeypatch.setattr(fixed_point, "_condition", lambda _: pytest.fail("it is evaluated"))
    with mp.workdps(30):
        assert fixed_point._polished(problem, mp.mpf(2) / 3) == mp.mpf(2) / 3
