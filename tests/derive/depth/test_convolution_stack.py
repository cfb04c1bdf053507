"""Factors of stacks of layers, exactly; the simulations are compared in tests/nn."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from sympy import Rational, prod, simplify, sqrt

from actmath import catalog
from actmath.derive._depth.convolution_stack import (
    VGG_B,
    Convolution,
    depth_until,
    gradient_factors,
    gradient_variance_under_forward,
    telescoped,
)


def test_vgg_b_is_a_chain_of_ten_layers_doubling_its_channels() -> None:
    assert len(VGG_B) == 10
    assert all(one.outputs == other.inputs for one, other in pairwise(VGG_B))
    assert {layer.outputs for layer in VGG_B} == {64, 128, 256, 512}


def test_factors_square_to_half_the_fan_times_the_variance() -> None:
    layer, std = Convolution(64, 128), Rational(1, 100)
    (gradient,) = gradient_factors([layer], std, catalog.relu)
    assert gradient**2 == Rational(9 * 128, 2) * std**2
    a = Rational(1, 4)
    (leaky,) = gradient_factors([layer], std, catalog.prelu)
    assert leaky**2 == (1 + a**2) * Rational(9 * 128, 2) * std**2


def test_forward_weights_leave_the_gradient_the_ratio_of_its_ends() -> None:
    product, quotient = telescoped()
    assert simplify(product - quotient) == 0
    chain = VGG_B[1:]
    assert gradient_variance_under_forward(chain) == Rational(chain[-1].outputs, chain[0].inputs)


def test_he_weights_make_every_factor_one() -> None:
    for layer in VGG_B:
        std = sqrt(Rational(2, layer.fan_out))
        assert gradient_factors([layer], std, catalog.relu) == (1,)


@pytest.mark.parametrize("remaining", [Rational(1, 10), Rational(1, 2) ** 11, Rational(3, 10**6)])
def test_depth_until_is_the_first_layer_below(remaining: Rational) -> None:
    factor = 1 / sqrt(2)
    depth = depth_until(factor, remaining)
    assert factor**depth < remaining <= factor ** (depth - 1)


def test_float32_dies_under_xavier_where_the_formula_says() -> None:
    depth = depth_until(1 / sqrt(2), Rational(1, 2) ** 126)
    assert math.sqrt(0.5) ** depth < 2.0**-126 <= math.sqrt(0.5) ** (depth - 1) * (1 + 1e-12)


def test_misuse() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        depth_until(Rational(1), Rational(1, 2))
    assert prod(gradient_factors([], Rational(1), catalog.relu)) == 1
