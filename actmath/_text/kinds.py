"""What an argument must be: another kind of thing is refused with a sentence that names it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from types import NoneType
from typing import Any, TypeVar

from sympy import Expr, MatrixBase

_Choice = TypeVar("_Choice", bound=StrEnum)

#: So much of what came is shown.
_MOST = 60
#: Classes that have a plainer name than their own.
_CALLED: dict[type, str] = {
    NoneType: "None",
    str: "a text",
    Mapping: "a mapping",
    Expr: "a SymPy expression",
    MatrixBase: "a SymPy matrix",
}


def check_kind(value: object, kind: type | tuple[type, ...], what: str, hint: str = "") -> None:
    """Raise TypeError, with what was expected and what was got, for a value of another kind.

    Args:
        value: what a caller gave.
        kind: the class that it must be of, or several.
        what: how the error calls it, an argument by its name.
        hint: where such a thing is had from.

    >>> check_kind(5, (str, Expr), "formula", "parse_formula reads one")
    Traceback (most recent call last):
    ...
    TypeError: formula must be a text or a SymPy expression, got 5; parse_formula reads one
    """
    if not isinstance(value, kind):
        kinds = kind if isinstance(kind, tuple) else (kind,)
        raise TypeError(_refusal(value, " or ".join(map(_called, kinds)), what, hint))


def check_name(value: object, what: str, hint: str = "") -> None:
    """Raise TypeError for a name that is no text.

    >>> check_name(None, "name")
    Traceback (most recent call last):
    ...
    TypeError: name must be a name (a text), got None
    """
    if not isinstance(value, str):
        raise TypeError(_refusal(value, "a name (a text)", what, hint))


def choice_of(value: object, kind: type[_Choice], what: str) -> _Choice:
    """The one of a few words that is meant.

    Raises:
        ValueError: for anything else; the message lists the words.

    >>> choice_of("up", StrEnum("Side", {"LEFT": "left", "RIGHT": "right"}), "side")
    Traceback (most recent call last):
    ...
    ValueError: side must be left or right, got 'up'
    """
    try:
        return kind(str(value))
    except ValueError:
        *others, last = map(str, kind)
        words = " or ".join(filter(None, (", ".join(others), last)))
        raise ValueError(_refusal(value, words, what, "")) from None


def path_of(value: object, what: str) -> Path:
    """The path that a text or a ``pathlib.Path`` is.

    Raises:
        TypeError: for what is neither.

    >>> path_of(3, "folder")
    Traceback (most recent call last):
    ...
    TypeError: folder must be a path (a text or a Path), got 3
    """
    if not isinstance(value, str | os.PathLike):
        raise TypeError(_refusal(value, "a path (a text or a Path)", what, ""))
    return Path(value)


def several_of(
    values: object, kind: type | tuple[type, ...], what: str, hint: str = ""
) -> list[Any]:
    """Things of one kind, one after the other: of a list, a tuple, or what can be iterated.

    Raises:
        TypeError: for one thing or a text, and where one of them is of another kind.

    >>> several_of("ab", str, "names")
    Traceback (most recent call last):
    ...
    TypeError: names must be several, as in a list, got 'ab'
    """
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise TypeError(_refusal(values, "several, as in a list", what, hint))
    found = list(values)
    for value in found:
        check_kind(value, kind, f"each of {what}", hint)
    return found


def check_values(value: object, kind: type | tuple[type, ...], what: str, hint: str = "") -> None:
    """Raise TypeError for what is no mapping from names to values of that kind.

    >>> check_values({"a": 1}, Expr, "formulas")
    Traceback (most recent call last):
    ...
    TypeError: each of formulas must be a SymPy expression, got 1
    """
    if not isinstance(value, Mapping):
        raise TypeError(_refusal(value, "a mapping from names", what, hint))
    for each in value.values():
        check_kind(each, kind, f"each of {what}", hint)


def _refusal(value: object, wanted: str, what: str, hint: str) -> str:
    shown = repr(value)
    shown = shown if len(shown) <= _MOST else f"{shown[: _MOST - 1]}…"
    return f"{what} must be {wanted}, got {shown}" + (f"; {hint}" if hint else "")


def _called(kind: type) -> str:
    name = kind.__name__
    return _CALLED.get(kind, f"{'an' if name[0] in 'AEIOUaeiou' else 'a'} {name}")
