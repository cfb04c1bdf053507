"""How steep units get: the least and the greatest slope of each, to twelve decimals.

The larger of the two in magnitude is the unit's Lipschitz constant; the pair is what the theory of
feedback systems calls a slope restriction.
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

from sympy import Expr, diff, erf, erfc, exp, oo, tanh

from ... import catalog
from ...derive._formula.pieces import pieces
from ...notation import x
from .._balls.box import Box, exact_text
from .._balls.formula import Formula
from .._cover.statement import Bound, Part, Statement
from ._declare import LINE, Declaration, between

# Beyond ±12 all slopes here are within 0.001 of their limits, which lie further inside.
_FAR = "12"
_UNIT = Fraction(1, 10**12)


class Slopes(NamedTuple):
    """The digits of the extremes, each cut off after twelve decimals, and two ends around each.

    Beyond ``right`` the slope is next to its limit.
    """

    least: str
    near_least: tuple[str, str]
    greatest: str
    near_greatest: tuple[str, str]
    right: str = _FAR


#: By unit, at its default parameters.
EXTREME_SLOPES = MappingProxyType(
    {
        "gelu": Slopes("-0.128904145185", ("-1.42", "-1.41"), "1.128904145185", ("1.41", "1.42")),
        "gelu_tanh": Slopes(
            "-0.128993068658", ("-1.42", "-1.41"), "1.128993068658", ("1.41", "1.42")
        ),
        "quick_gelu": Slopes(
            "-0.099839320128", ("-1.41", "-1.4"), "1.099839320128", ("1.4", "1.41")
        ),
        "silu": Slopes("-0.099839320128", ("-2.4", "-2.39"), "1.099839320128", ("2.39", "2.4")),
        "e_swish": Slopes("-0.124799150161", ("-2.4", "-2.39"), "1.374799150161", ("2.39", "2.4")),
        "mish": Slopes("-0.112526122389", ("-2.26", "-2.25"), "1.088498161251", ("1.49", "1.5")),
        # The exponential of an exponential is enormous, and its balls are, long before 12.
        "tanhexp": Slopes(
            "-0.131570036189", ("-2.07", "-2.06"), "1.061975308717", ("0.69", "0.7"), "3"
        ),
        "lisht": Slopes("-1.199678640257", ("-1.2", "-1.19"), "1.199678640257", ("1.19", "1.2")),
        "acon": Slopes("0.175120509903", ("-3.2", "-3.19"), "1.074879490096", ("3.19", "3.2")),
        "gaussian_rbf": Slopes(
            "-0.857763884960", ("0.7", "0.71"), "0.857763884960", ("-0.71", "-0.7")
        ),
        "elish": Slopes("-0.078546847875", ("-1.72", "-1.71"), "1.099839320128", ("2.39", "2.4")),
        "phish": Slopes("-0.218424265828", ("-0.48", "-0.47"), "1.298306673305", ("1.2", "1.21")),
        "smish": Slopes("-0.089153205235", ("-2.56", "-2.55"), "0.636884222881", ("2.21", "2.22")),
        "smu": Slopes("0.153321891111", ("-1.01", "-0.99"), "1.096678108888", ("0.99", "1.01")),
    }
)


def interval(digits: str) -> tuple[str, str]:
    """The two decimals between which a number lies whose digits were cut off there.

    >>> interval("-0.128904145185")
    ('-0.128904145186', '-0.128904145185')
    """
    # Cutting off moves a number towards 0, by less than a unit of the last place.
    cut = Fraction(digits)
    other = cut + _UNIT if cut > 0 else cut - _UNIT
    low, high = sorted((cut, other))
    return exact_text(low), exact_text(high)


def without_tanh(expr: Expr) -> Expr:
    """A formula with tanh u as 1 − 2/(e²ᵘ + 1), which a certificate can say."""
    return expr.replace(tanh, lambda u: 1 - 2 / (exp(2 * u) + 1))


def _slopes(name: str) -> tuple[tuple[Fraction, Fraction, Formula], ...]:
    """The slope on each piece of the line, with the piece's ends, as far as it is looked at."""
    unit, far = catalog.get(name), Fraction(EXTREME_SLOPES[name].right)
    found = pieces(without_tanh(unit.formula().subs(unit.defaults)))
    return tuple(
        (
            max(_end(piece.lower), -Fraction(_FAR)),
            min(_end(piece.upper), far),
            Formula(f"{name}′{number if len(found) > 1 else ''}", _with_erfc(piece.expr), LINE),
        )
        for number, piece in enumerate(found, 1)
    )


def _with_erfc(expr: Expr) -> Expr:
    """The slope of what is written with erfc, which the checker knows, for erf."""
    return diff(expr.replace(erf, lambda u: 1 - erfc(u)), x)


def _end(place: Expr) -> Fraction:
    return Fraction(str(place.subs({oo: _FAR, -oo: f"-{_FAR}"})))


def _extreme(name: str, ends: tuple[str, str], relation: str, bound: str) -> Part:
    """Somewhere between two ends of one piece the slope is beyond the bound."""
    slope = next(f for low, high, f in _slopes(name) if low <= Fraction(ends[0]) < high)
    return Part(Box.of(x=ends), (Bound(slope, relation, bound, True),))


def _statement(name: str) -> Statement:
    found = EXTREME_SLOPES[name]
    (low, above_low), (below_high, high) = interval(found.least), interval(found.greatest)
    return Statement(
        f"slope-{name.replace('_', '-')}",
        "C-LIP-1",
        f"the least slope of {catalog.get(name).title} lies between {low} and {above_low}, the "
        f"greatest between {below_high} and {high}",
        (
            *(
                Part(Box.of(x=(exact_text(left), exact_text(right))), between(slope, low, high))
                for left, right, slope in _slopes(name)
            ),
            _extreme(name, found.near_least, "<", above_low),
            _extreme(name, found.near_greatest, ">", below_high),
        ),
        follows=f"below -{_FAR} and above {found.right} the slope is within 0.001 of its limit, "
        "which lies further than that from both",
        bits=128,
    )


DECLARED: tuple[Declaration, ...] = tuple(
    (f"slope-{name.replace('_', '-')}", partial(_statement, name)) for name in EXTREME_SLOPES
)
