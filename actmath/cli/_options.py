"""What repeatable options say: NAME=VALUE, each name once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

V = TypeVar("V")


def each_once(option: str, pairs: Iterable[tuple[str, V]]) -> dict[str, V]:
    """The values by their names.

    Raises:
        ValueError: if a name comes twice, of which a dictionary would keep the last.

    >>> each_once("--set", [("a", "1"), ("a", "2")])
    Traceback (most recent call last):
    ...
    ValueError: --set gives a twice: 1 and 2
    """
    found: dict[str, V] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{option} gives {name} twice: {found[name]} and {value}")
        found[name] = value
    return found
