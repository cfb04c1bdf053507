"""Numbers come through whole, or it is said what would be lost."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from actmath._arrays import plain_array


@pytest.mark.parametrize(
    "given",
    [
        [0.5, 2],
        np.array([0.5, 2], dtype=object),
        pd.Series([0.5, 2]),
        pd.Series([0.5, 2], dtype="Float64"),
        pd.array([0.5, 2], dtype="Float64"),
        pd.DataFrame({"a": [0.5, 2.0]})["a"],
    ],
)
def test_what_is_whole_comes_through(given: object) -> None:
    found = plain_array(given, "x")
    assert found.dtype == np.float64
    assert found.tolist() == [0.5, 2]


@pytest.mark.parametrize(
    "given",
    [
        pd.Series([0.5, None], dtype="Float64"),
        pd.Series([1, None], dtype="Int64"),
        pd.Series([True, None], dtype="boolean"),
        pd.array([None], dtype="Float32"),
        pd.DataFrame({"a": [0.5], "b": pd.array([None], dtype="Int64")}),
    ],
)
def test_missing_numbers_are_named(given: object) -> None:
    with pytest.raises(TypeError, match="x has missing numbers, <NA>, which would become nan"):
        plain_array(given, "x")


def test_a_mask_is_named() -> None:
    with pytest.raises(TypeError, match="x is a masked array, whose mask would be lost"):
        plain_array(np.ma.array([1.0], mask=[True]), "x")


def test_nan_is_a_number_like_others() -> None:
    for given in ([np.nan], pd.Series([np.nan]), pd.DataFrame({"a": [np.nan]})):
        assert np.isnan(plain_array(given, "x")).all()


def test_the_file_needs_no_numpy() -> None:
    code = "import sys, actmath._arrays; assert 'numpy' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
