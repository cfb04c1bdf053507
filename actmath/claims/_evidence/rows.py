"""One maker of rows: what the rows of a paper share, and how a wording is known, is said once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...sources import Source
from .._claim import Claim, Finding, Kind

# The lists from which rows on later papers come say so of each.
FROM_MEMORY = "as remembered, the wording not seen"
SECOND_HAND = "as reported by others, the wording not seen"


@dataclass(frozen=True)
class Rows:
    """Makes the rows of a paper's claims from what each says of its own.

    Args:
        prefix: what their ids begin with.
        paper: the work's key in the bibliography, for rows whose source is a place in it.
        kind: that of rows that name none.
        assumptions: those of rows that name none.

    >>> row = Rows("C-TST", "he2015", assumptions="every x")
    >>> str(row("1.a", "It holds.", "1 = 1", "Eq. 1", lambda: None).source)
    'He et al. 2015, Eq. 1'
    """

    prefix: str
    paper: str = ""
    kind: Kind = Kind.DERIVED
    assumptions: str = ""

    def __call__(
        self,
        part: str,
        statement: str,
        tex: str,
        source: Source | str,
        check: Callable[[], Finding],
        assumptions: str = "",
        kind: Kind | None = None,
    ) -> Claim:
        """The claim ``prefix``-``part``.

        Args:
            source: where it is made, or the place in the paper alone.
            part, statement, tex, check, assumptions, kind: as in ``Claim``.

        Raises:
            ValueError: as ``Claim`` and ``Source`` do.
        """
        return Claim(
            id=f"{self.prefix}-{part}",
            statement=statement,
            tex=tex,
            source=Source(self.paper, source) if isinstance(source, str) else source,
            assumptions=assumptions or self.assumptions,
            kind=kind or self.kind,
            check=check,
        )
