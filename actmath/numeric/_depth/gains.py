"""Initialisation gains of any activation, as numbers: E f² and E f′² based."""

from __future__ import annotations

from dataclasses import dataclass

from ...activation import Activation
from ...number import Number
from .._gaussian.evaluate import gaussian
from .._gaussian.result import MomentRoute


@dataclass(frozen=True)
class Gains:
    """The two gains of an activation for net inputs N(0, length).

    ``forward`` keeps the mean square of signals (Var w = forward²/fan_in), ``backward`` that of
    gradients (Var w = backward²/fan_out).

    ``signal_factor`` and ``gradient_factor`` say what a layer does to either if the other gain is
    used: forward²·E f′² on gradients, backward²·E f²/length on signals.
    """

    activation: str
    length: float
    forward: float
    backward: float
    signal_factor: float
    gradient_factor: float
    route: MomentRoute


def gains(activation: Activation | str, length: float = 1.0, **parameters: Number) -> Gains:
    """√(length/E f²) and 1/√E f′² at z ~ N(0, length), to the accuracy of ``gaussian``.

    Raises:
        ValueError: for a length that is not positive.

    >>> g = gains("relu")
    >>> round(g.forward, 12), round(g.backward, 12)
    (1.414213562373, 1.414213562373)
    """
    if not length > 0:
        raise ValueError(f"length must be positive, got {length}")
    at = gaussian(activation, 0.0, length, **parameters)
    second, slope = float(at.second) / length, float(at.derivative_second)
    return Gains(
        at.activation, length, second**-0.5, slope**-0.5, second / slope, slope / second, at.route
    )
