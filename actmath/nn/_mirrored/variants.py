"""Declarations of what torch.nn's modules take beyond the catalog: other limits, slopes, widths."""

from __future__ import annotations

from sympy import Expr, Max, Min, Piecewise, exp, log

from ... import catalog
from ...activation import Activation
from ...notation import x
from ...number import Number, exact


def clipped_line(slope: Number, offset: Number, lowest: Number, highest: Number) -> Activation:
    """max(min(slope·x + offset, highest), lowest), whose derivative at the corners is 0.

    Raises:
        ValueError: if the slope is not positive or the limits are not in order.
    """
    k, c, low, high = (exact(v, "a limit") for v in (slope, offset, lowest, highest))
    if not (k > 0 and low < high):
        raise ValueError(f"needs slope > 0 and lowest < highest, got {k}, {low} and {high}")
    # kx + c reaches a level at (level − c)/k.
    corners = tuple(((level - c) / k, 0) for level in (low, high))
    return Activation("clipped_line", Max(Min(k * x + c, high), low), at_kinks=corners)


def softplus_with_threshold(beta: Number, threshold: Number) -> Activation:
    """log(1 + e^(beta·x))/beta, and x itself where beta·x is above the threshold.

    Raises:
        ValueError: if beta is not positive.
    """
    width = _positive(beta, "beta")
    curve: Expr = log(1 + exp(width * x)) / width
    # beta·x ≤ threshold is x ≤ threshold/beta, since beta > 0.
    edge = exact(threshold, "threshold") / width
    return Activation("softplus", Piecewise((curve, x <= edge), (x, True)))


def threshold_unit(edge: Number, value: Number) -> Activation:
    """x above the edge, else the value; the slope at the edge is 0."""
    at, level = exact(edge, "threshold"), exact(value, "value")
    return Activation("threshold", Piecewise((x, x > at), (level, True)), at_kinks=((at, 0),))


def hard_shrink(width: Number) -> Activation:
    """x where |x| is above the width, else 0, as is the slope at ±width; of no width, x itself."""
    edge = exact(width, "lambd")
    return catalog.hardshrink.with_parameters(lambd=edge) if edge > 0 else catalog.identity


def soft_shrink(width: Number) -> Activation:
    """x moved towards 0 by the width, 0 where |x| is not above it, as is the slope at ±width.

    Raises:
        ValueError: if the width is negative.
    """
    edge = exact(width, "lambd")
    if edge < 0:
        raise ValueError(f"lambd must not be negative, got {edge}")
    return catalog.softshrink.with_parameters(lambd=edge) if edge > 0 else catalog.identity


def _positive(value: Number, name: str) -> Expr:
    number = exact(value, name)
    if not number > 0:
        raise ValueError(f"{name} must be positive, got {number}")
    return number
