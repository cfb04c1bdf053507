"""Layers of sines: the map of lengths, its fixed point, and what a layer does to gradients.

A layer computes sin(z + b): z, the weighted sum, is N(0, q), and the bias b has a symmetric law
with c = E cos 2b. The closed forms of E sin² z and E cos² z give E sin²(z + b) = (1 − c·e^{−2q})/2
and E cos²(z + b) = (1 + c·e^{−2q})/2. Weights whose variances add up to S map the length q of the
sum to S(1 − c·e^{−2q})/2 and multiply the gradient's mean square by S(1 + c·e^{−2q})/2.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from sympy import Expr, LambertW, S, exp, sin

from ..._text.tables import Answer
from ...catalog import CATALOG
from ...notation import mu, nu
from ...number import Number, evaluated, exact
from .._moments.gaussian_moments import gaussian_moments


@dataclass(frozen=True, repr=False)
class SineLayers(Answer):
    """Sines behind weights of total variance ``weights`` and biases with E cos 2b = ``turning``.

    ``following`` and ``gradient`` are formulas in ``notation.nu``, the length of the weighted sum,
    to which a bias adds its variance; ``length`` is the fixed one, ``slope`` that of the map there,
    which attracts between −1 and 1, and ``gradient_there`` the factor of the gradient's mean square
    in a layer.
    """

    weights: Expr
    turning: Expr
    following: Expr
    gradient: Expr
    length: Expr
    slope: Expr
    gradient_there: Expr

    def lengths(self, start: float, depth: int) -> tuple[float, ...]:
        """The length of the first sum, and those of the layers after it, ``depth`` in all.

        Raises:
            ValueError: for a length that is negative or not finite, or a depth below 1.

        >>> [round(length, 4) for length in sine_layers(2).lengths(1.0, 3)]
        [1.0, 0.8647, 0.8226]
        """
        first = exact(start, "start")
        if not (evaluated(first) >= 0 and depth >= 1):
            raise ValueError(f"start must be 0 or more and depth 1 or more, got {start}, {depth}")
        found = [float(first)]
        while len(found) < depth:
            found.append(float(evaluated(self.following.subs(nu, exact(found[-1])))))
        return tuple(found)


def sine_layers(weights: Number, turning: Number = 1) -> SineLayers:
    """The fixed length q = S(1 − c·e^{−2q})/2 by Lambert's W, and what holds there.

    With u = 2q − S the equation is u·e^u = −S·c·e^{−S}, which u on the principal branch solves: for
    c < 1, or S > 1, the one positive length. Without biases lengths go to 0 for S ≤ 1.

    Args:
        weights: S = n·Var w, positive: 2 for weights that are uniform on ±√(6/n).
        turning: c = E cos 2b, from −1 to 1: 1 without biases, e^{−2v} for N(0, v), and
            ``turning_of_uniform``.

    Raises:
        ValueError: for other numbers.

    >>> sine_layers(2).length
    LambertW(-2*exp(-2))/2 + 1
    >>> sine_layers(2).gradient_there.evalf(9)
    1.20318787
    """
    total, c = exact(weights, "weights"), exact(turning, "turning")
    if not (evaluated(total) > 0 and -1 <= evaluated(c) <= 1):
        raise ValueError(
            f"weights must be positive and turning between −1 and 1, got {total} and {c}"
        )
    return _layers(total, c)


@lru_cache(maxsize=64)
def _layers(total: Expr, c: Expr) -> SineLayers:
    moments = gaussian_moments(CATALOG["sine"])
    squares = (moments.second, moments.derivative_second)
    following, gradient = (total * _turned(m.subs(mu, 0), c) for m in squares)
    dies = c == 1 and bool(evaluated(total) <= 1)
    length = S.Zero if dies else (total + LambertW(-total * c * exp(-total))) / 2
    slope, factor = (f.subs(nu, length) for f in (following.diff(nu), gradient))
    return SineLayers(total, c, following, gradient, length.expand(), slope, factor)


def _turned(square: Expr, turning: Expr) -> Expr:
    """E f(z + b)² from E f(z)² = 1/2 ∓ e^{−2q}/2: what varies is multiplied by E cos 2b."""
    return S.Half + turning * (square - S.Half)


def turning_of_uniform(bound: Number) -> Expr:
    """E cos 2b = sin(2β)/(2β) of biases that are uniform on ±β.

    Raises:
        ValueError: for a bound that is negative or no number.

    >>> turning_of_uniform(0), turning_of_uniform("1/2")
    (1, sin(1))
    """
    end = exact(bound, "bound")
    if evaluated(end) < 0:
        raise ValueError(f"bound must be 0 or positive, got {bound}")
    return S.One if end == 0 else sin(2 * end) / (2 * end)
