"""The scan for a nonlinear shape: floats agree with many digits, brackets hold the roots."""

from __future__ import annotations

import math

import pytest
from sympy import Piecewise, Set, atan, exp, tanh

from actmath import Activation, Parameter, catalog
from actmath.activation import POSITIVE, REALS
from actmath.notation import alpha, x
from actmath.number import mp
from actmath.numeric import MomentRoute, NoSelfNormalizationError, constants
from actmath.numeric._digits import quadrature
from actmath.numeric._self_normalizing import shape_scan
from actmath.numeric._self_normalizing.problem import Problem, Target, pose
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


def own_unit(domain: Set = POSITIVE) -> Activation:
    return Activation("own", "where(x > 0, x, exp(b*x) - 1)", (Parameter("b", 1, domain),))


@pytest.mark.parametrize(("domain", "sides"), [(POSITIVE, (1,)), (REALS, (-1, 1))])
def test_the_grid_of_shapes(domain: Set, sides: tuple[int, ...]) -> None:
    """Ten to the powers −3, −2.9 … 3, mirrored where the domain has both signs; never 0."""
    asked: list[float] = []
    problem = pose(own_unit(domain), None, Target.of(0, 1, 0, 1))
    assert brackets(problem, lambda shape: asked.append(float(shape)) or 1) == ()
    wanted = sorted(side * 10 ** (k / 10) for side in sides for k in range(-30, 31))
    assert asked == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("zeros", [29, 30, 31])
def test_more_than_half_of_the_shapes(zeros: int) -> None:
    problem = pose(own_unit(), None, Target.of(0, 1, 0, 1))
    counted = iter(range(61))

    def condition(_: object) -> int:
        return 0 if next(counted) < zeros else 1

    if zeros <= 30:
        found = brackets(problem, condition)
        assert len(found) == zeros
        assert list(found) == sorted(found)
        assert all(one == other for one, other in found)
    else:
        with pytest.raises(NoSelfNormalizationError, match="own: every b meets the condition on"):
            brackets(problem, condition)


@pytest.mark.parametrize("changes", [6, 7])
@pytest.mark.parametrize("by_quadrature", [True, False])
def test_so_many_changes_of_sign_are_followed_by_integrals(
    monkeypatch: pytest.MonkeyPatch, by_quadrature: bool, changes: int
) -> None:
    """The sign changes after every fifth shape, until it has changed often enough."""
    counted = iter(range(61))

    def condition(_: object) -> int:
        return (-1) ** min(next(counted) // 5, changes)

    monkeypatch.setattr(Problem, "by_quadrature", by_quadrature)
    monkeypatch.setattr(shape_scan, "float_condition", lambda _: condition)
    problem = pose(own_unit(), None, Target.of(0, 1, 0, 1))
    if by_quadrature and changes == 7:
        said = "own: the condition changes its sign 7 times in b, too often to be followed"
        with pytest.raises(NoSelfNormalizationError, match=said):
            brackets(problem, condition)
        return
    found = brackets(problem, condition)
    assert len(found) == changes
    for at, (left, right) in enumerate(found, start=1):
        # The fifth shape and the one before.
        exponents = (-3 + (5 * at - 1) / 10, -3 + 5 * at / 10)
        assert (float(left), float(right)) == pytest.approx(tuple(10**e for e in exponents))


def test_exact_shapes_and_brackets_are_one_increasing_list() -> None:
    """Signs of (s − 1)·(s − 3)(s − 1/3) on a grid that holds 1 and neither of the others."""
    problem = pose(own_unit(), None, Target.of(0, 1, 0, 1))
    found = brackets(problem, lambda s: (s - 1) * (s - 3) * (s - mp.mpf(1) / 3))
    assert len(found) == 3
    assert found[0][0] < mp.mpf(1) / 3 < found[0][1] < found[1][0] == found[1][1] == 1
    assert 1 < found[2][0] < 3 < found[2][1]


def test_what_rounding_leaves_of_a_sum_is_0() -> None:
    """E tanh(b·z) and E(tanh(b·z) + z³): nothing, by symmetry."""
    for formula in ("tanh(b*x)", "tanh(b*x) + x**3"):
        odd = Activation("odd", formula, (Parameter("b", 1, POSITIVE),))
        condition = float_condition(pose(odd, "shape", Target.of(0, 1, 0, 1)))
        assert [condition(b) for b in (0.01, 0.7, 30)] == [0, 0, 0]
    bent = Activation("bent", "tanh(b*x) + 1e-12", (Parameter("b", 1, POSITIVE),))
    condition = float_condition(pose(bent, "shape", Target.of(0, 1, 0, 1)))
    assert condition(0.7) == pytest.approx(1e-12, rel=1e-3, abs=0)


def test_what_floats_do_not_hold_has_no_sign() -> None:
    """exp(b·z) passes 1e150 within 3 deviations where b is 150."""
    own = Activation("own", "exp(b*x) + x", (Parameter("b", 1, POSITIVE),))
    condition = float_condition(pose(own, "shape", Target.of("1/2", 1, 0, 1)))
    assert math.isnan(condition(150))
    assert math.isfinite(condition(2))


def test_pieces_are_told_by_their_kinks() -> None:
    """On a kink the piece to its left; three pieces, of which the middle one may move."""
    formula = Piecewise((1 - x, x <= -alpha), (2 * x, x <= alpha), (7 + x, True))
    own = Activation("own", formula, (Parameter(alpha, 1, POSITIVE),))
    function = shape_scan._FloatFunction(own, alpha)
    assert function.kinks(0.5) == [-0.5, 0.5]
    assert [function(at, 0.5) for at in (-2, -0.5, -0.25, 0.5, 0.75)] == [3, 1.5, -0.5, 1, 7.75]
    assert function(0.75, 2) == 1.5
