"""SIREN's sines: the length of net inputs to which every layer returns, and its gradients there."""

from __future__ import annotations

from functools import lru_cache

from sympy import Expr

from ... import catalog
from ...derive._moments.gaussian_moments import gaussian_moments
from ...notation import mu, nu
from .._balls.box import Box
from .._balls.formula import Coordinates, Formula
from .._cover.statement import Bound, Part, Statement
from ._declare import Declaration, between, rounds_to

#: The fixed length 1 + W(−2e⁻²)/2, to 32 digits, and its neighbourhood of 1e-31 to each side.
LENGTH = "0.79681213002002004616152093793758"
_BELOW, _ABOVE = LENGTH[:-1] + "7", LENGTH[:-1] + "9"
#: n·Var w = n·(2√(6/n))²/12 of weights that are uniform on ±√(6/n).
_WEIGHTS = 2
_Q = Coordinates.of(q="q")
_WIDE = Box.of(q=("0.6", "1"))
_NARROW = Box.of(q=(_BELOW, _ABOVE))


def _moment(name: str) -> Expr:
    """A moment of sin(z), z ~ N(0, q), from the package's closed forms, times 2."""
    (q,) = _Q.symbols
    closed: Expr = getattr(gaussian_moments(catalog.sine), name)
    return _WEIGHTS * closed.subs({mu: 0, nu: q}, simultaneous=True)


@lru_cache(maxsize=1)
def _formulas() -> tuple[Formula, Formula, Formula]:
    """The next length, how it moves with this one, and what a layer does to gradients."""
    (q,) = _Q.symbols
    following, backward = _moment("second"), _moment("derivative_second")
    return (
        Formula("next length", following, _Q),
        Formula("slope of lengths", following.diff(q), _Q),
        Formula("gradient, a layer", backward, _Q),
    )


def _fixed_length() -> Statement:
    following, slope, _ = _formulas()
    return Statement(
        "siren-fixed-length",
        "C-SIR-4",
        "for sin and weights uniform on ±√(6/n), without biases, the map of lengths takes [0.6, 1] "
        f"into itself and contracts it; its fixed point rounds to {LENGTH}",
        (
            # Banach on [0.6, 1], and once more where the digits are.
            Part(_WIDE, (*between(following, "0.6", "1"), *between(slope, "0", "0.61"))),
            Part(_NARROW, between(following, _BELOW, _ABOVE)),
            # It attracts: a deviation is 0.41 of what it was a layer before.
            Part(_NARROW, rounds_to(slope, "0.40637573996")),
        ),
        follows="Banach's theorem; every length above 1 is below 1 after one layer",
        bits=192,
    )


def _gradient() -> Statement:
    *_, backward = _formulas()
    return Statement(
        "siren-gradient-grows",
        "C-SIR-7",
        "at every length between 0.6 and 1 a layer of SIREN multiplies the mean square of the "
        "gradient by more than 1.135, and at the fixed length by 1.20318787",
        (
            Part(_WIDE, (Bound(backward, ">", "1.135"),)),
            Part(_NARROW, rounds_to(backward, "1.20318787")),
        ),
        bits=192,
    )


DECLARED: tuple[Declaration, ...] = (
    ("siren-fixed-length", _fixed_length),
    ("siren-gradient-grows", _gradient),
)
