"""What a constant is there for: the exact number that follows, and fifty layers with another one.

Each purpose is a frozen value that answers two questions. ``exact`` gives the number which does
what the constant is said to do; ``after`` sends a signal and a gradient through a deep network that
uses any number in its place.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from sympy import Expr

from ....lower._for_mpmath import to_mpf
from ....number import mp, significant
from .stacks import SPARE, Journey, Parameters, centred_stack, plain_stack, unit_moments


class Purpose:
    """What a constant is to do.

    A subclass says in ``kind`` to which table it belongs, and in ``formula`` what is computed.
    """

    kind: ClassVar[str]

    @property
    def formula(self) -> str:
        """The number that is meant, as text."""
        raise NotImplementedError

    def exact(self, digits: int = 20) -> Expr:
        """That number to so many digits; it is computed once."""
        return _kept(self, digits)

    def computed(self, digits: int) -> Expr:
        """The same, computed."""
        raise NotImplementedError

    def after(self, value: float, layers: int) -> Journey | None:
        """What such a network makes of signal and gradient; None where there is no network."""
        return None


@lru_cache(maxsize=1024)
def _kept(purpose: Purpose, digits: int) -> Expr:
    return purpose.computed(digits)


@dataclass(frozen=True)
class Gain(Purpose):
    """The gain of weights that keeps the mean square of net inputs at 1: (E f²)^(−1/2)."""

    kind: ClassVar[str] = "gains of weights"

    unit: str
    parameters: Parameters = ()

    @property
    def formula(self) -> str:
        """In the unit's name."""
        return f"1/√E {self.unit}(Z)²"

    def computed(self, digits: int) -> Expr:
        """By ``moments``."""
        found = unit_moments(self.unit, digits, parameters=self.parameters)
        return inverse_root(found.second, digits)

    def after(self, value: float, layers: int) -> Journey:
        """A plain stack with that gain."""
        return plain_stack(self.unit, value, layers, self.parameters)


@dataclass(frozen=True)
class DefaultWeights(Gain):
    """What a layer's weights have where nobody sets them, before units that want a gain."""

    kind: ClassVar[str] = "weights that nobody set"


@dataclass(frozen=True)
class SampledGain(Gain):
    """A gain that a program takes from a sample of normal numbers."""

    kind: ClassVar[str] = "by sampling and by rules"


@dataclass(frozen=True)
class GainSquared(Gain):
    """The square of a gain, as a variance of weights is written."""

    @property
    def formula(self) -> str:
        """In the unit's name."""
        return f"1/E {self.unit}(Z)²"

    def computed(self, digits: int) -> Expr:
        """By ``moments``."""
        found = unit_moments(self.unit, digits, parameters=self.parameters)
        with mp.workdps(digits + SPARE):
            return significant(1 / to_mpf(found.second), digits)

    def after(self, value: float, layers: int) -> Journey:
        """A plain stack with the root of it."""
        return super().after(math.sqrt(value), layers)


@dataclass(frozen=True)
class MeanSquare(GainSquared):
    """E f² itself, as a rule of quadrature finds it."""

    kind: ClassVar[str] = "by sampling and by rules"

    @property
    def formula(self) -> str:
        """In the unit's name."""
        return f"E {self.unit}(Z)²"

    def computed(self, digits: int) -> Expr:
        """By ``moments``."""
        found = unit_moments(self.unit, digits, parameters=self.parameters)
        with mp.workdps(digits + SPARE):
            return significant(to_mpf(found.second), digits)

    def after(self, value: float, layers: int) -> Journey:
        """A plain stack with the gain that would follow."""
        return super().after(1 / value, layers)


@dataclass(frozen=True)
class Factor(Purpose):
    """The factor that makes the variance of outputs 1: (Var f)^(−1/2)."""

    kind: ClassVar[str] = "factors on outputs"

    unit: str
    parameters: Parameters = ()

    @property
    def formula(self) -> str:
        """In the unit's name."""
        return f"1/√Var {self.unit}(Z)"

    def computed(self, digits: int) -> Expr:
        """By ``moments``."""
        found = unit_moments(self.unit, digits, parameters=self.parameters)
        return inverse_root(found.variance, digits)

    def after(self, value: float, layers: int) -> Journey:
        """A stack whose weights sum to 0, as those of NFNets do."""
        return centred_stack(self.unit, value, layers, self.parameters)


@dataclass(frozen=True)
class GatedFactor(Purpose):
    """The factor for a·g(b) of two independent normals: its variance is E g(b)²."""

    kind: ClassVar[str] = "factors on outputs"

    gate: str

    @property
    def formula(self) -> str:
        """In the gate's name."""
        return f"1/√E {self.gate}(Z)²"

    def computed(self, digits: int) -> Expr:
        """By ``moments`` of the gate; E a = 0 and E a² = 1."""
        return inverse_root(unit_moments(self.gate, digits).second, digits)


@dataclass(frozen=True)
class BackwardFactor(Purpose):
    """The factor that makes the mean square of the slope 1: (E f′²)^(−1/2)."""

    kind: ClassVar[str] = "factors on outputs"

    unit: str

    @property
    def formula(self) -> str:
        """In the unit's name."""
        return f"1/√E {self.unit}′(Z)²"

    def computed(self, digits: int) -> Expr:
        """By ``moments``."""
        return inverse_root(unit_moments(self.unit, digits).derivative_second, digits)

    def after(self, value: float, layers: int) -> Journey:
        """The gradient alone, where the signal keeps its length."""
        return Journey(1.0, power(value / float(self.exact()), 2 * layers))


@dataclass(frozen=True)
class Truncated(Purpose):
    """The deviation of normal numbers cut off at two deviations, by which weights are divided."""

    kind: ClassVar[str] = "truncated normals"

    complex_numbers: bool = False

    @property
    def formula(self) -> str:
        """Of the real line, or of the plane."""
        if self.complex_numbers:
            return "√E|z|², |z| ≤ 2"
        return "√Var Z, |Z| ≤ 2"

    def computed(self, digits: int) -> Expr:
        """In closed form: φ and Φ at 2, or e⁻⁴."""
        with mp.workdps(digits + SPARE):
            if self.complex_numbers:
                # |z|² is exponential: its mean below 4 is (1 − 5e⁻⁴)/(1 − e⁻⁴).
                square = (1 - 5 * mp.exp(-4)) / (1 - mp.exp(-4))
            else:
                # Var = 1 − 2·2φ(2)/(2Φ(2) − 1).
                square = 1 - 4 * mp.npdf(2) / (2 * mp.ncdf(2) - 1)
            return significant(mp.sqrt(square), digits)

    def after(self, value: float, layers: int) -> Journey:
        """ReLU with He's weights, which are too large where the divisor is too small."""
        gain = float(Gain("relu").exact()) * float(self.exact()) / value
        return plain_stack("relu", gain, layers)


def inverse_root(square: Expr, digits: int) -> Expr:
    """1/√square, to so many digits."""
    with mp.workdps(digits + SPARE):
        return significant(1 / mp.sqrt(to_mpf(square)), digits)


def power(base: float, exponent: int) -> float:
    """base^exponent, infinite where float64 ends.

    >>> power(2.0, 3), power(10.0, 400)
    (8.0, inf)
    """
    try:
        return float(base) ** exponent
    except OverflowError:
        return math.inf
