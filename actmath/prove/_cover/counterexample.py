"""Where a bound fails: a point, and the formula's value there to certain digits."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import ctx

from .._balls.box import Box, exact_text
from .._balls.evaluate import evaluator
from .statement import Bound


@dataclass(frozen=True)
class Counterexample:
    """A point of the domain where a bound certainly fails, and the formula's value there."""

    point: tuple[tuple[str, str], ...]
    value: str

    def __str__(self) -> str:
        place = ", ".join(f"{name} = {value}" for name, value in self.point)
        return f"{self.value} at {place}"


def counterexample_at(
    bound: Bound, domain: Box, point: tuple[Fraction, ...], bits: int
) -> Counterexample:
    """A point of a domain with the value of a bound's formula there, to 15 certain digits."""
    place = Box(domain.names, tuple((value, value) for value in point))
    with ctx.workprec(bits):
        # 64 bits, the least used, are 19 digits: four more than the 15 that are printed.
        value = evaluator(bound.formula).value(bound.formula.coordinates.box(place))
        # str(15) prints no digit that the ball's radius leaves open.
        return Counterexample(named_coordinates(domain, point), value.str(15, radius=False))


def named_coordinates(domain: Box, point: tuple[Fraction, ...]) -> tuple[tuple[str, str], ...]:
    """A point's coordinates in a domain, each with its name, as exact texts."""
    pairs = zip(domain.names, point, strict=True)
    return tuple((name, exact_text(value)) for name, value in pairs)
