"""Initialisation gains of any activation, as numbers: E f² and E f′² based."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..._text.tables import Tabular
from ...activation import Activation
from ...number import Number
from .._gaussian.result import MomentRoute


@dataclass(frozen=True, repr=False)
class Gains(Tabular):
    """The two gains of an activation for net inputs N(0, length).

    ``forward`` keeps the mean square of signals (Var w = forward²/fan_in), ``backward`` that of
    gradients (Var w = backward²/fan_out).

    ``signal_factor`` and ``gradient_factor`` say what a layer does to either if the other gain is
    used: forward²·E f′² on gradients, backward²·E f²/length on signals. What cannot be had, because
    E f² or E f′² is 0 or infinite, is nan.
    """

    activation: str
    length: float
    forward: float
    backward: float
    signal_factor: float
    gradient_factor: float
    route: MomentRoute

    @classmethod
    def of(
        cls, activation: str, length: float, second: float, slope_second: float, route: MomentRoute
    ) -> Gains:
        """From E f² and E f′² at z ~ N(0, length)."""
        # Forward: sigma_w²·E f² = length. Backward: sigma_w²·E f′² = 1.
        square, slope = _usable(second), _usable(slope_second)
        share = square / length
        # A length near the smallest float, or the largest, whose root and products are none.
        if share in (0, math.inf):
            forward = math.sqrt(length) / math.sqrt(square)
            signal, gradient = square / slope / length, length * slope / square
        else:
            # sigma_w² = 1/E f′² on signals, and sigma_w² = length/E f² on gradients.
            forward, signal, gradient = share**-0.5, share / slope, slope / share
        return cls(activation, length, forward, slope**-0.5, signal, gradient, route)

    def rows(self) -> tuple[tuple[str, str], ...]:
        """The gains and the factors, to the digits that a float has."""
        return (
            ("forward gain", _text(self.forward)),
            ("backward gain", _text(self.backward)),
            ("signals by a layer at the backward gain", _text(self.signal_factor)),
            ("gradients by a layer at the forward gain", _text(self.gradient_factor)),
        )

    def caption(self) -> str:
        """The activation, its input, and the route."""
        return f"{self.activation}(z), z ~ N(0, {self.length:g}); {self.route}"


def _usable(square: float) -> float:
    """A mean square that a gain can answer, else nan: no weights change 0 or what is infinite."""
    return square if 0 < square < math.inf else math.nan


def _text(value: float) -> str:
    why = "cannot be had: a mean square is 0, infinite or beyond doubles"
    return why if math.isnan(value) else f"{value:.15g}"


def gains(activation: Activation | str, length: float = 1.0, **parameters: Number) -> Gains:
    """√(length/E f²) and 1/√E f′² at z ~ N(0, length), to the accuracy of ``gaussian``.

    Raises:
        ValueError: for a length that is not positive.
        ArithmeticError: where E f² is infinite, or float64 loses the digits of f. Where E f′² alone
            is infinite, as of √|x|, the backward gain is nan.

    >>> g = gains("relu")
    >>> round(g.forward, 12), round(g.backward, 12)
    (1.414213562373, 1.414213562373)
    """
    # Here, so that the sheet has ``Gains`` without NumPy.
    from ..._arrays import real_number
    from .._gaussian.evaluate import gaussian

    length = real_number(length, "length")
    if not 0 < length < math.inf:
        raise ValueError(f"length must be one positive number, got {length}")
    at = gaussian(activation, 0.0, length, **parameters)
    return Gains.of(at.activation, length, float(at.second), float(at.derivative_second), at.route)
