"""How fast does x ← f(x) come to 0 where f(x) = x − a x³ + b x⁵ − …? The rate and its next term."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, expand, latex, log, series, sqrt

from ..._text.tables import Answer
from ...activation import Activation
from ...notation import n, x
from ...number import Number, exact
from .._subject import resolve


@dataclass(frozen=True, repr=False)
class OddIteration(Answer):
    """1/xₙ² = ``growth``·n + ``drift``·ln n + C + o(1), with C set by the start.

    ``step`` is 1/f(x)² − 1/x² as a series; ``leading`` is the distance itself, to first order.
    """

    step: Expr
    growth: Expr
    drift: Expr

    @property
    def leading(self) -> Expr:
        """1/√(growth·n)."""
        return 1 / sqrt(self.growth * n)

    @property
    def inverse_square(self) -> Expr:
        """growth·n + drift·ln n, which 1/xₙ² follows up to a constant."""
        return self.growth * n + self.drift * log(n)

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle x_n^{{-2}} = {latex(self.inverse_square)} + C + o(1)$"


def odd_iteration(activation: Activation | str, at: Number = 0) -> OddIteration:
    """The rate at which iteration nears a fixed point of multiplier 1 with an odd expansion.

    With y = x − x*, f = x* + y − a y³ + b y⁵ − …, the inverse square moves by
    1/f² − 1/y² = 2a + (3a² − 2b) y² + …, so it grows like 2a·n, and its second term sums to
    (3a² − 2b)/(2a)·ln n.

    Raises:
        ValueError: if f(x*) ≠ x*, f′(x*) ≠ 1, the cubic term is absent or repels, or an even
            term is present.

    >>> from actmath import catalog
    >>> odd_iteration(catalog.tanh).inverse_square
    2*n/3 + log(n)/10
    """
    activation = resolve(activation)
    point = exact(at, "the fixed point")
    formula = activation.formula().subs(x, x + point) - point
    # f(x* + y) − x* as a series in y, called x again, up to y⁵.
    around = expand(series(formula, x, 0, 6).removeO())
    linear, square, cubic, fourth, fifth = (around.coeff(x, k) for k in range(1, 6))
    if around.coeff(x, 0) != 0 or linear != 1 or square != 0 or fourth != 0 or not cubic < 0:
        raise ValueError(f"{activation.name} is not x - a*x^3 + b*x^5 with a > 0 at {point}")
    # cubic = −a and fifth = b: 1/f² − 1/y² = 2a + (3a² − 2b)y² + O(y⁴).
    growth = -2 * cubic
    curvature = 3 * cubic**2 - 2 * fifth
    # Σ y_n² ~ Σ 1/(2a·n) = ln n/(2a).
    return OddIteration(growth + curvature * x**2, growth, curvature / growth)
