"""Formulas of a certificate on boxes of balls: the second part of the checker's arithmetic.

M, Q and B are the moments E f(z), E f(z)², E f′(z)² of a unit f at z ~ N(y, x), written in y and
s = √x. The jet M2 is ∂²M/∂y²: jets are Taylor coefficients of power series over balls, and by the
heat equation ∂M/∂x = ½∂²M/∂y². That the declared M solves it is taken for granted, not checked.
"""

from __future__ import annotations

import operator
import re
from itertools import product
from math import factorial
from typing import Any, NamedTuple

from flint import arb, arb_series, ctx

from .arithmetic import OVERHEAD, Enclosure, Lines, Meter, Program, require

Ranges = list[tuple[Any, Any]]
#: Terms of a Taylor polynomial, and cells of a tile with many; the most cells of a tile; how far
#: from 1 it may lie; the power of two that no cell is longer than. Other numbers give other widths
#: of the enclosures, and none of them a wrong one.
_TERMS, _MANY, _MOST_CELLS, _FAR, _COARSEST = 4, 16, 400, 2**64, -3


class _Cell(NamedTuple):
    """A small rectangle of (y, x), and for each letter the jets at its middle and on all of it."""

    y: Enclosure
    x: Enclosure
    at_middle: dict[str, list[Enclosure]]
    everywhere: dict[str, list[Enclosure]]


class Unit:
    """The moments of a unit with their derivatives on tiles of (y, x).

    The half-plane of (y, x) has fixed cells, small in proportion to √x and x. On the part of a tile
    that lies in a cell, a jet is its Taylor polynomial about the cell's middle, with a remainder
    enclosed on the cell. Cells and tiles are remembered.
    """

    def __init__(self, meter: Meter, constants: Lines, moments: Lines) -> None:
        self.meter, self.program = meter, Program(["y", "s"], [*constants, *moments])
        self.letters = [name for name, _ in moments if name in ("M", "Q", "B")]
        self._tiles = dict[Any, dict[str, list[Enclosure]]]()
        self._cells = dict[Any, _Cell]()

    def jets(self, y: Enclosure, x: Enclosure, count: int) -> dict[str, list[Enclosure]]:
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

    def _over_cells(self, y: Enclosure, x: Enclosure, count: int) -> dict[str, list[Enclosure]]:
        """Obligation: as ``jets``."""
        united = dict[str, list[Enclosure]]()
        cells = _cells_of(y, x)
        self.meter.spend(OVERHEAD * (1 + len(cells)))
        terms = _TERMS if len(cells) < _MANY else 1
        for rows, columns in cells if len(cells) <= _MOST_CELLS else []:
            cell = self._cell(rows, columns, count)
            part = self._taylor(cell, _common(y, cell.y), _common(x, cell.x), count, terms)
            for letter, jets in part.items():
                known = united.get(letter, jets)
                united[letter] = [one.union(other) for one, other in zip(known, jets, strict=True)]
        return united or {letter: [arb("nan")] * count for letter in self.letters}

    def _cell(self, y: tuple[int, int], x: tuple[int, int], count: int) -> _Cell:
        """The cell of all y from k·2ᵖ to (k + 1)·2ᵖ for two integers k and p, and all such x."""
        key = y, x, count
        if key not in self._cells:
            tall, wide = _side(*y), _side(*x)
            # Two orders more than a remainder takes: from them those below become narrow.
            jets = self._series(tall, wide, count + 2 * _TERMS + 2)
            middle = self._series(tall.mid(), wide.mid(), count + 2 * _TERMS)
            dy, half_dx = tall - tall.mid(), (wide - wide.mid()) / 2
            for letter, found in jets.items():
                for k in reversed(range(len(found) - 2)):
                    # J(cell) ⊂ J(middle) + ∂J/∂y(cell)·dy + ½∂²J/∂y²(cell)·dx
                    found[k] = middle[letter][k] + found[k + 1] * dy + found[k + 2] * half_dx
            self._cells[key] = _Cell(tall, wide, middle, jets)
        return self._cells[key]

    def _taylor(
        self, cell: _Cell, y: Enclosure, x: Enclosure, count: int, terms: int
    ) -> dict[str, list[Enclosure]]:
        """Jets on a part of a cell by Taylor's theorem with Lagrange's remainder.

        The k-th is Σ J(k + i + 2j)·dyⁱ/i!·(dx/2)ʲ/j!, with jets J at the cell's middle where
        i + j < terms, and jets on the whole cell where i + j = terms.
        """
        self.meter.spend(3 * terms * count)
        dy, half_dx = y - cell.y.mid(), (x - cell.x.mid()) / 2
        of_y, of_x = _exponential_terms(dy, terms), _exponential_terms(half_dx, terms)
        inner, last = [arb(0)] * (2 * terms - 1), [arb(0)] * (2 * terms + 1)
        for i, j in product(range(terms + 1), repeat=2):
            if i + j <= terms:
                weights = inner if i + j < terms else last
                weights[i + 2 * j] = weights[i + 2 * j] + of_y[i] * of_x[j]
        return {
            letter: [
                sum(map(operator.mul, inner, cell.at_middle[letter][k:]), arb(0))
                + sum(map(operator.mul, last, cell.everywhere[letter][k:]), arb(0))
                for k in range(count)
            ]
            for letter in self.letters
        }

    def _series(self, y: Enclosure, x: Enclosure, count: int) -> dict[str, list[Enclosure]]:
        """Jets as the Taylor coefficients of moments along y, the k-th times k!."""
        # What a step on series costs even if they are short is that of four terms.
        self.meter.spend((count + 4) * len(self.program.steps))
        ctx.cap, registers = count, list(self.program.start)
        registers[:2] = arb_series([y, 1]), x.sqrt()
        self.program.run(registers)
        found = dict[str, list[Enclosure]]()
        for letter in self.letters:
            value: Any = registers[self.program.names[letter]]
            moment = arb_series([0]) + value
            require(moment.prec >= count, "a moment has no power series")
            found[letter] = [moment[k] * factorial(k) for k in range(count)]
        return found


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

    def _registers(
        self, box: Ranges, more: int
    ) -> tuple[list[Enclosure], dict[str, list[Enclosure]]]:
        """All registers after all steps, and jets of that many orders more than the formula's."""
        self.meter.runs += 1
        self.meter.spend(OVERHEAD + self.steps * (32 if more > 1 else 8))
        registers, jets = list(self.program.start), dict[str, list[Enclosure]]()
        registers[: self.size] = [arb(low).union(arb(high)) for low, high in box]
        self.program.run(registers, 0, self.early)
        if self.jets:
            y, x = registers[self.program.names["y"]], registers[self.program.names["x"]]
            jets = self.unit.jets(y, x, more + max(order for _, _, order in self.jets))
        for register, letter, order in self.jets:
            registers[register] = jets[letter][order]
        self.program.run(registers, self.early, self.steps)
        return registers, jets


def _cells_of(y: Enclosure, x: Enclosure) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Obligation: the cells fill the tile, or are too many; or none, where it is too far away."""
    if not (abs(y) < _FAR and 1 / arb(_FAR) < x < _FAR):
        return []
    found = list[tuple[tuple[int, int], tuple[int, int]]]()
    k, p = _floor(x.lower(), min(_floor(x.lower())[1], _COARSEST))
    while len(found) <= _MOST_CELLS and k <= _floor(x.upper(), p)[0]:
        # 2⁵ ≤ k < 2⁶: x is cut into 1/32 of its power of two, and y into about √x/16.
        size = (p + 5) // 2 - 4
        # Wide tiles take cells twice as high.
        size += bool(y.upper() - y.lower() > 3 * arb(2) ** size)
        rows = range(_floor(y.lower(), size)[0], _floor(y.upper(), size)[0] + 1)
        found += [((row, size), (k, p)) for row in rows[: _MOST_CELLS + 1]]
        k, p = (k + 1, p) if k < 63 or p == _COARSEST else (32, p + 1)
    return found


def _side(k: int, p: int) -> Enclosure:
    """All numbers from k·2ᵖ to (k + 1)·2ᵖ, exactly."""
    return (arb(2 * k + 1) + arb(0, 1)) * arb(2) ** (p - 1)


def _exponential_terms(step: Enclosure, count: int) -> list[Enclosure]:
    """stepⁱ/i! for i = 0, …, _TERMS."""
    terms = [arb(1)]
    for i in range(1, count + 1):
        terms.append(terms[-1] * step / i)
    return terms


def _floor(point: Enclosure, power: int | None = None) -> tuple[int, int]:
    """An exact number as k·2ᵖ, rounded down: for a given p, or with k of six binary digits."""
    digits, exponent = (int(part) for part in point.man_exp())
    power = exponent + digits.bit_length() - 6 if power is None else power
    shift = exponent - power
    return (digits << shift if shift >= 0 else digits >> -shift), power


def _common(one: Enclosure, other: Enclosure) -> Enclosure:
    """Obligation: encloses the points that two balls have in common."""
    return one.lower().max(other.lower()).union(one.upper().min(other.upper()))
