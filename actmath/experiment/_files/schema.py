"""Is every field of a value of the type that its class declares? Pydantic compares them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, get_type_hints

from pydantic import TypeAdapter, ValidationError

# How Pydantic begins its sentences: "Input should be", "String should have".
_BEGINNING = re.compile(r"^\w+ should ")


def check_fields(value: object) -> None:
    """Compare a dataclass's fields with their annotations, without converting anything.

    Raises:
        ValueError: naming the first field that is of another type, what would be right and what
            was found.
    """
    # To mypy a class of unknown kind is not hashable.
    kind: Any = type(value)
    for name, adapter in _adapters(kind).items():
        found = getattr(value, name)
        try:
            adapter.validate_python(found, strict=True)
        except ValidationError as error:
            raise ValueError(_sentence(name, error)) from None


@cache
def _adapters(cls: type) -> Mapping[str, TypeAdapter[Any]]:
    hints = get_type_hints(cls, include_extras=True)
    return {name: TypeAdapter(hint) for name, hint in hints.items()}


def _sentence(name: str, error: ValidationError) -> str:
    """As "depth must be a valid integer, got 'abc'"; of a table, its first wrong entry."""
    faults = error.errors(include_url=False, include_context=False)
    first = faults[0]
    # Of a union there is a fault for each of its types, at the same entry.
    same = [fault for fault in faults if fault["input"] is first["input"]]
    wanted = " or ".join(_BEGINNING.sub("", fault["msg"]) for fault in same)
    entry = "" if len(same) > 1 else "".join(f"[{part!r}]" for part in first["loc"])
    return f"{name}{entry} must {wanted}, got {first['input']!r}"
