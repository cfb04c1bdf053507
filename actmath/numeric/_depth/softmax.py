"""The shares that a softmax gives n independent Gaussian logits: their spread and their gradient.

With X = e^ℓ, ℓ ~ N(0, s²), and L(t) = E e^{−tX}, the identity 1/Sᵏ = ∫ tᵏ⁻¹e^{−tS} dt/(k − 1)!
turns moments of p_i = X_i/ΣX into integrals over one t of powers of L and its derivatives. With the
mean m and the variance v of X under the weights e^{−tX}/L,

    Var p = (n − 1)/n·∫ t·v·Lⁿ dt,   E p_1²p_2² = ∫ t³·(m² + v)²·Lⁿ dt/6,
    E p_1²p_2p_3 = ∫ t³·(m² + v)·m²·Lⁿ dt/6:

sums of positive terms alone, which keep their digits for nearly equal shares too, where
E p² − 1/n² has none. Both integrals, over log t and over ℓ, are of analytic functions on the whole
line, for which the trapezoidal rule is the best of all.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import pi, sqrt

import numpy as np

from ..._arrays import real_number, whole_number
from ..._text.tables import Tabular
from .._array import Array

# e^{−e^y} grows beyond |Im y| = π/2; with powers of e^y beside it three quarters are safe.
_STRIP = 1.2
# The rule's error, e^{−42}, and where the density is as small.
_WANTED, _REACH = 42.0, 9.25
# Of log t: the rule's error is |Γ(2 + 2πi/h)|, some e^{−π²/h}.
_STEP = 0.2
# Of log t beyond the deviations: e^{2u} = e^{−50} on the left, e^{−e^5} on the right.
_LEFT, _RIGHT = 25.0, 5.0
# Logits below which X − 1 loses digits of some weight.
_NEARLY_EQUAL = 1.0
# Numbers in an array at once.
_BLOCK = 2**18
#: Of logits, for which the sums are still short.
LARGEST_COUNT = 10**12
#: The largest deviation of logits for which the sums are still short.
LARGEST_SCALE = 25.0


@dataclass(frozen=True, repr=False)
class SoftmaxMoments(Tabular):
    """Of the n shares p of a softmax whose logits are independent N(0, scale²).

    ``second`` is E p² and ``variance`` Var p. A gradient of independent entries of variance 1 that
    arrives at the shares leaves entries of mean square ``gradient_second`` at the logits.
    ``pooled`` = n·E p² is the variance of Σ p_i v_i for independent values of variance 1, what
    attention gives, and its inverse the number of entries that an average over as many would have.
    """

    n: int
    scale: float
    mean: float
    second: float
    variance: float
    gradient_second: float
    pooled: float

    def rows(self) -> tuple[tuple[str, str], ...]:
        """Each number, to the digits that a float has."""
        found = (
            ("E p", self.mean),
            ("E p²", self.second),
            ("Var p", self.variance),
            ("mean square of the gradient at a logit", self.gradient_second),
            ("variance of what is pooled", self.pooled),
        )
        return tuple((label, f"{value:.15g}") for label, value in found)

    def caption(self) -> str:
        """How many logits, and how large."""
        return f"softmax of {self.n} logits N(0, {self.scale:g}²); quadrature"


def softmax_moments(n: int, scale: float = 1.0) -> SoftmaxMoments:
    """What a softmax makes of n independent logits N(0, scale²), to some 13 digits.

    Args:
        n: how many logits, from 1 to 10¹².
        scale: their standard deviation, from 0 to 25: what multiplies standard logits.

    Raises:
        ValueError: for an n or a scale beyond these, or several. TypeError: for an n that is no
            integer, or a scale that is no real number.

    >>> found = softmax_moments(100, 1.0)
    >>> round(found.second * 100**2, 6), round(found.pooled, 8)
    (2.553848, 0.02553848)
    """
    n = whole_number(n, "n", 1, LARGEST_COUNT)
    scale = real_number(scale, "scale")
    if not 0 <= scale <= LARGEST_SCALE:
        raise ValueError(f"scale must lie from 0 to {LARGEST_SCALE:g}, got {scale}")
    variance, pairs, triples = (0.0, n**-4, n**-4)
    if scale > 0 and n > 1:
        variance, pairs, triples = _integrals(n, scale)
    second = variance + n**-2
    # p_1²·((1 − p_1)² + Σ p_j²) over j ≠ 1, with 1 − p_1 = Σ p_j.
    gradient = (n - 1) * (2 * pairs + (n - 2) * triples)
    return SoftmaxMoments(n, scale, 1 / n, second, variance, gradient, n * second)


@lru_cache(maxsize=1024)
def _integrals(n: int, scale: float) -> tuple[float, float, float]:
    """Var p, E p_1²p_2² and E p_1²p_2p_3."""
    logits, weights = _gaussian_nodes(scale)
    start = -_LEFT - _REACH * scale - scale**2 / 2 - np.log(n)
    places = np.arange(start, _RIGHT + _REACH * scale, _STEP)
    rows = max(1, _BLOCK // len(logits))
    totals = np.zeros(3)
    for i in range(0, len(places), rows):
        totals += _sums(places[i : i + rows, None], logits, weights, n)
    variance, pairs, triples = totals * _STEP
    return float((n - 1) / n * variance), float(pairs / 6), float(triples / 6)


def _sums(places: Array, logits: Array, weights: Array, n: int) -> Array:
    """The three integrands at some log t, added up: dt = t·d log t."""
    # tX, which e^{−tX} makes an end of where it is large.
    product = np.exp(np.minimum(places + logits, 50.0))
    below = -np.expm1(-product) @ weights
    tilted = np.exp(-product) * weights
    # Where nothing is left of L, neither is of Lⁿ.
    whole = np.maximum(tilted.sum(axis=1, keepdims=True), 1e-300)
    tilted /= whole
    mean = (tilted * product).sum(axis=1)
    # tX − t has digits of its own where all X are near 1, and only there does it matter.
    apart, middle = product, mean
    if logits[-1] < _NEARLY_EQUAL:
        apart = np.exp(places) * np.expm1(logits)
        middle = (tilted * apart).sum(axis=1)
    spread = (tilted * (apart - middle[:, None]) ** 2).sum(axis=1)
    # L = 1 − below keeps its digits near 1, so that a large power has some.
    power = np.exp(n * np.log1p(-np.minimum(below, 1 - 1e-16)))
    square = mean**2 + spread
    found: Array = np.array([spread @ power, square**2 @ power, (square * mean**2) @ power])
    return found


def _gaussian_nodes(scale: float) -> tuple[Array, Array]:
    """Logits and weights of the trapezoidal rule, as far as X² times the density reaches."""
    # 2πδ/h − δ²/2 = 42 for a strip of half width δ, or h = 2π/√84.
    delta = min(_STRIP / scale, sqrt(2 * _WANTED))
    step = 2 * pi * delta / (_WANTED + delta**2 / 2)
    nodes = np.arange(-_REACH, min(_REACH + 2 * scale, 38.0) + step, step)
    weights = np.exp(-(nodes**2) / 2)
    return scale * nodes, weights / weights.sum()
