"""What figures take: several parts of one kind, points, and numbers by label."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from ..._arrays import listing, real_array, real_number
from ..._text.kinds import check_kind
from ...numeric._array import Array

_Kind = TypeVar("_Kind")


def several(given: object, kind: type[_Kind], what: str, least: int = 1) -> list[_Kind]:
    """At least so many parts of that kind, as in a list.

    Raises:
        TypeError: for what is not several, or another kind. ValueError: for too few.

    >>> several(3, int, "curves")
    Traceback (most recent call last):
    ...
    TypeError: curves must be a list of ints, got 3
    """
    try:
        parts = listing(given, what)
    except TypeError:
        raise TypeError(f"{what} must be a list of {kind.__name__}s, got {given!r}") from None
    if len(parts) < least:
        raise ValueError(f"{what} must be at least one {kind.__name__}, got none")
    for part in parts:
        check_kind(part, kind, f"each of {what}")
    return parts


def points_in(given: object, what: str) -> Array:
    """Points in the plane, (n, 2), as in a list of pairs; none in an empty one.

    Raises:
        TypeError: for what is not several, or no real numbers. ValueError: for no pairs.
    """
    found = real_array(given if hasattr(given, "dtype") else listing(given, what), what)
    if found.size and (found.ndim != 2 or found.shape[1] != 2):
        raise ValueError(f"{what} must be pairs of numbers, got the shape {found.shape}")
    return found.reshape(-1, 2)


def rows_of(labelled: object, what: str, labels: Iterable[str] = ()) -> dict[str, Array]:
    """A row of numbers for each label, and for each of those wanted.

    Raises:
        TypeError: for what is no mapping, or holds what is no real numbers.
        ValueError: for an array that is no row, or a label without one.

    >>> rows_of({"relu": [1, 2]}, "predicted")
    {'relu': array([1., 2.])}
    """
    found = _read(labelled, what, 1, "a row of numbers")
    missing = [name for name in labels if name not in found]
    if missing:
        raise ValueError(f"{what} must have a row for {', '.join(missing)}")
    return found


def numbers_of(labelled: object, what: str, labels: Iterable[str] = ()) -> dict[str, float]:
    """A number for each label, of which there is at least one, and for each of those wanted."""
    found = {name: real_number(part, f"{what} of {name}") for name, part in _pairs(labelled, what)}
    missing = [name for name in labels if name not in found]
    if missing or not found:
        raise ValueError(f"{what} must have a number for {', '.join(missing) or 'some label'}")
    return found


def intervals_of(labelled: object, labels: Iterable[str], what: str) -> dict[str, Array]:
    """A mean with its lower and upper limit for each of the labels; errors as ``rows_of``."""
    found = rows_of(labelled, what)
    for name in labels:
        if name not in found or len(found[name]) != 3:
            raise ValueError(f"{what} must have mean, low and high of {name}")
    return found


def tables_of(labelled: object, what: str) -> dict[str, Array]:
    """A table of numbers for each label, its rows seeds; errors as ``rows_of``."""
    return _read(labelled, what, 2, "a table of numbers, its rows seeds")


def _read(labelled: object, what: str, dimensions: int, wanted: str) -> dict[str, Array]:
    found = {name: real_array(part, f"{what} of {name}") for name, part in _pairs(labelled, what)}
    for name, array in found.items():
        if array.ndim != dimensions:
            raise ValueError(f"{what} of {name} must be {wanted}, got the shape {array.shape}")
    return found


def _pairs(labelled: object, what: str) -> Iterable[tuple[str, object]]:
    if not isinstance(labelled, Mapping):
        raise TypeError(f"{what} must be a mapping from labels to numbers, got {labelled!r}")
    return labelled.items()
