"""One row of the claims of Gulcehre et al. (2016) about noisy units."""

from __future__ import annotations

from collections.abc import Callable

from ...sources import Source
from .._claim import Claim, Finding, Kind

PAPER = "gulcehre2016"


def noisy_row(
    *,
    part: str,
    statement: str,
    tex: str,
    where: str,
    check: Callable[[], Finding],
    assumptions: str = "hard tanh, p ≠ 0, c > 0",
    kind: Kind = Kind.DERIVED,
) -> Claim:
    """The claim C-NOI-``part``."""
    return Claim(
        id=f"C-NOI-{part}",
        statement=statement,
        tex=tex,
        source=Source(PAPER, where),
        assumptions=assumptions,
        kind=kind,
        check=check,
    )
