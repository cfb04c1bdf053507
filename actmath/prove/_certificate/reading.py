"""From a file to plain values of the right shape, within declared limits.

This is where hostile files end. What passes need not be true: that is for ``check`` to say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from ..._text.files import bytes_of
from .arithmetic import RejectedError, require
from .check import canonical_bytes

FORMAT = "actmath certificate 2"
#: Bytes of a file: the longest that is committed has a fifth of that.
MOST_BYTES = 1_000_000
#: Bits of precision: 256 are the most in use.
MOST_BITS = 1024
#: Items of a list or a table, and letters of a cover: 144 and 12,000 are in use.
MOST_ITEMS, MOST_LETTERS = 500, 40_000


class _Text(NamedTuple):
    """Texts of a certain form: what they are called, a pattern, the most characters."""

    name: str
    pattern: str
    most: int


class _OneOf(NamedTuple):
    """Values of any of some shapes."""

    shapes: tuple[Any, ...]


# Points have up to 27 characters, and margins go down to 1e-61.
_NUMBER = _Text("number", r"-?[0-9]+(\.[0-9]+)?(e-?[0-9]{1,3})?|-?[0-9]+/0*[1-9][0-9]*", 200)
_NAME = _Text("name", r"[A-Za-z][A-Za-z0-9_]*", 40)
_PRODUCT = _Text("product of names", r"[A-Za-z][A-Za-z0-9_]*(\*[A-Za-z][A-Za-z0-9_]*){0,3}", 160)
# Names are repeated in answers, so that they are short; the longest has 40 characters. A statement
# gives its certificate's file its name, which must not lead into another folder.
_TITLE, _WORDS = _Text("printable line", ".*", 200), _Text("printable line", ".*", 2000)
_FILE = _Text("printable name of a file", r"[^./\\][^/\\]*", 200)
# The longest line of a formula has 373 characters and 8 parentheses in each other.
_FORMULA = _Text("formula", r"[A-Za-z0-9_+\-*/() ]+", 2000)
_COVER = _Text("cover", r"[0-7a-hA-H.]+", MOST_LETTERS)
_LINES, _SIDE, _INDEX = [(_NAME, _FORMULA)], (_NUMBER, _NUMBER), range(MOST_ITEMS)
# A list is any number of items, a tuple so many; a table has the keys that stand here, or, where
# that is a form of text, any of that form.
_PROOF = _OneOf(({"cover": _COVER, "margin": _NUMBER}, {"point": {_NAME: _NUMBER}}))
_CLAIM = {
    "formula": _TITLE,
    "relation": _Text("relation", "[<>]", 1),
    "bound": _NUMBER,
    "somewhere": bool,
}
_DECLARATION = {
    "name": _FILE,
    "claim": _WORDS,
    "sentence": _WORDS,
    "follows": _WORDS,
    "formulas": {
        _TITLE: {
            "coordinates": [(_NAME, _PRODUCT)],
            "constants": _LINES,
            "inputs": _LINES,
            "moments": _LINES,
            "value": _LINES,
        }
    },
    "parts": [{"domain": {_NAME: _SIDE}, "claims": [_CLAIM]}],
    "chains": [{"first": _INDEX, "last": _INDEX, "target": {_NAME: _SIDE}}],
}
_CERTIFICATE = {
    "format": _Text("format", re.escape(FORMAT), 40),
    "declaration": _DECLARATION,
    "precision": range(2, MOST_BITS + 1),
    "verdict": _Text("verdict", "PROVED|REFUTED", 7),
    "evidence": _OneOf(([[_PROOF]], {"part": _INDEX, "claim": _INDEX, "proof": _PROOF})),
}


def read_file(path: str | Path) -> bytes:
    """The bytes of a file.

    Raises:
        OSError: if there is no such file, or it cannot be read.
        RejectedError: if it is a folder, a pipe or a device, or is too long.
    """
    try:
        return bytes_of(path, MOST_BYTES)
    except ValueError as error:
        raise RejectedError(str(error)) from None


def read_certificate(data: bytes) -> dict[str, Any]:
    """The content of a certificate's file, in which all has the right shape.

    Raises:
        RejectedError: if it is something else; the message says what.
    """
    try:
        content = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise RejectedError(f"it is no JSON in UTF-8: {type(error).__name__}") from None
    misfit = _misfit(content, _CERTIFICATE, "it")
    require(not misfit, misfit)
    # No key stands twice, and nothing is spelled or spaced otherwise than it is written here. What
    # has the right shape is not deep, so that indenting it does not make it much longer.
    require(canonical_bytes(content) == data, "it is not in canonical form: altered")
    return dict(content)


def _misfit(value: Any, shape: Any, place: str) -> str:
    """What is wrong with a value that stands at a place, or nothing."""
    match shape:
        case _Text(name, pattern, most):
            # What prints holds no control character, no change of direction, no half of a pair.
            short = isinstance(value, str) and len(value) <= most and value.isprintable()
            return (
                ""
                if short and re.fullmatch(pattern, value)
                else f"{place} is no {name} of {most} characters at most"
            )
        case range():
            whole = type(value) is int and value in shape
            return "" if whole else f"{place} is no integer from {shape[0]} to {shape[-1]}"
        case _OneOf(shapes):
            misfits = [_misfit(value, one, place) for one in shapes]
            return "" if "" in misfits else " or ".join(misfits)
        case dict():
            return _misfit_of_table(value, shape, place)
        case list() | tuple():
            return _misfit_of_list(value, shape, place)
    return "" if isinstance(value, shape) else f"{place} is no {shape.__name__}"


def _misfit_of_table(value: Any, shape: dict[Any, Any], place: str) -> str:
    if not isinstance(value, dict) or len(value) > MOST_ITEMS:
        return f"{place} is no table of {MOST_ITEMS} items at most"
    form = next(iter(shape))
    if not isinstance(form, _Text):
        if set(value) != set(shape):
            return f"{place} must have {', '.join(shape)}, and nothing else"
        return _first(_misfit(value[key], shape[key], f"{place}.{key}") for key in shape)
    keys = (_misfit(key, form, f"a key of {place}") for key in value)
    return _first(keys) or _first(_misfit(value[k], shape[form], f"{place}.{k}") for k in value)


def _misfit_of_list(value: Any, shape: list[Any] | tuple[Any, ...], place: str) -> str:
    most = MOST_ITEMS if isinstance(shape, list) else len(shape)
    if not isinstance(value, list) or len(value) > most:
        return f"{place} is no list of {most} items at most"
    shapes = shape * len(value) if isinstance(shape, list) else shape
    if len(value) != len(shapes):
        return f"{place} is no list of {most} items"
    pairs = enumerate(zip(value, shapes, strict=True))
    return _first(_misfit(item, one, f"{place}[{k}]") for k, (item, one) in pairs)


def _first(misfits: Iterable[str]) -> str:
    return next(filter(None, misfits), "")
