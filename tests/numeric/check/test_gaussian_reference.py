"""Moments of the reference beside closed forms and the suite's own quadrature."""

from __future__ import annotations

import pytest
from mpmath import mp
from sympy import Expr, Max, Piecewise, Rational, binomial, diff, exp, expand, factorial2, sqrt

from actmath.notation import mu, nu, x
from actmath.numeric._check.formula_walk import UnknownValueError
from actmath.numeric._check.gaussian_reference import GaussianReference

from ...pool.test_units import formula_of
from ...pool.units import POOL
from ...reference.quadrature import gaussian_means


@pytest.mark.parametrize("name", ["mish_", "hard_shrink_half", "elu_half", "sine"])
def test_moments_are_those_of_the_twin(name: str) -> None:
    unit = POOL[name]
    mean, variance = 0.75, 0.5
    found = GaussianReference(formula_of(unit, unit.spellings[0]), unit.breaks())(mean, variance)
    f, square = unit.value, lambda z: unit.value(z) ** 2

    def score(z: object) -> object:
        return f(z) * (z - mean) / variance  # type: ignore[operator]

    with mp.workdps(45):
        want = gaussian_means((f, square, unit.derivative, score), mean, variance, unit.breaks())
        got = (found.mean, found.second, found.derivative_mean, found.mean_gradient[0])
        for one, other in zip(got, want, strict=True):
            assert abs(mp.mpf(one._mpf_) - other) < 1e-20, name


def test_gradients_of_a_step_are_its_density() -> None:
    found = GaussianReference(Piecewise((1, x > 1), (0, True)), [1])(0.5, 2.0)
    density = mp.npdf(1, 0.5, mp.sqrt(2))
    assert float(found.mean_gradient[0]) == pytest.approx(float(density), rel=1e-15)
    # ∂P/∂v = φ·(1 − m)/2v, and Var = P(1 − P).
    by_variance = float(density) * 0.5 / 4
    assert float(found.mean_gradient[1]) == pytest.approx(by_variance, rel=1e-14)
    slope = (1 - 2 * float(found.mean)) * by_variance
    assert float(found.variance_gradient[1]) == pytest.approx(slope, rel=1e-14)
    assert found.derivative_second == 0


@pytest.mark.slow
def test_what_is_infinite_is_none_and_the_others_are_there() -> None:
    found = GaussianReference(sqrt(Max(0, x)), [0])(0.0, 1.0)
    assert found.derivative_second is None
    # E √z₊ = Γ(3/4)·2^{1/4}/(2√π).
    want = mp.gamma(0.75) * mp.mpf(2) ** 0.25 / (2 * mp.sqrt(mp.pi))
    assert float(found.mean) == pytest.approx(float(want), rel=1e-15)


@pytest.mark.slow
def test_where_the_square_is_infinite_the_mean_has_gradients_and_the_variance_none() -> None:
    """E e^{z²/3} = k^{−1/2}·e^{m²/3k} with k = 1 − 2v/3, which is 1/3 at v = 1."""
    found = GaussianReference(exp(x**2 / 3), [])(0.5, 1.0)
    mean = float(mp.sqrt(3) * mp.exp(0.25))
    assert float(found.mean) == pytest.approx(mean, rel=1e-15)
    assert [*map(float, found.mean_gradient)] == pytest.approx([mean, 1.5 * mean], rel=1e-15)
    assert (found.second, found.variance, found.variance_gradient) == (None, None, (None, None))
    assert GaussianReference(exp(x**2 * Rational(3, 5)), [])(0.0, 1.0).mean is None


@pytest.mark.parametrize("ends", [(20, 21), (-30, -29)])
def test_what_lies_between_far_breaks_is_seen(ends: tuple[int, int]) -> None:
    """What is 1 there, and 0 elsewhere, has the mean square Φ(high) − Φ(low)."""
    low, high = ends
    window = Piecewise((0, x < low), (1, x < high), (0, True))
    found = GaussianReference(window, [low, high])(0.0, 1.0)
    near, far = sorted(map(abs, ends))
    share = mp.ncdf(-near) - mp.ncdf(-far)
    assert float(found.second / share) == pytest.approx(1, rel=1e-12)


def gaussian_mean(polynomial: Expr) -> Expr:
    """E of it at N(μ, ν), by E (μ + √ν·z)ᵏ = Σ (k choose 2j)·(2j − 1)!!·νʲ·μ^(k − 2j)."""
    found = Rational(0)
    for k, factor in enumerate(reversed(expand(polynomial).as_poly(x).all_coeffs())):
        terms = (
            binomial(k, 2 * j) * factorial2(2 * j - 1) * nu**j * mu ** (k - 2 * j)
            for j in range(k // 2 + 1)
        )
        found += factor * sum(terms)
    return found


@pytest.mark.parametrize("formula", [2 - 3 * x**2, x**3 - 2 * x + 1], ids=str)
@pytest.mark.parametrize(("mean", "variance"), [(0.75, 0.5), (-2.0, 3.0), (1000.0, 2.0**-20)])
def test_of_a_polynomial_everything_is_exact(formula: Expr, mean: float, variance: float) -> None:
    found = GaussianReference(formula, [])(mean, variance)
    first, second = gaussian_mean(formula), gaussian_mean(formula**2)
    spread, slope = second - first**2, diff(formula, x)
    at = {mu: Rational(mean), nu: Rational(variance)}
    wanted = (first, second, spread, gaussian_mean(slope), gaussian_mean(slope**2))
    gradients = [[diff(each, by) for by in (mu, nu)] for each in (first, spread)]
    got = (found.mean, found.second, found.variance, found.derivative_mean, found.derivative_second)
    pairs = [*zip(got, wanted, strict=True)]
    for those, these in zip((found.mean_gradient, found.variance_gradient), gradients, strict=True):
        pairs += zip(those, these, strict=True)
    for one, other in pairs:
        want = expand(other).subs(at)
        assert float(abs(one - found_in(one, want))) <= 1e-20 * max(1, abs(float(want)))


def found_in(value: object, want: Expr) -> object:
    """The exact number in the value's own context, or where it has none in mpmath's."""
    context = getattr(value, "context", mp)
    return context.mpf(int(want.p)) / int(want.q)


def test_sizes_are_the_sums_of_both_sides_together() -> None:
    """Of x² + 3 at N(0, v) it is v + 3, and of its slope, which is odd, 0; of x³ the reverse."""
    even, odd = (GaussianReference(formula, [])(0.0, 0.5) for formula in (x**2 + 3, x**3))
    # Sizes are rough: rules of 12 nodes.
    assert float(even.mean_size) == pytest.approx(3.5, rel=1e-6)
    assert float(even.derivative_size) < 1e-20
    assert float(odd.mean_size) < 1e-20
    assert float(odd.derivative_size) == pytest.approx(1.5, rel=1e-6)


def test_what_takes_too_long_or_has_no_value_is_not_known() -> None:
    with pytest.raises(UnknownValueError, match=r"its sums take more than 0\.0 s"):
        GaussianReference(exp(x), [])(0.0, 1.0, 0.0)
    with pytest.raises(UnknownValueError, match="at -"):
        GaussianReference(sqrt(x), [])(0.0, 1.0)
