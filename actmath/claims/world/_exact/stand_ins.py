"""Purposes of constants in units that stand for others: GELU by other means, hard sigmoids."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

from sympy import Expr, atanh, erf, log, sqrt

from ...._text.formulas import parse_formula
from ....activation import Activation
from ....derive._subject import resolve
from ....notation import x
from ....number import evaluated, mp
from .least import least_deviation, zero_between
from .purposes import Gain, Purpose
from .stacks import Journey, plain_stack

#: Φ(x), with which GELU is x·Φ(x).
_PHI = (1 + erf(x / sqrt(2))) / 2


class Aim(StrEnum):
    """In which sense a stand-in is to be near."""

    TANGENT = "same slope at 0"
    CUBIC = "same cubic term at 0"
    GATE = "least largest error of Φ"
    UNIT = "least largest error of GELU"
    SIGMOID = "least largest error of the sigmoid"


class StandIn(Purpose):
    """A unit with a constant in place of another unit, in a network that was made for that one."""

    unit: ClassVar[str]

    def replaced(self, value: float) -> Activation:
        """The unit that stands in."""
        raise NotImplementedError

    def after(self, value: float, layers: int) -> Journey:
        """A plain stack with the other unit's gain."""
        return plain_stack(self.replaced(value), float(Gain(self.unit).exact()), layers)

    def undisturbed(self, layers: int) -> Journey:
        """The same with the unit that is meant."""
        return plain_stack(self.unit, float(Gain(self.unit).exact()), layers)


@dataclass(frozen=True)
class GeluByTanh(StandIn):
    """The factor c in x/2·(1 + tanh(√(2/π)·(x + c·x³)))."""

    kind: ClassVar[str] = "GELU by other means"
    unit: ClassVar[str] = "gelu"

    aim: Aim

    @property
    def formula(self) -> str:
        """What is to be near."""
        return str(self.aim)

    def computed(self, digits: int) -> Expr:
        """From the power series of artanh(2Φ − 1), or where two deviations are equal."""
        if self.aim is Aim.CUBIC:
            # artanh(2Φ − 1) = √(2/π)·(x + c·x³ + …).
            inner = atanh(2 * _PHI - 1)
            ratio = (inner.diff(x, 3) / inner.diff(x) / 6).subs(x, 0).simplify()
            return evaluated(ratio, digits)
        factor = _one if self.aim is Aim.GATE else _itself
        # 1.2 and 2.6, or 1.5 and 2.8: where the deviations are greatest.
        start = (0.0447, 1.24, 2.59) if self.aim is Aim.GATE else (0.0443, 1.46, 2.79)
        return least_deviation(lambda c, t: factor(t) * _by_tanh(c, t), start, digits)

    def replaced(self, value: float) -> Activation:
        """GELU by tanh."""
        return Activation("gelu_by_tanh", f"x/2*(1 + tanh(sqrt(2/pi)*(x + {value!r}*x**3)))")


@dataclass(frozen=True)
class GeluBySigmoid(StandIn):
    """The factor c in x·sigmoid(c·x)."""

    kind: ClassVar[str] = "GELU by other means"
    unit: ClassVar[str] = "gelu"

    aim: Aim

    @property
    def formula(self) -> str:
        """What is to be near."""
        return str(self.aim)

    def computed(self, digits: int) -> Expr:
        """From the slope of log(Φ/(1 − Φ)), or where two deviations are equal."""
        if self.aim is Aim.TANGENT:
            return evaluated(log(_PHI / (1 - _PHI)).diff(x).subs(x, 0).simplify(), digits)
        factor = _one if self.aim is Aim.GATE else _itself
        start = (1.702, 0.57, 2.04) if self.aim is Aim.GATE else (1.77, 0.8, 2.4)
        return least_deviation(lambda c, t: factor(t) * _by_sigmoid(c, t), start, digits)

    def replaced(self, value: float) -> Activation:
        """Quick GELU."""
        return resolve("swish_beta", {"beta": value})


@dataclass(frozen=True)
class Rounded(Purpose):
    """A number that a formula gives, in few digits."""

    kind: ClassVar[str] = "GELU by other means"

    formula: str = ""

    def computed(self, digits: int) -> Expr:
        """Evaluated."""
        return evaluated(parse_formula(self.formula), digits)


@dataclass(frozen=True)
class HardSlope(StandIn):
    """The slope of a clipped line in place of the sigmoid."""

    kind: ClassVar[str] = "hard sigmoids"
    unit: ClassVar[str] = "sigmoid"

    aim: Aim = Aim.TANGENT

    @property
    def formula(self) -> str:
        """What is to be near."""
        return str(self.aim)

    def computed(self, digits: int) -> Expr:
        """1/4, the slope of the sigmoid at 0; or where two deviations are equal."""
        if self.aim is Aim.TANGENT:
            return evaluated(parse_formula("sigmoid(x)").diff(x).subs(x, 0), digits)
        # σ′ = σ(1 − σ) = c at the one deviation, the line ends at 1/(2c) in the other.
        return zero_between(_hard_deviations, (0.15, 0.2), digits)

    def replaced(self, value: float) -> Activation:
        """A clipped line."""
        return resolve("sloped_hard_sigmoid", {"slope": value})


@dataclass(frozen=True)
class Sixth(HardSlope):
    """1/6 in few digits."""

    @property
    def formula(self) -> str:
        """The fraction."""
        return "1/6"

    def computed(self, digits: int) -> Expr:
        """Evaluated."""
        return evaluated(parse_formula("1/6"), digits)

    def undisturbed(self, layers: int) -> Journey:
        """The clipped line with slope 1/6."""
        return self.after(float(self.exact()), layers)


@dataclass(frozen=True)
class SigmoidByErf(StandIn):
    """The divisor c in (1 + erf(x/c))/2 that is nearest to the sigmoid in squares on [−5, 5]."""

    kind: ClassVar[str] = "hard sigmoids"
    unit: ClassVar[str] = "sigmoid"

    @property
    def formula(self) -> str:
        """In words."""
        return "least squares on [−5, 5]"

    def computed(self, digits: int) -> Expr:
        """Where the derivative of the integral by c is 0."""

        def residual(c: Any) -> Any:
            def integrand(t: Any) -> Any:
                gap = 1 / (1 + mp.exp(-t)) - (1 + mp.erf(t / c)) / 2
                return gap * t * mp.exp(-((t / c) ** 2))

            # The integrand is even.
            return mp.quad(integrand, [0, 2, 5])

        return zero_between(residual, (2.3, 2.5), digits)

    def replaced(self, value: float) -> Activation:
        """The error function, scaled."""
        return Activation("sigmoid_by_erf", f"1/2 + erf(x/{value!r})/2")


def _one(t: Any) -> Any:
    return 1


def _itself(t: Any) -> Any:
    return t


def _by_tanh(c: Any, t: Any) -> Any:
    """Φ less what stands in for it."""
    return mp.ncdf(t) - (1 + mp.tanh(mp.sqrt(2 / mp.pi) * (t + c * t**3))) / 2


def _by_sigmoid(c: Any, t: Any) -> Any:
    return mp.ncdf(t) - 1 / (1 + mp.exp(-c * t))


def _hard_deviations(c: Any) -> Any:
    """The sum of the two largest deviations of the sigmoid from its clipped line of slope c."""
    upper = (1 + mp.sqrt(1 - 4 * c)) / 2
    bulge = upper - c * mp.log(upper / (1 - upper)) - mp.mpf(1) / 2
    return bulge + 1 / (1 + mp.exp(-1 / (2 * c))) - 1
