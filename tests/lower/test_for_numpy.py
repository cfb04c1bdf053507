"""What the NumPy versions promise beyond the contract: types, shapes, limits."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from sympy import Expr, S, exp

from actmath import catalog
from actmath.lower import losses, to_numpy
from actmath.lower._for_numpy import _evaluate, compile_one
from actmath.notation import x

INF = math.inf


@pytest.mark.parametrize(
    ("kind", "result"),
    [
        (np.float16, np.float16),
        (np.float32, np.float32),
        (np.float64, np.float64),
        (np.int32, np.float64),
        (np.uint8, np.float64),
        (np.bool_, np.float64),
    ],
)
def test_dtypes(kind: type, result: type) -> None:
    assert to_numpy(catalog.selu)(np.ones((2, 1), kind)).dtype == result


@pytest.mark.parametrize("value", [1j, "one", None, [1, "a"]])
def test_what_is_no_real_array_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="real numbers"):
        to_numpy(catalog.relu)(value)


def test_scalars_and_empty_arrays() -> None:
    assert to_numpy(catalog.relu)(3.0).shape == ()
    assert float(to_numpy(catalog.elu)(-INF)) == -1
    assert to_numpy(catalog.relu)([]).shape == (0,)


@pytest.mark.parametrize("size", ["1e200", "1e-200"])
def test_a_huge_limit_is_no_infinity(size: str) -> None:
    assert float(to_numpy(catalog.elu)(-INF, alpha=size)) == -float(size)
    assert float(to_numpy(catalog.celu)(-INF, alpha=size)) == -float(size)


def test_accuracy_of_small_arguments_in_float32() -> None:
    small = np.float32(1e-20)
    for activation in (catalog.elu, catalog.celu, catalog.tanh, catalog.softsign):
        assert to_numpy(activation)(-small) == -small


def test_the_input_is_left_alone() -> None:
    array = np.array([-1.0, np.nan, 2.0])
    to_numpy(catalog.elu)(array)
    np.testing.assert_array_equal(array, [-1.0, np.nan, 2.0])


def test_what_is_no_array_is_told_apart() -> None:
    lowered = to_numpy(catalog.relu)
    with pytest.raises(ValueError, match="expected a number or a rectangular array of numbers"):
        lowered([[1.0, 2.0], [3.0]])
    with pytest.raises(TypeError, match="got dtype complex128"):
        lowered(np.array([1j]))


def test_a_tensor_is_an_array_unless_it_needs_a_gradient() -> None:
    # Here, so that the other tests of the file do without PyTorch.
    import torch

    lowered = to_numpy(catalog.relu)
    with pytest.raises(TypeError, match="needs a gradient, which would be lost: take to_torch"):
        lowered(torch.zeros(2, requires_grad=True))
    assert lowered(torch.tensor([-1.0, 2.0])).tolist() == [0, 2]


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("formula", "left", "right"),
    [
        (x * exp(-x), -INF, 0),
        (-x * exp(-x), INF, 0),
        (x * exp(-(x**2)) + 3, 3, 3),
        (x - x * exp(-x), INF, INF),
        (x**2 - x, INF, INF),
        (x, -INF, INF),
        (S(7) + 0 * x, 7, 7),
    ],
    ids=str,
)
def test_limits_of_one_formula_where_it_reads_infinity_times_0(
    formula: Expr, left: float, right: float, kind: type[np.floating[Any]]
) -> None:
    lowered = compile_one(formula, 1.0)
    points = np.array([-INF, INF, np.nan, 0.5], kind)
    found = lowered(points)
    assert found.shape == points.shape
    assert found[:2].tolist() == [left, right]
    if formula.has(x):
        assert np.isnan(found[2])
    assert found[3] == pytest.approx(float(formula.subs(x, 0.5)), rel=1e-6)
    assert found is not points


@pytest.mark.parametrize("reach", [1.0, 2.0**-10])
def test_the_stand_in_lies_at_a_share_of_the_largest_number(reach: float) -> None:
    """Of a formula that is lost at ±∞ alone, and at none of the others asked for."""
    asked: list[float] = []

    def part(array: Any) -> Any:
        asked.extend(np.ravel(array))
        return np.where(np.isinf(array), np.nan, array)

    most = float(np.finfo(np.float64).max)
    array = np.array([INF, -INF, 1.0])
    found = _evaluate(part, array, -INF, INF, (), reach)
    assert found.tolist() == [INF, -INF, 1]
    assert set(asked[3:]) == {reach * most, -reach * most, 1.0}
    # A value at ∞ that is smaller than the root of that is a limit.
    root = np.sqrt(reach * most)
    for value, grown in ((1e3, False), (0.99 * root, False), (1.01 * root, True)):

        def level(points: Any, value: float = value) -> Any:
            return np.where(np.isinf(points), np.nan, value * np.sign(points))

        found = _evaluate(level, array, -INF, INF, (), reach)
        assert found.tolist() == ([INF, -INF] if grown else [value, -value]) + [value]


def test_a_piece_is_evaluated_inside_of_its_interval() -> None:
    asked: list[float] = []

    def part(array: Any) -> Any:
        asked.extend(np.ravel(array))
        return array

    found = _evaluate(part, np.array([-5.0, 0.5, 9.0]), -1.0, 2.0, (), 1.0)
    assert asked == found.tolist() == [-1, 0.5, 2]
    # nan at an argument that is no end stays.
    lost = _evaluate(lambda t: np.full(t.shape, np.nan), np.array([0.5]), -1.0, 2.0, (), 1.0)
    assert np.isnan(lost).all()


def test_numbers_of_16_bits_are_computed_wider_and_rounded_once() -> None:
    points = np.array([-16.25, -11.0, -0.3, -0.001, 0.001, 7.5, 6e4, np.inf], np.float16)
    for name in ("gelu_tanh", "mish", "squared_relu"):
        found = to_numpy(name)(points)
        wide = to_numpy(name)(points.astype(np.float64))
        assert found.dtype == np.float16
        with np.errstate(over="ignore", under="ignore"):
            np.testing.assert_array_equal(found, wide.astype(np.float16))


def test_losses_are_those_of_the_order_that_is_asked_for() -> None:
    assert losses("relu") == losses("relu", 1) == ()
    with pytest.raises(ValueError, match="order"):
        losses("relu", 2)
