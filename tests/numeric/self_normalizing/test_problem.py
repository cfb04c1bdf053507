"""What is asked: targets read exactly, scales taken off, linear shapes recognized."""

from __future__ import annotations

from dataclasses import astuple

import pytest
from sympy import Rational

from actmath import catalog
from actmath.notation import alpha
from actmath.number import mp
from actmath.numeric import Unknown
from actmath.numeric._self_normalizing.problem import Target, pose

TARGET = Target.of(0, 1, None, 1)


def test_a_target_is_exact_and_omega_follows_the_mean() -> None:
    assert Target.of(0.1, "2", None, 1) == Target(Rational(1, 10), 2, 1, 1)
    assert Target.of(0, 2, None, 1).omega == 0
    with mp.workdps(30):
        mean, variance, inner, spread = Target.of("1/2", 2, "1/3", "3/2").numbers()
        assert (mean, variance, spread) == (0.5, 2, 3)
        assert abs(inner - mp.mpf(1) / 6) < 1e-29


@pytest.mark.parametrize(("given", "said"), [((0, 0, 0, 1), "variance"), ((0, 1, 0, -1), "tau")])
def test_what_must_be_positive(given: tuple[int, ...], said: str) -> None:
    with pytest.raises(ValueError, match=f"{said} must be positive"):
        Target.of(*given)


@pytest.mark.parametrize(
    ("name", "linear"), [("elu", True), ("leaky_relu", True), ("celu", False), ("selu", True)]
)
def test_linear_shapes_are_recognized(name: str, linear: bool) -> None:
    problem = pose(catalog.get(name), None, TARGET)
    assert problem.solved_for is Unknown.SHAPE
    assert problem.linear is linear


def test_an_output_scale_of_its_own_is_taken_off() -> None:
    problem = pose(catalog.selu, None, TARGET)
    assert [p.symbol for p in problem.activation.parameters] == [alpha]
    assert problem.activation.expr.equals(catalog.elu.expr)


def test_a_linear_shape_is_interpolated_exactly() -> None:
    problem = pose(catalog.elu, None, TARGET)
    with mp.workdps(30):
        at = (mp.mpf("0.2"), mp.mpf("1.3"), mp.mpf("1.7"))
        for one, other in zip(
            astuple(problem.moments_at(*at)), astuple(problem.moments.evaluate(*at)), strict=True
        ):
            assert abs(one - other) < mp.mpf(10) ** -27


def test_a_shift_keeps_the_activation_as_it_is() -> None:
    problem = pose(catalog.selu, "shift", TARGET)
    assert problem.activation is catalog.selu
    assert problem.solved_for is Unknown.SHIFT


def test_two_shapes_are_refused() -> None:
    with pytest.raises(NotImplementedError, match="2 shape parameters and solve_for='shape'"):
        pose(catalog.rrelu, "shape", TARGET)
