"""``check``: how many digits each route keeps of an activation that somebody wrote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..._arrays import seed_number, whole_number
from ..._text.tables import Tabular
from ...activation import Activation
from ...derive._formula.pieces import breakpoints
from ...derive._subject import resolve
from ...lower._arithmetics import FLOAT64
from ...number import Number, evaluated
from .evaluation import Trial, keep_digits
from .kept import Kept
from .moment_routes import moment_digits
from .reference import Reference
from .routes import QUANTITIES, routes

# Points of the sheet's one row: powers of ten that are 100 apart, and few random ones.
_BRIEF_STRIDE, _BRIEF_COUNT = 100, 4
# Digits of a break's place.
_PLACE = 60
_SHOWN = 3
#: Minutes, of a unit that is slow in many digits.
_MOST_POINTS = 10_000


@dataclass(frozen=True, repr=False)
class Check(Tabular):
    """What every route keeps: one row for each route and quantity, those that lose most first.

    ``breaks``: where the formula's pieces end, as text; ``seed``: of the random points; ``named``:
    the intervals on which float64 is known to lose digits, by ``lower.losses``, as text.
    """

    css_class = "sheet"

    activation: str
    formula: str
    breaks: tuple[str, ...]
    seed: int
    kept: tuple[Kept, ...]
    named: tuple[str, ...] = ()

    @property
    def lost(self) -> tuple[Kept, ...]:
        """The rows that keep less than is promised, or whose route failed."""
        return tuple(row for row in self.kept if row.lost)

    def of(self, route: str, quantity: str = "f") -> Kept:
        """The row of a route and quantity; KeyError names the routes."""
        for row in self.kept:
            if (row.route, row.quantity) == (route, quantity):
                return row
        known = sorted({row.route for row in self.kept})
        raise KeyError(f"no route {route!r} has {quantity!r}; the routes: {', '.join(known)}")

    @property
    def summary(self) -> str:
        """What is kept of each quantity, in one line."""
        return "; ".join(
            f"{row.quantity}: {row.note}"
            if row.digits is None
            else f"{row.quantity}: {row.digits:.1f} of {row.whole:.1f}, fewest at x = {row.at}"
            for row in self.kept
        )

    def columns(self) -> tuple[str, ...]:
        """Titles of the columns."""
        return ("route", "", "digits", "of", "worst at", "there", "right")

    def rows(self) -> tuple[tuple[str, ...], ...]:
        """Route, quantity, digits kept and there, the worst point and the two values there."""
        return tuple(_cells(row) for row in sorted(self.kept, key=_deficit))

    def caption(self) -> str:
        """The activation, how many rows lose digits, and how many have none."""
        lost = self.lost
        empty = sum(row.digits is None and not row.lost for row in self.kept)
        without = f"; {empty} without a number" if empty else ""
        without += f"; known to lose digits: {', '.join(self.named)}" if self.named else ""
        if not lost:
            kept = f"{len(self.kept) - empty} rows keep the digits that are promised"
            return f"{self.activation}: {kept}{without}"
        routes = ", ".join(f"{row.route} ({row.quantity})" for row in lost[:_SHOWN])
        more = ", …" if len(lost) > _SHOWN else ""
        count = f"{len(lost)} of {len(self.kept)} rows lose digits"
        return f"{self.activation}: {count}: {routes}{more}{without}"

    def to_json(self) -> dict[str, Any]:
        """The fields as plain data, and of each row whether digits are lost."""
        rows = [{**row.to_json(), "lost": row.lost} for row in self.kept]
        return {**super().to_json(), "kept": rows, "lost": len(self.lost)}


def _cells(row: Kept) -> tuple[str, ...]:
    if row.digits is None:
        return (row.route, row.quantity, row.note)
    digits = f"{row.digits:.1f}" + (" (lost)" if row.lost else "")
    there = f"{row.got}; {row.note}" if row.note else row.got
    return (row.route, row.quantity, digits, f"{row.whole:.1f}", row.at, there, row.right)


def _deficit(row: Kept) -> tuple[int, float]:
    """Failures first, then what falls shortest of its promise, then what promises nothing."""
    if row.digits is None:
        return (0 if row.lost else 3, 0.0)
    return (0 if row.lost else 1 if row.promised else 2, row.digits - (row.promised or 0.0))


def check(
    activation: Activation | str, *, seed: int = 0, points: int = 32, **parameters: Number
) -> Check:
    """How many digits each arithmetic, moment and gradient keeps, and where fewest.

    Points are powers of ten from 1e-300 to 1e300 with both signs, breaks and the floats beside
    them, moderate numbers, the largest and smallest of each format, ±∞, nan, and random ones. What
    is right comes from the formula as it was declared, evaluated node by node at rising precision;
    none of the package's own forms is used. Digits are those beyond the unavoidable loss: an ulp of
    x moves f by |x·f′| ulps, which no arithmetic can help.

    Promised are 4 ulp·(1 + condition number) of f, f′ and autograd in float64 and float32 and
    of mpmath, that balls hold the value, 15 digits of ``moments``, 12 of array moments and 10 of
    their gradients. Where PyTorch, NumPy or python-flint is not installed the row says so.

    Args:
        activation: an ``Activation`` or a catalog name.
        seed: of the random points.
        points: how many of them, up to 10,000.
        parameters: values to use in place of the defaults.

    Raises:
        KeyError: for an unknown name. ValueError: for a parameter that is unknown or outside its
            domain, or a seed or number of points that is too small or too large. TypeError: for one
            that is no integer.

    >>> found = check("relu", points=4)
    >>> found.of("NumPy float64").digits > 15, found.of("mpmath 200 bits", "f′").lost
    (True, False)
    """
    seed, points = seed_number(seed), whole_number(points, "points", 0, _MOST_POINTS)
    subject = resolve(activation, parameters)
    breaks = break_places(subject)
    trial = Trial(Reference(subject.formula()), breaks, seed, points)
    kept = [keep_digits(route, trial) for route in routes(subject)]
    kept += moment_digits(subject, breaks)
    return replace(_finished(subject, breaks, seed, kept), named=tuple(_named(subject)))


def _named(subject: Activation) -> Iterator[str]:
    """What cannot be served in float64: the guard's own list."""
    try:
        from ...lower._for_numpy import losses
    except ImportError:
        # Without NumPy there is no such float64; the row of NumPy says so.
        return
    for order, quantity in enumerate(QUANTITIES):
        try:
            found = losses(subject, order)
        except (ValueError, NotImplementedError):
            # What cannot be lowered is refused in the rows.
            continue
        yield from (f"{quantity} from {loss.lower:g} to {loss.upper:g}" for loss in found)


def brief_check(subject: Activation) -> Check:
    """The rows of NumPy's float64 at a few points: a fraction of a second."""
    breaks = break_places(subject)
    trial = Trial(Reference(subject.formula()), breaks, 0, _BRIEF_COUNT, _BRIEF_STRIDE, ends=False)
    found = (route for route in routes(subject, ["numpy"]) if route.precision == FLOAT64)
    kept = [keep_digits(route, trial) for route in found]
    return _finished(subject, breaks, 0, kept)


def _finished(subject: Activation, breaks: Sequence[Any], seed: int, kept: list[Kept]) -> Check:
    places = tuple(f"{float(at):.17g}" for at in breaks)
    return Check(subject.name, str(subject.formula()), places, seed, tuple(kept))


def break_places(subject: Activation) -> tuple[Any, ...]:
    """The ends of the formula's pieces as mpfs; none where they cannot be found."""
    return tuple(_places(subject))


def _places(subject: Activation) -> Iterator[Any]:
    try:
        found = breakpoints(subject.formula())
    except ValueError:
        # Only points and panels are chosen by them: without, fewer faults are found.
        return
    for at in found:
        yield evaluated(at, _PLACE)._to_mpmath(4 * _PLACE)
