"""Formulas about a unit: coordinates, a value built on moments, and the text that states both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import count
from typing import Any

from sympy import Expr, Symbol, cse
from sympy.printing.precedence import PRECEDENCE
from sympy.printing.str import StrPrinter

from ...activation import Activation
from ...notation import auxiliary
from .box import Box, product_range
from .unit import X, Y, jet, jet_derivative, jet_formula, jets_of

Steps = tuple[tuple[Symbol, Expr], ...]


@dataclass(frozen=True)
class Coordinates:
    """The variables of a formula, each a product of variables of the domain.

    A statement about mu, omega, nu, tau that depends on y = mu·omega and x = nu·tau alone is
    proved over y and x: whatever holds on the product of the ranges holds on the domain.

    >>> domain = Box.of(mu=("-1", "1"), omega=("0", "2"))
    >>> Coordinates.of(y="mu*omega").box(domain)
    <box y in [-2, 2]>
    """

    products: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, **products: str) -> Coordinates:
        """Coordinates by name, each with the product that it is."""
        return cls(tuple(products.items()))

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """The coordinates as they appear in formulas."""
        return tuple(auxiliary(name, real=True) for name, _ in self.products)

    def box(self, domain: Box) -> Box:
        """The product of the exact ranges of all coordinates over a domain."""
        factors = dict(zip(domain.names, domain.sides, strict=True))
        # Coordinates that share a variable are treated as free: the box may be larger than needed.
        sides = tuple(product_range(factors, product) for _, product in self.products)
        return Box(tuple(name for name, _ in self.products), sides)


@dataclass(frozen=True, repr=False)
class Formula:
    """A real function of coordinates, built on the moments of a unit.

    Args:
        name: how certificates call it.
        value: the formula in the coordinates' symbols and in jets.
        coordinates: its variables.
        activation: the unit whose moments the jets are, with its default parameters, if any.
        y, x: mean and variance of the unit's input, in the coordinates' symbols.
    """

    name: str
    value: Expr
    coordinates: Coordinates
    activation: Activation | None = None
    y: Expr = Y
    x: Expr = X

    def __repr__(self) -> str:
        of = f" of {self.activation.name}" if self.activation else ""
        return f"<formula {self.name}{of} in {', '.join(map(str, self.coordinates.symbols))}>"

    @cached_property
    def gradient(self) -> tuple[Expr, ...]:
        """The derivatives along the coordinates, in jets."""
        symbols = self.coordinates.symbols
        return tuple(jet_derivative(self.value, symbol, self.y, self.x) for symbol in symbols)

    @property
    def constants(self) -> Steps:
        """The activation's parameters, exactly."""
        return tuple(self.activation.defaults.items()) if self.activation else ()

    @property
    def inputs(self) -> Steps:
        """y and x where they are needed and not coordinates themselves."""
        given = {name for name, _ in self.coordinates.products}
        both = ((Y, self.y), (X, self.x)) if jets_of(self.value) else ()
        return tuple((symbol, expr) for symbol, expr in both if symbol.name not in given)

    def as_text(self) -> dict[str, Any]:
        """What a certificate says: constants, inputs y and x, moments in y and s, the value."""
        return dict(_text_of(self))

    def _written(self) -> dict[str, Any]:
        # A certificate has the moments' closed forms only; the checker makes the jets itself.
        letters = sorted({symbol.name[0] for symbol in jets_of(self.value)})
        forms = [jet_formula(self.activation, jet(letter, 0)) for letter in letters]
        shared, found = steps(forms, "u")
        outer, (value,) = steps([self.value], "t")
        moments = zip(map(auxiliary, letters), found, strict=True)
        return {
            "coordinates": [list(pair) for pair in self.coordinates.products],
            "constants": written(self.constants),
            "inputs": written(self.inputs),
            "moments": written([*shared, *moments]),
            "value": written([*outer, (auxiliary("value"), value)]),
        }


@lru_cache(maxsize=256)
def _text_of(formula: Formula) -> dict[str, Any]:
    """Once for equal formulas, which many statements share."""
    return formula._written()


def steps(results: Sequence[Expr], letter: str) -> tuple[Steps, list[Expr]]:
    """Common subexpressions, named by a letter and a number, and the results in terms of them."""
    shared, found = cse(results, symbols=(auxiliary(f"{letter}{i}") for i in count()), order="none")
    return tuple(shared), list(found)


def written(given: Iterable[tuple[Symbol, Expr]]) -> list[list[str]]:
    """Steps as pairs of a name and plain arithmetic, in an order in which they can be done."""
    return [[symbol.name, _PRINTER.doprint(expr)] for symbol, expr in in_order(given)]


def _integer_power_as_product(printer: StrPrinter, expr: Expr, rational: bool = False) -> str:
    """All that a reader of the text has to know is + - * / and three functions."""
    if not expr.exp.is_Integer or abs(expr.exp) == 1:
        return str(StrPrinter._print_Pow(printer, expr, rational))
    # bⁿ = b·b·…·b: a reader needs no power, and balls multiply exactly as the text says.
    base = printer.parenthesize(expr.base, PRECEDENCE["Atom"])
    text = "*".join([base] * abs(int(expr.exp)))
    return f"({text})" if expr.exp > 0 else f"(1/({text}))"


_PRINTER = type("_Products", (StrPrinter,), {"_print_Pow": _integer_power_as_product})()


def in_order(given: Iterable[tuple[Symbol, Expr]]) -> Steps:
    """The steps sorted so that each uses only earlier ones, in symbols without assumptions."""
    # As in a topological sort: again and again all steps whose names are known by now.
    waiting = [(without_assumptions(symbol), without_assumptions(expr)) for symbol, expr in given]
    named = {symbol for symbol, _ in waiting}
    done: set[Symbol] = set()
    ordered: list[tuple[Symbol, Expr]] = []
    while waiting:
        ready = [pair for pair in waiting if pair[1].free_symbols & named <= done]
        ordered += ready
        done |= {symbol for symbol, _ in ready}
        waiting = [pair for pair in waiting if pair[0] not in done]
    return tuple(ordered)


def without_assumptions(expr: Expr) -> Expr:
    """The formula in symbols that have a name and no assumptions: those have served."""
    return expr.xreplace({symbol: auxiliary(symbol.name) for symbol in expr.free_symbols})
