"""The two terms of 1/xₙ² against iteration."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sympy import Expr, Rational, log, sin, tanh

from actmath import catalog
from actmath.activation import Activation
from actmath.derive._iteration.odd_iteration import odd_iteration
from actmath.notation import n, x
from actmath.numeric._geometry.cobweb import cobweb

SINE = Activation("sine", sin(x))


@pytest.mark.parametrize("activation", [catalog.tanh, catalog.arctan, SINE], ids=lambda a: a.name)
def test_both_terms(activation: Activation) -> None:
    found = odd_iteration(activation)
    steps = [250, 1000, 4000, 16000]
    (orbit,) = cobweb(activation, [0.8], steps=steps[-1]).orbits
    seen = 1 / orbit[steps] ** 2
    rest = seen - [float(found.growth) * n + float(found.drift) * math.log(n) for n in steps]
    assert np.ptp(rest[1:]) < 0.01
    without_drift = rest + [float(found.drift) * math.log(n) for n in steps]
    assert np.ptp(without_drift[1:]) > 5 * np.ptp(rest[1:])


def test_tanh_exactly() -> None:
    found = odd_iteration(catalog.tanh)
    assert (found.growth, found.drift) == (Rational(2, 3), Rational(1, 10))


def test_the_distance_itself() -> None:
    """x ← sin x goes like √(3/n), with a relative error of the order of ln n/n."""
    at, steps = 1.0, 10_000
    for _ in range(steps):
        at = math.sin(at)
    assert at == pytest.approx(math.sqrt(3 / steps), rel=1e-3)
    assert float(odd_iteration(SINE).leading.subs(n, steps)) == pytest.approx(at, rel=1e-3)


@pytest.mark.parametrize("activation", [catalog.sigmoid, catalog.identity, catalog.softplus])
def test_others_are_refused(activation: Activation) -> None:
    with pytest.raises(ValueError, match=activation.name):
        odd_iteration(activation)


@pytest.mark.parametrize("even", [x**2, -(x**2), x**4, -(x**4)], ids=["x2", "-x2", "x4", "-x4"])
def test_one_even_term_is_enough_to_be_refused(even: Expr) -> None:
    """1/f² − 1/x² then has ∓2/x or ∓2x in it, and Σ 1/xₙ² is no longer 2n and a logarithm."""
    assert odd_iteration(Activation("cubic", x - x**3)).growth == 2
    with pytest.raises(ValueError, match="cubic is not"):
        odd_iteration(Activation("cubic", x - x**3 + even))


@pytest.mark.parametrize(("a", "b"), [(1, 0), (2, 3), (Rational(1, 2), -5)])
def test_the_series_of_a_polynomial_by_hand(a: Expr, b: Expr) -> None:
    """1/f² is 1/y² + 2a + (3a² − 2b)y² + …: so much times f² is 1, multiplied out."""
    found = odd_iteration(
        Activation("quintic", 3 + (x - 3) - a * (x - 3) ** 3 + b * (x - 3) ** 5), 3
    )
    f = x - a * x**3 + b * x**5
    product = ((1 + found.step * x**2) * (f / x) ** 2).expand()
    assert [product.coeff(x, k) for k in range(5)] == [1, 0, 0, 0, 0]
    assert found.growth == found.step.subs(x, 0) == 2 * a
    assert found.drift == found.step.coeff(x, 2) / found.growth
    assert found.inverse_square == found.growth * n + found.drift * log(n)


def test_the_place_may_be_another() -> None:
    shifted = odd_iteration(Activation("shifted", 2 + tanh(x - 2)), 2)
    assert shifted == odd_iteration(catalog.tanh)
    for unit, at in (
        (Activation("off", x + 1 - x**3), 0),
        (Activation("steep", 2 * x - x**3), 0),
        (Activation("away", x + x**3), 0),
        (Activation("flat", x + x**5), 0),
        (catalog.tanh, 1),
    ):
        with pytest.raises(ValueError, match=rf"{unit.name} is not x - .* with a > 0 at {at}$"):
            odd_iteration(unit, at)
