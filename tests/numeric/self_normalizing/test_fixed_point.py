"""Shapes, shifts and scales at a working precision, against what defines them."""

from __future__ import annotations

from random import Random

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


def quadratic(c2: object, c1: object, c0: object) -> tuple[float, ...]:
    """The real roots, where nothing cancels in a coefficient."""
    return tuple(map(float, fixed_point._real_roots(*((mp.mpf(c), mp.zero) for c in (c2, c1, c0)))))


def test_roots_of_quadratics_that_are_made_of_them() -> None:
    random = Random(4)
    with mp.workdps(30):
        for _ in range(60):
            lead, one, other = (random.choice((-1, 1)) * random.uniform(0.1, 9) for _ in range(3))
            found = quadratic(lead, -lead * (one + other), lead * one * other)
            assert sorted(found) == pytest.approx(sorted((one, other)), rel=1e-12)
            # The root without cancellation comes first: the larger one.
            assert abs(found[0]) >= abs(found[1])
            # With a height above, its vertex does not reach 0.
            assert quadratic(lead, -2 * lead * one, lead * (one**2 + 0.01)) == ()


@pytest.mark.parametrize(
    ("coefficients", "wanted"),
    [
        ((0, 2, -6), (3,)),
        ((0, 0, 1), ()),
        ((0, 0, 0), ()),
        ((2, 0, -8), (-2, 2)),
        ((2, 0, 8), ()),
        ((3, 6, 0), (-2, 0)),
        ((3, -6, 0), (2, 0)),
        ((5, 0, 0), (0,)),
        ((1, -2, 1), (1, 1)),
        ((1, 1e9, 1), (-1e9, -1e-9)),
    ],
)
def test_quadratics_that_degenerate(
    coefficients: tuple[float, ...], wanted: tuple[float, ...]
) -> None:
    with mp.workdps(30):
        assert quadratic(*coefficients) == pytest.approx(wanted, rel=1e-15, abs=0)


@pytest.mark.parametrize(("rest", "counts"), [("1e-21", False), ("1e-18", True)])
def test_a_coefficient_of_the_size_of_rounding_is_0(rest: str, counts: bool) -> None:
    """At 30 digits, of which summands have 20: with c₂ = 1e-18 there is a second root far off."""
    with mp.workdps(30):
        lead = (mp.one, mp.mpf(rest) - 1)
        found = fixed_point._real_roots(lead, (mp.mpf(1), mp.zero), (-mp.mpf(2), mp.zero))
        assert len(found) == 1 + counts
        assert min(abs(root - 2) for root in found) < 1e-15
        # A discriminant of that size is a double root's.
        near = (mp.mpf(1), mp.zero), (mp.mpf(-2), mp.zero), (1 + mp.mpf(rest) / 10, mp.zero)
        assert len(fixed_point._real_roots(*near)) == (0 if counts else 2)


def test_a_root_in_a_bracket() -> None:
    enclosed = fixed_point._enclosed
    assert enclosed(lambda _: pytest.fail("it is known"), 3, 3) == 3
    assert enclosed(lambda s: s + 5, 1, 2) is None
    assert enclosed(lambda s: s - 1.5, 1, 2) == pytest.approx(1.5, rel=1e-14)
    assert enclosed(lambda s: s - 1.5, -1, 2) == pytest.approx(1.5, rel=1e-14)


@pytest.mark.parametrize("at", [-0.25, 0.25])
def test_a_root_beside_a_pole_at_0(at: float) -> None:
    """(s − a)·(1 + 1/s²) has no value at 0 and changes its sign at a alone; 1/s nowhere."""
    found = fixed_point._enclosed(lambda s: (s - at) * (1 + 1 / s**2), -1, 1)
    assert found == pytest.approx(at, rel=1e-12)
    assert fixed_point._enclosed(lambda s: 1 / s, -1, 1) is None


def test_where_a_condition_has_a_value() -> None:
    def refused(_: object) -> float:
        raise ValueError

    has = fixed_point._has_value
    assert has(lambda s: s, 2)
    assert has(lambda s: s, 0)
    assert not has(lambda s: 1 / s, 0)
    assert not has(lambda s: mp.inf, 0)
    assert not has(lambda s: mp.nan, 0)
    assert not has(refused, 0)


@pytest.mark.parametrize(
    ("mean", "first", "second", "scale"),
    [(0, 7, 4, 1.5), (0, 7, 0, None), (0, 7, -1, None), (3, 2, 5, 1.5), (3, -2, 5, -1.5)],
)
def test_the_scale_of_a_shape(mean: int, first: int, second: int, scale: float | None) -> None:
    """lam·first is the mean; at a mean of 0 lam²·second is the variance, here 9."""
    assert fixed_point._scale(mean, mp.mpf(9), mp.mpf(first), mp.mpf(second)) == scale
    assert fixed_point._scale(3, mp.mpf(9), mp.zero, mp.mpf(5)) is None
