"""The noisy activations of Gulcehre et al. (2016): what is added, where, and its first formulas.

With h the hard unit, u its tangent and Δ = h − u (Section 4, Algorithm 1):

    σ(x) = c (g(pΔ) − ½)²,  d(x) = −sgn(x) sgn(1 − α),  sgn(0) = +1,
    NAN, NAH:            φ = αh + (1 − α)u + d σ ε,  ε = ξ or |ξ|,
    NANI, NANIL, NANIS:  φ = h(x + sξ),  s fixed, s = σ(x), or s fixed where |x| ≥ x_t and else 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sympy import Abs, Expr, Piecewise, Rational, S, latex, pi, sqrt, tanh

from ..._kept import kept
from ..._text.kinds import check_kind, choice_of
from ..._text.tables import Answer
from ...notation import alpha, c, latex_names, p, s, x, xi
from ...number import one_at_a_time
from .._formula.pieces import Piece, pieces
from .._saturation.clipped_line import smoothed_line
from .._saturation.linearize import Hardened

#: How one is had, for errors.
NOISY_HINT = "derive.noisy(hardened, variant) makes one"


class Variant(StrEnum):
    """Which noise, and where it enters."""

    NAN = "NAN"
    NAH = "NAH"
    NANI = "NANI"
    NANIL = "NANIL"
    NANIS = "NANIS"

    @property
    def at_input(self) -> bool:
        """Does the noise enter before the unit?"""
        return self not in (Variant.NAN, Variant.NAH)

    @property
    def learned(self) -> bool:
        """Is the deviation σ(x) with its parameter p, rather than a fixed number?"""
        return self not in (Variant.NANI, Variant.NANIS)

    @property
    def epsilon(self) -> Expr:
        """ε as a function of the standard normal ξ."""
        return Abs(xi) if self is Variant.NAH else xi

    @property
    def epsilon_mean(self) -> Expr:
        """E ε: √(2/π) for the half-normal, 0 for the normal."""
        return sqrt(2 / pi) if self is Variant.NAH else S.Zero

    @property
    def epsilon_variance(self) -> Expr:
        """Var ε: 1 − 2/π for the half-normal, 1 for the normal."""
        return 1 - 2 / pi if self is Variant.NAH else S.One


@dataclass(frozen=True, repr=False)
class Regime(Answer):
    """An interval on which h is one line: all formulas are smooth in x there.

    ``deviation`` is that of the noise: σ(x) or s.
    """

    lower: Expr
    upper: Expr
    hard: Expr
    line: Expr
    deviation: Expr
    phi: Expr
    mean: Expr
    variance: Expr

    def caption(self) -> str:
        """The interval."""
        return f"Regime from {self.lower} to {self.upper}"

    @property
    def delta(self) -> Expr:
        """Δ = h − u; zero where h is its tangent."""
        return (self.hard - self.line).expand()

    @property
    def saturated(self) -> bool:
        """Is the unit clipped here?"""
        return bool(self.delta != 0)

    @property
    def bias(self) -> Expr:
        """E φ − h."""
        return self.mean - self.hard

    @property
    def direction(self) -> Expr:
        """d(x) as printed."""
        return -_side_of_zero(self.lower, self.upper) * _sign_of_leak()

    def inside(self) -> Expr:
        """A point of the open interval."""
        return Piece(self.lower, self.upper, self.phi).inside()


@dataclass(frozen=True, repr=False)
class NoisyUnit(Answer):
    """A hardened activation with one kind of noise: φ, E φ and Var φ, regime by regime.

    The formulas are in ``notation``'s ``x``, ``alpha``, ``c``, ``p``, ``xi``, and ``s``, the
    deviation of fixed input noise.
    """

    variant: Variant
    hardened: Hardened
    regimes: tuple[Regime, ...]

    def rows(self) -> list[tuple[str, Expr]]:
        """φ on each regime."""
        return [(f"from {regime.lower} to {regime.upper}", regime.phi) for regime in self.regimes]

    def caption(self) -> str:
        """The kind of noise and what it is put on."""
        return f"{self.variant} of {self.hardened.expr}"

    @property
    def phi(self) -> Expr:
        """φ(x, ξ)."""
        return self._joined("phi")

    @property
    def mean(self) -> Expr:
        """E φ over ξ: the test-time unit (Eq. 13)."""
        return self._joined("mean")

    @property
    def variance(self) -> Expr:
        """Var φ over ξ at a fixed x."""
        return self._joined("variance")

    @property
    def deviation(self) -> Expr:
        """The deviation of the noise, σ(x) or s."""
        return self._joined("deviation")

    @property
    def bias(self) -> Expr:
        """E φ − h."""
        return self._joined("bias")

    def regime(self, at: Expr) -> Regime:
        """The regime of a point; a threshold belongs to the saturated side."""
        # At a threshold h is clipped already: |x| ≥ x_t is the saturated side.
        for regime in self.regimes:
            if at < regime.upper or (at == regime.upper and regime.saturated):
                return regime
        return self.regimes[-1]

    def _joined(self, field: str) -> Expr:
        return _join_regimes(self.regimes, [getattr(r, field) for r in self.regimes])

    def _repr_latex_(self) -> str:
        names = latex_names()
        return rf"$\displaystyle \varphi(x, \xi) = {latex(self.phi, symbol_names=names)}$"


@kept(64)
@one_at_a_time
def noisy(hardened: Hardened, variant: Variant | str) -> NoisyUnit:
    """The noisy version of a hardened activation.

    Raises:
        ValueError: for an unknown variant.
        TypeError: for what is no hardened activation.

    >>> from actmath import catalog
    >>> from actmath.derive import harden
    >>> noisy(harden(catalog.tanh), "NAN").regimes[-1].phi
    alpha - c*xi*Piecewise((1, alpha <= 1), (-1, True))*tanh(p*(1 - x)/2)**2/4 + x*(1 - alpha)
    """
    check_kind(hardened, Hardened, "hardened", "derive.harden(activation) makes one")
    kind = choice_of(variant, Variant, "variant")
    build = _noise_at_input if kind.at_input else _noise_at_output
    # h is one line on each of its pieces: these are the regimes.
    parts = pieces(hardened.expr)
    return NoisyUnit(kind, hardened, tuple(build(hardened, kind, part) for part in parts))


def noise_deviation(delta: Expr) -> Expr:
    """c (g(pΔ) − ½)² with the logistic g (Eq. 9), written (c/4) tanh²(pΔ/2).

    >>> noise_deviation(x)
    c*tanh(p*x/2)**2/4
    """
    # g(y) − ½ = ½ tanh(y/2): one function of y, without cancellation near y = 0.
    return c * tanh(p * delta / 2) ** 2 * Rational(1, 4)


def _sign_of_leak() -> Expr:
    """sgn(1 − α) with sgn(0) = +1."""
    return Piecewise((S.One, alpha <= 1), (S.NegativeOne, True))


def _side_of_zero(lower: Expr, upper: Expr) -> Expr:
    """sgn(x) with sgn(0) = +1 on an interval: a number where the interval decides it."""
    if lower >= 0:
        return S.One
    if upper <= 0:
        return S.NegativeOne
    return Piecewise((S.One, x >= 0), (S.NegativeOne, True))


def _join_regimes(regimes: tuple[Regime, ...], formulas: list[Expr]) -> Expr:
    """One ``Piecewise``; a threshold belongs to the saturated side, as in |x| ≥ x_t."""
    branches = [
        (formula, x <= regime.upper if regime.saturated else x < regime.upper)
        for regime, formula in zip(regimes[:-1], formulas, strict=False)
    ]
    return Piecewise(*branches, (formulas[-1], True))


def _noise_at_output(hardened: Hardened, kind: Variant, part: Piece) -> Regime:
    line = hardened.linearization.expr
    delta = (part.expr - line).expand()
    deviation = noise_deviation(delta)
    # d(x) = −sgn(x) sgn(1 − α); where Δ = 0 the noise is 0 and its direction does not matter.
    direction = -_side_of_zero(part.lower, part.upper) * _sign_of_leak() if delta != 0 else S.One
    # αh + (1 − α)u, Algorithm 1; h = u in the linear regime.
    quiet = alpha * part.expr + (1 - alpha) * line if delta != 0 else line
    return Regime(
        part.lower,
        part.upper,
        part.expr,
        line,
        deviation,
        phi=quiet + direction * deviation * kind.epsilon,
        mean=quiet + direction * deviation * kind.epsilon_mean,
        variance=deviation**2 * kind.epsilon_variance,
    )


def _noise_at_input(hardened: Hardened, kind: Variant, part: Piece) -> Regime:
    line = hardened.linearization.expr
    delta = (part.expr - line).expand()
    # NANI: s everywhere; NANIL: σ(x) of Eq. 9; NANIS: s where |x| ≥ x_t, else 0.
    deviation = {
        Variant.NANI: s,
        Variant.NANIL: noise_deviation(delta),
        Variant.NANIS: s if delta != 0 else S.Zero,
    }[kind]
    ends = (part.lower, part.upper, part.expr, line, deviation)
    # Without noise φ = h; ``smoothed_line`` would divide by 0.
    if deviation == 0:
        return Regime(*ends, phi=part.expr, mean=part.expr, variance=S.Zero)
    # E h(x + sξ) and Var h(x + sξ); the whole of h is needed, since the noise crosses regimes.
    blurred = smoothed_line(hardened, deviation)
    phi = hardened.expr.subs(x, x + deviation * xi)
    return Regime(*ends, phi, blurred.mean, blurred.variance)
