"""Settings by name: defaults, what may be given, and what to say where something else is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ...names import suggest
from .config import Option


def with_defaults(
    given: Mapping[str, Option], defaults: Mapping[str, Option], where: str
) -> dict[str, Option]:
    """The settings given over the defaults.

    Raises:
        ValueError: for a setting that does not exist, or whose value is of another type.

    >>> with_defaults({"momentum": 0.9}, {"momentum": 0.0, "optimizer": "sgd"}, "a run")
    {'momentum': 0.9, 'optimizer': 'sgd'}
    """
    for name, value in given.items():
        if name not in defaults:
            raise ValueError(f"{where}: no option is named {name!r}: {suggest(name, defaults)}")
        # Not isinstance: True is an int, and would pass for 1.
        if type(value) is not type(defaults[name]):
            wanted = type(defaults[name]).__name__
            raise ValueError(f"{where}: option {name} must be of type {wanted}, got {value!r}")
    return {**defaults, **given}


def choices(name: str, value: Option, known: Iterable[str]) -> str:
    """The value, if it is one of the known words; otherwise ValueError suggests the near ones.

    >>> choices("norm", "batch", ("none", "batch", "layer"))
    'batch'
    """
    words = tuple(known)
    if value not in words:
        raise ValueError(f"{name} {value!r} is not known: {suggest(str(value), words)}")
    return str(value)
