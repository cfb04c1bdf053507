"""What an argument must be: another kind of thing is refused with a sentence that names it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Set
from typing import Any

from sympy import Expr, MatrixBase

#: So much of what came is shown.
_MOST = 60
#: What a file's name may be.
PATH = (str, os.PathLike)
#: Classes that have a plainer name than their own.
_CALLED: dict[type, str] = {
    str: "a text",
    os.PathLike: "a path",
    Mapping: "a mapping",
    Expr: "a SymPy expression",
    MatrixBase: "a SymPy matrix",
}


def require(value: object, kind: type | tuple[type, ...], what: str, hint: str = "") -> None:
    """Raise TypeError, with what was expected and what was got, for a value of another kind.

    Args:
        value: what a caller gave.
        kind: the class that it must be of, or several.
        what: how the error calls it, an argument by its name.
        hint: where such a thing is had from.

    >>> require(5, (str, Expr), "formula", "parse_formula reads one")
    Traceback (most recent call last):
    ...
    TypeError: formula must be a text or a SymPy expression, got 5; parse_formula reads one
    """
    if not isinstance(value, kind):
        kinds = kind if isinstance(kind, tuple) else (kind,)
        raise TypeError(_refusal(value, " or ".join(map(_called, kinds)), what, hint))


def require_name(value: object, what: str, hint: str = "") -> None:
    """Raise TypeError for a name that is no text.

    >>> require_name(None, "name")
    Traceback (most recent call last):
    ...
    TypeError: name must be a name (a text), got None
    """
    if not isinstance(value, str):
        raise TypeError(_refusal(value, "a name (a text)", what, hint))


def several_of(
    values: object, kind: type | tuple[type, ...], what: str, hint: str = ""
) -> list[Any]:
    """Things of one kind, one after the other: of a list, a tuple, or what can be iterated.

    Raises:
        TypeError: for one thing, a text, a mapping or a set, and where one of them is of another
            kind.

    >>> several_of("ab", str, "names")
    Traceback (most recent call last):
    ...
    TypeError: names must be several, as in a list, got 'ab'
    """
    unlike = isinstance(values, str | bytes | Mapping | Set)
    if unlike or not isinstance(values, Iterable):
        raise TypeError(_refusal(values, "several, as in a list", what, hint))
    found = list(values)
    for value in found:
        require(value, kind, f"each of {what}", hint)
    return found


def require_values(value: object, kind: type | tuple[type, ...], what: str, hint: str = "") -> None:
    """Raise TypeError for what is no mapping from names to values of that kind.

    >>> require_values({"a": 1}, Expr, "formulas")
    Traceback (most recent call last):
    ...
    TypeError: each of formulas must be a SymPy expression, got 1
    """
    require(value, Mapping, what, hint)
    assert isinstance(value, Mapping)
    for each in value.values():
        require(each, kind, f"each of {what}", hint)


def _refusal(value: object, wanted: str, what: str, hint: str) -> str:
    shown = repr(value)
    shown = shown if len(shown) <= _MOST else f"{shown[: _MOST - 1]}…"
    return f"{what} must be {wanted}, got {shown}" + (f"; {hint}" if hint else "")


def _called(kind: type) -> str:
    name = kind.__name__
    return _CALLED.get(kind, f"{'an' if name[0] in 'AEIOUaeiou' else 'a'} {name}")
