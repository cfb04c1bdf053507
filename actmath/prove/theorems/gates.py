"""GELU, SiLU, Mish: where each is least, and how steep SiLU gets, to 20 digits."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType

from sympy import Expr, diff, erfc, exp, factor

from ... import catalog
from ...activation import Activation
from ...notation import auxiliary, x
from .._balls.box import Box
from .._balls.formula import Formula
from .._cover.statement import Bound, Part, Statement
from ._declare import LINE, Declaration, between

# Beyond 8 the sign of a slope is elementary: each statement says why.
_FAR = "8"
_BITS = 192

#: By unit: two decimals around the place of the minimum, two around the minimum.
MINIMA = MappingProxyType(
    {
        "silu": (
            ("-1.27846454276107379511", "-1.27846454276107379510"),
            ("-0.27846454276107379511", "-0.27846454276107379510"),
        ),
        "mish": (
            ("-1.19243121451549521214", "-1.19243121451549521213"),
            ("-0.30884341301725040663", "-0.30884341301725040662"),
        ),
        "gelu": (
            ("-0.75179152469356445746", "-0.75179152469356445745"),
            ("-0.16997120747990366170", "-0.16997120747990366169"),
        ),
    }
)
_BEYOND = {
    "silu": "f′ = σ(x)(1 + xσ(−x)) is positive for x > 0, and negative for x < -8, where "
    "xσ(−x) < -1",
    "mish": "f′ has the sign of 4(x + 1) + 4e²ˣ + e³ˣ + eˣ(4x + 6), whose terms are positive for "
    "x > 0, and whose first outweighs the others for x < -8",
    "gelu": "f′ = Φ(x) + xφ(x) is positive for x > 0, and negative for x < -8, where "
    "Φ(x) < φ(x)/|x|",
}
#: Around the place where SiLU is steepest, its slope there, and its slope at minus that place.
STEEPEST = ("2.39935728051546766783", "2.39935728051546766784")
STEEPNESS = ("1.09983932012886691695", "1.09983932012886691696")
LEAST_SLOPE = ("-0.09983932012886691696", "-0.09983932012886691695")


def in_exponentials(expr: Expr) -> Expr:
    """A formula with tanh and log(1 + eˣ) as a quotient in eˣ, as a certificate says it.

    >>> in_exponentials(catalog.silu.expr)
    x*exp(x)/(exp(x) + 1)
    """
    # An exponential of x² is no power of u.
    if expr.has(erfc):
        return expr
    u = auxiliary("u", positive=True)
    return factor(expr.rewrite(exp).subs(exp(x), u)).subs(u, exp(x))


def _formula(activation: Activation, order: int) -> Formula:
    value = in_exponentials(diff(activation.formula(), x, order))
    return Formula(activation.name + "′" * order, value, LINE)


def _line(low: str, high: str) -> Box:
    return Box.of(x=(low, high))


def _minimum(name: str) -> Statement:
    """f falls up to the place, rises from it, and lies between two decimals around it."""
    unit, ((left, right), (low, high)) = catalog.get(name), MINIMA[name]
    value, slope = _formula(unit, 0), _formula(unit, 1)
    return Statement(
        f"{name}-minimum",
        _CLAIM[name],
        f"{unit.title} has one minimum, at a place between {left} and {right}, where it lies "
        f"between {low} and {high}; it falls before and rises after",
        (
            Part(_line(f"-{_FAR}", left), (Bound(slope, "<", "0"),)),
            Part(_line(right, "0"), (Bound(slope, ">", "0"),)),
            Part(_line(left, right), between(value, low, high)),
        ),
        follows=_BEYOND[name],
        bits=_BITS,
    )


_CLAIM = {"silu": "C-SWI-1", "mish": "C-MIS-1", "gelu": "C-GEL-10"}


def _steepest() -> Statement:
    second, slope = _formula(catalog.silu, 2), _formula(catalog.silu, 1)
    left, right = STEEPEST
    return Statement(
        "silu-steepest",
        "C-SWI-2",
        f"the slope of SiLU is greatest at a place between {left} and {right}, where it lies "
        f"between {' and '.join(STEEPNESS)}, and least at minus that place, between "
        f"{' and '.join(LEAST_SLOPE)}",
        (
            Part(_line("0", left), (Bound(second, ">", "0"),)),
            Part(_line(right, _FAR), (Bound(second, "<", "0"),)),
            Part(_line(left, right), between(slope, *STEEPNESS)),
            Part(_line(f"-{right}", f"-{left}"), between(slope, *LEAST_SLOPE)),
        ),
        follows="f″ = σ(x)σ(−x)(2 − x·tanh(x/2)) is even, and negative beyond 8: f′ rises between "
        "the two places and falls outside of them",
        bits=_BITS,
    )


def _below_one() -> Statement:
    slope, (left, right) = _formula(catalog.silu, 1), MINIMA["silu"][0]
    return Statement(
        "silu-slope-below-one",
        "C-SWI-5",
        f"the slope of SiLU is below 1 in magnitude for all x up to {right[1:]}, and above 1 from "
        f"{left[1:]} on",
        (
            Part(_line(f"-{_FAR}", right[1:]), (Bound(slope, "<", "1"), Bound(slope, ">", "-1"))),
            Part(_line(left[1:], _FAR), (Bound(slope, ">", "1"),)),
        ),
        follows="f′(x) + f′(−x) = 1, so that f′ is 1 where minus the argument has the minimum; for "
        "x < -8 it lies between -1 and 0, for x > 8 above 1, since f′ − 1 = σ(−x)(xσ(x) − 1)",
        bits=_BITS,
    )


DECLARED: tuple[Declaration, ...] = (
    *((f"{name}-minimum", partial(_minimum, name)) for name in MINIMA),
    ("silu-steepest", _steepest),
    ("silu-slope-below-one", _below_one),
)
