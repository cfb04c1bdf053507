"""Moments of functions of a Gaussian: declared and by sums."""

from __future__ import annotations

import pytest
import torch

from actmath import catalog
from actmath.nn._model.laws import Gaussian, alone_values, declared_law, function_law, sums

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
