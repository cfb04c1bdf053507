from __future__ import annotations

import re

import numpy as np
import pytest
from sympy import Float, Integer, Interval, Piecewise, Rational, S, exp, pi, sympify

from actmath import Activation, Parameter, catalog
from actmath.activation import POSITIVE
from actmath.derive._iteration.settled import NotSettledError
from actmath.notation import alpha, x
from actmath.number import mp
from actmath.numeric import MomentRoute, NoSelfNormalizationError, Unknown
from actmath.numeric._digits import quadrature
from actmath.numeric._self_normalizing.constants import Constants, Solution, constants
from actmath.numeric._self_normalizing.problem import Problem

from ...pace import no_longer_than

MEANS = ("-2", "-1", "-1/2", "-0.1", "0", "0.1", "1/2", "1", "2")
VARIANCES = ("0.01", "0.1", "1/2", "1", "2", "5", "10", "50", "100", "700")


def check_by_quadrature(found, activation, digits=25):
    """The fixed point, integrated at the printed digits by code that shares nothing with it."""
    solution = found.best
    with mp.workdps(digits):
        mean, variance, omega, tau = (
            mp.mpf(v.p) / mp.mpf(v.q) for v in (found.mean, found.variance, found.omega, found.tau)
        )
        first, second, _, _ = quadrature.expectations(activation, mean * omega, variance * tau)
        scale, shift = mp.mpf(solution.lam), mp.mpf(solution.shift or 0)
        assert abs(scale * (first + shift) - mean) < mp.mpf(10) ** (8 - digits)
        assert abs(scale**2 * (second - first**2) / variance - 1) < mp.mpf(10) ** (8 - digits)


@pytest.mark.parametrize("mean", MEANS)
def test_elu_solves_every_target_of_the_grid(mean):
    for variance in VARIANCES:
        found = constants("elu", mean, variance, digits=50)
        assert float(found.residual) < 1e-40
        assert float(found.alpha) > 0
        assert float(found.lam) > 0


def test_selus_constants_digit_by_digit():
    found = constants("elu", digits=32)
    assert str(found.alpha) == "1.6732632423543772848170429916717"
    assert str(found.lam) == "1.0507009873554804934193349852946"
    assert found.solved_for is Unknown.SHAPE
    assert found.shift is None


def test_a_target_of_the_grid_by_quadrature():
    found = constants("elu", "1/2", "2", digits=25)
    check_by_quadrature(found, catalog.elu.with_parameters(alpha=found.alpha))


def test_a_thousand_digits_quickly_and_right():
    constants("elu", digits=20)
    with no_longer_than(1):
        found = constants("elu", digits=1000)
    with mp.workdps(1010):
        k = mp.exp(mp.mpf(1) / 2) * mp.erfc(1 / mp.sqrt(2))
        assert abs(mp.mpf(found.alpha) / (mp.sqrt(2 / mp.pi) / (1 - k)) - 1) < mp.mpf(10) ** -998


@pytest.mark.slow
def test_jacobian_by_differences():
    found = constants("elu", "0.1", "0.8", omega="0.3", tau="1.2", digits=20)
    subject = catalog.elu.with_parameters(alpha=found.alpha)
    with mp.workdps(30):
        scale, omega, tau = mp.mpf(found.lam), mp.mpf("0.3"), mp.mpf("1.2")

        def moment_map(mean, variance):
            first, second, _, _ = quadrature.expectations(subject, mean * omega, variance * tau)
            return np.array([scale * first, scale**2 * (second - first**2)])

        at, step = (mp.mpf("0.1"), mp.mpf("0.8")), mp.mpf(10) ** -9
        by_mean = (moment_map(at[0] + step, at[1]) - moment_map(at[0] - step, at[1])) / (2 * step)
        by_variance = (moment_map(at[0], at[1] + step) - moment_map(at[0], at[1] - step)) / (
            2 * step
        )
        for row in (0, 1):
            assert abs(by_mean[row] - mp.mpf(found.jacobian[row][0])) < 1e-14
            assert abs(by_variance[row] - mp.mpf(found.jacobian[row][1])) < 1e-14


@pytest.mark.parametrize("name", sorted(catalog.CATALOG))
def test_any_activation_has_a_shifted_form(name):
    found = constants(name, "0.3", "0.7", digits=10, solve_for="shift")
    assert found.alpha is None
    assert float(found.residual) < 1e-12
    if name in ("relu", "tanh", "softsign"):
        check_by_quadrature(found, catalog.get(name), digits=12)


def test_what_is_solved_for_follows_the_number_of_parameters():
    assert constants("celu", "1/2", 1, omega=0).solved_for is Unknown.SHAPE
    assert constants("tanh").solved_for is Unknown.SHIFT
    assert constants("rrelu").solved_for is Unknown.SHIFT
    assert constants("selu", digits=20).alpha == constants("elu", digits=20).alpha
    with pytest.raises(NotImplementedError, match="solve_for='shift'"):
        constants("tanh", solve_for="shape")


def test_a_shape_that_enters_nonlinearly():
    found = constants("celu", "1/2", 1, omega=0, digits=25)
    check_by_quadrature(found, catalog.celu.with_parameters(alpha=found.alpha))


@pytest.mark.slow
def test_a_users_own_nonlinear_shape_is_solved_by_quadrature():
    swish = Activation("swish", x / (1 + exp(-alpha * x)), (Parameter(alpha, 1, POSITIVE),))
    found = constants(swish, "1/4", "1/2", omega=0, digits=10)
    assert str(found.route) == "quadrature"
    check_by_quadrature(found, swish.with_parameters(alpha=found.alpha), digits=12)


def test_both_real_solutions_are_listed_and_the_inadmissible_marked():
    found = constants("elu", "-0.1", 2)
    assert len(found.all_solutions) == 2
    assert [s.admissible for s in found.all_solutions].count(True) >= 1
    for solution in found.all_solutions:
        outside = float(solution.lam) <= 0 or float(solution.alpha) <= 0
        assert solution.admissible is not outside


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("celu", 0, 1), "no alpha between 1e-3 and 1e3"),
        (("celu", "-1/2", 2), "need a scale that is not positive"),
        (("leaky_relu", 2, 1), "no real root"),
    ],
)
def test_impossible_targets_say_why(arguments, said):
    with pytest.raises(NoSelfNormalizationError, match=said):
        constants(*arguments, omega=0 if arguments[0] == "leaky_relu" else None)


def test_a_constant_activation_cannot_be_scaled_to_a_variance():
    flat = Activation("flat", Piecewise((2, x > 0), (2, True)) + 0 * x)
    with pytest.raises(NoSelfNormalizationError, match="constant"):
        constants(flat)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"variance": -1}, "variance must be positive"),
        ({"variance": 0}, "variance must be positive"),
        ({"tau": 0}, "tau must be positive"),
        ({"mean": float("nan")}, "mean must be a finite number"),
        ({"digits": 0}, "digits must be an integer"),
        ({"solve_for": "shapes"}, "shapes"),
    ],
)
def test_misuse(given, said):
    with pytest.raises(ValueError, match=said):
        constants("elu", **given)


@pytest.mark.parametrize("digits", [1, 8, 16, 30])
def test_a_tiny_shape_is_no_zero_at_any_number_of_digits(digits):
    found = constants("elu", -2, "1/100", digits=digits)
    assert float(found.alpha) == pytest.approx(8.99638e-46, rel=10.0 ** (1 - min(digits, 6)))


@pytest.mark.parametrize("digits", [6, 12, 16, 20])
def test_a_radius_of_one_does_not_attract(digits):
    """A positively homogeneous unit has the eigenvalue 1 at every fixed point."""
    found = constants("prelu", 1, 1, omega="1/2", digits=digits)
    assert [float(s.spectral_radius) for s in found.all_solutions] == [1, 1]
    assert not any(s.attracting for s in found.all_solutions)


@pytest.mark.parametrize("digits", [15, 40, 200])
def test_shapes_at_which_the_equation_for_them_degenerates(digits):
    """With r = (1 + v/m²)/π it is (r − 1)a² − 2ra + r − 1 = 0: linear at r = 1, double at 1/2."""
    for variance, shape, size in ((pi - 1, 0, 2 * pi), (pi / 2 - 1, -1, pi / 2)):
        for found in constants("prelu", 1, variance, omega=0, digits=digits).all_solutions:
            assert found.alpha == shape
            # E relu and E |z| of a variance v are √(v/2π) and √(2v/π).
            assert float(found.lam) == pytest.approx(float(size / variance) ** 0.5, rel=1e-14)


def test_a_solution_shows_the_number_that_was_solved_for():
    shape, shift = (constants("elu", solve_for=unknown).best for unknown in ("shape", "shift"))
    assert shape.rows()[0] == ("α", shape.alpha)
    assert shift.rows()[0] == ("shift", shift.shift)


@pytest.mark.parametrize("orders", [400, 600, 1200, 3000, 5000])
def test_a_tiny_variance_has_the_first_terms_of_its_expansion(orders: int) -> None:
    """By hand, of small z: E elu = s·(1 − alpha)/√2π + alpha·s²/4, so alpha = 1 + s·√2π/4."""
    found = constants("elu", 0, f"1e-{orders}", digits=16 + orders // 2)
    with mp.workdps(20 + orders // 2):
        slope = (mp.mpf(str(found.alpha)) - 1) / mp.mpf(10) ** (-orders // 2)
        assert mp.almosteq(slope, mp.sqrt(2 * mp.pi) / 4, 1e-13)


@pytest.mark.parametrize("mean", ["1e-170", "1e-200", "1e-600"])
def test_a_tiny_mean_is_as_none(mean: str) -> None:
    asked, centred = constants("elu", mean), constants("elu", 0)
    assert (asked.alpha, asked.lam) == (centred.alpha, centred.lam)


def test_a_huge_variance_is_refused_by_what_it_costs() -> None:
    with pytest.raises(NotSettledError, match="exponentials of the closed form cost more"):
        constants("elu", 0, "1e400")


def test_roots_of_few_digits_are_no_fixed_point(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of −1e600 the slope is lost at every precision; without a guard another root was taken."""
    monkeypatch.setattr(Problem, "guard", 0)
    with pytest.raises((NotSettledError, NoSelfNormalizationError)):
        constants("elu", "-1e600", 1)
    with pytest.raises((NotSettledError, NoSelfNormalizationError)):
        constants("elu", "1e-200", 1)


def solution(radius: str, *, admissible: bool = True, shift: str | None = None) -> Solution:
    """One whose numbers are all different."""
    one = iter(map(Float, (f"{radius}{k}" for k in range(1, 9))))
    free = next(one)
    return Solution(
        alpha=None if shift else free,
        lam=next(one),
        shift=Float(shift) if shift else None,
        residual=next(one),
        jacobian=((next(one), next(one)), (next(one), next(one))),
        spectral_norm=next(one),
        spectral_radius=Float(radius),
        attracting=True,
        admissible=admissible,
    )


def answered(*found: Solution, unknown: Unknown = Unknown.SHAPE) -> Constants:
    target = (Rational(-1, 3), Integer(10) ** 400, S.Zero, S.One)
    return Constants("own", *target, 6, unknown, MomentRoute.CLOSED_FORM, found)


def test_the_solution_to_use_has_the_smallest_radius_of_the_admissible() -> None:
    others = solution("0.8"), solution("0.1", admissible=False), solution("0.7")
    found = answered(others[0], others[1], solution("0.3"), others[2])
    best = found.all_solutions[2]
    assert found.best is best
    for name in [
        "alpha",
        "shift",
        "lam",
        "residual",
        "jacobian",
        "spectral_norm",
        "spectral_radius",
    ]:
        assert getattr(found, name) is getattr(best, name)
    assert found.rows() == best.rows()
    assert best.rows()[1:] == (
        ("λ", best.lam),
        ("residual", best.residual),
        ("spectral norm", best.spectral_norm),
        ("spectral radius", best.spectral_radius),
    )
    written = found.to_json()
    assert written["alpha"] == str(best.alpha)
    assert written["spectral_radius"] == str(best.spectral_radius)
    assert written["attracting"] is True
    assert "admissible" not in written
    assert [each["admissible"] for each in written["all_solutions"]] == [True, False, True, True]
    assert written["activation"] == "own"


def test_what_was_solved_for_in_words() -> None:
    shaped, shifted = solution("0.1"), solution("0.1", shift="2.5")
    found = answered(shaped)
    assert found.formula == "lam·own(x; alpha)"
    assert found.caption() == "lam·own(x; alpha), mean -1/3, variance 1e400"
    found = answered(shifted, unknown=Unknown.SHIFT)
    assert found.formula == "lam·(own(x) + shift)"
    assert (found.alpha, found.shift) == (None, Float("2.5"))
    assert found.rows()[0] == ("shift", Float("2.5"))


@pytest.mark.slow
def test_every_field_of_an_answer() -> None:
    """elu at 1/5 and 3/2: the equations that define its constants, by integrals."""
    found = constants("elu", "1/5", "3/2", omega="-1/2", tau="4/5", digits=14)
    assert (found.activation, found.digits, found.solved_for) == ("elu", 14, Unknown.SHAPE)
    assert (found.mean, found.variance) == (Rational(1, 5), Rational(3, 2))
    assert (found.omega, found.tau) == (Rational(-1, 2), Rational(4, 5))
    assert str(found.route) == "closed form"
    matrix = np.array(found.jacobian, float)
    values = np.linalg.svd(matrix, compute_uv=False)
    assert float(found.spectral_norm) == pytest.approx(values[0], rel=1e-13)
    radius = np.abs(np.linalg.eigvals(matrix)).max()
    assert float(found.spectral_radius) == pytest.approx(radius, rel=1e-12)
    assert found.best.attracting is bool(radius < 1)
    with mp.workdps(30):
        m, v = mp.mpf(-1) / 10, mp.mpf(6) / 5

        def moments(a: mp.mpf) -> tuple[mp.mpf, mp.mpf]:
            def mean(power: int) -> mp.mpf:
                def integrand(z: mp.mpf) -> mp.mpf:
                    return (z if z > 0 else a * mp.expm1(z)) ** power * mp.npdf(z, m, mp.sqrt(v))

                return mp.quad(integrand, [-15, -4, 0, 4, 15])

            return mean(1), mean(2)

        first, second = moments(mp.mpf(str(found.alpha)))
        scale = mp.mpf(str(found.lam))
        assert abs(scale * first - mp.mpf(1) / 5) < 1e-13
        assert abs(scale**2 * (second - first**2) - mp.mpf(3) / 2) < 1e-13
    assert len(str(found.lam).replace(".", "").lstrip("0")) == 14
    assert abs(found.residual) < 1e-20


@pytest.mark.parametrize(("digits", "attracts"), [(2, False), (3, False), (6, True), (9, True)])
def test_attracting_is_told_from_rounding(digits: int, attracts: bool) -> None:
    """The radius of the shifted relu6 at 0 and 1 is 1 − 1e-7: three digits more are certain."""
    found = constants("relu6", digits=digits, solve_for="shift")
    assert found.best.attracting is attracts


def refusal(*given: object, **named: object) -> str:
    with pytest.raises(NoSelfNormalizationError) as caught:
        constants(*given, **named)
    return str(caught.value)


def test_sentences_of_targets_that_cannot_be_had() -> None:
    flat = Activation("flat", Piecewise((2, x > 0), (2, True)) + 0 * x)
    assert refusal(flat) == ("flat is constant where its input lies, so no scale gives it variance")
    assert refusal("leaky_relu", 2, 1, omega=0) == (
        "no real shape gives lam·leaky_relu the fixed point mean 2 and variance 1: the equation "
        "for the shape has no real root; solve_for='shift' solves lam·(leaky_relu(x) + shift)"
    )


@pytest.mark.slow
def test_sentences_of_shapes_that_are_sought() -> None:
    domain = catalog.celu.parameter("alpha").domain
    assert refusal("celu", 0, "3/2") == (
        f"no alpha between 1e-3 and 1e3 in {domain} gives lam·celu the fixed point mean 0 and "
        "variance 3/2; solve_for='shift' solves lam·(celu(x) + shift)"
    )
    said = refusal("celu", "-1/2", 2, digits=5)
    listed = said.removeprefix(
        "the real solutions for the fixed point mean -1/2 and variance 2 need a scale that is not "
        f"positive or a shape outside {domain}: "
    )
    assert all(re.fullmatch(r"alpha = [\d.]+, lam = -[\d.]+", one) for one in listed.split("; "))


def test_a_shape_outside_its_domain_is_not_admissible() -> None:
    """elu's mean at 0 vanishes for one shape alone, 1.67, which a domain up to 3/2 leaves out."""
    for top, admissible in (("3/2", False), (2, True)):
        own = Activation(
            "own",
            catalog.elu.expr,
            (Parameter(alpha, 1, Interval(0, sympify(top))),),
            at_kinks=((0, 1),),
        )
        if admissible:
            assert str(constants(own, digits=6).alpha) == "1.67326"
        else:
            with pytest.raises(NoSelfNormalizationError, match=r"alpha = 1\.67326, lam = 1\.05070"):
                constants(own, digits=6)
