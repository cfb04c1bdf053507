"""Formulas run on boxes of balls, their moments enclosed as tightly as it pays."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, lru_cache
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
    """One formula, compiled when it is first asked for: its value and its derivatives on a box.

    The jets are enclosed on the tile of all (y, x), and tiles recur while other coordinates are
    cut, so the last ones are remembered.
    """

    def __init__(self, formula: Formula) -> None:
        self._formula = formula
        self._variables = formula.coordinates.symbols
        # Jets depend on y and x alone, hence only on these coordinates.
        inside = formula.y.free_symbols | formula.x.free_symbols
        self._inner = [k for k, symbol in enumerate(self._variables) if symbol in inside]
        self._inputs = _compiled(self._variables, (formula.y, formula.x))
        self._tiles: dict[Any, list[Any]] = {}

    @cached_property
    def _value(self) -> Callable[..., list[Any]]:
        return self._program(self._formula.value)

    @cached_property
    def _slopes(self) -> Callable[..., list[Any]]:
        return self._program(self._formula.value, *self._formula.gradient)

    def _program(self, *results: Expr) -> Callable[..., list[Any]]:
        """Balls of the variables and of all jets there in, those of the results out."""
        arguments = (*self._variables, *jets_of(*results))
        return _compiled(arguments, results, self._formula.constants)

    @cached_property
    def _jets(self) -> Callable[..., list[Any]] | None:
        """The closed forms of the jets in the value."""
        jets = [(symbol.name[0], int(symbol.name[1:])) for symbol in jets_of(self._formula.value)]
        return compiled_jets(self._formula.activation, tuple(jets)) if jets else None

    @cached_property
    def _moments(self) -> JetsOnTiles | None:
        """All jets, narrow on tiles."""
        jets = jets_of(self._formula.value, *self._formula.gradient)
        names = tuple(symbol.name for symbol in jets)
        return JetsOnTiles(self._formula.activation, names) if jets else None

    def value(self, box: Box) -> Any:
        """An enclosure of the formula on a box by the closed forms, which is narrow at a point."""
        return self.value_on(box.balls())

    def value_on(self, balls: list[Any]) -> Any:
        """The same, given a ball around each side of the box."""
        if self._jets is None:
            return self._value(*balls)[0]
        y, x = self._inputs(*balls)
        return self._value(*balls, *self._jets(y, x.sqrt()))[0]

    def value_and_gradient(self, box: Box) -> list[Any]:
        """The same on a box with narrow jets, and the derivatives along all coordinates."""
        balls = box.balls()
        return self._slopes(*balls, *self._tile(box, balls))

    def _tile(self, box: Box, balls: list[Any]) -> list[Any]:
        if self._moments is None:
            return []
        # Integers, because the hash of a fraction takes longer than a sum of balls.
        sides = [box.sides[k] for k in self._inner]
        key = tuple([(a.numerator, a.denominator, b.numerator, b.denominator) for a, b in sides])
        if key not in self._tiles:
            if len(self._tiles) > _REMEMBERED:
                self._tiles.clear()
            jets = self._moments.on_tile(*self._inputs(*balls))
            self._tiles[key] = list(jets.values())
        return self._tiles[key]


class JetsOnTiles:
    """The jets of a unit on tiles of (y, x).

    Each is enclosed by its closed form or, where that is narrower, by the mean-value form about
    the tile's midpoint with the next jets as derivatives.
    """

    def __init__(self, activation: Activation | None, names: tuple[str, ...]) -> None:
        asked = [(name[0], int(name[1:])) for name in names]
        orders: dict[str, int] = {}
        for letter, order in asked:
            # Two orders more: ∂/∂y raises the order by one, ∂/∂x = ½∂²/∂y² by two.
            orders[letter] = max(orders.get(letter, 0), order + 2)
        jets = [(letter, k) for letter, top in orders.items() for k in range(top + 1)]
        self._forms = compiled_jets(activation, tuple(jets))
        self._asked = {f"{m}{k}": jets.index((m, k)) for m, k in asked}
        # From the highest order down, so that the slopes are narrow already.
        self._lower = [k for k, (letter, order) in enumerate(jets) if order + 2 <= orders[letter]]
        self._lower.reverse()

    def on_tile(self, y: Any, x: Any) -> dict[str, Any]:
        """Every jet that was asked for, by its name."""
        # Natural enclosures of all jets on the tile, with s = √x.
        found = self._forms(y, x.sqrt())
        if not y.is_exact() or not x.is_exact():
            centre = self._forms(y.mid(), x.mid().sqrt())
            dy, half_dx = y - y.mid(), (x - x.mid()) / 2
            for k in self._lower:
                # J(y, x) ⊂ J(c) + ∂J/∂y·(y − c_y) + ½∂²J/∂y²·(x − c_x)
                slopes = found[k + 1] * dy + found[k + 2] * half_dx
                found[k] = _narrower(found[k], centre[k] + slopes)
        return {name: found[k] for name, k in self._asked.items()}


def _narrower(one: Any, other: Any) -> Any:
    # Both hold the value; an infinite or NaN radius never counts as narrower.
    return other if other.rad() < one.rad() else one


@lru_cache(maxsize=256)
def compiled_jets(
    activation: Activation | None, jets: tuple[tuple[str, int], ...]
) -> Callable[..., list[Any]]:
    """The closed forms of some jets, compiled: balls for y and s = √x in, one ball each out."""
    forms = tuple(jet_formula(activation, jet(letter, order)) for letter, order in jets)
    constants = tuple(activation.defaults.items()) if activation else ()
    return _compiled((Y, S), forms, constants)


@lru_cache(maxsize=256)
def _compiled(
    variables: tuple[Symbol, ...],
    results: tuple[Expr, ...],
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
