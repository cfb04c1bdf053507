"""What rows about random networks share: their maker, and moments of slopes."""

from __future__ import annotations

from sympy import diff

from ...activation import Activation
from ...notation import x
from ...numeric._gaussian.evaluate import gaussian
from .._evidence.rows import Rows

chaos_row = Rows("C-EOC")


def derivative_unit(unit: Activation) -> Activation:
    """f′ as a unit of its own."""
    return Activation(f"{unit.name}_slope", diff(unit.formula(), x))


def slope_powers(unit: Activation, length: float) -> tuple[float, float]:
    """E f′² and E f′⁴ at N(0, length): the first two moments of squared slopes."""
    slope = diff(unit.formula(), x)
    square = Activation(f"{unit.name}_squared_slope", slope**2)
    at = gaussian(square, 0.0, length)
    return float(at.mean), float(at.second)
