"""Which way is down, when a step is paid for in Kullback–Leibler divergence?"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import (
    Expr,
    ImmutableMatrix,
    Matrix,
    MatrixBase,
    MatrixExpr,
    ZeroMatrix,
    factor,
    simplify,
    sqrt,
)

from ..._text.kinds import check_kind
from ..._text.tables import Answer
from ...notation import F, J, epsilon, g
from .._subject import exact_or_symbolic


@dataclass(frozen=True, repr=False)
class SteepestDescent(Answer):
    """The step δ that lowers a loss most among all with ½ δᵀFδ = ε.

    It is a stationary point of gᵀδ + κ(½ δᵀFδ − ε): the ``step`` is −F⁻¹g/κ, the ``multiplier``
    κ = √(gᵀF⁻¹g/(2ε)), and the loss changes by ``change`` = −√(2ε gᵀF⁻¹g) to first order.
    """

    fisher: ImmutableMatrix
    gradient: ImmutableMatrix
    budget: Expr
    step: ImmutableMatrix
    multiplier: Expr
    change: Expr

    @property
    def stationary(self) -> bool:
        """Does the step satisfy g + κFδ = 0 and the constraint, put back into both?"""
        slope = self.gradient + self.fisher * (self.multiplier * self.step)
        spent = (self.step.T * self.fisher * self.step)[0] / 2
        return all(factor(entry) == 0 for entry in [*slope, spent - self.budget])


def steepest_descent(fisher: Matrix, gradient: Matrix, budget: Expr = epsilon) -> SteepestDescent:
    """Steepest descent per unit of divergence, by a Lagrange multiplier (Amari 1998, Theorem 1).

    Raises:
        ValueError: if the matrix is singular: then some directions cost nothing.
        TypeError: for what is no matrix, or no number or formula.

    >>> from sympy import Rational, diag
    >>> steepest_descent(diag(1, 4), Matrix([1, 4]), Rational(1, 2)).step.T
    Matrix([[-sqrt(5)/5, -sqrt(5)/5]])
    """
    check_kind(fisher, MatrixBase, "fisher")
    check_kind(gradient, MatrixBase, "gradient")
    budget = exact_or_symbolic(budget, "budget")
    # A direction v with Fv = 0 costs nothing, so the loss falls without bound along it.
    if simplify(fisher.det()) == 0:
        raise ValueError("the Fisher matrix is singular: choose coordinates without redundancy")
    # δ = −F⁻¹g/κ with κ = √(gᵀF⁻¹g/(2ε)), from g + κFδ = 0 and ½ δᵀFδ = ε.
    natural = fisher.LUsolve(gradient).applyfunc(factor)
    length = factor((gradient.T * natural)[0])
    multiplier = sqrt(length / (2 * budget))
    return SteepestDescent(
        ImmutableMatrix(fisher),
        ImmutableMatrix(gradient),
        budget,
        ImmutableMatrix(-natural / multiplier),
        multiplier,
        -sqrt(2 * budget * length),
    )


@dataclass(frozen=True, repr=False)
class FastestDivergence(Answer):
    """The unit vectors along which the divergence grows fastest, and ½ δᵀFδ along them."""

    directions: tuple[ImmutableMatrix, ...]
    rate: Expr


def fastest_divergence(fisher: Matrix) -> FastestDivergence:
    """Where KL changes fastest per unit of Euclidean length: along the top eigenvectors of F.

    No loss enters, so that this is another direction than the natural gradient. The entries must
    be numbers.

    >>> from sympy import Rational, diag
    >>> fastest_divergence(diag(1, 2)).directions
    (Matrix([
    [0],
    [1]]),)
    """
    # ½ δᵀFδ on |δ| = 1 is at most half the largest eigenvalue (Rayleigh quotient).
    found = sorted(Matrix(fisher).eigenvects(), key=lambda item: item[0])
    value, _, vectors = found[-1]
    return FastestDivergence(
        tuple(ImmutableMatrix(vector / vector.norm()) for vector in vectors), value / 2
    )


@dataclass(frozen=True, repr=False)
class Invariance(Answer):
    """The natural gradient in other coordinates, for matrices of any size n.

    With θ = θ(η) and J = ∂θ/∂η, the gradient is Jᵀg and the Fisher matrix JᵀFJ; ``transformed``
    is the natural gradient in η, mapped back to θ by J, and ``residual`` its difference to F⁻¹g.
    """

    transformed: MatrixExpr
    original: MatrixExpr

    @property
    def residual(self) -> MatrixExpr:
        """The difference of the two."""
        return (self.transformed - self.original).doit()

    @property
    def holds(self) -> bool:
        """Is the difference the zero matrix?"""
        return isinstance(self.residual, ZeroMatrix)


def invariance() -> Invariance:
    """J(JᵀFJ)⁻¹Jᵀg = F⁻¹g for every invertible J: the step does not depend on the coordinates.

    >>> invariance().holds
    True
    """
    # In η = new coordinates: gradient Jᵀg, Fisher matrix JᵀFJ; J brings the step back to θ.
    there = (J.T * F * J).inverse() * J.T * g
    return Invariance(J * there, F.inverse() * g)
