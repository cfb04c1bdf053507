"""One row of the claims of Sitzmann et al. (2020), and how its wording is known."""

from __future__ import annotations

from collections.abc import Callable

from sympy import Expr, integrate, simplify

from ...notation import x
from ...sources import Source
from .._claim import Claim, Finding, Kind

PAPER = "sitzmann2020"
#: The square of the bound ±√(6/n) of the weights, times n.
BOUND = 6
# The lists from which these rows come say so of each.
FROM_MEMORY = "as remembered, the wording not seen"
SECOND_HAND = "as reported by others, the wording not seen"


def siren_row(
    part: str,
    statement: str,
    tex: str,
    locator: str,
    check: Callable[[], Finding],
    assumptions: str,
    kind: Kind = Kind.DERIVED,
) -> Claim:
    """The claim C-SIR-``part``."""
    return Claim(
        id=f"C-SIR-{part}",
        statement=statement,
        tex=tex,
        source=Source(PAPER, locator),
        assumptions=assumptions,
        kind=kind,
        check=check,
    )


def uniform_variance(bound: Expr) -> Expr:
    """E w² of weights that are uniform between −bound and bound."""
    return simplify(integrate(x**2, (x, -bound, bound)) / (2 * bound))
