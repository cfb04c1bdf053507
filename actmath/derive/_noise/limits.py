"""What is asserted about noisy units in the limit, regime by regime and variant by variant."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Abs, Expr, Float, S, diff, limit, oo, pi, simplify, sqrt

from ..._arrays import whole_number
from ..._text.kinds import check_kind
from ..._text.tables import Answer, Tabular
from ..._text.typeset import cell
from ...activation import Activation
from ...notation import Delta, alpha, c, p, stand_in
from ...number import Number, exact, mp
from .._saturation.saturation import Saturation, saturation
from .._subject import exact_or_symbolic
from .gradient import SlopeLaw, noise_gradient
from .noisy_unit import NOISY_HINT, NoisyUnit, Regime, Variant, noise_deviation

#: As many as the numeric floor gives.
_MOST_DIGITS = 10_000


@dataclass(frozen=True, repr=False)
class GradientLimit(Answer):
    """lim |∂φ/∂x| as |ξ| → ∞ at p ≠ 0, c > 0, in the linear and in the saturated regime (Eq. 5)."""

    variant: Variant
    linear: Expr
    saturated: Expr

    @property
    def diverges_everywhere(self) -> bool:
        """Does Eq. 5 hold at every x?"""
        return bool(self.linear == oo and self.saturated == oo)


def gradient_limit(unit: NoisyUnit) -> GradientLimit:
    """Eq. 5: does |∂φ/∂x| grow without bound with the noise?

    After the unit the slope is affine in ε, so it diverges exactly where σ′ ≠ 0: in saturation,
    never in the linear regime. Before the unit x + sξ ends up in a clipped part, whose slope is 0.

    Raises:
        TypeError: for what is no noisy unit.

    >>> from actmath import catalog
    >>> from actmath.derive import harden
    >>> from actmath.derive import noisy
    >>> found = gradient_limit(noisy(harden(catalog.tanh), "NAN"))
    >>> found.linear, found.saturated
    (1, oo)
    """
    check_kind(unit, NoisyUnit, "unit", NOISY_HINT)
    clipped = next(r for r in unit.regimes if r.saturated)
    linear = next(r for r in unit.regimes if not r.saturated)
    return GradientLimit(unit.variant, _far(unit, linear), _far(unit, clipped))


def _far(unit: NoisyUnit, regime: Regime) -> Expr:
    law = noise_gradient(unit, regime).in_x
    if isinstance(law, SlopeLaw):
        # location + scale·ε: unbounded in ε unless the scale is 0 in this regime.
        return Abs(law.location) if law.scale == 0 else oo
    if regime.deviation == 0:
        return Abs(law.mean)
    ends = (unit.hardened.left_threshold, unit.hardened.right_threshold)
    # Clipped on both sides: x + sξ ends up on a flat part either way.
    if None not in ends:
        return S.Zero
    # An open side keeps the line's slope, times 1 + s′ξ where s depends on x.
    return oo if unit.variant.learned else Abs(unit.hardened.linearization.slope)


@dataclass(frozen=True, repr=False)
class DeviationFacts(Tabular):
    """σ as a function of the distance Δ: what it tends to, how it grows, what p does.

    ``near`` is lim σ/Δ² at Δ → 0, ``supremum`` lim σ at Δ → ∞ (not attained). σ/Δ, which would be
    constant if σ were proportional to Δ, tends to 0 at both ends and is largest at
    pΔ = 2t with sinh 2t = 4t, where it is ``largest_ratio``·c|p|.
    """

    near: Expr
    supremum: Expr
    ratio_near: Expr
    ratio_far: Expr
    largest_ratio: Expr
    largest_at: Expr
    even_in_p: bool
    odd_gradient_in_p: bool
    at_p_zero: tuple[Expr, Expr, Expr]

    def rows(self) -> tuple[tuple[str, object], ...]:
        """Each limit with its name."""
        return (
            ("σ/Δ² at the threshold", cell(self.near)),
            ("σ far out", cell(self.supremum)),
            ("σ/|Δ| at the threshold", cell(self.ratio_near)),
            ("σ/|Δ| far out", cell(self.ratio_far)),
            ("largest σ/(c|p||Δ|)", cell(self.largest_ratio)),
            ("at |pΔ|", cell(self.largest_at)),
            ("σ even in p", cell(self.even_in_p)),
            ("σ, ∂σ/∂p, ∂σ/∂Δ at p = 0", self.at_p_zero),
        )

    def caption(self) -> str:
        """Of which σ."""
        return "σ = c (g(pΔ) − ½)² against the distance Δ"

    @property
    def proportional(self) -> bool:
        """Is σ a constant multiple of Δ?"""
        return bool(self.ratio_near == self.ratio_far != 0)


def deviation_facts(digits: int = 30) -> DeviationFacts:
    """Bounds, growth, parity and the point p = 0 of σ = c (g(pΔ) − ½)².

    ``at_p_zero`` holds σ, ∂σ/∂p and ∂σ/∂Δ at p = 0: all vanish, so that gradient descent never
    leaves p = 0, and never passes it.

    >>> facts = deviation_facts()
    >>> facts.near, facts.supremum, facts.ratio_near, facts.ratio_far
    (c*p**2/16, c/4, 0, 0)
    >>> facts.even_in_p, facts.at_p_zero
    (True, (0, 0, 0))
    """
    formula = noise_deviation(Delta)
    steep, loud = stand_in(p), stand_in(c)
    positive = formula.subs({p: steep, c: loud})
    back = {steep: p, loud: c}
    at, ratio = _largest_tanh_ratio(whole_number(digits, "digits", most=_MOST_DIGITS))
    slopes = (diff(formula, p), diff(formula, Delta))
    return DeviationFacts(
        near=limit(positive / Delta**2, Delta, 0).subs(back),
        supremum=limit(positive, Delta, oo).subs(back),
        ratio_near=limit(positive / Delta, Delta, 0),
        ratio_far=limit(positive / Delta, Delta, oo),
        # σ/(c|p|Δ) = tanh²(t)/(8t) with t = |p|Δ/2.
        largest_ratio=ratio / 8,
        largest_at=2 * at,
        even_in_p=simplify(formula - formula.subs(p, -p)) == 0,
        odd_gradient_in_p=simplify(slopes[0] + slopes[0].subs(p, -p)) == 0,
        at_p_zero=tuple(e.subs(p, 0) for e in (formula, *slopes)),
    )


def _largest_tanh_ratio(digits: int = 30) -> tuple[Expr, Expr]:
    """Where tanh²(t)/t is largest, and how large: the root of sinh 2t = 4t, 2t > 0.

    >>> [value.n(8) for value in _largest_tanh_ratio()]
    [1.0886595, 0.58258291]
    """
    # (tanh²(t)/t)′ = 0 where sinh 2t = 4t: between 1 and 5/4, since sinh 2 < 4 and sinh 5/2 > 5.
    with mp.workdps(digits + 10):
        t = mp.findroot(lambda v: mp.sinh(2 * v) - 4 * v, (1, mp.mpf(5) / 4))
        value = mp.tanh(t) ** 2 / t
    return Float(t._mpf_, digits), Float(value._mpf_, digits)


@dataclass(frozen=True, repr=False)
class ExpectedUnit(Answer):
    """E φ as an activation in its own right, and how it saturates."""

    activation: Activation
    saturation: Saturation


def expected_unit(
    unit: NoisyUnit, mix: Number = 1, level: Number = 1, steepness: Number = 1
) -> ExpectedUnit:
    """The unit that is used at test time, for α = ``mix``, c = ``level``, p = ``steepness``.

    With α ≠ 1 it does not saturate: its slope tends to (1 − α)u′. With α = 1 half-normal noise
    leaves a soft saturation, at ±(1 − (c/4)√(2/π)) for the hard tanh.

    Raises:
        ValueError: for input noise, whose expectation is ``NoisyUnit.mean``.
        TypeError: for what is no noisy unit, or no numbers.

    >>> from actmath import catalog
    >>> from actmath.derive import harden
    >>> from actmath.derive import noisy
    >>> nah = noisy(harden(catalog.tanh), "NAH")
    >>> [str(expected_unit(nah, mix).saturation.right.kind) for mix in (1, 0.5)]
    ['soft', 'none']
    """
    check_kind(unit, NoisyUnit, "unit", NOISY_HINT)
    if unit.variant.at_input:
        raise ValueError(f"{unit.variant}: the saturation of E φ is derived for NAN and NAH only")
    values = {alpha: exact(mix, "mix"), c: exact(level, "level"), p: exact(steepness, "steepness")}
    made = Activation(f"{unit.variant.lower()}_at_test_time", unit.mean.subs(values))
    return ExpectedUnit(made, saturation(made))


def pull_back(unit: NoisyUnit, regime: Regime) -> Expr:
    """−E[dσε]/((1 − α)(u − h)): which share of the leak (1 − α)(u − h) the noise takes back.

    From Eq. 13 of Gulcehre et al. (2016). 1 means that E φ = h; below 0 the noise pushes away. It
    tends to 0 at the threshold and far out.

    Args:
        unit: with noise that enters after it.
        regime: a saturated one of that unit, and α ≠ 1: elsewhere there is no leak, and the
            formula is 0/0.

    Raises:
        TypeError: for another unit, or what is no regime.

    >>> from actmath import catalog
    >>> from actmath.derive import harden, noisy
    >>> nan = noisy(harden(catalog.tanh), "NAN")
    >>> pull_back(nan, nan.regimes[-1]).simplify()
    0
    """
    check_kind(unit, NoisyUnit, "unit", NOISY_HINT)
    check_kind(regime, Regime, "regime", "unit.regimes holds them")
    # E φ − h = (1 − α)(u − h) + E[dσε], so leak − bias = −E[dσε].
    leak = (1 - alpha) * (regime.line - regime.hard)
    return (leak - regime.bias) / leak


def critical_level(slope_of_leak: Expr, steepness: Expr, digits: int = 30) -> Expr:
    """The c above which E φ of NAH reaches h somewhere: c* = 8|1 − α|√(π/2)/(|p| max tanh²(t)/t).

    Below it the mean of the noisy unit stays outside h at every saturated x.

    Args:
        slope_of_leak: 1 − α.
        steepness: p, not 0.
        digits: of the result, from 1 to 10000.

    Raises:
        ValueError, TypeError: for what is no real number or formula, a steepness of 0, or no count
            of digits.

    >>> critical_level(S(1) / 10, S.One).n(6)
    1.72104
    """
    leak = exact_or_symbolic(slope_of_leak, "slope_of_leak")
    steep = exact_or_symbolic(steepness, "steepness")
    if steep == 0:
        raise ValueError("steepness must not be 0, where there is no noise")
    # (c/4)tanh²(pΔ/2)·√(2/π) = |1 − α|Δ where tanh²(t)/t is largest, t = |p|Δ/2.
    _, ratio = _largest_tanh_ratio(whole_number(digits, "digits", most=_MOST_DIGITS))
    return 8 * Abs(leak) * sqrt(pi / 2) / (Abs(steep) * ratio)
