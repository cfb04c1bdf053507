"""Numbers come through whole, or it is said what would be lost."""

from __future__ import annotations

import math
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

import mpmath
import numpy as np
import pandas as pd
import pytest
import torch
from sympy import Integer, Rational, Symbol, oo, pi

from actmath._arrays import (
    finite_number,
    listing,
    plain_array,
    real_number,
    seed_numbers,
    whole_number,
)


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


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([np.ma.masked, 1.0], "masked"),
        ([np.ma.array([1.0], mask=[True])], "masked"),
        *(([True, 2.0], "truth values"), ([[1.0], [np.True_]], "truth values")),
        *(([(False,), (1,)], "truth values"), ([np.array([True]), [2]], "truth values")),
        (np.array([True, 2.0], dtype=object), "truth values"),
        (torch.ones(2, requires_grad=True), "needs a gradient"),
        ([torch.ones(2, requires_grad=True)], "holds tensors"),
        (torch.ones(2, device="meta"), "dense tensor"),
        (torch.ones(2).to_sparse(), "dense tensor"),
        (torch.ones(2, dtype=torch.bfloat16), "bfloat16, which NumPy lacks"),
    ],
)
def test_what_would_be_lost_is_refused(given: object, said: str) -> None:
    with pytest.raises(TypeError, match=f"x .*{said}"):
        plain_array(given, "x")


@pytest.mark.filterwarnings("ignore:The PyTorch API of nested tensors")
def test_rows_of_lengths_of_their_own_are_no_array() -> None:
    ragged = torch.nested.nested_tensor([torch.ones(2), torch.ones(3)])
    with pytest.raises(TypeError, match="x must be a dense tensor with numbers, got one of layout"):
        plain_array(ragged, "x")


@pytest.mark.parametrize(
    "given",
    [
        *(0.5, Decimal("0.5"), Fraction(1, 2), Rational(1, 2), mpmath.mpf("0.5"), np.float16(0.5)),
        *(np.float32(0.5), np.longdouble(0.5), np.array(0.5), torch.tensor(0.5)),
    ],
    ids=repr,
)
def test_one_number_of_any_kind_is_a_float(given: object) -> None:
    found = real_number(given, "x")
    assert type(found) is float
    assert found == 0.5


def test_constants_and_long_integers_are_rounded_once() -> None:
    assert real_number(pi, "x") == math.pi
    assert real_number(10**30 + 1, "x") == 1e30
    assert math.isnan(real_number(math.nan, "x"))


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        *((True, TypeError), (np.True_, TypeError), (None, TypeError), ("0.5", TypeError)),
        *((0.5j, TypeError), (np.complex128(1), TypeError), (np.timedelta64(5, "ns"), TypeError)),
        *((np.ma.masked, TypeError), (torch.tensor(1.0, requires_grad=True), TypeError)),
        *((pd.NA, TypeError), (np.array(1.0, dtype=np.float16), TypeError), (object(), TypeError)),
        *((10**400, ValueError), (Fraction(10**400, 3), ValueError), ([0.5], ValueError)),
        *((oo, ValueError), (Symbol("x"), ValueError), (Decimal("nan"), ValueError)),
    ],
)
def test_what_is_no_one_number_is_named(given: object, kind: type[Exception]) -> None:
    with pytest.raises(kind, match=r"^x "):
        real_number(given, "x")
    with pytest.raises(kind, match=r"^x "):
        finite_number(given, "x")


def test_a_finite_number_is_asked_for() -> None:
    for bad in (math.nan, math.inf, -math.inf):
        with pytest.raises(ValueError, match="x must be finite, got"):
            finite_number(bad, "x")


@pytest.mark.parametrize("given", [3, np.int8(3), np.uint64(3), Integer(3), np.array(3)], ids=repr)
def test_a_count_of_any_kind_is_an_integer(given: object) -> None:
    found = whole_number(given, "n")
    assert type(found) is int
    assert found == 3


@pytest.mark.parametrize(
    "given",
    [
        *(True, np.True_, torch.tensor(True), 3.0, np.float64(3), Fraction(3), "3", None, [3]),
        *(np.array([3]), np.array(3.0), Rational(1, 2), np.timedelta64(3, "ns"), 3 + 0j),
    ],
    ids=repr,
)
def test_what_is_no_count_is_named(given: object) -> None:
    with pytest.raises(TypeError, match="n must be an integer, got"):
        whole_number(given, "n")


def test_counts_have_bounds() -> None:
    with pytest.raises(ValueError, match="n must be an integer of at least 1, got 0"):
        whole_number(0, "n")
    # So many steps would not come to an end, and Python prints no integer of 10,000 digits.
    for most in (10**400, 10**10_000):
        with pytest.raises(ValueError, match=r"of at most 1000000000, got one of [0-9]+ bits"):
            whole_number(most, "n")


def test_seeds_are_some_integers() -> None:
    for seeds in ([1, 2], (1, 2), range(1, 3), np.array([1, 2]), pd.Series([1, 2], index=[5, 0])):
        assert seed_numbers(seeds) == (1, 2)
    assert seed_numbers([10**40]) == (10**40,)
    with pytest.raises(ValueError, match="seeds must be at least 1 integer"):
        seed_numbers([])
    # NumPy's generators take the rows of a matrix apart without an end.
    with pytest.raises(ValueError, match="seeds must be a row"):
        seed_numbers(np.array([[1, 2]]).view(np.matrix))
    for wrong in ([1.0], [True], [None], np.array([1.0]), "12"):
        with pytest.raises(TypeError, match="seeds must be"):
            seed_numbers(wrong)


@pytest.mark.parametrize(
    "given",
    [*("12", b"12", bytearray(b"12"), {1: 2}, {1, 2}, frozenset({1}), 3, None, object())],
)
def test_one_thing_is_no_list(given: object) -> None:
    with pytest.raises(TypeError, match="x must be several numbers"):
        listing(given, "x")


def test_a_table_is_no_list() -> None:
    for table in (np.ones((2, 2)), pd.DataFrame({"a": [1.0]}), torch.ones(1, 1), np.array(1.0)):
        with pytest.raises(ValueError, match="x must be a row of numbers"):
            listing(table, "x")


def test_narrow_floats_of_numpy_may_be_infinite_too() -> None:
    assert real_number(np.float32("inf"), "x") == math.inf
    assert math.isnan(real_number(np.float32("nan"), "x"))


def test_a_view_of_minus_what_memory_holds_is_read() -> None:
    view = torch.tensor([1 + 2j]).conj().imag
    assert view.is_neg()
    assert plain_array(view, "x").tolist() == [-2]
