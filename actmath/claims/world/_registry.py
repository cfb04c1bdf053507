"""The constants by their names."""

from __future__ import annotations

from collections.abc import Iterator

from ...names import Entry, Registry
from . import _outputs, _shapes, _weights
from ._wild import Wild


def _declared() -> Iterator[Entry[Wild]]:
    for file in (_weights, _outputs, _shapes):
        for constant in file.DECLARED:
            yield Entry.of(constant.name, constant, file.__name__)


def _spelled(name: str) -> str:
    """As names are written: small letters and hyphens."""
    return "-".join(name.lower().replace("_", " ").replace("-", " ").split())


#: The constants by their names, in the order of the tables.
WORLD: Registry[Wild] = Registry("constant", _declared, _spelled)
