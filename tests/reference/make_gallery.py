"""Write ``book/units.json``, what the gallery shows: ``python -m tests.reference.make_gallery``.

With names of units these are measured anew, and the others where their formulas have changed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from actmath.numeric import gallery
from actmath.numeric._check.gallery import kept_cards, write_cards

RECORD = Path(__file__).parents[2] / "book" / "units.json"


def main(names: list[str]) -> None:
    """All units without names."""
    known = kept_cards(RECORD) if names else ()
    write_cards([card for card in known if card.name not in names], RECORD)
    write_cards(gallery(RECORD), RECORD)


if __name__ == "__main__":
    main(sys.argv[1:])
