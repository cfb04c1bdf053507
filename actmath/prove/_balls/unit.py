"""The moments of a unit's output and their derivatives, as symbols with closed forms behind them.

With z ~ N(y, x), E f(z) obeys the heat equation ∂/∂x = ½ ∂²/∂y². So every derivative of a moment is
a y-derivative: one symbol for each order, differentiated by raising the order. In s = √x the closed
forms stay free of roots, and most of their terms cancel, which keeps enclosures narrow.
"""

from __future__ import annotations

from functools import lru_cache

from sympy import Add, Expr, Mul, Symbol, diff, erfc, exp, expand

from ...activation import Activation
from ...derive._moments.gaussian_moments import gaussian_moments
from ...notation import auxiliary, mu, nu

Y = auxiliary("y", real=True)
X = auxiliary("x", positive=True)
S = auxiliary("s", positive=True)

# M = E f, Q = E f², B = E f′²; the order of the keys is that of MEAN, SECOND, BACKWARD.
_LETTER = {"M": "mean", "Q": "second", "B": "derivative_second"}


def jets_of(*formulas: Expr) -> list[Symbol]:
    """The jet symbols in some formulas, in a fixed order."""
    symbols = {symbol for formula in formulas for symbol in formula.free_symbols}
    return sorted((symbol for symbol in symbols if symbol.name[0] in _LETTER), key=str)


def jet_derivative(expr: Expr, variable: Symbol, y: Expr, x: Expr) -> Expr:
    """The derivative of a formula in jets and coordinates, where y and x depend on coordinates."""
    result = diff(expr, variable)
    dy, dx = diff(y, variable), diff(x, variable)
    for symbol in jets_of(expr):
        letter, order = symbol.name[0], int(symbol.name[1:])
        # dM/dv = ∂M/∂y·dy/dv + ∂M/∂x·dx/dv, and ∂M/∂x = ½∂²M/∂y².
        inner = jet(letter, order + 1) * dy + jet(letter, order + 2) * dx / 2
        result += diff(expr, symbol) * inner
    return result


def jet(letter: str, order: int) -> Symbol:
    """The symbol of the ``order``-th y-derivative of a moment: M, Q or B for E f, E f², E f′²."""
    return auxiliary(f"{letter}{order}", real=True)


#: The moments as formulas in jets: E f, E f², Var f and, for gradients, E f′².
MEAN, SECOND, BACKWARD = (jet(letter, 0) for letter in _LETTER)
VARIANCE = SECOND - MEAN**2


def jet_formula(activation: Activation | None, symbol: Symbol) -> Expr:
    """The formula in y and s = √x of a jet.

    Raises:
        ValueError: if there is no activation that it could be a moment of.

    >>> from actmath import catalog
    >>> jet_formula(catalog.relu, jet_derivative(MEAN, Y, Y, X))
    1 - erfc(sqrt(2)*y/(2*s))/2
    """
    if activation is None:
        raise ValueError(f"{symbol} is a moment, but of no activation")
    return _jet_formula(activation, symbol.name[0], int(symbol.name[1:]))


@lru_cache(maxsize=1024)
def _jet_formula(activation: Activation, letter: str, order: int) -> Expr:
    if order:
        # The order-th jet is ∂/∂y of the one before it.
        return _tidy(diff(_jet_formula(activation, letter, order - 1), Y))
    moment = getattr(gaussian_moments(activation), _LETTER[letter])
    # In s = √x there are no roots, and derivatives by y keep it so.
    return _tidy(moment.subs({mu: Y, nu: S**2}, simultaneous=True))


def _tidy(expr: Expr) -> Expr:
    """Expanded, with one exponential in each term, so that equal terms meet and cancel."""
    # erfc's argument expanded to terms in y/s and s: equal ones are then equal as trees.
    tails = expr.replace(erfc, lambda u: erfc(expand(u)))
    terms = Add.make_args(expand(tails, power_exp=False))
    return Add(*(_one_exponential(term) for term in terms))


def _one_exponential(term: Expr) -> Expr:
    powers = [factor for factor in Mul.make_args(term) if isinstance(factor, exp)]
    # eᵃ·eᵇ = eᵃ⁺ᵇ, expanded, so that equal exponents are equal as trees.
    exponent = expand(Add(*(power.args[0] for power in powers)))
    return Mul(*(f for f in Mul.make_args(term) if not isinstance(f, exp))) * exp(exponent)
