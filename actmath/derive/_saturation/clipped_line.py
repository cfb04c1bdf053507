"""A clipped line under Gaussian noise: E h(x + sξ) and Var h(x + sξ) in closed form.

Between its thresholds l < r a hard unit is h = u(l) + k y with y = (z − l)₊ − (z − r)₊. With
t = (x − l)/s, Φ and φ of the standard normal, and z = x + sξ,

    E (z − l)₊ = s G(t),   G(t) = φ(t) + tΦ(t),
    E (z − l)₊² = s² H(t),  H(t) = (1 + t²)Φ(t) + tφ(t),
    y² = (z − l)₊² − (z − r)₊² − 2(r − l)(z − r)₊.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, erfc, exp, pi, sqrt

from ..._text.tables import Answer
from ...notation import x
from .linearize import Hardened


@dataclass(frozen=True, repr=False)
class SmoothedLine(Answer):
    """Mean, variance and mean slope of h(x + sξ), in ``notation.x`` and the given s.

    As s → 0 they tend to h, 0 and h′; at s = 0 itself the formulas are undefined.
    """

    mean: Expr
    variance: Expr
    slope: Expr


def smoothed_line(hardened: Hardened, s: Expr) -> SmoothedLine:
    """The clipped line convolved with a Gaussian of deviation ``s``, which may depend on x.

    ``slope`` is E h′(x + sξ) = k P(l < x + sξ < r), the noise held fixed where s depends on x.

    >>> from actmath import catalog
    >>> from actmath.derive import harden
    >>> from sympy import S, limit, oo
    >>> limit(smoothed_line(harden(catalog.tanh), S.One).mean, x, oo)
    1
    """
    left, right = hardened.left_threshold, hardened.right_threshold
    u = hardened.linearization.expr
    k = hardened.linearization.slope
    if left is None:
        # Only a right threshold: h = u(r) − k(r − z)₊, the mirror image of the left one.
        t = (right - x) / s
        first = s * _mean_ramp(t)
        second = s**2 * _square_ramp(t)
        inside = normal_distribution(t)
        return SmoothedLine(u.subs(x, right) - k * first, k**2 * (second - first**2), k * inside)
    # y = (z − l)₊: E y = sG(t), E y² = s²H(t), P(z > l) = Φ(t).
    t = (x - left) / s
    first = s * _mean_ramp(t)
    second = s**2 * _square_ramp(t)
    inside = normal_distribution(t)
    if right is not None:
        # y = (z − l)₊ − (z − r)₊ and y² = (z − l)₊² − (z − r)₊² − 2(r − l)(z − r)₊.
        beyond = (x - right) / s
        width = right - left
        first -= s * _mean_ramp(beyond)
        second -= s**2 * _square_ramp(beyond) + 2 * width * s * _mean_ramp(beyond)
        inside -= normal_distribution(beyond)
    return SmoothedLine(u.subs(x, left) + k * first, k**2 * (second - first**2), k * inside)


def normal_density(t: Expr) -> Expr:
    """φ(t) = e^{−t²/2}/√(2π)."""
    return exp(-(t**2) / 2) / sqrt(2 * pi)


def normal_distribution(t: Expr) -> Expr:
    """Φ(t) = erfc(−t/√2)/2."""
    return erfc(-t / sqrt(2)) / 2


def _mean_ramp(t: Expr) -> Expr:
    """G(t) = E (t + ξ)₊.

    >>> from sympy import S
    >>> _mean_ramp(S.Zero)
    sqrt(2)/(2*sqrt(pi))
    """
    return normal_density(t) + t * normal_distribution(t)


def _square_ramp(t: Expr) -> Expr:
    """H(t) = E (t + ξ)₊².

    >>> from sympy import S
    >>> _square_ramp(S.Zero)
    1/2
    """
    return (1 + t**2) * normal_distribution(t) + t * normal_density(t)
