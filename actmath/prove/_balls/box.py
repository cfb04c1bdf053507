"""Boxes with rational sides: what a statement is about, and what a cover cuts into pieces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb, fmpq

from ..._text.kinds import several_of
from ..._text.tables import shortened

Interval = tuple[Fraction, Fraction]
#: How one is had, for errors.
BOX_HINT = "prove.Box.of(name=(low, high)) makes one"


@dataclass(frozen=True, repr=False)
class Box:
    """A product of closed intervals, one for each named axis; a side may be a single point.

    Raises:
        ValueError: if a side is empty or the numbers of names and sides differ.
        TypeError: for other names than texts, or other sides than pairs.

    >>> Box.of(mu=("-0.1", "0.1"), nu=("0.8", "1.5")).midpoint
    (Fraction(0, 1), Fraction(23, 20))
    """

    names: tuple[str, ...]
    sides: tuple[Interval, ...]

    def __post_init__(self) -> None:
        several_of(self.names, str, "names", BOX_HINT)
        for side in several_of(self.sides, tuple, "sides", BOX_HINT):
            if len(side) != 2:
                raise ValueError(f"a side has two ends, got {side!r:.60}")
        if len(self.names) != len(self.sides):
            raise ValueError(f"{len(self.names)} axes but {len(self.sides)} sides")
        for name, (lower, upper) in zip(self.names, self.sides, strict=True):
            if lower > upper:
                raise ValueError(f"the side {name} is empty: {lower} > {upper}")

    @classmethod
    def of(cls, **sides: tuple[str, str]) -> Box:
        """A box from decimals as they are printed, read exactly."""
        exact = tuple((Fraction(low), Fraction(high)) for low, high in sides.values())
        return cls(tuple(sides), exact)

    @property
    def midpoint(self) -> tuple[Fraction, ...]:
        """The centre, exactly."""
        return tuple((lower + upper) / 2 for lower, upper in self.sides)

    @property
    def widths(self) -> tuple[Fraction, ...]:
        """The lengths of the sides."""
        return tuple(upper - lower for lower, upper in self.sides)

    def balls(self) -> list[Any]:
        """One ball around each side."""
        # Both ends are rounded outwards to the working precision: the ball holds the exact side.
        return [
            arb(rational(low)) if low is high else arb(rational(low)).union(arb(rational(high)))
            for low, high in self.sides
        ]

    def for_balls(self) -> Box:
        """The same box with sides that compute ten times faster; ``as_fractions`` undoes it."""
        return Box(self.names, tuple((rational(low), rational(high)) for low, high in self.sides))

    def as_fractions(self) -> Box:
        """The same box with fractions of Python for sides, which can be sent and compared."""
        sides = (
            tuple(Fraction(int(end.numerator), int(end.denominator)) for end in side)
            for side in self.sides
        )
        return Box(self.names, tuple((low, high) for low, high in sides))

    def halves(self, axis: int) -> tuple[Box, Box]:
        """The two closed halves along an axis."""
        lower, upper = self.sides[axis]
        middle = (lower + upper) / 2
        # Closed halves share the cut, so that no point between them is left out.
        return self._with(axis, (lower, middle)), self._with(axis, (middle, upper))

    def face(self, axis: int, upper: bool) -> Box:
        """The part of the boundary where one coordinate is least, or greatest."""
        end = self.sides[axis][upper]
        return self._with(axis, (end, end))

    def _with(self, axis: int, side: Interval) -> Box:
        # Made from a box that was checked, a hundred thousand times: not checked again.
        part = object.__new__(Box)
        sides = (*self.sides[:axis], side, *self.sides[axis + 1 :])
        part.__dict__.update(names=self.names, sides=sides)
        return part

    def contains(self, other: Box) -> bool:
        """Whether the other box, on the same axes, lies inside this one."""
        # Exact fractions are compared: no rounding can let a box stick out.
        return self.names == other.names and all(
            low <= a and b <= high
            for (low, high), (a, b) in zip(self.sides, other.sides, strict=True)
        )

    def side(self, name: str) -> Interval:
        """The side of that name."""
        return self.sides[self.names.index(name)]

    def replaced(self, **sides: tuple[str, str]) -> Box:
        """The same box with other sides for some names."""
        return Box.of(**{**self.as_text(), **sides})

    def __repr__(self) -> str:
        return f"<box {shortened(str(self))}>"

    def __str__(self) -> str:
        sides = (f"{name} in [{low}, {high}]" for name, (low, high) in self.as_text().items())
        return ", ".join(sides)

    def as_text(self) -> dict[str, tuple[str, str]]:
        """Every side as two exact decimals, or fractions where there is no decimal."""
        pairs = zip(self.names, self.sides, strict=True)
        return {name: (exact_text(low), exact_text(high)) for name, (low, high) in pairs}


def rational(value: Fraction | fmpq) -> Any:
    """The same number for balls to compute with, exactly."""
    return value if isinstance(value, fmpq) else fmpq(value.numerator, value.denominator)


def exact_text(value: Fraction) -> str:
    """An exact decimal if there is one, else the fraction.

    >>> exact_text(Fraction(-1, 8)), exact_text(Fraction(1, 3))
    ('-0.125', '1/3')
    """
    # A decimal of n places exists where the denominator divides 10ⁿ; 64 are more than any here has.
    places = next((n for n in range(64) if 10**n % value.denominator == 0), None)
    if not places:
        return str(value)
    # value·10ⁿ is an integer; at least n + 1 digits, so that one stands before the point.
    digits = str(int(abs(value) * 10**places)).rjust(places + 1, "0")
    return "-" * (value < 0) + f"{digits[:-places]}.{digits[-places:]}"


def product_range(factors: Mapping[str, Interval], product: str) -> Interval:
    """The exact range of a coordinate such as ``"mu*omega"`` (or just ``"nu"``) over a box.

    >>> product_range({"mu": (Fraction(-1), Fraction(2)), "nu": (Fraction(3),) * 2}, "mu*nu")
    (Fraction(-3, 1), Fraction(6, 1))
    """
    first, *others = product.split("*")
    low, high = factors[first]
    for name in others:
        # Bilinear in the two ranges, so that the extremes are at corners.
        ends = [a * b for a in (low, high) for b in factors[name]]
        low, high = min(ends), max(ends)
    return low, high
