"""What a caller holds numbers in, as an array of NumPy; what would be lost is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray


def plain_array(value: object, what: str) -> NDArray[Any]:
    """The array that a number, a list, a column or an array is, of whatever kind of numbers.

    Args:
        value: what a caller gave.
        what: how an error calls it.

    Raises:
        TypeError: if some of it is masked or missing, which an array of numbers cannot say.
        ValueError: if it is a list of lists that is not rectangular.

    >>> plain_array([1, 2.5], "x")
    array([1. , 2.5])
    """
    # Here, since the floors up to the balls run without NumPy.
    import numpy as np

    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"{what} is a masked array, whose mask would be lost; fill it first")
    if _misses_some(value):
        raise TypeError(
            f"{what} has missing numbers, <NA>, which would become nan; drop or fill them first"
        )
    array = np.asarray(value)
    # Plain numbers in an array of objects say of themselves what they are.
    return np.asarray(array.tolist()) if array.dtype.kind == "O" else array


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
