"""Moments of functions of a Gaussian: declared and by sums."""

from __future__ import annotations

import math
import re

import mpmath
import pytest
import torch
from torch import nn

from actmath import catalog
from actmath.nn._model.laws import (
    Gaussian,
    Law,
    alone,
    alone_values,
    declared_law,
    function_law,
    gaussian_law,
    sums,
)

SOURCE = Gaussian("z", 0.3, 2.0)


@pytest.mark.parametrize("name", ["relu", "tanh", "gelu"])
def test_sums_are_the_declared_moments(name: str) -> None:
    function = {"relu": torch.relu, "tanh": torch.tanh, "gelu": torch.nn.functional.gelu}[name]
    by_sums = function_law(SOURCE, function, name, frozenset())
    exact = declared_law(SOURCE, catalog.get(name), function, frozenset())
    for what in ("mean", "variance", "slope_second", "square"):
        assert getattr(by_sums, what) == pytest.approx(getattr(exact, what), rel=3e-4)


def test_a_gaussian_without_variance_is_a_point() -> None:
    mean, variance, slope = sums(torch.square, 3.0, 0.0)
    assert mean == pytest.approx(9, rel=1e-12)
    assert variance == pytest.approx(0, abs=1e-20)
    assert slope == pytest.approx(36, rel=1e-12)


@pytest.mark.parametrize("function", [torch.sum, torch.cumsum, lambda z: z[:5], lambda z: 3])
def test_what_is_no_function_of_numbers(function: object) -> None:
    with pytest.raises(ValueError, match=r"number|element"):
        sums(function, 0.0, 1.0)
    with pytest.raises(ValueError, match="finite"):
        sums(torch.exp2, 1e6, 1.0)


def test_what_works_in_pairs_is_no_function_of_numbers() -> None:
    """Of 16 numbers it keeps each, of every seventh, which are three, but two."""
    with pytest.raises(ValueError, match="a number for each number"):
        alone_values(lambda z: z[: len(z) // 2 * 2], torch.ones(16))


@pytest.mark.parametrize("function", [torch.reciprocal, lambda z: torch.exp(z.square())])
def test_moments_that_are_infinite_are_refused(function: object) -> None:
    with pytest.raises(ValueError, match="finite"):
        sums(function, 0.0, 1.0)


def test_a_slope_without_a_mean_square_is_nan() -> None:
    # f = |z|^{1/4}: E f′² = E |z|^{−3/2}/16 is infinite, E f² = E √|z| is not.
    mean, variance, slope = sums(lambda z: z.abs() ** 0.25, 0.0, 1.0)
    assert mean**2 + variance == pytest.approx(0.822179, rel=1e-3)
    assert slope != slope


SMOOTH = {
    "sin": (torch.sin, mpmath.sin, mpmath.cos),
    "exp": (
        lambda z: torch.exp(z / 2),
        lambda z: mpmath.exp(z / 2),
        lambda z: mpmath.exp(z / 2) / 2,
    ),
    "cube": (lambda z: z**3 - z, lambda z: z**3 - z, lambda z: 3 * z**2 - 1),
    "sigmoid": (
        torch.sigmoid,
        lambda z: 1 / (1 + mpmath.exp(-z)),
        lambda z: mpmath.sech(z / 2) ** 2 / 4,
    ),
}


@pytest.mark.parametrize(("mean", "variance"), [(0.0, 1.0), (-1.5, 2.0)])
@pytest.mark.parametrize("name", SMOOTH)
def test_sums_are_integrals(name: str, mean: float, variance: float) -> None:
    """Of smooth functions to nearly all digits, by mpmath's quadrature."""
    function, exact, slope = SMOOTH[name]
    width = math.sqrt(variance)

    def expected(integrand: object) -> float:
        points = [mean + width * k for k in range(-12, 13, 4)]
        return float(
            mpmath.quad(lambda z: integrand(z) * mpmath.npdf(z, mean, width), points, maxdegree=5)
        )

    first = expected(exact)
    found = sums(function, mean, variance)
    assert found[0] == pytest.approx(first, rel=1e-9, abs=1e-12)
    assert found[1] == pytest.approx(expected(lambda z: (exact(z) - first) ** 2), rel=1e-9)
    assert found[2] == pytest.approx(expected(lambda z: slope(z) ** 2), rel=1e-9)


def test_a_law_keeps_what_it_is_made_of() -> None:
    roots = frozenset([("a", 1)])
    found = function_law(SOURCE, torch.square, "square", roots)
    # E z² = 0.09 + 2 of N(0.3, 2), E z⁴ = 3·4 + 6·2·0.09 + 0.0081, E (2z)² = 4 E z².
    assert found.mean == pytest.approx(2.09)
    assert found.variance == pytest.approx(12 + 1.08 + 0.0081 - 2.09**2)
    assert found.square == pytest.approx(13.0881)
    assert found.slope_second == pytest.approx(8.36)
    assert (found.roots, found.source, found.name) == (roots, SOURCE, "square")
    assert found.function is torch.square
    itself = gaussian_law(("a", 1), 0.5, 2.0, "z")
    assert (itself.mean, itself.variance, itself.square) == (0.5, 2.0, 2.25)
    assert (itself.roots, itself.function, itself.name) == (frozenset([("a", 1)]), None, "z")
    assert (itself.source, itself.slope_second) == (Gaussian(("a", 1), 0.5, 2.0), 1.0)
    assert Law(-3.0, 1.0, frozenset()).square == 10


@pytest.mark.parametrize("side", [1, -1])
def test_what_grows_to_one_end_alone_has_no_moments(side: int) -> None:
    with pytest.raises(ValueError, match="its moments are not finite"):
        sums(lambda z: torch.exp(0.3 * z**2) * (side * z > 0), 0.0, 1.0)
    with pytest.raises(ValueError, match="its moments are not finite"):
        sums(lambda z: 1 / (z - side), 0.0, 1.0)


def test_a_slope_that_has_none_at_one_end_is_nan() -> None:
    """z + 10⁻¹⁰·sin e^{z²/2}: nearly z, with a slope that grows.

    The factor is small, since far out the sine is another one where the exponential is rounded
    otherwise, as it may be at another place of a tensor.
    """
    first, second, slope = sums(lambda z: z + 1e-10 * torch.sin(torch.exp(z**2 / 2)), 0.0, 1.0)
    assert (first, second) == pytest.approx((0, 1), abs=1e-9)
    assert math.isnan(slope)


def test_values_and_slopes_of_what_has_and_has_no_history() -> None:
    z = torch.linspace(-2, 2, 9, dtype=torch.float64)
    values, slopes = alone_values(torch.square, z)
    torch.testing.assert_close(values, z**2)
    torch.testing.assert_close(slopes, 2 * z)
    assert not values.requires_grad
    assert not z.requires_grad
    values, slopes = alone_values(torch.ones_like, z)
    assert values.tolist() == [1] * 9
    assert slopes.tolist() == [0] * 9
    with torch.no_grad():
        assert alone_values(torch.relu_, z)[1].tolist() == [0] * 5 + [1] * 4
    assert z[0] == -2


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda z: z.float(), "it does not give a number for each number"),
        (lambda z: z[None], "it does not give a number for each number"),
        (lambda z: z if len(z) > 3 else 3, "it does not give a number for each number"),
        (lambda z: z - z.mean(), "it is not element by element"),
        (lambda z: z + len(z), "it is not element by element"),
        (lambda z: z.missing, "it does not take numbers one by one"),
    ],
    ids=["float32", "one axis more", "by the length", "centred", "counted", "error"],
)
def test_what_is_refused_and_why(function: object, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        alone_values(function, torch.linspace(0, 1, 20, dtype=torch.float64))


def test_a_function_that_is_nan_somewhere_is_element_by_element() -> None:
    z = torch.linspace(-1, 1, 15, dtype=torch.float64)
    values, _ = alone_values(torch.sqrt, z)
    assert values.isnan().sum() == 7
    with pytest.raises(ValueError, match="its moments are not finite"):
        sums(torch.sqrt, 0.0, 1.0)


def test_a_module_alone_is_a_copy_that_evaluates() -> None:
    module = nn.Sequential(nn.Linear(2, 2), nn.Dropout())
    copied = alone(module)
    assert copied is not module
    assert not copied.training
    assert module.training
    assert copied[0].weight.dtype == torch.float64
    assert module[0].weight.dtype == torch.float32
    assert alone(torch.relu) is torch.relu
