"""The moments of a unit's output and their derivatives, as symbols with closed forms behind them.

With z ~ N(y, x), E f(z) obeys the heat equation ∂/∂x = ½ ∂²/∂y². So every derivative of a moment is
a y-derivative: one symbol for each order, differentiated by raising the order. In s = √x the closed
forms stay free of roots, and most of their terms cancel, which keeps enclosures narrow.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from sympy import Add, Expr, Mul, Symbol, diff, erfc, exp, expand

from ...activation import Activation
from ...derive._moments.gaussian_moments import gaussian_moments
from ...notation import auxiliary, mu, nu

Y = auxiliary("y", real=True)
X = auxiliary("x", positive=True)
S = auxiliary("s", positive=True)

_LETTER = {"M": "mean", "Q": "second", "B": "derivative_second"}


@dataclass(frozen=True)
class Unit:
    """One activation fed with z ~ N(y, x); its parameters stay symbols.

    ``mean``, ``second``, ``variance`` and ``backward`` = E f′² are formulas in jet symbols such as
    ``M2`` = ∂²E f/∂y², resolved by ``closed_form``.

    >>> from actmath import catalog
    >>> closed_form(catalog.relu, derivative(Unit(catalog.relu).mean, Y, Y, X))
    1 - erfc(sqrt(2)*y/(2*s))/2
    """

    activation: Activation

    @property
    def mean(self) -> Expr:
        """E f(z)."""
        return jet("M", 0)

    @property
    def second(self) -> Expr:
        """E f(z)²."""
        return jet("Q", 0)

    @property
    def backward(self) -> Expr:
        """E f′(z)²."""
        return jet("B", 0)

    @property
    def variance(self) -> Expr:
        """E f(z)² − (E f(z))²."""
        return self.second - self.mean**2


def jets_of(*formulas: Expr) -> list[Symbol]:
    """The jet symbols in some formulas, in a fixed order."""
    symbols = {symbol for formula in formulas for symbol in formula.free_symbols}
    return sorted((symbol for symbol in symbols if symbol.name[0] in _LETTER), key=str)


def derivative(expr: Expr, variable: Symbol, y: Expr, x: Expr) -> Expr:
    """The derivative of a formula in jets and coordinates, where y and x depend on coordinates."""
    result = diff(expr, variable)
    dy, dx = diff(y, variable), diff(x, variable)
    for symbol in jets_of(expr):
        letter, order = symbol.name[0], int(symbol.name[1:])
        inner = jet(letter, order + 1) * dy + jet(letter, order + 2) * dx / 2
        result += diff(expr, symbol) * inner
    return result


def jet(letter: str, order: int) -> Symbol:
    """The symbol of the ``order``-th y-derivative of a moment: M, Q or B for E f, E f², E f′²."""
    return auxiliary(f"{letter}{order}", real=True)


def closed_form(activation: Activation | None, symbol: Symbol) -> Expr:
    """The formula in y and s = √x of a jet.

    Raises:
        ValueError: if there is no activation that it could be a moment of.
    """
    if activation is None:
        raise ValueError(f"{symbol} is a moment, but of no activation")
    return _closed_form(activation, symbol.name[0], int(symbol.name[1:]))


@lru_cache(maxsize=1024)
def _closed_form(activation: Activation, letter: str, order: int) -> Expr:
    if order:
        return _tidy(diff(_closed_form(activation, letter, order - 1), Y))
    moment = getattr(gaussian_moments(activation), _LETTER[letter])
    return _tidy(moment.subs({mu: Y, nu: S**2}, simultaneous=True))


def _tidy(expr: Expr) -> Expr:
    """Expanded, with one exponential in each term, so that equal terms meet and cancel."""
    tails = expr.replace(erfc, lambda u: erfc(expand(u)))
    terms = expand(tails, power_exp=False).as_ordered_terms()
    return Add(*(_one_exponential(term) for term in terms))


def _one_exponential(term: Expr) -> Expr:
    powers = [factor for factor in Mul.make_args(term) if isinstance(factor, exp)]
    exponent = expand(Add(*(power.args[0] for power in powers)))
    return Mul(*(f for f in Mul.make_args(term) if not isinstance(f, exp))) * exp(exponent)
