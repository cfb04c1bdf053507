"""The scan for a nonlinear shape: floats agree with many digits, brackets hold the roots."""

from __future__ import annotations

import pytest
from sympy import Piecewise, atan, exp, tanh

from actmath import Activation, Parameter, catalog
from actmath.activation import POSITIVE
from actmath.notation import alpha, x
from actmath.number import mp
from actmath.numeric import MomentRoute, constants
from actmath.numeric._digits import quadrature
from actmath.numeric._self_normalizing.problem import Target, pose
from actmath.numeric._self_normalizing.shape_scan import brackets, float_condition

FORMULAS = {
    "swish": x / (1 + exp(-alpha * x)),
    "bent": tanh(alpha * x) + x / 3,
    "arc": x * atan(alpha * x) + tanh(x) / 2,
    "moving kink": Piecewise((tanh(x), x < alpha), (tanh(alpha) + x - alpha, True)),
}


def posed(name: str, mean: str) -> tuple[Activation, object]:
    own = Activation(name.replace(" ", "_"), FORMULAS[name], (Parameter(alpha, 1, POSITIVE),))
    return own, pose(own, "shape", Target.of(mean, "3/2", 1, "1/2"))


@pytest.mark.parametrize("mean", ["0", "1/2", "-20"])
@pytest.mark.parametrize("name", FORMULAS)
def test_floats_agree_with_twenty_digits(name: str, mean: str) -> None:
    own, problem = posed(name, mean)
    condition = float_condition(problem)
    for shape in ("1/8", "1", "3"):
        with mp.workdps(20):
            m, v, inner, spread = problem.target.numbers()
            first, second, _, _ = quadrature.expectations(
                own.with_parameters(alpha=shape), inner, spread
            )
            true = first if m == 0 else (m**2 + v) * first**2 - m**2 * second
            size = abs(first) + mp.sqrt(second) if m == 0 else (m**2 + v) * second
        at = problem.target.of(shape, 1, 0, 1).mean
        assert abs(condition(mp.mpf(at.p) / at.q) - true) < 1e-13 * size


def test_an_overflow_in_floats_is_computed_by_mpmath() -> None:
    """At x near 50 and a shape of 1000 the exponential passes 1e308."""
    own = Activation(
        "grown", exp(alpha * x) / (1 + exp(alpha * x)) ** 2 + x, (Parameter(alpha, 1, POSITIVE),)
    )
    problem = pose(own, "shape", Target.of(50, 1, 1, 1))
    assert float_condition(problem)(1000) == pytest.approx(0, abs=1e-8)


def test_brackets_hold_a_change_of_sign() -> None:
    own, _ = posed("swish", "1/4")
    problem = pose(own, "shape", Target.of("1/4", "1/2", 0, 1))
    assert problem.moments.route is MomentRoute.QUADRATURE
    condition = float_condition(problem)
    found = brackets(problem, lambda shape: pytest.fail("an integral of many digits"))
    assert found
    for left, right in found:
        # The solution that ``constants`` finds, 1.3168…, lies in the only one.
        assert left < 1.3168 < right
        assert condition(left) * condition(right) < 0


def test_a_closed_form_is_scanned_by_its_own_condition() -> None:
    problem = pose(catalog.celu, None, Target.of("1/2", 1, 0, 1))
    asked: list[float] = []

    def condition(shape: mp.mpf) -> mp.mpf:
        asked.append(float(shape))
        return shape - 2

    ((left, right),) = brackets(problem, condition)
    assert left < 2 < right
    assert min(asked) == pytest.approx(1e-3)
    assert max(asked) == pytest.approx(1e3)


def test_a_shape_on_the_grid_is_found_as_it_is() -> None:
    problem = pose(catalog.celu, None, Target.of("1/2", 1, 0, 1))
    assert brackets(problem, lambda shape: shape - 1) == ((1, 1),)


def test_a_shape_that_every_value_solves_is_not_determined() -> None:
    """E tanh(b·z) = 0 for every b, by symmetry: no answer, and no endless search for one."""
    odd = Activation("odd", "tanh(b*x)", (Parameter("b", 1, POSITIVE),))
    with pytest.raises(ValueError, match="every b meets the condition"):
        constants(odd)


def test_a_half_of_the_shapes_is_not_every_one() -> None:
    bent = Activation("bent", "where(x > 0, x, exp(b*x) - 1)", (Parameter("b", 1),))
    problem = pose(bent, None, Target.of(0, 1, 0, 1))
    found = brackets(problem, lambda shape: 0 if shape < 0 else shape - 2)
    *zeros, (left, right) = found
    assert all(one == other < 0 for one, other in zeros)
    assert len(zeros) == 61
    assert left < 2 < right


@pytest.mark.parametrize("formula", ["(x + sqrt(x**2 + b))/2", "x/sqrt(1 + b*x**2)"])
def test_square_roots_are_scanned(formula: str) -> None:
    bent = Activation("bent", formula, (Parameter("b", 1, POSITIVE),))
    assert constants(bent, solve_for="shift").lam > 0
    with pytest.raises(ValueError, match="shift"):
        constants(bent)


def test_few_integrals_for_a_shape_that_oscillates(monkeypatch: pytest.MonkeyPatch) -> None:
    """By hand E f = (1 − e^{−2q²})/(2q) and E f² = 1 + (3/8 − e^{−2q²}/2 + e^{−8q²}/8)/q²."""
    snake = Activation("snake", "x + sin(q*x)**2/q", (Parameter("q", 1, POSITIVE),))
    asked, integrals = [], quadrature.with_derivatives
    monkeypatch.setattr(
        quadrature, "with_derivatives", lambda *given: asked.append(given) or integrals(*given)
    )
    found = constants(snake, "1/10", omega=0, digits=8)
    assert len(found.all_solutions) == 2
    assert len(asked) < 32
    for solution in found.all_solutions:
        with mp.workdps(30):
            q = mp.mpf(str(solution.alpha))
            first = (1 - mp.exp(-2 * q**2)) / (2 * q)
            fourth = mp.mpf(3) / 8 - mp.exp(-2 * q**2) / 2 + mp.exp(-8 * q**2) / 8
            gap = (1 + mp.mpf(1) / 100) * first**2 - (1 + fourth / q**2) / 100
            assert abs(gap) < 1e-8
            assert abs(mp.mpf(str(solution.lam)) * first - mp.mpf(1) / 10) < 1e-8


def test_a_root_at_a_shape_of_0_is_no_shape() -> None:
    """As q → 0 the snake is the identity, which has every fixed point; at 0 it has no value."""
    snake = Activation("snake", "x + sin(q*x)**2/q", (Parameter("q", 1),))
    with pytest.raises(ValueError, match="need a scale that is not positive"):
        constants(snake, "1/10", digits=6)
