"""What must be done to dropped units so that dropout keeps mean and variance?"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, S, latex, sqrt

from ..._text.tables import Answer
from ...activation import Activation
from ...notation import alpha_prime, latex_names, mu, nu, q
from .._saturation.saturation import SaturationKind, saturation


@dataclass(frozen=True, repr=False)
class DropoutCorrection(Answer):
    """A unit is kept with probability q, else set to ``value``; then y ↦ scale·y + shift.

    ``mean`` and ``variance`` are those of the unit after dropping, before the affine step.
    """

    value: Expr
    mean: Expr
    variance: Expr
    scale: Expr
    shift: Expr

    def at(self, values: dict[Expr, Expr]) -> DropoutCorrection:
        """The same with numbers for some symbols."""
        parts = (self.value, self.mean, self.variance, self.scale, self.shift)
        return DropoutCorrection(*(part.subs(values, simultaneous=True) for part in parts))

    def _repr_latex_(self) -> str:
        names = latex_names()
        scale, shift = (latex(part, symbol_names=names) for part in (self.scale, self.shift))
        return rf"$\displaystyle a = {scale},\quad b = {shift}$"


def alpha_dropout() -> DropoutCorrection:
    """The affine step that restores mean ``mu`` and variance ``nu``, for any value of dropping.

    With d ~ Bernoulli(q) independent of y, E(dy + (1−d)α′) = qμ + (1−q)α′ and the variance is
    qν + q(1−q)(α′−μ)²; dividing nu by it gives a², and the means give b (Klambauer et al. 2017,
    Section 3, "New dropout technique").

    >>> alpha_dropout().at({mu: 0, nu: 1}).scale
    sqrt(1/(alpha_prime**2*q*(1 - q) + q))
    """
    # A mixture of y with weight q and the constant α′ with weight 1 − q.
    second = q * (nu + mu**2) + (1 - q) * alpha_prime**2
    mean = q * mu + (1 - q) * alpha_prime
    variance = q * nu + q * (1 - q) * (alpha_prime - mu) ** 2
    # Var = E y² − (E y)²: the two forms are derived apart.
    if (second - mean**2 - variance).expand() != 0:
        raise ArithmeticError("the variance of a mixture of two points is E y² − (E y)²")
    # a = √(ν/Var); b = μ − a·mean puts the mean back.
    scale = sqrt(nu / variance)
    return DropoutCorrection(alpha_prime, mean, variance, scale, mu - scale * mean)


def saturation_value(activation: Activation) -> Expr:
    """The value that dropped units take: the limit of f at −∞, −λα for SELU.

    Raises:
        ValueError: if f does not saturate on the left, so that it has no off state.
    """
    left = saturation(activation).left
    value = left.value.subs(activation.defaults)
    if left.kind is SaturationKind.NONE or not value.is_finite:
        raise ValueError(
            f"{activation.name} does not saturate on the left, so there is no value of its off "
            f"state to which a dropped unit could be set; elu and selu have one"
        )
    return value + S.Zero
