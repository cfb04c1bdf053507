"""Formulas run on boxes of balls, their moments enclosed as tightly as it pays."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from sympy import Expr, Symbol

from ...activation import Activation
from ...lower._for_arb import arb_function
from .box import Box
from .formula import Formula, in_order, steps, without_assumptions
from .unit import S, Y, jet, jet_formula, jets_of

#: Tiles of one formula kept at a time; a cover of 10,000 boxes, the largest here, fits.
_REMEMBERED = 20_000


class Evaluator:
    """One formula, compiled: its value and its derivatives on a box.

    The jets are enclosed on the tile of all (y, x), and tiles recur while other coordinates are
    cut, so the last ones are remembered.
    """

    def __init__(self, formula: Formula) -> None:
        variables = formula.coordinates.symbols
        jets = jets_of(formula.value, *formula.gradient)
        constants = formula.constants
        self._inputs = _compiled(variables, [formula.y, formula.x] if jets else [])
        # Jets depend on y and x alone, hence only on these coordinates.
        inside = formula.y.free_symbols | formula.x.free_symbols
        self._inner = [k for k, symbol in enumerate(variables) if symbol in inside]
        # Two programs: the value alone is all that a point or a natural enclosure needs.
        results = [formula.value, *formula.gradient]
        self._value = _compiled([*variables, *jets], results[:1], constants)
        self._slopes = _compiled([*variables, *jets], results, constants)
        self._names = [symbol.name for symbol in jets]
        self._moments = JetsOnTiles(formula.activation, tuple(self._names)) if jets else None
        self._tiles: dict[tuple[int, ...], list[Any]] = {}

    def value(self, box: Box) -> Any:
        """An enclosure of the formula on a box."""
        balls = box.balls()
        return self._value(*balls, *self._tile(box, balls))[0]

    def value_and_gradient(self, box: Box) -> list[Any]:
        """The same, and enclosures of the derivatives along all coordinates."""
        balls = box.balls()
        return self._slopes(*balls, *self._tile(box, balls))

    def _tile(self, box: Box, balls: list[Any]) -> list[Any]:
        if self._moments is None:
            return []
        # Integers, because the hash of a fraction takes longer than a sum of balls.
        ends = (end for k in self._inner for end in box.sides[k])
        key = tuple(number for end in ends for number in (end.numerator, end.denominator))
        if key not in self._tiles:
            if len(self._tiles) > _REMEMBERED:
                self._tiles.clear()
            jets = self._moments.on_tile(*self._inputs(*balls))
            self._tiles[key] = [jets[name] for name in self._names]
        return self._tiles[key]


class JetsOnTiles:
    """The jets of a unit on tiles of (y, x).

    Each is enclosed by its closed form or, where that is narrower, by the mean-value form about
    the tile's midpoint with the next jets as derivatives.
    """

    def __init__(self, activation: Activation | None, names: tuple[str, ...]) -> None:
        orders: dict[str, int] = {}
        for name in names:
            # Two orders more: ∂/∂y raises the order by one, ∂/∂x = ½∂²/∂y² by two.
            orders[name[0]] = max(orders.get(name[0], 0), int(name[1:]) + 2)
        self._jets = [(m, k) for m, top in orders.items() for k in range(top + 1)]
        self._forms = compiled_jets(activation, tuple(self._jets))

    def on_tile(self, y: Any, x: Any) -> dict[str, Any]:
        """Every jet by name, up to two orders more than were asked for."""
        # Natural enclosures of all jets on the tile, with s = √x.
        found = dict(zip(self._jets, self._forms(y, x.sqrt()), strict=True))
        if not y.is_exact() or not x.is_exact():
            middle = self._forms(y.mid(), x.mid().sqrt())
            centre = dict(zip(self._jets, middle, strict=True))
            dy, half_dx = y - y.mid(), (x - x.mid()) / 2
            # From the highest order down, so that the slopes are narrow already.
            for m, k in reversed(self._jets):
                if (m, k + 2) in found:
                    # J(y, x) ⊂ J(c) + ∂J/∂y·(y − c_y) + ½∂²J/∂y²·(x − c_x)
                    slopes = found[m, k + 1] * dy + found[m, k + 2] * half_dx
                    found[m, k] = _narrower(found[m, k], centre[m, k] + slopes)
        return {f"{m}{k}": value for (m, k), value in found.items()}


def _narrower(one: Any, other: Any) -> Any:
    # Both hold the value; an infinite or NaN radius never counts as narrower.
    return other if other.rad() < one.rad() else one


@lru_cache(maxsize=256)
def compiled_jets(
    activation: Activation | None, jets: tuple[tuple[str, int], ...]
) -> Callable[..., list[Any]]:
    """The closed forms of some jets, compiled: balls for y and s = √x in, one ball each out."""
    forms = [jet_formula(activation, jet(letter, order)) for letter, order in jets]
    constants = tuple(activation.defaults.items()) if activation else ()
    return _compiled([Y, S], forms, constants)


def _compiled(
    variables: list[Symbol] | tuple[Symbol, ...],
    results: list[Expr],
    constants: tuple[tuple[Symbol, Expr], ...] = (),
) -> Callable[..., list[Any]]:
    shared, found = steps(results, "t")
    values = [without_assumptions(value) for value in found]
    return arb_function(
        [without_assumptions(v) for v in variables], in_order([*constants, *shared]), values
    )


@lru_cache(maxsize=256)
def evaluator(formula: Formula) -> Evaluator:
    """The compiled formula; the same one for equal formulas."""
    return Evaluator(formula)
