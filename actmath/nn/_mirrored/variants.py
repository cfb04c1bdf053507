"""Declarations of what torch.nn's modules take beyond the catalog: other limits, slopes, widths."""

from __future__ import annotations

from sympy import Expr, Max, Min, Piecewise, Rational, exp, log, pi, sqrt, tanh

from ...activation import Activation
from ...notation import x
from ...number import Number, exact
from ...sources import Source


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


def gelu_by_tanh() -> Activation:
    """x/2·(1 + tanh(√(2/π)(x + 0.044715 x³))), the approximation that its paper gives."""
    # 0.044715 as the paper prints it.
    inner = sqrt(2 / pi) * (x + Rational(44715, 10**6) * x**3)
    source = Source("hendrycks2016", "Section 2, approximation")
    return Activation("gelu_by_tanh", x * (1 + tanh(inner)) / 2, source=source)


def logistic_log() -> Activation:
    """log σ(x) = −log(1 + e^(−x))."""
    return Activation("logsigmoid", -log(1 + exp(-x)))


def tanh_shrink() -> Activation:
    """x − tanh x."""
    return Activation("tanhshrink", x - tanh(x))


def threshold_unit(edge: Number, value: Number) -> Activation:
    """x above the edge, else the value; the slope at the edge is 0."""
    at, level = exact(edge, "threshold"), exact(value, "value")
    return Activation("threshold", Piecewise((x, x > at), (level, True)), at_kinks=((at, 0),))


def hard_shrink(width: Number) -> Activation:
    """x where |x| is above the width, else 0, as is the slope at ±width."""
    edge = exact(width, "lambd")
    if edge <= 0:
        return Activation("hardshrink", x)
    pieces = Piecewise((x, x > edge), (0, x >= -edge), (x, True))
    return Activation("hardshrink", pieces, at_kinks=((-edge, 0), (edge, 0)))


def soft_shrink(width: Number) -> Activation:
    """x moved towards 0 by the width, 0 where |x| is not above it, as is the slope at ±width.

    Raises:
        ValueError: if the width is negative.
    """
    edge = exact(width, "lambd")
    if edge < 0:
        raise ValueError(f"lambd must not be negative, got {edge}")
    if edge == 0:
        return Activation("softshrink", x)
    pieces = Piecewise((x - edge, x > edge), (0, x >= -edge), (x + edge, True))
    return Activation("softshrink", pieces, at_kinks=((-edge, 0), (edge, 0)))


def _positive(value: Number, name: str) -> Expr:
    number = exact(value, name)
    if not number > 0:
        raise ValueError(f"{name} must be positive, got {number}")
    return number
