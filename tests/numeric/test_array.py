"""Which arrays are taken, and what becomes of their dtypes and shapes."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from typing import get_type_hints

import numpy as np
import pytest
import torch
from mpmath import mp

from actmath._arrays import real_array
from actmath.numeric import _array, gaussian
from actmath.numeric._array import real_arrays


def typed(array: _array.Array) -> _array.Array:
    return array


def test_the_type_stands_for_numpys_arrays_without_numpy() -> None:
    hints = get_type_hints(typed, globalns={"_array": _array, "np": np, "Any": object})
    assert hints["array"] == np.ndarray[object, object]
    code = "import sys, actmath.numeric._array; assert 'numpy' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (np.ma.array([1.0, 2.0], mask=[True, False]), "masked array, whose mask would be lost"),
        ([np.ma.masked, 1.0], "masked array"),
        (1j, "got complex128"),
        (torch.tensor(1j), "got torch.complex64"),
        ("1", "got <U1"),
        (["1", "2"], "got <U1"),
        (True, "got bool"),
        (torch.tensor(True), "got torch.bool"),
        (None, "got a NoneType"),
        (Fraction(1, 2), "floats or integers, got a Fraction"),
        ([Decimal("0.5")], "floats or integers, got a Decimal"),
        ([1.0, Fraction(1, 2)], "floats or integers, got a Fraction"),
        (10**30, "got an integer beyond 64 bits"),
        (np.float16(1), "got float16"),
        (torch.ones(2, dtype=torch.bfloat16), "got torch.bfloat16"),
        (np.array(["2020-01-01"], dtype="datetime64[D]"), "got datetime64"),
        ([torch.ones(2), torch.ones(2)], "stack them"),
    ],
)
def test_what_is_no_array_of_reals_is_refused(bad: object, said: str) -> None:
    for call in (
        lambda: real_arrays(first=1.0, wanted=bad),
        lambda: real_arrays(wanted=bad, first=torch.ones(2)),
        lambda: real_array(bad, "wanted"),
        lambda: gaussian("relu", 0.5, bad),
    ):
        with pytest.raises(TypeError, match=said) as refusal:
            call()
        assert str(refusal.value).startswith(("wanted", "variance"))


def test_shapes_that_do_not_fit_are_named() -> None:
    with pytest.raises(ValueError, match=r"first and second, \(2,\) and \(3,\), do not broadcast"):
        real_arrays(first=[1, 2], second=[1, 2, 3])
    with pytest.raises(ValueError, match="first must be a number or a rectangular array"):
        real_arrays(first=[[1], [2, 3]])


def test_a_gradient_is_kept_or_refused() -> None:
    leaf = torch.ones(2, requires_grad=True)
    assert real_arrays(first=leaf, second=1).flat[0].requires_grad
    with pytest.raises(TypeError, match="needs a gradient, which would be lost"):
        real_array(leaf, "first")
    assert real_array(leaf.detach(), "first").tolist() == [1.0, 1.0]


@pytest.mark.parametrize("other", [torch.float64, torch.float32])
@pytest.mark.parametrize("whole", [torch.int64, torch.int32, torch.uint8])
def test_integer_tensors_beside_floats_are_read_as_floats(
    whole: torch.dtype, other: torch.dtype
) -> None:
    """E relu is φ(½) + Φ(½)/2 under N(½, 1) and √½·φ(0) under N(0, ½)."""
    right = float(mp.npdf(0.5) + mp.ncdf(0.5) / 2), float(mp.sqrt(0.5) * mp.npdf(0))
    ones, zeros = torch.ones(2, dtype=whole), torch.zeros(2, dtype=whole)
    for half in (0.5, torch.tensor(0.5, dtype=other), np.float64(0.5), np.array([0.5, 0.5])):
        found = gaussian("relu", half, ones)
        assert found.mean.dtype == torch.float64
        assert found.mean.tolist() == pytest.approx([right[0]] * 2, rel=1e-13)
        found = gaussian("relu", zeros, half)
        assert found.mean.tolist() == pytest.approx([right[1]] * 2, rel=1e-13)


def test_float32_is_kept_where_nothing_is_wider() -> None:
    single = torch.tensor([0.1], dtype=torch.float32)
    assert gaussian("relu", single, 1).mean.dtype == torch.float32
    assert gaussian("relu", single, single).mean.dtype == torch.float32
    assert gaussian("relu", single, torch.ones(1, dtype=torch.float64)).mean.dtype == torch.float64
    # An array of float64 beside a tensor of float32 keeps its digits.
    wide = real_arrays(mean=single, variance=np.array([0.1]))
    assert wide.flat[1].item() == 0.1
    assert wide.dtype == torch.float64


@pytest.mark.parametrize("transform", [torch.func.grad, torch.func.vmap])
def test_inside_a_transform_of_functions_no_values_are_seen(transform) -> None:  # type: ignore[no-untyped-def]
    mean = torch.tensor(0.5) if transform is torch.func.grad else torch.ones(2)
    with pytest.raises(TypeError, match=r"mean is inside torch\.func's grad or vmap"):
        transform(lambda at: gaussian("tanh", at, 1.0).mean)(mean)


def test_tensors_without_dense_numbers_are_refused() -> None:
    sparse = torch.eye(2).to_sparse()
    for tensor in (sparse, torch.ones(2, device="meta")):
        with pytest.raises(TypeError, match="dense tensor with numbers"):
            real_arrays(mean=tensor, variance=1.0)


@pytest.mark.parametrize("plain", [1, 0.1, 2**40])
def test_a_plain_number_does_not_widen_float32(plain: float) -> None:
    """Neither beside an array nor beside a tensor; what is computed is of all its digits."""
    single = np.array([0.5, 0.25], dtype=np.float32)
    array, tensor = (real_arrays(first=one, second=plain) for one in (single, torch.tensor(single)))
    assert (array.dtype, tensor.dtype) == (np.float32, torch.float32)
    assert array.flat[1].tolist() == tensor.flat[1].tolist() == [plain, plain]
    assert array.finish(array.flat[0]).dtype == np.float32
    found = gaussian("relu", single, 1.5)
    assert found.mean.dtype == np.float32
    wanted = gaussian("relu", single.astype(float), 1.5).mean
    np.testing.assert_array_equal(found.mean, wanted.astype(np.float32))


@pytest.mark.parametrize(
    "other",
    [np.float64(1), np.array(1.0), np.array([1]), [1.0], np.int8(1), torch.ones(1).double()],
)
def test_what_has_another_type_of_its_own_widens_it(other: object) -> None:
    found = real_arrays(first=np.ones(1, np.float32), second=other)
    assert "float64" in str(found.dtype)
    assert "float64" in str(real_arrays(first=other).dtype)
    assert "float32" in str(real_arrays(first=np.float32(1), second=np.ones(2, np.float32)).dtype)


def test_plain_numbers_alone_are_of_float64_and_the_shape_is_that_of_all() -> None:
    alone = real_arrays(first=1, second=2.5)
    assert (alone.dtype, alone.shape, alone.is_tensor) == (np.float64, (), False)
    assert [flat.tolist() for flat in alone.flat] == [[1.0], [2.5]]
    wide = real_arrays(first=[[1], [2]], second=np.arange(3), third=0.5)
    assert wide.shape == (2, 3)
    assert [flat.tolist() for flat in wide.flat] == [
        [1.0, 1.0, 1.0, 2.0, 2.0, 2.0],
        [0.0, 1.0, 2.0, 0.0, 1.0, 2.0],
        [0.5] * 6,
    ]
    assert wide.finish(np.arange(6.0)).tolist() == [[0, 1, 2], [3, 4, 5]]
    tensor = real_arrays(first=torch.ones(2, 1), second=torch.arange(3.0))
    assert tensor.is_tensor
    assert tensor.finish(torch.arange(6.0).double()).shape == (2, 3)
    assert tensor.finish(torch.arange(6.0).double()).dtype == torch.float32
    with pytest.raises(ValueError, match=r"first and second, \(2,\) and \(3,\), do not broadcast"):
        real_arrays(first=torch.ones(2), second=[1, 2, 3])
