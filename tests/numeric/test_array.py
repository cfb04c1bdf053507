"""The type of arrays, for those who must not import NumPy."""

from __future__ import annotations

import sys
from typing import get_type_hints

import numpy as np

from actmath.numeric import _array


def typed(array: _array.Array) -> _array.Array:
    return array


def test_it_stands_for_numpys_arrays() -> None:
    assert "np" not in vars(_array)
    scope = {"_array": _array, "np": np, "Any": object}
    hints = get_type_hints(typed, globalns=scope | vars(sys.modules[__name__]))
    assert hints["array"] == np.ndarray[object, object]
