"""What the NumPy versions promise beyond the contract: types, shapes, limits."""

from __future__ import annotations

import math

import numpy as np
import pytest

from actmath import catalog
from actmath.lower import to_numpy

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
