"""The record of what people do with modules, for this package's and for torch.nn's."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from ..._text.files import bytes_of
from ..._text.tables import Tabular

#: The checkout's file has five kilobytes.
_MOST_BYTES = 2**24


@dataclass(frozen=True, repr=False)
class ModuleRecord(Tabular):
    """A word for each module and check; ``torch``: the version of PyTorch it was compared with."""

    css_class: ClassVar[str] = "modules"

    torch: str
    titles: tuple[str, ...]
    modules: tuple[tuple[str, ...], ...]

    def columns(self) -> tuple[str, ...]:
        """The module, and the checks."""
        return self.titles

    def rows(self) -> tuple[tuple[str, ...], ...]:
        """One row for each module."""
        return self.modules

    def caption(self) -> str:
        """How many modules and checks there are, and how they came out."""
        counts = Counter(word for row in self.modules for word in row[1:])
        said = ", ".join(f"{number} {word}" for word, number in counts.most_common())
        checks = len(self.titles) - 1
        return f"{len(self.modules)} modules, {checks} checks, PyTorch {self.torch}: {said}"


def module_record(path: str | Path) -> ModuleRecord:
    """Read ``book/modules.json`` of the checkout.

    Raises:
        OSError: where there is no such file. ValueError: where it is no record.
    """
    try:
        data = json.loads(bytes_of(path, _MOST_BYTES))
        rows = tuple(tuple(row) for row in data["rows"])
        return ModuleRecord(data["torch"], tuple(data["columns"]), rows)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"{path} is no record of modules: {error}") from None
