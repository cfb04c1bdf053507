"""The partial derivatives of a unit of two arguments."""

from __future__ import annotations

from sympy import Expr

from ..._kept import kept
from ...gated_unit import GatedUnit
from ...notation import z
from ...number import one_at_a_time
from .._formula.derivative import derivative
from .subject import resolve_gated


@kept(64)
@one_at_a_time
def partials(unit: GatedUnit | str) -> tuple[Expr, Expr]:
    """∂f/∂x = g′(x)·z and ∂f/∂z = g(x), with the gate's declared slope at its kinks.

    Raises:
        KeyError, TypeError: as ``resolve_gated``.

    >>> partials("bilinear"), partials("reglu")[1]
    ((z, x), Max(0, x))
    """
    unit = resolve_gated(unit)
    return derivative(unit.gate).expr * z, unit.gate.expr
