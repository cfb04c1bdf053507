"""Factors of stacks of layers, exactly; the simulations are compared in tests/nn."""

from __future__ import annotations

import math
import random
from fractions import Fraction
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
from actmath.notation import d


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


def test_vgg_b_has_the_published_number_of_weights() -> None:
    """133,047,848 weights and biases, of which 123,642,856 are those of the three dense layers."""
    dense = sum((n + 1) * m for n, m in ((7 * 7 * 512, 4096), (4096, 4096), (4096, 1000)))
    kernels = sum(layer.fan_in * layer.outputs + layer.outputs for layer in VGG_B)
    assert kernels + dense == 133_047_848
    assert {layer.kernel for layer in VGG_B} == {3}


def test_fans_count_connections() -> None:
    layer = Convolution(5, 7, 2)
    taps = [(row, column) for row in range(2) for column in range(2)]
    assert layer.fan_in == len([(tap, channel) for tap in taps for channel in range(5)])
    assert layer.fan_out == len([(tap, channel) for tap in taps for channel in range(7)])
    assert Convolution(5, 7) == Convolution(5, 7, 3)
    one = Convolution(1, 1, 1)
    assert one.fan_in == one.fan_out == 1


@pytest.mark.parametrize("sizes", [(0, 1, 1), (1, 0, 1), (1, 1, 0)])
def test_no_layer_has_none_of_anything(sizes: tuple[int, int, int]) -> None:
    what = ("inputs", "outputs", "kernel")[sizes.index(0)]
    with pytest.raises(ValueError, match=f"{what} must be"):
        Convolution(*sizes)


def test_each_layer_has_its_own_factor() -> None:
    layers = [Convolution(3, 5), Convolution(5, 2, 1), Convolution(2, 8, 2)]
    factors = gradient_factors(layers, Rational(1, 3), catalog.relu)
    assert [factor**2 for factor in factors] == [Rational(n, 2 * 9) for n in (9 * 5, 1 * 2, 4 * 8)]
    assert gradient_variance_under_forward(layers) == Rational(8, 3)
    assert gradient_variance_under_forward([]) == 1


@pytest.mark.parametrize("first", [1, 2, 5])
def test_a_product_of_ratios_is_that_of_its_ends(first: int) -> None:
    values = {d[k]: Rational(k * k + 3, 7) for k in range(12)}
    product, quotient = (part.subs(values) for part in telescoped(first))
    assert product == quotient == values[d[first + 4]] / values[d[first - 1]]


def test_depths_are_those_of_a_loop() -> None:
    draw = random.Random(11)
    for _ in range(20):
        factor = Fraction(draw.randint(1, 19), 20)
        # Of a power of the factor itself nothing is below it before the next layer.
        power = factor ** draw.randint(1, 4)
        remaining = draw.choice([power, Fraction(draw.randint(1, 99), 100)])
        size, depth = Fraction(1), 0
        while not size < remaining:
            size, depth = size * factor, depth + 1
        pair = (Rational(part.numerator, part.denominator) for part in (factor, remaining))
        assert depth_until(*pair) == depth


@pytest.mark.parametrize(("factor", "remaining"), [(0, 0.5), (1, 0.5), (0.5, 0), (0.5, 1)])
def test_neither_end_is_between_0_and_1(factor: float, remaining: float) -> None:
    with pytest.raises(ValueError, match="per_layer and remaining must lie between 0 and 1, got"):
        depth_until(factor, remaining)  # type: ignore[arg-type]
