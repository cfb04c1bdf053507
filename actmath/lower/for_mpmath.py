"""Lower an activation to mpmath: one point at a time, at the working precision."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from mpmath import mp
from sympy import Expr, lambdify

from ..activation import Activation
from ..notation import x
from ..number import Number
from .stable import stable_form

_FUNCTIONS = {
    "Expm1": mp.expm1,
    "Expit": lambda u: 1 / (1 + mp.exp(-u)),
    "Softplus": lambda u: mp.log1p(mp.exp(-abs(u))) + max(u, mp.zero),
    "UpperErfc": mp.erfc,
    "Tanh": mp.tanh,
}


@lru_cache(maxsize=256)
def to_mpmath(activation: Activation, order: int = 0) -> Callable[..., Any]:
    """f (order 0) or f′ (order 1) as a function of an mpf and of parameters by name.

    The working precision is that of ``mpmath.mp`` at the time of the call; parameters are exact.

    Raises:
        ValueError: for another order, an unknown parameter, or one outside its domain.

    >>> from actmath import catalog
    >>> with mp.workdps(30):
    ...     print(to_mpmath(catalog.sigmoid)(mp.mpf(-100)))
    3.72007597602083596296e-44
    """
    form = stable_form(activation, order)
    symbols = [parameter.symbol for parameter in activation.parameters]
    parts = [_compile([x, *symbols], piece.expr) for piece in form.pieces]
    breaks = [_compile(symbols, piece.upper) for piece in form.pieces[:-1]]
    points = [tuple(_compile(symbols, side) for side in pair) for pair in form.at_points]

    def lowered(argument: Any, **given: Number) -> Any:
        at = mp.mpf(argument)
        if mp.isnan(at):
            return at
        values = [to_mpf(value) for value in activation.substitution(given).values()]
        for point, value in points:
            if at == point(*values):
                return mp.mpf(value(*values))
        index = sum(bool(at > edge(*values)) for edge in breaks)
        return mp.mpf(parts[index](at, *values))

    lowered.__name__ = activation.name
    return lowered


def to_mpf(value: Expr) -> Any:
    """An exact SymPy number at the working precision."""
    return mp.mpf(_compile([], value)())


def _compile(symbols: list[Expr], expr: Expr) -> Callable[..., Any]:
    return lambdify(symbols, expr, [_FUNCTIONS, "mpmath"], cse=True)  # type: ignore[no-any-return]
