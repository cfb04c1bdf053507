"""Formulas of a certificate on boxes of balls: the second part of the checker's arithmetic.

M, Q and B are the moments E f(z), E f(z)², E f′(z)² of a unit f at z ~ N(y, x), written in y and
s = √x. The jet M2 is ∂²M/∂y²: jets are Taylor coefficients of power series over balls, and by the
heat equation ∂M/∂x = ½∂²M/∂y². That the declared M solves it is taken for granted, not checked.
"""

from __future__ import annotations

import re
from math import factorial
from typing import Any

from flint import arb, arb_poly, arb_series, ctx

from .arithmetic import OVERHEAD, Enclosure, Lines, Meter, Program, require

Ranges = list[tuple[Any, Any]]
Jets = dict[str, list[Enclosure]]
#: A cell: all y from k·2ᵖ to (k + 1)·2ᵖ for two integers k and p, and all such x.
_Cell = tuple[tuple[int, int], tuple[int, int]]
#: Orders of jets beyond those asked for, from which these become narrow; the most cells; how far
#: from 1 a tile may lie; the power of two that no cell is longer than. Other numbers give other
#: widths of the enclosures, and none of them a wrong one.
_MORE, _MOST_CELLS, _FAR, _COARSEST = 20, 400, 2**64, -2


class Unit:
    """The moments of a unit with their derivatives on tiles of (y, x).

    The half-plane of (y, x) has fixed cells, small in proportion to √x and x. Jets on a cell come
    from a Taylor expansion about its middle, those on a tile from all cells that it meets, made
    narrow about its own middle. Cells and tiles are remembered.
    """

    def __init__(self, meter: Meter, constants: Lines, moments: Lines) -> None:
        self.meter, self.program = meter, Program(["y", "s"], [*constants, *moments])
        self.letters = [name for name, _ in moments if name in ("M", "Q", "B")]
        self._tiles = dict[Any, Jets]()
        self._cells = dict[Any, Jets]()

    def jets(self, y: Enclosure, x: Enclosure, count: int) -> Jets:
        """For each letter the jets of the orders below ``count``.

        Obligation: each ball encloses its jet at all points of the tile, or is NaN.
        """
        if not (y.is_finite() and x.is_finite() and x > 0):
            return {letter: [arb("nan")] * count for letter in self.letters}
        key = count, *(part.man_exp() for ball in (y, x) for part in (ball.mid(), ball.rad()))
        if key not in self._tiles:
            # A tile that is a rounded point is narrow as it is.
            thin = max(y.rad(), x.rad()) * 2 ** (ctx.prec // 2) < 1
            found = self._series(y, x, count) if thin else self._over_cells(y, x, count)
            self._tiles[key] = found
        return self._tiles[key]

    def _over_cells(self, y: Enclosure, x: Enclosure, count: int) -> Jets:
        """Obligation: as ``jets``."""
        united, cells = Jets(), _cells_of(y, x)
        self.meter.spend(OVERHEAD * (1 + len(cells)))
        for cell in cells if len(cells) <= _MOST_CELLS else []:
            # A slope along x takes the jets of two orders more.
            for letter, jets in self._on_cell(cell, count + 2).items():
                known = united.get(letter, jets)
                united[letter] = [one.union(other) for one, other in zip(known, jets, strict=True)]
        if not united:
            return {letter: [arb("nan")] * count for letter in self.letters}
        at_middle = self._series(y.mid(), x.mid(), count)
        dy, half_dx = y - y.mid(), (x - x.mid()) / 2
        for letter, jets in united.items():
            # From the highest order down, so that the slopes are narrow already.
            for k in reversed(range(count)):
                # J(tile) ⊂ J(middle) + ∂J/∂y(tile)·dy + ½∂²J/∂y²(tile)·dx
                value = at_middle[letter][k] + jets[k + 1] * dy + jets[k + 2] * half_dx
                if not jets[k].rad() <= value.rad():
                    jets[k] = value
        return {letter: jets[:count] for letter, jets in united.items()}

    def _on_cell(self, cell: _Cell, count: int) -> Jets:
        """Obligation: as ``jets``."""
        key = cell, count
        if key not in self._cells:
            y, x = (_side(*side) for side in cell)
            at_middle = self._series(y.mid(), x.mid(), count + _MORE)
            on_cell = self._series(y, x, count + _MORE)
            # For each letter: so many terms, each of them some operations in Python.
            self.meter.spend(4 * count * _MORE * len(self.letters))
            self._cells[key] = {
                letter: _expanded(y, x, count, at_middle[letter], on_cell[letter])
                for letter in self.letters
            }
        return self._cells[key]

    def _series(self, y: Enclosure, x: Enclosure, count: int) -> Jets:
        """Jets as the Taylor coefficients of moments along y, the k-th times k!."""
        # What a step on series costs even if they are short is that of four terms.
        self.meter.spend((count + 4) * len(self.program.steps))
        ctx.cap, registers = count, list(self.program.start)
        registers[:2] = arb_series([y, 1]), x.sqrt()
        self.program.run(registers)
        found = Jets()
        for letter in self.letters:
            value: Any = registers[self.program.names[letter]]
            moment = arb_series([0]) + value
            require(moment.prec >= count, "a moment has no power series")
            found[letter] = [moment[k] * factorial(k) for k in range(count)]
        return found


def _expanded(
    y: Enclosure, x: Enclosure, count: int, at_middle: list[Enclosure], on_cell: list[Enclosure]
) -> list[Enclosure]:
    """Jets on a cell by Taylor's theorem, along y and then along x: wide ones only in remainders.

    Obligation: if all these jets are enclosed at the cell's middle, and on the cell, however wide,
    then those of the first ``count`` orders, but for the last two, are enclosed on the cell.
    """
    # J(y, middle) = Σ ∂ʲJ/∂yʲ(middle)·dyʲ/j!, where the last jet is taken somewhere on the way.
    jets = [*at_middle[:-1], on_cell[-1]]
    taylor = arb_poly([jet / factorial(k) for k, jet in enumerate(jets)])
    shifted = taylor(arb_poly([y - y.mid(), 1]))
    jets = [shifted[k] * factorial(k) for k in range(len(jets))]
    # J(y, x) = Σ ∂²ʲJ/∂y²ʲ(y, middle)·(dx/2)ʲ/j!, and the last jet is one of the last two here.
    jets[-2:] = on_cell[-2:]
    half_dx = (x - x.mid()) / 2
    for k in range(count):
        value = arb(0)
        for j in reversed(range((len(jets) - k + 1) // 2)):
            value = jets[k + 2 * j] + value * half_dx / (j + 1)
        jets[k] = value
    return jets[:count]


class CheckedFormula:
    """A formula of a certificate on boxes of its coordinates, which are products of variables."""

    def __init__(self, text: dict[str, Any], meter: Meter, units: dict[str, Unit]) -> None:
        names, self.products = ([pair[k] for pair in text["coordinates"]] for k in (0, 1))
        constants, moments = text["constants"], text["moments"]
        jets = sorted({*re.findall(r"\b[MQB][0-9]\b", str(text["value"]))})
        early = Program([*names, *jets], [*constants, *text["inputs"]])
        self.program = Program([*names, *jets], [*constants, *text["inputs"], *text["value"]])
        # The first steps make y and x of the coordinates; jets are known after them.
        self.early, self.steps, self.size = len(early.steps), len(self.program.steps), len(names)
        self.jets = [(k, jet[0], int(jet[1])) for k, jet in enumerate(jets, len(names))]
        self.meter = meter
        self.unit = units.setdefault(str((constants, moments)), Unit(meter, constants, moments))

    def value(self, box: Ranges) -> Enclosure:
        """Obligation: the ball encloses the formula's values at all points of the box."""
        registers, _ = self._registers(box, 1)
        return registers[self.program.names["value"]]

    def value_and_slopes(self, box: Ranges) -> tuple[Enclosure, list[Enclosure]]:
        """Obligation: the second encloses the derivatives along the coordinates on the box, too."""
        # A slope of a jet takes the next two jets: ∂M/∂y is the next, ∂M/∂x half of the one after.
        registers, jets = self._registers(box, 3)
        slopes = [arb(0)] * len(registers)
        value = self.program.names["value"]
        slopes[value] = arb(1)
        self.program.run_back(registers, slopes, self.early, self.steps)
        for register, letter, order in self.jets:
            y, x = self.program.names["y"], self.program.names["x"]
            slopes[y] = slopes[y] + slopes[register] * jets[letter][order + 1]
            slopes[x] = slopes[x] + slopes[register] * jets[letter][order + 2] / 2
        self.program.run_back(registers, slopes, 0, self.early)
        return registers[value], slopes[: self.size]

    def _registers(self, box: Ranges, more: int) -> tuple[list[Enclosure], Jets]:
        """All registers after all steps, and jets of that many orders more than the formula's."""
        self.meter.runs += 1
        self.meter.spend(OVERHEAD + self.steps * (32 if more > 1 else 8))
        registers, jets = list(self.program.start), Jets()
        registers[: self.size] = [arb(low).union(arb(high)) for low, high in box]
        self.program.run(registers, 0, self.early)
        if self.jets:
            y, x = registers[self.program.names["y"]], registers[self.program.names["x"]]
            jets = self.unit.jets(y, x, more + max(order for _, _, order in self.jets))
        for register, letter, order in self.jets:
            registers[register] = jets[letter][order]
        self.program.run(registers, self.early, self.steps)
        return registers, jets


def _cells_of(y: Enclosure, x: Enclosure) -> list[_Cell]:
    """Obligation: the cells fill the tile, or are too many; or none, where it is too far away."""
    if not (abs(y) < _FAR and 1 / arb(_FAR) < x < _FAR):
        return []
    found, (bottom, top) = list[_Cell](), (y.lower(), y.upper())
    k, p = _floor(x.lower(), min(_floor(x.lower())[1], _COARSEST))
    while len(found) <= _MOST_CELLS and k <= _floor(x.upper(), p)[0]:
        # 2³ ≤ k < 2⁴: x is cut into 1/8 of its power of two, and y into some √x/6.
        size = (p + 3) // 2 - 2
        first, last = (_floor(end, size)[0] for end in (bottom, top))
        rows = range(first, last + 1)[: _MOST_CELLS + 1]
        found += [((row, size), (k, p)) for row in rows]
        k, p = (k + 1, p) if k < 15 or p == _COARSEST else (8, p + 1)
    return found


def _side(k: int, p: int) -> Enclosure:
    """All numbers from k·2ᵖ to (k + 1)·2ᵖ, exactly."""
    return (arb(2 * k + 1) + arb(0, 1)) * arb(2) ** (p - 1)


def _floor(point: Enclosure, power: int | None = None) -> tuple[int, int]:
    """An exact number as k·2ᵖ, rounded down: for a given p, or with k of four binary digits."""
    digits, exponent = (int(part) for part in point.man_exp())
    power = exponent + digits.bit_length() - 4 if power is None else power
    shift = exponent - power
    return (digits << shift if shift >= 0 else digits >> -shift), power
