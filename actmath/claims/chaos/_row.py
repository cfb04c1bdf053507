"""One row of the claims about random networks, and what of slopes they share."""

from __future__ import annotations

from collections.abc import Callable

from sympy import diff

from ...activation import Activation
from ...notation import x
from ...numeric._gaussian.evaluate import gaussian
from ...sources import Source
from .._claim import Claim, Finding, Kind


def chaos_row(
    part: str,
    statement: str,
    tex: str,
    source: Source,
    check: Callable[[], Finding],
    assumptions: str,
    kind: Kind = Kind.DERIVED,
) -> Claim:
    """The claim C-``part``, such as C-EOC-1."""
    return Claim(
        id=f"C-{part}",
        statement=statement,
        tex=tex,
        source=source,
        assumptions=assumptions,
        kind=kind,
        check=check,
    )


def derivative_unit(unit: Activation) -> Activation:
    """f′ as a unit of its own."""
    return Activation(f"{unit.name}_slope", diff(unit.formula(), x))


def slope_powers(unit: Activation, length: float) -> tuple[float, float]:
    """E f′² and E f′⁴ at N(0, length): the first two moments of squared slopes."""
    slope = diff(unit.formula(), x)
    square = Activation(f"{unit.name}_squared_slope", slope**2)
    at = gaussian(square, 0.0, length)
    return float(at.mean), float(at.second)
