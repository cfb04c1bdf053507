"""A field of another type is named, with what would be right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import nan
from typing import Any

import pytest

from actmath.experiment._files.schema import check_fields


@dataclass
class Sample:
    """Of every kind that records have."""

    count: int = 1
    share: float = 0.5
    limit: int | None = None
    options: Mapping[str, str | int | bool] = field(default_factory=dict)
    table: tuple[tuple[float, ...], ...] = ()


@pytest.mark.parametrize(
    "values",
    [{}, {"share": 1}, {"limit": 3}, {"options": {"a": True, "b": "c"}}, {"table": ((1.0, nan),)}],
)
def test_what_is_right(values: dict[str, Any]) -> None:
    check_fields(Sample(**values))


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"count": True}, "^count must be a valid integer, got True$"),
        ({"count": 1.0}, "count must be a valid integer, got 1.0"),
        ({"count": "1"}, "count must be a valid integer, got '1'"),
        ({"share": "0.5"}, "share must be a valid number, got '0.5'"),
        ({"limit": "x"}, "limit must be a valid integer, got 'x'"),
        ({"options": {"a": [1]}}, r"options must be .*string or .*integer or .*, got \[1\]"),
        ({"table": ((1.0, 2.0), (True,))}, r"^table\[1\]\[0\] must be a valid number, got True$"),
        ({"table": [[1.0]]}, "table must be a valid tuple"),
        ({"table": ((10**400,),)}, r"table\[0\]\[0\] must be a valid number"),
    ],
)
def test_what_is_wrong(values: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        check_fields(Sample(**values))
