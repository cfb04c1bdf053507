"""What attention makes of Gaussian queries and keys: its logits exactly, its shares in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.optimize import brentq
from sympy import Expr
from sympy import sqrt as exact_sqrt

from ..._arrays import real_number, whole_number
from ..._text.tables import Tabular
from ...derive._gated.gated_moments import gated_formulas
from ...notation import mu, mu_z, nu, nu_z, rho
from ...number import Number, exact
from .softmax import LARGEST_COUNT, LARGEST_SCALE, softmax_moments

# Of the rule over |q|, and where it ends: where the density is e^−40 of its largest on the left,
# and e^−55 on the right, where shares may be n times as large.
_NODES, _LEFT, _RIGHT = 40, 40.0, 55.0


@dataclass(frozen=True, repr=False)
class AttentionLogit(Tabular):
    """Mean, variance and excess kurtosis of scale·q·k, exactly: a Gaussian's kurtosis is 0."""

    width: int
    scale: Expr
    mean: Expr
    variance: Expr
    excess_kurtosis: Expr

    def caption(self) -> str:
        """The width, and what the dot product is multiplied by."""
        return f"{self.scale}·q·k, {self.width} components"


def attention_logit(
    width: int,
    scale: Number | None = None,
    *,
    variance_q: Number = 1,
    variance_k: Number = 1,
    correlation: Number = 0,
) -> AttentionLogit:
    """The logit scale·q·k of d = ``width`` Gaussian components of mean 0, exactly, at any width.

    Each q_i·k_i is the bilinear unit, and d of them add up: variance scale²·d·(1 + ρ²)·ν_q·ν_k,
    mean scale·d·ρ·√(ν_q·ν_k), excess kurtosis 6(1 + 6ρ² + ρ⁴)/(d(1 + ρ²)²). With the scale 1/√d
    (Vaswani et al. 2017, Section 3.2.1) the variance of independent q and k is that of one product.

    Args:
        width: components of q and of k, from 1.
        scale: what q·k is multiplied by; 1/√d if nothing is said.
        variance_q, variance_k: of a component, positive; all numbers are read exactly.
        correlation: of q_i with k_i, from −1 to 1.

    Raises:
        ValueError: for numbers beyond these. TypeError: for arrays.

    >>> found = attention_logit(64)
    >>> found.variance, found.excess_kurtosis
    (1, 3/32)
    """
    width = whole_number(width, "width", 1, LARGEST_COUNT)
    factor = 1 / exact_sqrt(width) if scale is None else exact(scale, "scale")
    if factor == 0:
        raise ValueError("scale must not be 0, which makes every logit 0")
    given = {"variance_q": variance_q, "variance_k": variance_k, "correlation": correlation}
    first, second, both = (exact(value, name) for name, value in given.items())
    for name, value in (("variance_q", first), ("variance_k", second)):
        if not value > 0:
            raise ValueError(f"{name} must be positive, got {value}")
    if not -1 <= both <= 1:
        raise ValueError(f"correlation must lie from −1 to 1, got {both}")
    one = gated_formulas("bilinear").at({mu: 0, mu_z: 0, nu: first, nu_z: second, rho: both})
    # The fourth cumulant of a product, and of a sum of d of them beside the variance squared.
    kurtosis = 6 * (1 + 6 * both**2 + both**4) / (width * (1 + both**2) ** 2)
    return AttentionLogit(
        width, factor, factor * width * one.mean, factor**2 * width * one.variance, kurtosis
    )


@dataclass(frozen=True, repr=False)
class AttentionMoments(Tabular):
    """Of the shares that a Gaussian query gives n Gaussian keys, as of ``SoftmaxMoments``.

    ``logit_variance`` is that of the logits, whose size differs from query to query: given q they
    are independent N(0, scale²·|q|²). ``pooled`` is the variance of the output for independent
    values of variance 1.
    """

    n: int
    width: int
    scale: float
    logit_variance: float
    second: float
    variance: float
    gradient_second: float
    pooled: float

    def caption(self) -> str:
        """How many keys, how wide."""
        return f"attention to {self.n} keys of {self.width} components; quadrature"


def attention_moments(n: int, width: int, scale: float | None = None) -> AttentionMoments:
    """The softmax of scale·q·k_j over n keys, q and k_j of ``width`` independent N(0, 1) numbers.

    The moments of ``softmax_moments`` at the deviation scale·|q|, averaged over |q| ~ χ by the rule
    of Gauss and Legendre. At the usual scale it has converged to 12 digits; at a larger scale to
    fewer.

    Args:
        n: how many keys, from 1 to 10¹².
        width: components of q and of each key.
        scale: what q·k is multiplied by; 1/√width if nothing is said.

    Raises:
        ValueError, TypeError: as ``softmax_moments``; where scale·|q| is beyond its scales.

    >>> round(attention_moments(100, 64).pooled, 6)
    0.025738
    """
    n = whole_number(n, "n", 1, LARGEST_COUNT)
    width = whole_number(width, "width", 1, LARGEST_COUNT)
    factor = 1 / sqrt(width) if scale is None else real_number(scale, "scale")
    if not 0 <= factor < np.inf:
        raise ValueError(f"scale must be one number that is not negative, got {scale}")
    lengths, weights = _length_nodes(width)
    if factor * lengths[-1] > LARGEST_SCALE:
        largest = LARGEST_SCALE / lengths[-1]
        raise ValueError(f"scale must be at most {largest:.3g} at this width, got {scale}")
    parts = [softmax_moments(n, factor * length) for length in lengths]
    columns = ("second", "variance", "gradient_second", "pooled")
    means = (
        float(sum(w * getattr(part, name) for part, w in zip(parts, weights, strict=True)))
        for name in columns
    )
    return AttentionMoments(n, width, factor, factor**2 * width, *means)


def _length_nodes(width: int) -> tuple[list[float], list[float]]:
    """Nodes and weights for |q| ~ χ, whose density goes like r^{d − 1}·e^{−r²/2}."""
    mode = sqrt(width - 1)

    def fall(away: float) -> float:
        """By how much the density's logarithm is less than at the mode, the root of d − 1."""
        share = away / mode if mode else 0.0
        return mode**2 * (share - float(np.log1p(share))) + away**2 / 2

    # It falls by half the square of the distance at least.
    high = brentq(lambda away: fall(away) - _RIGHT, 0, sqrt(2 * _RIGHT))
    # Beside 0 it has fallen so far only where d is large.
    low, near_0 = -mode, -0.999 * mode
    if fall(near_0) > _LEFT:
        low = brentq(lambda away: fall(away) - _LEFT, near_0, 0)
    places, weights = np.polynomial.legendre.leggauss(_NODES)
    away = (high + low) / 2 + (high - low) / 2 * places
    mass = weights * np.exp([-fall(float(one)) for one in away])
    return (mode + away).tolist(), (mass / mass.sum()).tolist()
