"""Signal and noise of a noisy unit whose net input is Gaussian."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from scipy.integrate import quad
from sympy import Expr, lambdify

from ..._arrays import finite_number
from ..._text.kinds import check_kind
from ..._text.tables import Answer
from ...derive._noise.noisy_unit import NOISY_HINT, NoisyUnit, Regime
from ...notation import c, x
from .band import unit_values

#: Standard deviations beyond which nothing is integrated: the density there is below 1e-31.
REACH = 12.0


@dataclass(frozen=True, repr=False)
class SignalToNoise(Answer):
    """Var E[φ|x] of the signal and E Var[φ|x] of the noise, under x ~ N(mean, variance).

    By the law of total variance they add up to Var φ. ``variances`` is their ratio, and
    ``deviations`` the ratio σ_signal/σ_noise of their roots: the one is the square of the other.
    ``hard`` is Var h(x), the signal if noise with a mean of its own is not to count as any.
    """

    signal: float
    noise: float
    hard: float

    @property
    def variances(self) -> float:
        """signal/noise; infinite where the unit makes no noise."""
        return math.inf if self.noise == 0 else self.signal / self.noise

    @property
    def deviations(self) -> float:
        """√(signal/noise)."""
        return math.sqrt(self.variances)


def signal_to_noise(
    unit: NoisyUnit,
    mean: float = 0.0,
    variance: float = 1.0,
    *,
    mix: float = 1.0,
    level: float = 1.0,
    steepness: float = 1.0,
) -> SignalToNoise:
    """By quadrature between the thresholds of the unit.

    Args:
        unit: NAN, NAH, or input noise.
        mean, variance: of the Gaussian net input.
        mix: α. level: c, or the fixed deviation s. steepness: p.

    Raises:
        ValueError: if the variance or the level is not positive, or any number not finite.
        TypeError: for what is no real number.
    """
    check_kind(unit, NoisyUnit, "unit", NOISY_HINT)
    mean, variance = finite_number(mean, "mean"), finite_number(variance, "variance")
    values = unit_values(mix, level, steepness)
    if not (variance > 0 and values[c] > 0):
        raise ValueError(f"variance and level must be positive, got {variance} and {level}")
    parts = [_moments(regime, values, mean, variance) for regime in unit.regimes]
    first, second, noise, one, two = (sum(column) for column in zip(*parts, strict=True))
    # Var E[φ|x] = E(E[φ|x]²) − (E φ)², the noise E Var[φ|x], and Var h.
    return SignalToNoise(second - first**2, max(noise, 0.0), two - one**2)


def _moments(
    regime: Regime, values: dict[Expr, float], mean: float, variance: float
) -> tuple[float, float, float, float, float]:
    """The regime's share of E[φ|x], its square, Var[φ|x], h and h²."""
    deviation = math.sqrt(variance)
    formulas = (regime.mean, regime.variance, regime.hard)
    quiet, loud, hard = (lambdify(x, formula.subs(values), "scipy") for formula in formulas)
    # Thresholds in standard deviations from the mean; they may be infinite.
    ends = [
        min(max((float(e) - mean) / deviation, -REACH), REACH) for e in (regime.lower, regime.upper)
    ]

    def share(function: Callable[[float], float]) -> float:
        def weighted(z: float) -> float:
            # Substituting x = mean + deviation·z leaves the standard normal density.
            return function(mean + deviation * z) * math.exp(-z * z / 2) / math.sqrt(2 * math.pi)

        return float(quad(weighted, *ends, limit=200)[0])

    squares = (share(lambda t: quiet(t) ** 2), share(lambda t: hard(t) ** 2))
    return share(quiet), squares[0], share(loud), share(hard), squares[1]
