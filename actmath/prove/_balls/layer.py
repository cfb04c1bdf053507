"""A layer's moment map as formulas on boxes: moments, Jacobians, their spectral norm."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, Symbol, sqrt

from ...activation import Activation
from ...notation import auxiliary
from .formula import Coordinates, Formula
from .unit import BACKWARD, MEAN, SECOND, VARIANCE, X, Y, jet_derivative

# What a formula depends on: y and x alone for moments; omega and tau as factors for Jacobians;
# nu and tau apart, or all four, where a bound is tighter on them than on products.
TILES = Coordinates.of(y="mu*omega", x="nu*tau")
TILES_AND_WEIGHTS = Coordinates.of(y="mu*omega", x="nu*tau", omega="omega", tau="tau")
PRODUCT_OF_MEANS = Coordinates.of(y="mu*omega", nu="nu", omega="omega", tau="tau")
NATIVE = Coordinates.of(mu="mu", omega="omega", nu="nu", tau="tau")


@dataclass(frozen=True)
class Layer:
    """One layer of units, its moments written in the coordinates that suit a statement.

    >>> from actmath import catalog
    >>> Layer(catalog.relu, TILES).variance.value
    -M0**2 + Q0
    """

    activation: Activation
    coordinates: Coordinates = TILES

    @property
    def y(self) -> Expr:
        """Mean of the net input, mu·omega."""
        return self._coordinate("y", "mu", "omega")

    @property
    def x(self) -> Expr:
        """Variance of the net input, nu·tau."""
        return self._coordinate("x", "nu", "tau")

    def _coordinate(self, product: str, left: str, right: str) -> Expr:
        names = [name for name, _ in self.coordinates.products]
        return self[product] if product in names else self[left] * self[right]

    def __getitem__(self, name: str) -> Symbol:
        """The symbol of a coordinate."""
        return auxiliary(name, real=True)

    def formula(self, name: str, value: Expr) -> Formula:
        """A formula in this layer's coordinates and moments."""
        return Formula(name, value, self.coordinates, self.activation, self.y, self.x)

    @property
    def mean(self) -> Formula:
        """E f(z), the mean of the layer's output."""
        return self.formula("mean", MEAN)

    @property
    def second(self) -> Formula:
        """E f(z)²."""
        return self.formula("second", SECOND)

    @property
    def variance(self) -> Formula:
        """E f(z)² − (E f(z))²."""
        return self.formula("variance", VARIANCE)

    @property
    def backward(self) -> Formula:
        """E f′(z)²: times tau, what one layer does to the second moment of a gradient."""
        return self.formula("backward", BACKWARD)

    def jacobian(self, second_row: str = "variance") -> tuple[Expr, Expr, Expr, Expr]:
        """∂(mean, variance)/∂(mu, nu) row by row; or ∂(mean, second)/∂(mu, nu).

        By the chain rule ∂/∂mu = omega·∂/∂y and ∂/∂nu = tau·∂/∂x.
        """
        # Row by row a₁₁, a₁₂, a₂₁, a₂₂, the order that ``spectral_norm`` takes.
        outputs = (MEAN, {"variance": VARIANCE, "second": SECOND}[second_row])
        return tuple(
            factor * jet_derivative(output, variable, Y, X)
            for output in outputs
            for factor, variable in ((self["omega"], Y), (self["tau"], X))
        )

    def norm(self, second_row: str = "variance") -> Formula:
        """The Jacobian's largest singular value.

        ½(√((a₁₁+a₂₂)² + (a₂₁−a₁₂)²) + √((a₁₁−a₂₂)² + (a₁₂+a₂₁)²)), Klambauer et al., Lemma 12.
        """
        name = "norm" if second_row == "variance" else f"norm of ({second_row})"
        return self.formula(name, spectral_norm(*self.jacobian(second_row)))

    def along(self, formula: Formula, variable: str) -> Formula:
        """The derivative of a formula along mu, nu, omega or tau; needs ``NATIVE`` coordinates."""
        slope = jet_derivative(formula.value, self[variable], self.y, self.x)
        return self.formula(f"d {formula.name} / d {variable}", slope)


def spectral_norm(a11: Expr, a12: Expr, a21: Expr, a22: Expr) -> Expr:
    """The largest singular value of a 2×2 matrix."""
    # (σ₁ + σ₂)² = ‖A‖² + 2 det A = turning², (σ₁ − σ₂)² = ‖A‖² − 2 det A = flipping², if det A ≥ 0.
    turning = sqrt((a11 + a22) ** 2 + (a21 - a12) ** 2)
    flipping = sqrt((a11 - a22) ** 2 + (a12 + a21) ** 2)
    return (turning + flipping) / 2
