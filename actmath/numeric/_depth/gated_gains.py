"""Initialisation gains of units of two arguments, as numbers."""

from __future__ import annotations

import math

from ...gated_unit import GatedUnit
from ...number import Number
from .gains import Gains


def gated_gains(
    unit: GatedUnit | str, length: float = 1.0, correlation: float = 0.0, **parameters: Number
) -> Gains:
    """The forward and the backward gain of f(x, z), x and z ~ N(0, length) of that correlation.

    Both matrices, that of x and that of z, have weights of one variance. With forward²/fan_in the
    lengths of x and z are kept: forward = √(length/E f²). A signal goes back through both, so that
    with backward²/fan_out, fan_out the number of gated units, its gradient's mean square is kept by
    backward = 1/√(E f_x² + E f_z² + 2ρ·E f_x f_z); ρ is the correlation of the weights too. With
    ρ = 1 the two are the gains of the one-argument unit x·g(x).

    Raises:
        KeyError, TypeError: as ``gated_gaussian``.
        ValueError: for a length that is not positive or a correlation outside [−1, 1].
        ArithmeticError: as ``gated_gaussian``.

    >>> g = gated_gains("reglu")
    >>> round(g.forward, 12), round(g.backward, 12)
    (1.414213562373, 1.0)
    """
    # Here, so that ``Gains`` is there without NumPy.
    from ..._arrays import real_number
    from .._gaussian.gated import gated_gaussian
    from .._gaussian.result import MomentRoute

    length, correlation = real_number(length, "length"), real_number(correlation, "correlation")
    if not 0 < length < math.inf:
        raise ValueError(f"length must be one positive number, got {length}")
    at = gated_gaussian(unit, 0.0, length, variance_z=length, correlation=correlation, **parameters)
    gradient = float(at.by_x_second + at.by_z_second + 2 * correlation * at.by_both)
    return Gains.of(at.unit, length, float(at.second), gradient, MomentRoute.QUADRATURE)
