"""Where networks settle: the fixed point for every cell of (omega, tau), enclosed (C-SNN-4, 11)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from ... import catalog
from ..._text.kinds import check_kind
from .._balls.box import Box, Interval, exact_text
from .._cover.statement import Bound, Part, Statement
from ._declare import SELU_TILES, SELU_WITH_WEIGHTS, Declaration, into
from ._hulls import attracting_box
from .backward import TILE_FACTOR

# Cells of 1/40 × 1/40 in (omega, tau): |omega| ≤ 0.1, 0.8 ≤ tau ≤ 1.25.
_OMEGAS = [Fraction(k, 40) for k in range(-4, 5)]
_TAUS = [Fraction(k, 40) for k in range(32, 51)]
NAME = "fixed-points"


@dataclass(frozen=True)
class Cell:
    """For all (omega, tau) of a cell: the box of (mean, variance) that holds the fixed point."""

    omega: Interval
    tau: Interval
    mean: Interval
    variance: Interval


def cells(statement: Statement) -> tuple[Cell, ...]:
    """The picture that ``fixed-points`` certifies, as numbers.

    Raises:
        TypeError: for what is no statement.
    """
    check_kind(statement, Statement, "statement", "prove.STATEMENTS holds them")
    names = ("omega", "tau", "mu", "nu")
    return tuple(Cell(*(part.domain.side(name) for name in names)) for part in statement.parts)


def _part(omega: tuple[Fraction, Fraction], tau: tuple[Fraction, Fraction]) -> Part:
    # From the fixed point of omega = 0, tau = 1 the images settle around that of the cell.
    start = Box(
        ("mu", "omega", "nu", "tau"),
        ((Fraction(0), Fraction(0)), omega, (Fraction(1), Fraction(1)), tau),
    )
    # A tenth of the usual margin, ten units of the last place: these boxes are to be small.
    box = attracting_box(catalog.selu, start, 1e-4)
    # Banach: into itself, and a norm below 1; then tau·E f′² on the same box.
    claims = (
        *into(SELU_TILES, box),
        Bound(SELU_WITH_WEIGHTS.norm(), "<", "1"),
        Bound(TILE_FACTOR, ">", "1.01"),
        Bound(TILE_FACTOR, "<", "1.16"),
    )
    return Part(box, claims)


def _fixed_points() -> Statement:
    parts = [_part(omega, tau) for tau in pairwise(_TAUS) for omega in pairwise(_OMEGAS)]
    low, high = exact_text(_TAUS[0]), exact_text(_TAUS[-1])
    return Statement(
        NAME,
        "C-SNN-11",
        f"for each of {len(parts)} cells that fill |omega| ≤ 0.1, {low} ≤ tau ≤ {high} there is "
        "exactly one fixed point in a stated small box, it attracts the box, and in it every "
        "layer multiplies the second moment of a gradient by 1.01 to 1.16",
        tuple(parts),
        follows="g maps each box into itself and contracts it (Banach); tau E f'^2 is enclosed on "
        "the box, so a deep network that has settled makes gradients grow exponentially",
    )


DECLARED: tuple[Declaration, ...] = ((NAME, _fixed_points),)
