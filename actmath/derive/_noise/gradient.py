"""∂φ/∂x and ∂φ/∂p of a noisy unit, and how they are distributed over the noise."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Abs, Expr, Max, Piecewise, S, diff, erf, erfc, oo, pi, sqrt

from ..._text.kinds import check_kind
from ..._text.tables import Answer
from ...notation import p, x, xi
from .._saturation.clipped_line import normal_density, normal_distribution
from .noisy_unit import NOISY_HINT, NoisyUnit, Regime, Variant


@dataclass(frozen=True, repr=False)
class SlopeLaw(Answer):
    """location + scale·ε with ε normal, or half-normal |ξ|: noise that enters after the unit."""

    location: Expr
    scale: Expr
    half_normal: bool

    @property
    def formula(self) -> Expr:
        """The slope as a function of ξ."""
        return self.location + self.scale * (Abs(xi) if self.half_normal else xi)

    @property
    def mean(self) -> Expr:
        """location + scale·√(2/π) for the half-normal; the location for the normal."""
        return self.location + self.scale * (sqrt(2 / pi) if self.half_normal else S.Zero)

    @property
    def variance(self) -> Expr:
        """scale²·Var ε."""
        return self.scale**2 * ((1 - 2 / pi) if self.half_normal else S.One)

    def below(self, level: Expr = S.Zero) -> Expr:
        """P(slope < level), where scale ≠ 0."""
        if not self.half_normal:
            return normal_distribution((level - self.location) / Abs(self.scale))
        # P(|ξ| < t) = erf(t/√2); a negative scale turns "below" into "above".
        reach = Max((level - self.location) / self.scale, 0) / sqrt(2)
        return Piecewise((erf(reach), self.scale > 0), (erfc(reach), True))


@dataclass(frozen=True, repr=False)
class ClippedLaw(Answer):
    """k(A + Bξ) where l < x + sξ < r, and 0 elsewhere: noise that enters before the unit.

    ``alive`` is the probability of l < x + sξ < r; the slope is exactly 0 with the rest.
    """

    alive: Expr
    mean: Expr
    variance: Expr


@dataclass(frozen=True, repr=False)
class NoiseGradient(Answer):
    """The laws of ∂φ/∂x and ∂φ/∂p in one regime; ``in_p`` is None where nothing is learned."""

    in_x: SlopeLaw | ClippedLaw
    in_p: SlopeLaw | ClippedLaw | None


def noise_gradient(unit: NoisyUnit, regime: Regime) -> NoiseGradient:
    """How the slopes of φ are distributed over ξ at a fixed x inside a regime.

    After the unit (NAN, NAH) ∂φ/∂x = αh′ + (1 − α)u′ + dσ′ε, and in saturation h′ = 0. Before it
    ∂φ/∂x = h′(x + sξ)(1 + s′ξ), which vanishes wherever the noise leaves the unit clipped
    (Gulcehre et al. 2016, Eqs. 5 to 12, differentiated).

    Args:
        unit: any variant.
        regime: one of ``unit.regimes``; the laws hold for x inside it.

    Raises:
        TypeError: for another unit, or what is no regime.

    >>> from actmath import catalog
    >>> from actmath.derive import harden
    >>> from actmath.derive import noisy
    >>> unit = noisy(harden(catalog.tanh), "NAN")
    >>> noise_gradient(unit, unit.regimes[-1]).in_x.location
    1 - alpha
    """
    check_kind(unit, NoisyUnit, "unit", NOISY_HINT)
    check_kind(regime, Regime, "regime", "unit.regimes holds them")
    if unit.variant.at_input:
        return _before(unit, regime)
    return NoiseGradient(*output_slopes(unit, regime))


def output_slopes(unit: NoisyUnit, regime: Regime) -> tuple[SlopeLaw, SlopeLaw]:
    """The laws of ∂φ/∂x and ∂φ/∂p for NAN and NAH.

    Raises:
        ValueError: for input noise.
    """
    if unit.variant.at_input:
        raise ValueError(f"{unit.variant}: the noise enters before the unit; use noise_gradient")
    half = unit.variant is Variant.NAH
    # φ = quiet part + d·σ·ε, so ∂φ/∂x = (quiet part)′ + dσ′ε and ∂φ/∂p = d·∂σ/∂p·ε.
    quiet = diff(regime.phi.subs(xi, 0), x)
    loud = regime.direction if regime.saturated else S.Zero
    in_x = SlopeLaw(quiet, loud * diff(regime.deviation, x), half)
    return in_x, SlopeLaw(S.Zero, loud * diff(regime.deviation, p), half)


def _before(unit: NoisyUnit, regime: Regime) -> NoiseGradient:
    s = regime.deviation
    # ∂(x + sξ)/∂x = 1 + s′ξ and ∂(x + sξ)/∂p = ξ·∂s/∂p.
    in_x = _clipped(unit, s, S.One, diff(s, x)) if s != 0 else _certain(regime)
    if not unit.variant.learned:
        return NoiseGradient(in_x, None)
    in_p = _clipped(unit, s, S.Zero, diff(s, p)) if s != 0 else ClippedLaw(S.One, S.Zero, S.Zero)
    return NoiseGradient(in_x, in_p)


def _certain(regime: Regime) -> ClippedLaw:
    return ClippedLaw(S.One, diff(regime.hard, x), S.Zero)


def _clipped(unit: NoisyUnit, s: Expr, constant: Expr, linear: Expr) -> ClippedLaw:
    """Moments of k(A + Bξ) over a < ξ < b, with a = (l − x)/s and b = (r − x)/s."""
    k = unit.hardened.linearization.slope
    left, right = unit.hardened.left_threshold, unit.hardened.right_threshold
    a = -oo if left is None else (left - x) / s
    b = oo if right is None else (right - x) / s
    # P(a < ξ < b), then E ξ = φ(a) − φ(b) and E ξ² = P + aφ(a) − bφ(b) over a < ξ < b.
    mass = (S.One if b == oo else normal_distribution(b)) - (
        S.Zero if a == -oo else normal_distribution(a)
    )
    first = _edge(a, 0) - _edge(b, 0)
    second = mass + _edge(a, 1) - _edge(b, 1)
    # E and E of the square of k(A + Bξ) on that interval.
    mean = k * (constant * mass + linear * first)
    square = k**2 * (constant**2 * mass + 2 * constant * linear * first + linear**2 * second)
    return ClippedLaw(mass, mean, square - mean**2)


def _edge(end: Expr, power: int) -> Expr:
    """endᵖᵒʷᵉʳ φ(end), zero at ±∞."""
    return S.Zero if end in (oo, -oo) else end**power * normal_density(end)
