"""What a caller holds numbers in, as arrays, floats or integers; what would be lost is refused.

NumPy and PyTorch are not imported until an array comes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Set
from decimal import Decimal
from math import inf, isfinite, isinf
from numbers import Integral, Real
from operator import index
from typing import TYPE_CHECKING, Any

from sympy import Expr

if TYPE_CHECKING:
    from numpy.typing import NDArray

# More steps, points or layers than any call comes to the end of.
_MOST = 10**9


def plain_array(value: object, what: str) -> NDArray[Any]:
    """The array that a number, a list, a column, an array or a tensor is, of whatever kind.

    Args:
        value: what a caller gave.
        what: how an error calls it.

    Raises:
        TypeError: if some of it is masked or missing, which an array of numbers cannot say; for a
            tensor that needs a gradient or has no dense numbers, for lists of tensors, and for
            truth values among numbers.
        ValueError: if it is a list of lists that is not rectangular.

    >>> plain_array([1, 2.5], "x")
    array([1. , 2.5])
    """
    # Here, since the floors up to the balls run without NumPy.
    import numpy as np

    for part in _parts(value):
        if isinstance(part, np.ma.MaskedArray):
            raise TypeError(f"{what} is a masked array, whose mask would be lost; fill it first")
        if is_tensor(part) and part is not value:
            raise TypeError(f"{what} is a list that holds tensors; stack them first")
    if is_tensor(value):
        return _array_of_tensor(value, what)
    if _misses_some(value):
        raise TypeError(
            f"{what} has missing numbers, <NA>, which would become nan; drop or fill them first"
        )
    array = np.asarray(value)
    # Plain numbers in an array of objects say of themselves what they are.
    if array.dtype.kind == "O":
        value = array.tolist()
        array = np.asarray(value)
    if array.dtype.kind != "b" and any(map(_is_truth, _parts(value))):
        raise TypeError(f"{what} holds truth values among its numbers; convert them first")
    return array


def real_array(value: object, what: str) -> NDArray[Any]:
    """One argument of a function that knows NumPy alone, as float64 in its own shape.

    Raises:
        TypeError: as ``plain_array``; for what is not float32, float64 or integers.
        ValueError: for lists that are no rectangle.

    >>> real_array([1, 2], "mean")
    array([1., 2.])
    """
    import numpy as np

    if is_tensor(value):
        check_real_tensor(value, what)
    return np.array(checked_array(value, what), dtype=np.float64)


def checked_array(value: object, what: str) -> NDArray[Any]:
    """The array of ``plain_array`` if it is of float32, float64 or integers; errors as there."""
    try:
        array = plain_array(value, what)
    except ValueError:
        raise ValueError(f"{what} must be a number or a rectangular array of numbers") from None
    # NumPy's kinds: f are real numbers, i and u integers, O anything else that Python has.
    if array.dtype.kind == "O":
        raise TypeError(f"{what} must hold floats or integers, got {_stranger(array)}")
    _check_kind(array.dtype.kind in "iu", array.dtype.kind == "f", array.dtype, what)
    return array


def real_number(value: object, what: str) -> float:
    """One real number of any usual type as a float; it may be infinite or nan.

    Raises:
        TypeError: for text, truth values, complex numbers, and as ``real_array``.
        ValueError: for several numbers, a number of SymPy that is no finite real one, or one
            beyond all floats.

    >>> real_number(Decimal("0.5"), "rate")
    0.5
    """
    # Here: most read arrays alone.
    from .number import exact

    # The fastest way is that of most; it also lets through what is infinite or nan.
    if isinstance(value, float):
        return float(value)
    # NumPy's own floats; it counts spans of time among the integers.
    if isinstance(value, Real) and hasattr(value, "dtype") and not isinstance(value, Integral):
        return float(value)
    if isinstance(value, Real | Decimal | Expr) and not isinstance(value, bool):
        found = float(exact(value, what))
        if isinf(found):
            raise ValueError(f"{what} must be less than 1.8e308 in size, got more")
        return found
    array = real_array(value, what)
    if array.ndim:
        raise ValueError(f"{what} must be one number, got an array of shape {array.shape}")
    return float(array)


def finite_number(value: object, what: str) -> float:
    """The number of ``real_number`` if it is finite; errors as there, and ValueError if not.

    >>> finite_number(1, "rate")
    1.0
    """
    number = real_number(value, what)
    if not isfinite(number):
        raise ValueError(f"{what} must be finite, got {number}")
    return number


def seed_number(value: object, what: str = "seed") -> int:
    """A seed of a generator, an integer from 0 on; errors as ``whole_number``."""
    return whole_number(value, what, 0, inf)


def whole_number(value: object, what: str, least: float = 1, most: float = _MOST) -> int:
    """An integer of Python, NumPy or SymPy, such as a count, from ``least`` to ``most``.

    Raises:
        TypeError: for what is no integer; a float such as 3.0 is none, nor is a truth value.
        ValueError: for one beyond the bounds.

    >>> whole_number(3, "steps")
    3
    """
    try:
        number = None if isinstance(value, bool) else index(value)  # type: ignore[arg-type]
    except TypeError:
        number = None
    # Arrays of one integer count as one; those of truth values are none.
    if number is None or str(getattr(value, "dtype", "")).endswith("bool"):
        raise TypeError(f"{what} must be an integer, got {value!r}")
    if not least <= number <= most:
        bounds = f"of at least {least}" if number < least else f"of at most {most}"
        # Python prints integers up to 4300 digits.
        got = number if abs(number) < 10**20 else f"one of {number.bit_length()} bits"
        raise ValueError(f"{what} must be an integer {bounds}, got {got}")
    return number


def seed_numbers(values: object, what: str = "seeds") -> tuple[int, ...]:
    """At least one seed of NumPy's generators: a list, a range or a row of integers from 0 on.

    Raises:
        TypeError: for what is not several integers. ValueError: for none, or a negative one.
    """
    listed = listing(values, what)
    if not listed:
        raise ValueError(f"{what} must be at least 1 integer, got none")
    return tuple(seed_number(one, f"each of {what}") for one in listed)


def listing(values: object, what: str) -> list[Any]:
    """Several numbers one after the other: of a list, a row of an array, or what can be iterated.

    Raises:
        TypeError: for text, a mapping, a set, and what is one thing; as ``plain_array`` for arrays.
        ValueError: for an array that is no row.
    """
    if hasattr(values, "dtype") or hasattr(values, "dtypes"):
        array = plain_array(values, what)
        if array.ndim != 1:
            raise ValueError(f"{what} must be a row of numbers, got the shape {array.shape}")
        return list(array)
    if isinstance(values, str | bytes | bytearray | Mapping | Set) or not isinstance(
        values, Iterable
    ):
        raise TypeError(f"{what} must be several numbers, as in a list, got {values!r}")
    return list(values)


def is_tensor(*values: Any) -> bool:
    """Is any of them a PyTorch tensor? PyTorch is not imported to find out."""
    torch = sys.modules.get("torch")
    return torch is not None and any(isinstance(value, torch.Tensor) for value in values)


def check_real_tensor(value: Any, what: str) -> None:
    """Refuse a tensor without dense numbers of float32, float64 or integers.

    Raises:
        TypeError: for such a tensor.
    """
    _check_dense(value, what)
    whole = not (value.is_floating_point() or value.is_complex() or value.is_quantized)
    # PyTorch's bool is of no number's kind.
    integral = whole and str(value.dtype) != "torch.bool"
    _check_kind(integral, value.is_floating_point(), value.dtype, what)


def _array_of_tensor(value: Any, what: str) -> NDArray[Any]:
    if value.requires_grad:
        raise TypeError(f"{what} needs a gradient, which would be lost here; detach it first")
    _check_dense(value, what)
    try:
        array: NDArray[Any] = value.cpu().resolve_conj().resolve_neg().numpy()
    except TypeError:
        # bfloat16 and what is narrower.
        raise TypeError(f"{what} is {value.dtype}, which NumPy lacks; convert it first") from None
    return array


def _check_dense(value: Any, what: str) -> None:
    functorch = sys.modules["torch"]._C._functorch
    if functorch.is_functorch_wrapped_tensor(value):
        raise TypeError(
            f"{what} is inside torch.func's grad or vmap, where its values cannot be read: pass "
            "whole arrays, and differentiate by torch.autograd"
        )
    if str(value.layout) != "torch.strided" or value.is_meta or value.is_nested:
        # A nested one's rows have lengths of their own, though it says that it is strided.
        layout = "nested" if value.is_nested else value.layout
        kind = "on the meta device" if value.is_meta else f"of layout {layout}"
        raise TypeError(f"{what} must be a dense tensor with numbers, got one {kind}")


def _check_kind(integral: bool, real: bool, dtype: Any, what: str) -> None:
    # float16 and what is narrower cannot hold a variance.
    if not integral and not (real and dtype.itemsize >= 4):
        raise TypeError(
            f"{what} must be float32, float64 or integers, got {dtype}; convert it first"
        )


def _stranger(array: NDArray[Any]) -> str:
    """What is neither in an array of objects: another type, or an integer of too many digits."""
    kinds = [type(part) for part in array.flat if not isinstance(part, int | float)]
    return f"a {kinds[0].__name__}; convert it first" if kinds else "an integer beyond 64 bits"


def _parts(value: Any) -> list[Any]:
    """The value, or of a list or a tuple all that is in it but plain numbers."""
    if not isinstance(value, list | tuple):
        return [value]
    plain = (int, float)
    others = (item for item in value if isinstance(item, bool) or not isinstance(item, plain))
    return [part for item in others for part in _parts(item)]


def _is_truth(value: Any) -> bool:
    kind = getattr(value, "dtype", None)
    return isinstance(value, bool) or getattr(kind, "kind", None) == "b"


def _misses_some(value: Any) -> bool:
    """Whether a column of pandas's nullable kinds, or of a table one, lacks a number.

    NumPy gets nan in its place; a nan in a column of NumPy's own kinds is a number like others.
    """
    import numpy as np

    if not hasattr(value, "isna"):
        return False
    # A table has a kind for each column.
    kinds: Any = getattr(value, "dtypes", None)
    each = kinds if hasattr(kinds, "__iter__") else [value.dtype]
    # The kinds of pandas say what stands for a missing value, NumPy's do not.
    return any(hasattr(kind, "na_value") for kind in each) and bool(np.asarray(value.isna()).any())
