"""A unit shifted and scaled so that it keeps a standard normal input, or its gradient, at 1."""

from __future__ import annotations

import math
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from torch import Tensor, nn

from ..._text.kinds import choice_of
from ...activation import POSITIVE, Activation, Parameter
from ...numeric._gaussian.evaluate import gaussian
from .._elementwise.elementwise import Elementwise
from .declared import declared_as


class Constraint(StrEnum):
    """What is exactly 1 at z ~ N(0, 1)."""

    FORWARD = "forward"
    BACKWARD = "backward"
    GEOMETRIC_MEAN = "geometric mean"


class UnitScaled(nn.Module):
    """y = scale·(f(x) + shift), as ``unit_scaled`` makes it.

    Shape, dtype and device are kept; the derivative is scale times the derived one of f.

    Attributes:
        unit: f as a module.
        constraint: what is 1.
        scale, shift: the two numbers, which act when they are changed.
    """

    def __init__(self, unit: Activation, constraint: Constraint, scale: float, shift: float):
        super().__init__()
        self.unit = Elementwise(unit)
        self.constraint, self.scale, self.shift = constraint, scale, shift

    @property
    def activation(self) -> Activation:
        """The declaration of y, its two numbers as parameters."""
        unit = self.unit.activation
        # Parameters beside the formula: multiplied into it, they would be rationals of 30 digits.
        scale, shift = Parameter("scale", self.scale, POSITIVE), Parameter("shift", self.shift)
        numbers = unit.substitution()
        kinks = ((at.subs(numbers), slope.subs(numbers)) for at, slope in unit.at_kinks)
        return Activation(
            f"unit_scaled_{unit.name}",
            scale.symbol * (unit.formula() + shift.symbol),
            (scale, shift),
            at_kinks=tuple((at, scale.symbol * slope) for at, slope in kinks),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Apply f to every element, shift and scale."""
        y: Tensor = self.unit(x)
        return (y + self.shift) * self.scale

    def extra_repr(self) -> str:
        """What is 1, and the two numbers."""
        return f"{self.constraint}, scale={self.scale:.6g}, shift={self.shift:.6g}"

    def __dir__(self) -> Iterable[str]:
        # As of torch.nn's namesakes here: what looks at everything need not make a declaration.
        return [name for name in object.__dir__(self) if name != "activation"]


def unit_scaled(unit: Any, constraint: Constraint | str = Constraint.FORWARD) -> UnitScaled:
    """The unit as y = scale·(f(x) − E f), with 1 kept at z ~ N(0, 1).

    The mean of y is 0 always. With ``forward`` its variance is 1, scale = 1/√Var f; with
    ``backward`` the mean square of its derivative, scale = 1/√E f′²; with ``geometric mean`` the
    scale is the geometric mean of these two, so that Var y · E y′² = 1 (the rule by which Blake et
    al. 2023, Unit Scaling, give one scale to both passes). The moments are those of ``gaussian``,
    exact to 1e-13; the module is a declaration's, with its derived gradients, and
    ``module.activation`` goes wherever a declaration does.

    Args:
        unit: a declaration, its name, or a module that has one (``nn.ELU(alpha=2.0)``,
            ``torch.nn.GELU()``); it is taken at the parameters that it has now.
        constraint: what is to be 1.

    Raises:
        KeyError: for an unknown name.
        TypeError: for what has no declaration.
        ValueError: for an unknown constraint, or a unit for which no scale does it: a constant, or
            one whose derivative has no finite mean square.

    >>> module = unit_scaled("relu")
    >>> round(module.scale, 6), round(module.shift, 6)
    (1.712859, -0.398942)
    >>> round(float(gaussian(module.activation, 0, 1).variance), 12)
    1.0
    """
    chosen = choice_of(constraint, Constraint, "constraint")
    found = declared_as(unit)
    if found is None:
        raise TypeError(
            f"{unit!r} has no declaration, whose moments would be exact: "
            f'give its formula, Activation("mine", "x*sigmoid(2*x)")'
        )
    return UnitScaled(found, chosen, *_scale_and_shift(found, chosen))


def _scale_and_shift(unit: Activation, constraint: Constraint) -> tuple[float, float]:
    at = gaussian(unit, 0.0, 1.0)
    forward, backward = float(at.variance), float(at.derivative_second)
    # Var y·E y′² = scale⁴·Var f·E f′² = 1.
    square = {
        Constraint.FORWARD: forward,
        Constraint.BACKWARD: backward,
        Constraint.GEOMETRIC_MEAN: math.sqrt(forward) * math.sqrt(backward),
    }[constraint]
    if not 0 < square < math.inf:
        raise ValueError(
            f"no scale of {unit.name} does {constraint}: its variance at N(0, 1) is {forward:g}, "
            f"the mean square of its derivative {backward:g}"
        )
    return 1 / math.sqrt(square), -float(at.mean)
