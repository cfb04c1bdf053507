"""Whatever a caller holds numbers in: a function that takes them computes, or says why not."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from actmath import experiment, lower, numeric

ROOT = Path(lower.__file__).parents[1]
NUMBERS = [0.5, 0.25]
READ_ONLY = np.array(NUMBERS)
READ_ONLY.flags.writeable = False
#: What holds the two numbers.
HOLDERS = {
    "list": NUMBERS,
    "tuple": tuple(NUMBERS),
    "NumPy's numbers": [np.float64(0.5), np.float32(0.25)],
    "read-only": READ_ONLY,
    "backwards": np.array(NUMBERS[::-1])[::-1],
    "every second": np.array([0.5, 9, 0.25])[::2],
    "big-endian": np.array(NUMBERS, dtype=">f8"),
    "objects": np.array(NUMBERS, dtype=object),
    "series": pd.Series(NUMBERS),
    "series of names": pd.Series(NUMBERS, index=["b", "a"]),
    "nullable series": pd.Series(NUMBERS, dtype="Float64"),
}
#: What holds no real numbers, or not all of them.
STRANGERS = {
    "masked": np.ma.array(NUMBERS, mask=[False, True]),
    "nothing masked": np.ma.array(NUMBERS),
    "missing": pd.Series([0.5, pd.NA], dtype="Float64"),
    "a missing whole number": pd.array([1, None], dtype="Int64"),
    "a missing cell of a table": pd.DataFrame({"a": [0.5], "b": pd.array([None], dtype="Int64")}),
    "words": ["a", "b"],
    "complex": np.array([0.5 + 1j, 0.25]),
    "decimals": [Decimal("0.5"), Decimal("0.25")],
    "none": [None, 0.5],
    "ragged": [[0.5], [0.5, 0.25]],
    "dates": np.array(["2020-01-01", "2020-01-02"], dtype="datetime64[D]"),
    "fields": np.zeros(2, dtype=[("a", "f8")]),
    "dictionary": {"a": 0.5},
    "set": {0.5, 0.25},
    "generator": (value for value in NUMBERS),
}
_ON_ARRAYS: dict[str, Callable[[Any], Any]] = {
    "to_numpy": lower.to_numpy("tanh"),
    "gaussian of means": lambda given: numeric.gaussian("selu", given, 1.0).second,
    "gaussian of variances": lambda given: numeric.gaussian("selu", 0.0, given).second,
    "dual_kernel": lambda given: numeric.dual_kernel("relu", 1.0, 1.0, given).value,
    "length_map": lambda given: numeric.length_map("relu", given, 1.0, 0.0),
}
_ON_LISTS: dict[str, Callable[[Any], Any]] = {
    "mean_interval": lambda given: experiment.mean_interval(given).mean,
    "compare": lambda given: experiment.compare(given, [0.125, 0.0], "greater").difference.mean,
}
CALLS = _ON_ARRAYS | _ON_LISTS


@pytest.mark.parametrize("holder", HOLDERS)
@pytest.mark.parametrize("call", CALLS)
def test_numbers_may_come_in_any_holder(call: str, holder: str) -> None:
    found = CALLS[call](HOLDERS[holder])
    assert np.allclose(found, CALLS[call](np.array(NUMBERS)), rtol=1e-15)


@pytest.mark.parametrize("stranger", STRANGERS)
@pytest.mark.parametrize("call", CALLS)
def test_what_holds_no_numbers_is_named(call: str, stranger: str) -> None:
    with pytest.raises((TypeError, ValueError)) as refusal:
        CALLS[call](STRANGERS[stranger])
    # Our sentence, not NumPy's.
    assert refusal.traceback[-1].path.is_relative_to(ROOT), str(refusal.value)


@pytest.mark.parametrize("call", _ON_ARRAYS)
def test_no_numbers_give_none(call: str) -> None:
    for empty in ([], np.empty(0), pd.Series([], dtype=float)):
        assert _ON_ARRAYS[call](empty).shape == (0,)
    assert _ON_ARRAYS[call](np.empty((2, 0))).shape == (2, 0)


@pytest.mark.parametrize("call", _ON_ARRAYS)
def test_single_numbers_of_numpy(call: str) -> None:
    for one in (1, np.int64(1), np.int8(1), np.uint64(1), np.float32(1), np.array(1.0)):
        # A float32 gives a float32.
        assert _ON_ARRAYS[call](one) == pytest.approx(_ON_ARRAYS[call](1.0), rel=1e-7)


def test_a_gradient_is_not_lost_without_a_word() -> None:
    given = torch.tensor(NUMBERS, requires_grad=True)
    with pytest.raises(TypeError, match="needs a gradient, which would be lost"):
        lower.to_numpy("tanh")(given)


@pytest.mark.parametrize("given", [NUMBERS, np.array(NUMBERS), 0.5, None, "0.5"])
def test_a_unit_of_torch_asks_for_a_tensor(given: object) -> None:
    for unit in (lower.to_torch("tanh"), lower.to_torch("selu"), lower.to_torch("gelu")):
        with pytest.raises(TypeError, match="expected a tensor, got a "):
            unit(given)
