"""What is asked: targets read exactly, scales taken off, linear shapes recognized."""

from __future__ import annotations

from dataclasses import astuple

import pytest
from sympy import Piecewise, Rational

from actmath import Activation, Parameter, catalog
from actmath.activation import POSITIVE
from actmath.notation import alpha, lam, x
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


@pytest.mark.parametrize(
    ("given", "orders"),
    [
        # The mean is squared, as that of the inputs is: here 1e3·1e-1.
        (("1e3", 1, "1e-1", 1), 6),
        (("1e-3", 1, "1", 1), 6),
        ((0, "1e4", 0, 1), 4),
        ((0, "1e-4", 0, 1), 4),
        ((0, "1e4", 0, "1e3"), 7),
        ((0, "1e4", 0, "1e-9"), 5),
        (("10", 1, "1e-6", 1), 10),
        ((1, 1, 1, 1), 0),
        (("-1e5", 1, 0, 1), 10),
    ],
)
def test_decimal_orders_away_from_1(given: tuple[str | int, ...], orders: int) -> None:
    assert Target.of(*given).orders == orders


@pytest.mark.parametrize("bad", [0, "-1/3"])
def test_what_is_not_positive_is_shown(bad: object) -> None:
    with pytest.raises(ValueError, match=f"^variance must be positive, got {bad}$"):
        Target.of(0, bad, 0, 1)
    with pytest.raises(ValueError, match=f"^tau must be positive, got {bad}$"):
        Target.of(0, 1, 0, bad)
    for at, name in enumerate(("mean", "variance", "omega", "tau")):
        given = [0, 1, 0, 1]
        given[at] = "many"
        with pytest.raises(ValueError, match=f"{name} must be"):
            Target.of(*given)


def test_a_factor_that_is_no_output_scale_is_a_shape() -> None:
    """x + lam is not 0 where lam is."""
    own = Activation("own", x**2 + lam * x, (Parameter(lam, 1, POSITIVE),))
    problem = pose(own, None, TARGET)
    assert problem.shape == lam
    assert problem.activation is own


def test_slopes_at_kinks_lose_the_scale_too() -> None:
    bent = Piecewise((x, x > 0), (alpha * x, True))
    own = Activation(
        "own",
        lam * bent,
        (Parameter(lam, 1, POSITIVE), Parameter(alpha, "1/2", POSITIVE)),
        at_kinks=((0, lam * alpha),),
    )
    problem = pose(own, None, TARGET)
    assert problem.activation.at_kinks == ((0, alpha),)
    assert problem.activation.expr == bent
    assert problem.shape == alpha
    # Which parameter comes first does not matter.
    assert problem.linear


@pytest.mark.parametrize(
    ("formula", "linear"),
    [
        (alpha * x + x**3, True),
        (Piecewise((x, x > 0), (alpha * x, True)), True),
        (Piecewise((alpha * x, x > 0), (x, True)), True),
        (Piecewise((x, x > 0), (alpha**2 * x, True)), False),
        (Piecewise((alpha**2 * x, x > 0), (x, True)), False),
        ((x + alpha) ** 2 - alpha**2, True),
        # Each piece is linear in the shape, but where they meet depends on it.
        (Piecewise((x - alpha, x > alpha), (0, True)), False),
        (Piecewise((0, x > alpha), (x - alpha, True)), False),
    ],
)
def test_what_is_linear_in_a_shape(formula: object, linear: bool) -> None:
    own = Activation("own", formula, (Parameter(alpha, 1, POSITIVE),))
    assert pose(own, "shape", TARGET).linear is linear


def test_what_is_solved_for_by_default_and_how_many_shapes_are_refused() -> None:
    for name, unknown in (
        ("elu", "shape"),
        ("selu", "shape"),
        ("tanh", "shift"),
        ("rrelu", "shift"),
    ):
        problem = pose(catalog.get(name), None, TARGET)
        assert problem.solved_for == unknown
        assert (problem.shape is None) is (unknown == "shift")
    said = (
        "tanh has 0 shape parameters and solve_for='shape' needs exactly one; "
        "solve_for='shift' solves lam·\\(tanh\\(x\\) \\+ shift\\)"
    )
    with pytest.raises(NotImplementedError, match=f"^{said}$"):
        pose(catalog.tanh, "shape", TARGET)


@pytest.mark.parametrize(("name", "by_quadrature"), [("elu", False), ("tanh", True)])
def test_which_moments_are_integrals(name: str, by_quadrature: bool) -> None:
    assert pose(catalog.get(name), "shift", TARGET).by_quadrature is by_quadrature
