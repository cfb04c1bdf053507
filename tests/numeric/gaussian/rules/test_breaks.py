"""Where units break, and their values on either side."""

from __future__ import annotations

import math
from math import gamma, inf, pi

import pytest
import torch
from sympy import Eq, Piecewise, atan

from actmath import Activation, catalog
from actmath.notation import x
from actmath.numeric._gaussian._rules.breaks import Break, breaks, has_infinite_square
from actmath.numeric._gaussian.evaluate import gaussian

STEP = Activation("step", Piecewise((1, x > 0), (0, True)))
SAW = Activation("saw", Piecewise((x, x < 1), (x - 2, True)))


def test_breaks_and_their_jumps():
    assert breaks(catalog.hard_tanh) == (Break(-1.0, 0.0, -1.0), Break(1.0, 0.0, 1.0))
    assert breaks(STEP) == (Break(0.0, 1.0, 1.0),)
    assert breaks(SAW) == (Break(1.0, -2.0, -1.0),)
    assert breaks(catalog.tanh) == ()


def test_a_side_without_a_value_has_a_limit():
    """atan(1/x) has no value at 0, and the limits ±π/2."""
    formula = Piecewise((atan(1 / x), x < 0), (0, Eq(x, 0)), (atan(1 / x) + 1, True))
    pole = Activation("pole", formula)
    (found,) = breaks(pole)
    assert found.at == 0
    assert math.isclose(found.jump, math.pi + 1)
    assert math.isclose(found.above, math.pi / 2 + 1)


@pytest.mark.parametrize(
    ("text", "infinite"),
    [
        ("sqrt(Abs(x))", True),
        ("sqrt(Max(0, x - 1/3))", True),
        ("Abs(x)**(1/3)", True),
        ("Abs(x) + sqrt(Abs(x - 1))", True),
        ("Abs(x)**(2/3)", False),
        ("sqrt(x**2 + 1e-20)", False),
        ("1e9*Max(0, x - 1)", False),
    ],
)
def test_an_infinite_square_of_the_slope_is_told(text, infinite):
    assert has_infinite_square(Activation("root", text)) is infinite


def test_beside_an_infinite_moment_the_others_are_there():
    """Of N(0, 1): E √|z| = 2^{1/4}Γ(3/4)/√π, E |z| = √(2/π)."""
    root = Activation("root", "sqrt(Abs(x))")
    mean, variance = (torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in (0.0, 1.0))
    found = gaussian(root, mean, variance)
    first = 2**0.25 * gamma(0.75) / pi**0.5
    assert found.mean.item() == pytest.approx(first, rel=1e-14)
    assert found.variance.item() == pytest.approx((2 / pi) ** 0.5 - first**2, rel=1e-13)
    assert found.derivative_second.item() == inf
    # E √(σ|z|) grows like ν^{1/4}.
    slopes = torch.autograd.grad(found.mean, (mean, variance), retain_graph=True)
    assert [s.item() for s in slopes] == pytest.approx([0.0, first / 4], abs=1e-13)
    (by_mean,) = torch.autograd.grad(found.derivative_mean, mean, retain_graph=True)
    # E f″ = E[f·(z² − 1)] = E |z|^{5/2} − E |z|^{1/2} = (3/2 − 1)·E √|z|.
    assert by_mean.item() == pytest.approx(first / 2, rel=1e-10)
    assert torch.isnan(torch.autograd.grad(found.derivative_second, variance)[0])
