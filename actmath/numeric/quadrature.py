"""Gaussian moments by quadrature split at the kinks: any activation, any digits, no closed form.

It shares no code with ``derive.gaussian_moments`` and so serves as its oracle.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mpmath import mp

from ..activation import Activation
from ..derive.pieces import breakpoints
from ..lower import to_mpf, to_mpmath

# e^(-r²/2) at r = 40 is 1e-348; wider tails follow the working precision.
_REACH = 40


def expectations(activation: Activation, mean: Any, variance: Any) -> tuple[Any, Any, Any, Any]:
    """E f, E f², E f′, E f′² at the working precision of mpmath.

    Args:
        activation: its default parameters are used.
        mean, variance: mpf; the variance positive.
    """
    value, slope = to_mpmath(activation), to_mpmath(activation, 1)
    kinks = [to_mpf(point) for point in breakpoints(activation.formula())]
    deviation = mp.sqrt(variance)
    ends = _panels([(kink - mean) / deviation for kink in kinks], mean, deviation)

    def expectation(function: Callable[[Any], Any], power: int) -> Any:
        def integrand(z: Any) -> Any:
            return function(mean + deviation * z) ** power * mp.npdf(z)

        return mp.quad(integrand, ends)

    return (
        expectation(value, 1),
        expectation(value, 2),
        expectation(slope, 1),
        expectation(slope, 2),
    )


def _panels(kinks: list[Any], mean: Any, deviation: Any) -> list[Any]:
    """Standardized ends of panels: the kinks, unit steps near the bulk, and where x is near 0."""
    reach = max(_REACH, int(mp.sqrt(2 * mp.log(10) * mp.dps)) + 5)
    centre = -mean / deviation
    inner = [centre + sign * 2**k / deviation for k in range(-1, 5) for sign in (-1, 1)]
    points = {*kinks, centre, *inner, *(mp.mpf(k) for k in range(-12, 13, 2))}
    inside = sorted(point for point in points if -reach < point < reach)
    return [mp.mpf(-reach), *inside, mp.mpf(reach)]
