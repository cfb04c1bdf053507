"""What a gallery shows of each unit: its curves, and properties that take minutes for them all."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..._text.files import bytes_of
from ...activation import Activation
from ...catalog import CATALOG

#: The picture's interval, and its points: one for each two pixels of a phone's column.
WINDOW, POINTS = 4.0, 65

#: The checkout's file has a hundred kilobytes.
_MOST_BYTES = 2**24


@dataclass(frozen=True)
class UnitCard:
    """One unit of the gallery, at its default parameters.

    Args:
        name: in the catalog.
        formula: what was measured, so that a record is known to be old.
        lowest, highest: the range of f on [−40, 40] and at ±∞.
        monotone: "rising", "falling", or "no".
        smooth: how often f is continuously differentiable, −1 where it jumps, ``inf`` on the whole
            line without a break.
        saturates: left and right: none, soft, hard.
        mean: E f at N(0, 1); ``zero_centred`` is |mean| < 1e-12.
        gain, gradient: the forward gain at length 1, and the factor of the gradient's mean square.
        lengths: what the fixed length 1 does: attracts, repels, neutral; "" without a gain.
        values, slopes: f and f′ at ``POINTS`` equal steps of [−``WINDOW``, ``WINDOW``].
    """

    name: str
    formula: str
    lowest: float
    highest: float
    monotone: str
    smooth: float
    saturates: str
    mean: float
    gain: float
    gradient: float
    lengths: str
    values: tuple[float, ...]
    slopes: tuple[float, ...]

    @property
    def activation(self) -> Activation:
        """The declaration."""
        return CATALOG[self.name]

    @property
    def is_current(self) -> bool:
        """Is the catalog's formula the one that was measured?"""
        return self.name in CATALOG and self.formula == str(CATALOG[self.name].formula())

    @property
    def zero_centred(self) -> bool:
        """Is the mean output at N(0, 1) zero?"""
        return abs(self.mean) < 1e-12

    @property
    def year(self) -> str:
        """In which year the source appeared, where its name says so."""
        found = re.findall(r"\b(?:19|20)\d\d\b", str(self.activation.source))
        return found[0] if found else ""


def write_cards(cards: Iterable[UnitCard], path: str | Path) -> None:
    """Write the file that ``kept_cards`` reads: ``python -m tests.reference.make_gallery`` does."""
    rows = [asdict(card) for card in cards]
    text = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    Path(path).write_text(f"[\n{text}\n]\n", "utf-8")


def kept_cards(path: str | Path) -> tuple[UnitCard, ...]:
    """The cards of a file, whether current or not.

    Raises:
        OSError: where there is no such file. ValueError: where it is no such record.
    """
    try:
        rows: list[dict[str, Any]] = json.loads(bytes_of(path, _MOST_BYTES))
        return tuple(UnitCard(**{**row, **_tuples(row)}) for row in rows)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"{path} is no record of units: {error}") from None


def _tuples(row: dict[str, Any]) -> dict[str, tuple[float, ...]]:
    return {name: tuple(map(float, row[name])) for name in ("values", "slopes")}
