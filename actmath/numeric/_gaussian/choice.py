"""Which float64 method suits an activation: a closed form, or how finely it must be sampled."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from sympy import Expr, Wild, exp, oo

from ...activation import Activation
from ...derive._formula.pieces import Piece, pieces
from ...notation import x
from .arithmetic import NUMPY
from .clipped_line import ClippedLine
from .exponential_unit import ExponentialUnit
from .panels import breaks, panel_moments
from .trapezoid import trapezoid_moments
from .two_slopes import TwoSlopes

_STRIPS = (3.0, 2.25, 1.5, 1.0, 0.75, 0.5)
_AGREEMENT = 3e-14
_FINEST = 64.0

_A, _B, _K = (Wild(name, exclude=[x]) for name in "ABK")


@dataclass(frozen=True)
class Sampling:
    """Resolution of the panels, and half the width of the strip of analyticity (0: none used)."""

    resolution: float
    strip: float


@lru_cache(maxsize=256)
def closed_form(activation: Activation) -> TwoSlopes | ClippedLine | ExponentialUnit | None:
    """The non-cancelling closed form at the default parameters, if it is one of the three kinds.

    >>> from actmath import catalog
    >>> closed_form(catalog.celu.with_parameters(alpha=2))
    ExponentialUnit(alpha=1.0, width=2.0, scale=2.0)
    >>> closed_form(catalog.tanh) is None
    True
    """
    parts = pieces(activation.formula())
    if len(parts) > 2:
        return _clipped_line(parts)
    return _two_slopes(parts) or _exponential_unit(parts)


def _two_slopes(parts: tuple[Piece, ...]) -> TwoSlopes | None:
    if not all(_is_line(part.expr) for part in parts):
        return None
    left, right = parts[0], parts[-1]
    kink = 0 * x if right.lower == -oo else right.lower
    at = [side.expr.subs(x, kink) for side in (left, right)]
    if (at[0] - at[1]).equals(0) is not True:
        return None
    slopes = [float(side.expr.diff(x)) for side in (left, right)]
    return TwoSlopes(float(kink), float(at[0]), *slopes)


def _clipped_line(parts: tuple[Piece, ...]) -> ClippedLine | None:
    """Constant, a line, constant, without a jump."""
    if len(parts) != 3 or not all(_is_line(part.expr) for part in parts):
        return None
    left, line, right = parts
    start, stop = line.lower, line.upper
    gaps = (left.expr - line.expr.subs(x, start), right.expr - line.expr.subs(x, stop))
    if any(gap.equals(0) is not True for gap in gaps):
        return None
    return ClippedLine(float(start), float(stop), float(left.expr), float(line.expr.diff(x)))


def _is_line(expr: Expr) -> bool:
    return bool(expr.is_polynomial(x) and expr.diff(x, 2).equals(0))


def _exponential_unit(parts: tuple[Piece, ...]) -> ExponentialUnit | None:
    """A·(e^{kx} − 1) below 0 and s·x above is (s/k)·f(kx) with alpha = A·k/s."""
    if len(parts) != 2 or parts[0].upper != 0 or not _is_line(parts[1].expr):
        return None
    match = parts[0].expr.expand().match(_A * exp(_K * x) + _B)
    slope = parts[1].expr.diff(x)
    if match is None or parts[1].expr.subs(x, 0) != 0:
        return None
    height, offset, rate = (match[w] for w in (_A, _B, _K))
    usable = rate.is_positive and slope.is_positive and (height + offset).equals(0)
    if not usable:
        return None
    return ExponentialUnit(float(height * rate / slope), float(1 / rate), float(slope / rate))


@lru_cache(maxsize=256)
def sampling(activation: Activation) -> Sampling:
    """How finely to sample, found by halving until the moments at probe points stand still.

    Raises:
        ArithmeticError: if they do not settle at 64 times the usual resolution, as for a function
            with features much finer than 0.01 away from its declared kinks.
    """
    means, variances = _probes()
    resolution = 1.0
    coarse = panel_moments(NUMPY, activation, means, variances, resolution)
    while resolution < _FINEST:
        fine = panel_moments(NUMPY, activation, means, variances, 2 * resolution)
        if _apart(coarse.variance, fine.variance) < 1e-13:
            return Sampling(resolution, _strip(activation, resolution))
        resolution, coarse = 2 * resolution, fine
    raise ArithmeticError(
        f"the moments of {activation.name} do not settle at {_FINEST:g} times the usual number "
        f"of nodes; declare its sharp bends as breakpoints of a Piecewise"
    )


def _strip(activation: Activation, resolution: float) -> float:
    """The widest strip for which the trapezoidal rule agrees with the panels."""
    if breaks(activation):
        return 0.0
    means, variances = (
        np.ravel(g) for g in np.meshgrid([-1.0, 0.1, 0.7], 0.01 * 2.0 ** np.arange(11))
    )
    panels = panel_moments(NUMPY, activation, means, variances, resolution)
    for strip in _STRIPS:
        rule, trusted = trapezoid_moments(NUMPY, activation, means, variances, strip)
        if trusted.any() and _apart(rule.variance[trusted], panels.variance[trusted]) < _AGREEMENT:
            return 0.95 * strip
    return 0.0


def _probes() -> tuple[np.ndarray, np.ndarray]:
    means = np.array([-15.0, -7.3, -3.1, -1.0, -0.2, 0.0, 0.4, 1.3, 2.6, 5.2, 11.0])
    grid = np.meshgrid(means, 4.0 ** np.arange(-6, 9))
    return np.ravel(grid[0]), np.ravel(grid[1])


def _apart(one: np.ndarray, other: np.ndarray) -> float:
    size = np.maximum(np.abs(one), np.abs(other))
    return float(np.max(np.abs(one - other) / np.where(size > 1e-280, size, np.inf)))
