"""Purposes of constants inside a unit that scale it: SELU's, LeCun's, StarReLU's, DKS's."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import ClassVar

from sympy import Expr

from ....activation import Activation
from ....lower._for_mpmath import to_mpf
from ....number import mp, significant
from .purposes import Purpose, inverse_root
from .stacks import Journey, centred_stack, plain_stack, unit_moments

#: SELU's constants are wanted to so many digits by those who print most.
_LONGEST = 40


@dataclass(frozen=True)
class SeluConstant(Purpose):
    """SELU's shape alpha, its scale lam, or their product, the saturation that dropout needs."""

    kind: ClassVar[str] = "SELU's constants"

    letter: str

    @property
    def formula(self) -> str:
        """In SELU's letters."""
        return {"alpha": "α", "lam": "λ", "saturation": "λα"}[self.letter]

    def computed(self, digits: int) -> Expr:
        """By ``constants``: the fixed point (0, 1) of lam·ELU."""
        alpha, lam = _selu(max(digits, _LONGEST) + 5)
        with mp.workdps(digits + 5):
            values = {"alpha": to_mpf(alpha), "lam": to_mpf(lam)}
            values["saturation"] = values["alpha"] * values["lam"]
            return significant(values[self.letter], digits)

    def after(self, value: float, layers: int) -> Journey | None:
        """SELU with that constant, and the other one right, at weights that sum to 0."""
        if self.letter == "saturation":
            return None
        return centred_stack("selu", 1.0, layers, ((self.letter, value),))


class LecunAim(StrEnum):
    """What the two numbers in a·tanh(b·x) are to do."""

    HEIGHT = "f(1) = 1"
    VARIANCE = "E f(Z)² = 1"
    BEND = "|f″| greatest at 1"


@dataclass(frozen=True)
class Lecun(Purpose):
    """A number in 1.7159·tanh(2x/3): the height, or the factor of x."""

    kind: ClassVar[str] = "scaled units"

    aim: LecunAim

    @property
    def formula(self) -> str:
        """What is to hold."""
        return str(self.aim)

    def computed(self, digits: int) -> Expr:
        """In closed form, or by ``moments`` of tanh at variance 4/9."""
        with mp.workdps(digits + 5):
            if self.aim is LecunAim.HEIGHT:
                return significant(1 / mp.tanh(mp.mpf(2) / 3), digits)
            if self.aim is LecunAim.BEND:
                # tanh″ = −2·tanh·(1 − tanh²) is greatest where tanh² = 1/3.
                return significant(mp.atanh(1 / mp.sqrt(3)), digits)
        return inverse_root(unit_moments("tanh", digits, "4/9").second, digits)

    def after(self, value: float, layers: int) -> Journey:
        """A plain stack with weights of variance 1/n."""
        bend = self.aim is LecunAim.BEND
        formula = f"1.7159*tanh({value!r}*x)" if bend else f"{value!r}*tanh(2*x/3)"
        return plain_stack(Activation("scaled_tanh", formula), 1.0, layers)


@dataclass(frozen=True)
class StarConstant(Purpose):
    """StarReLU's scale or offset, which give relu(Z)² the mean 0 and the variance 1."""

    kind: ClassVar[str] = "scaled units"

    name: str

    @property
    def formula(self) -> str:
        """In the moments of relu²."""
        return {"scale": "1/√Var relu(Z)²", "offset": "−E relu(Z)²/√Var relu(Z)²"}[self.name]

    def computed(self, digits: int) -> Expr:
        """By ``moments`` of squared ReLU."""
        found = unit_moments("squared_relu", digits)
        with mp.workdps(digits + 5):
            scale = 1 / mp.sqrt(to_mpf(found.variance))
            value = scale if self.name == "scale" else -to_mpf(found.mean) * scale
            return significant(value, digits)

    def after(self, value: float, layers: int) -> Journey:
        """A plain stack with weights of variance 1/n."""
        return plain_stack("star_relu", 1.0, layers, ((self.name, value),))


@dataclass(frozen=True)
class ShiftedReluSlope(Purpose):
    """The largest C′(1) of relu(s·x + 1) less its mean: that of ReLU, which large s approach."""

    kind: ClassVar[str] = "scaled units"

    @property
    def formula(self) -> str:
        """In ReLU's moments."""
        return "sup E f′²/Var f, f = relu(s·Z + 1)"

    def computed(self, digits: int) -> Expr:
        """E f′²/Var f of ReLU at N(0, 1)."""
        found = unit_moments("relu", digits)
        with mp.workdps(digits + 5):
            return significant(to_mpf(found.derivative_second) / to_mpf(found.variance), digits)


@lru_cache(maxsize=16)
def _selu(digits: int) -> tuple[Expr, Expr]:
    """Alpha and lam of the fixed point (0, 1)."""
    from ....numeric._self_normalizing.constants import constants

    found = constants("elu", digits=digits)
    return found.alpha, found.lam
