"""Write ``book/units.json``, what the gallery shows: ``python -m tests.reference.make_gallery``."""

from __future__ import annotations

import sys
from pathlib import Path

from actmath.catalog import CATALOG, told
from actmath.numeric._check.gallery import UnitCard, write_gallery
from actmath.numeric._check.unit_card import unit_card

RECORD = Path(__file__).parents[2] / "book" / "units.json"


def main(names: list[str]) -> None:
    """All units, those of the chapters first."""
    cards: list[UnitCard] = []
    for name in names or [*told(), *(name for name in CATALOG if name not in told())]:
        cards.append(unit_card(name))
        print(name, flush=True)
    write_gallery(cards, RECORD)


if __name__ == "__main__":
    main(sys.argv[1:])
