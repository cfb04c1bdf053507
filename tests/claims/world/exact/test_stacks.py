"""Deep stacks multiply what one layer does."""

from __future__ import annotations

import math

import pytest

from actmath.claims.world._exact.stacks import centred_stack, plain_stack, unit_moments


def test_layers_multiply_what_one_does() -> None:
    # Weights of nn.Linear: a third of 1/n before ReLU, which halves the mean square.
    found = plain_stack("relu", 3**-0.5, 3)
    assert found.length == pytest.approx((1 / 6) ** 3, rel=1e-13)
    assert found.gradient == pytest.approx((1 / 6) ** 3, rel=1e-13)
    # Weights that sum to 0: γ²·Var relu and γ²·E relu′² a layer.
    found = centred_stack("relu", 1.7, 3)
    assert found.length == pytest.approx((1.7**2 * (1 - 1 / math.pi) / 2) ** 3, rel=1e-12)
    assert found.gradient == pytest.approx((1.7**2 / 2) ** 3, rel=1e-12)


def test_lengths_beyond_float64_are_infinite() -> None:
    found = plain_stack("star_relu", 1.5, 50)
    assert found.length == math.inf
    assert math.isnan(found.gradient)


def test_moments_are_computed_once() -> None:
    assert unit_moments("relu", 10) is unit_moments("relu", 10)
    assert unit_moments("leaky_relu", 10, parameters=(("a", "1/2"),)).second > 0.6
