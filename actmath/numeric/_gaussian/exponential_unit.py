"""Gaussian moments of elu, selu and celu, in forms that do not cancel.

Every such unit is ``scale``·f(x/width), f(x) = x for x > 0 and α(eˣ − 1) below. With
``right`` for mu ≥ −0.7·min(1, α)·σ and ``left`` for the others, s = −1 and +1, u = −s·mu/σ and the
half-line integrals G_k of u, three differences carry everything. With w = e^{−ut−t²/2} they are

    D1 = ∫(e^{sσt} − 1)w dt,   Dy = ∫t(e^{sσt} − 1)w dt,   D2 = ∫(e^{sσt} − 1)²w dt.

They are differences of G_0 and G_1 at u, u − sσ, u − 2sσ. For σ < 0.7 those are nearly equal, and
a Taylor series of G_0 takes over:

* 0.15 ≤ α ≤ 10, or |mu| < 0.7·σ: about the middle, u − sσ, where 11 + 20σ terms do. Its G_k
  are made the usual way up, (k+1)·G_{k+1} = G_{k−1} − u·G_k, whose error in G_k is ulps·uᵏ/k!. In
  the moments it stands beside an α² and below a φ(u): harmless unless α or 1/α and u are large.
* otherwise about u, with 42 terms whose G_k have full precision each.

The moments are then put together as follows.

* right: f(x) = x + r(x), r = 0 for x > 0. Var f = ν(1 + 2E r′) + Var r by Stein's identity
  Cov(z, r) = ν E r′. P(r ≠ 0) ≤ 0.76, so each term is of the size of the answer.
* left, σ < 0.7: f(x) = α(eˣ − 1) + r(x), r = 0 for x < 0. The exponential's variance is
  α²e^{2mu+ν}(e^ν − 1), taken with expm1; Cov(eˣ, r) and Var r are of second order. A saturated unit
  (mu ≪ 0) is the first term alone: nothing is subtracted from its value near −α.
* left, σ ≥ 0.7: shifted by its limit, h = f + α > 0 varies by e^{±σ}, so (E h)² ≤ 0.7·E h² about,
  and E h² − (E h)² loses no more than two bits.

Left and right meet where both lose equally little. For α ≥ 1 the left form would still subtract
α·E(e^z − 1) over z > 0 from that over all z near mu = 0; for small α, r ≈ −x takes nearly all of x
away as soon as mu < 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from .array_ops import ArrayOps
from .half_line import U_MAX, density, downwards, far_clipped, half_line, mills
from .result import AnyArray, Columns, FourMoments, MomentRoute

# The σ below which series replace differences of nearly equal G_0.
_NARROW = 0.7
# Up to u = 2 the way up loses less than a factor u² = 4 a step, and it has two steps.
_NEAR = 2.0
# In σ: how near to the kink the right form serves on the left, and the short series any alpha.
_CLOSE = 0.7
# The last term, (2·0.7)⁴²·G_42(0), is 2e-20 of the first.
_TERMS = 42
# The alpha for which the short series keeps all digits at every u, as was measured.
_MODERATE = (0.15, 10.0)
# e^{−745} is the least positive float64.
_LOWEST_EXPONENT = -745.0


@dataclass(frozen=True)
class _Differences:
    """G_0, G_1, 2·G_2 at u, G_0 at u − sσ and u − 2sσ, and the module docstring's differences."""

    g0: AnyArray
    g1: AnyArray
    g2: AnyArray
    once: AnyArray
    twice: AnyArray
    d1: AnyArray
    dy: AnyArray
    d2: AnyArray


_Series = Callable[[ArrayOps, AnyArray, AnyArray], _Differences]


@dataclass(frozen=True)
class ExponentialUnit:
    """scale·f(x/width) with f(x) = x for x > 0 and alpha·(eˣ − 1) for x ≤ 0."""

    alpha: float
    width: float
    scale: float

    def route(self, ops: ArrayOps, mean: AnyArray, variance: AnyArray) -> MomentRoute:
        """In closed form, everywhere."""
        return MomentRoute.CLOSED_FORM

    def moments(self, ops: ArrayOps, mean: AnyArray, variance: AnyArray) -> FourMoments:
        """The moments at arrays of one shape, variance > 0."""
        if self.width != 1:
            mean = mean / self.width
            variance = variance / self.width**2
        deviation = ops.sqrt(variance)
        narrow = deviation < _NARROW
        left = mean < -_CLOSE * min(1.0, self.alpha) * deviation
        wide_left = left & ~narrow
        narrow_left = left & narrow
        narrow_right = narrow & ~left
        near = mean > -_NEAR * deviation
        low, high = _MODERATE
        middle = (ops.absolute(mean) < _CLOSE * deviation) | (low <= self.alpha <= high)
        parts = (
            (wide_left & near, self._wide_near),
            (wide_left & ~near, self._wide_far),
            (~(left | narrow), self._wide_right),
            (narrow_left & middle, partial(self._narrow_left, _about_the_middle)),
            (narrow_left & ~middle, partial(self._narrow_left, _about_u)),
            (narrow_right & middle, partial(self._narrow_right, _about_the_middle)),
            (narrow_right & ~middle, partial(self._narrow_right, _about_u)),
        )
        found = ops.choose(parts, mean, variance, deviation)
        # f = scale·g(x/width), so f′ = (scale/width)·g′(x/width).
        slope = self.scale / self.width
        return FourMoments(
            self.scale * found[0], self.scale**2 * found[1], slope * found[2], slope**2 * found[3]
        )

    def _narrow_left(
        self, series: _Series, ops: ArrayOps, m: AnyArray, v: AnyArray, d: AnyArray
    ) -> Columns:
        return self._left(ops, m, v, d, series(ops, -m / d, d))

    def _narrow_right(
        self, series: _Series, ops: ArrayOps, m: AnyArray, v: AnyArray, d: AnyArray
    ) -> Columns:
        return self._right(ops, m, v, d, series(ops, m / d, -d))

    def _wide_right(self, ops: ArrayOps, m: AnyArray, v: AnyArray, d: AnyArray) -> Columns:
        u = ops.minimum(m / d, U_MAX)
        # G_0 at u, u − sσ and u − 2sσ with s = −1.
        g0 = mills(ops, u)
        once = mills(ops, u + d)
        twice = mills(ops, u + 2 * d)
        _, g1, g2 = _upwards(u, g0)
        # Dy is the difference of G_1 = 1 − u·G_0.
        dy = (1 - (u + d) * once) - g1
        d1 = once - g0
        d2 = twice - 2 * once + g0
        return self._right(ops, m, v, d, _Differences(g0, g1, g2, once, twice, d1, dy, d2))

    def _right(
        self, ops: ArrayOps, m: AnyArray, v: AnyArray, d: AnyArray, at: _Differences
    ) -> Columns:
        """f(x) = x + r(x), for mu ≥ −0.7·min(1, alpha)·σ."""
        alpha = self.alpha
        phi = density(ops, m, v)
        tail = phi * at.g0
        # E r and E r² of r(x) = alpha·(eˣ − 1) − x below 0.
        r1 = phi * (d * at.g1 + alpha * at.d1)
        r2 = phi * (v * at.g2 + 2 * alpha * d * at.dy + alpha**2 * at.d2)
        # E r′ and E f′² below 0.
        slope = alpha * phi * at.once - tail
        steep = alpha**2 * phi * at.twice
        return (
            m + r1,
            v * (1 + 2 * slope) + (r2 - r1 * r1),
            1 + slope,
            1 - tail + steep,
        )

    def _left(
        self, ops: ArrayOps, m: AnyArray, v: AnyArray, d: AnyArray, at: _Differences
    ) -> Columns:
        """f(x) = alpha·(eˣ − 1) + r(x), for mu < 0 and σ < 0.7."""
        alpha = self.alpha
        phi = density(ops, m, v)
        # E r and E r² of r(x) = x − alpha·(eˣ − 1) above 0.
        r1 = phi * (d * at.g1 - alpha * at.d1)
        r2 = phi * (v * at.g2 - 2 * alpha * d * at.dy + alpha**2 * at.d2)
        exponent = ops.maximum(m, _LOWEST_EXPONENT) + v / 2
        # E eˣ − 1, E eˣ and Var eˣ/(E eˣ)².
        jensen = ops.expm1(exponent)
        once = ops.exp(exponent)
        spread = ops.expm1(v)
        # Cov(eˣ, r).
        covariance = phi * (d * at.dy - alpha * at.d2) - jensen * r1
        exponential = (alpha * once) ** 2 * spread
        tail = phi * at.g0
        below = once**2 * (1 + spread) - phi * at.twice
        return (
            alpha * jensen + r1,
            exponential + 2 * alpha * covariance + (r2 - r1 * r1),
            alpha * (once - phi * at.once) + tail,
            tail + alpha**2 * below,
        )

    def _wide_near(self, ops: ArrayOps, m: AnyArray, v: AnyArray, d: AnyArray) -> Columns:
        return self._wide(ops, m, v, d, _upwards(-m / d, mills(ops, -m / d)))

    def _wide_far(self, ops: ArrayOps, m: AnyArray, v: AnyArray, d: AnyArray) -> Columns:
        g0, g1, g2 = half_line(ops, far_clipped(ops, m / d), 2)
        return self._wide(ops, m, v, d, (g0, g1, 2 * g2))

    def _wide(self, ops: ArrayOps, m: AnyArray, v: AnyArray, d: AnyArray, g: Columns) -> Columns:
        """h = f + alpha for mu < 0 and σ ≥ 0.7, as a sum of positive terms."""
        alpha = self.alpha
        phi = density(ops, m, v)
        # P(z > 0), E z₊ and E z₊².
        tail = phi * g[0]
        first = phi * d * g[1]
        second = phi * v * g[2]
        # E[e^z; z < 0] and E[e^{2z}; z < 0].
        once = _exponential_below(ops, m, v, d, phi, 1)
        twice = _exponential_below(ops, m, v, d, phi, 2)
        # E h and E h².
        shifted = alpha * (tail + once) + first
        square = alpha**2 * (tail + twice) + 2 * alpha * first + second
        return (
            first - alpha * ((1 - tail) - once),
            square - shifted**2,
            tail + alpha * once,
            tail + alpha**2 * twice,
        )


def _upwards(u: AnyArray, g0: AnyArray) -> Columns:
    """G_0, G_1, 2·G_2 the usual way up, which loses little as long as u is small."""
    g1 = 1 - u * g0
    return g0, g1, g0 - u * g1


def _exponential_below(
    ops: ArrayOps, m: AnyArray, v: AnyArray, d: AnyArray, phi: AnyArray, rate: int
) -> AnyArray:
    """E[e^{rate·z}; z < 0] for mu < 0, the smaller of the two tails taken through Mills' ratio."""
    argument = rate * d + m / d
    near = phi * mills(ops, ops.absolute(argument))
    # E e^{rate·z} over all z, needed only where it is below 1.
    whole = ops.exp(ops.clip(rate * m + rate**2 * v / 2, _LOWEST_EXPONENT, 0.0))
    return ops.where(argument >= 0, near, whole - near)


def _about_the_middle(ops: ArrayOps, u: AnyArray, step: AnyArray) -> _Differences:
    """G_0(c ± step) = Σ (∓step)ᵏG_k(c) about c = u − sσ, with ``step`` = sσ.

    The even terms are D2/2, the odd ones less the even ones D1.
    """
    u = ops.minimum(u, U_MAX)
    centre = u - step
    square = step * step
    slant = step * centre
    middle = mills(ops, centre)
    before, term = middle, step - slant * middle
    odd = term
    even = 0.0 * u
    widest = float(ops.value_of(square).max()) ** 0.5
    # After 11 + 20σ terms those left out are below 1.2e-16 of the first, step²·G_2.
    for k in range(2, 12 + int(20 * widest)):
        # stepᵏ·G_k from k·G_k = G_{k−2} − c·G_{k−1}.
        before, term = term, (square * before - slant * term) * (1 / k)
        if k % 2:
            odd = odd + term
        else:
            even = even + term
    d1 = odd - even
    d2 = 2 * even
    g0, g1, g2 = _upwards(u, middle - d1)
    return _Differences(g0, g1, g2, middle, middle + d1 + d2, d1, step * middle - u * d1, d2)


def _about_u(ops: ArrayOps, u: AnyArray, step: AnyArray) -> _Differences:
    """G_0(u − step) = Σ stepᵏG_k(u); Horner's rule takes the G_k in the order of ``downwards``."""
    u = ops.minimum(u, U_MAX)
    d1 = dy = d2 = previous = 0.0 * u
    low: list[AnyArray] = []
    for k, g in downwards(ops, u, _TERMS + 1):
        if 0 < k <= _TERMS:
            # Coefficients of stepᵏ in D1, Dy and D2: G_k, (k+1)·G_{k+1}, (2ᵏ − 2)·G_k.
            d1 = step * (g + d1)
            dy = step * ((k + 1) * previous + dy)
            d2 = step * ((2.0**k - 2) * g + d2)
        previous = g
        if k <= 2:
            low.append(g)
    g2, g1, g0 = low
    once = g0 + d1
    columns = (g0, g1, 2 * g2, once, once + d1 + d2, d1, dy, d2)
    # The G_k so far are multiples of G_{43}; Mills' ratio is the true G_0.
    scale = mills(ops, u) / g0
    return _Differences(*(scale * column for column in columns))
