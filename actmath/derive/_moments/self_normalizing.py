"""Which shape and output scale make a given (mean, variance) a fixed point of the moment map?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from sympy import Eq, Expr, Poly, PolynomialError, S, Symbol, sqrt

from ..._text.tables import Answer
from ..._text.typeset import tex
from ...activation import Activation
from ...notation import lam, mu, nu
from ...number import one_at_a_time
from .._subject import exact_or_symbolic, resolve
from .gaussian_moments import gaussian_moments


@dataclass(frozen=True, repr=False)
class Candidate(Answer):
    """One algebraic solution; it counts only if both numbers are real and the scale positive."""

    shape: Expr
    scale: Expr

    def _repr_latex_(self) -> str:
        shape, scale = tex(self.shape), tex(self.scale)
        return rf"$\displaystyle \text{{shape}} = {shape}, \newline \lambda = {scale}$"


@dataclass(frozen=True, repr=False)
class SelfNormalization(Answer):
    """The two fixed-point equations of lam·f(x; shape) and their algebraic solutions.

    With f = A + shape·B, E f = a₀ + a₁·shape and E f² = b₀ + b₁·shape + b₂·shape². Dividing the
    square of the first equation by the second removes the scale and leaves a quadratic in the
    shape; for a target mean of 0 it degenerates to a₀ + a₁·shape = 0.
    """

    shape: Symbol
    first: tuple[Expr, Expr]
    second: tuple[Expr, Expr, Expr]
    mean: Expr
    variance: Expr

    def _repr_latex_(self) -> str:
        first, second = map(tex, self.equations)
        return rf"$\displaystyle {first}, \newline {second}$"

    @property
    def equations(self) -> tuple[Eq, Eq]:
        """lam·E f = mean and lam²·E f² = mean² + variance."""
        # The scale lam multiplies f: E lam·f = lam·E f and E (lam·f)² = lam²·E f².
        e1, e2 = self._moments(self.shape)
        return (Eq(lam * e1, self.mean), Eq(lam**2 * e2, self.mean**2 + self.variance))

    @property
    def quadratic(self) -> tuple[Expr, Expr, Expr]:
        """Coefficients, highest first, of the equation in the shape alone."""
        (a0, a1), (b0, b1, b2) = self.first, self.second
        # lam²(a₀ + a₁s)² = mean² and lam²(b₀ + b₁s + b₂s²) = power: cross-multiplied, lam is gone.
        power = self.mean**2 + self.variance
        square = self.mean**2
        return (
            power * a1**2 - square * b2,
            2 * power * a0 * a1 - square * b1,
            power * a0**2 - square * b0,
        )

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """Up to two pairs (shape, scale); see ``Candidate`` for which of them count.

        Raises:
            NotImplementedError: if every shape gives the same mean, so that one equation is lost.
        """
        if self.mean == 0:
            # a₀ + a₁s = 0 alone fixes the shape, then the second moment fixes the scale.
            shapes = _linear_root(self.first[1], self.first[0])
            return tuple(Candidate(s, sqrt(self.variance / self._moments(s)[1])) for s in shapes)
        c2, c1, c0 = self.quadratic
        if c2 == 0:
            shapes = _linear_root(c1, c0)
        else:
            # Both roots of c₂s² + c₁s + c₀; the caller drops what is not real or has scale ≤ 0.
            root = sqrt(c1**2 - 4 * c2 * c0)
            shapes = ((-c1 + root) / (2 * c2), (-c1 - root) / (2 * c2))
        return tuple(Candidate(s, self.mean / self._moments(s)[0]) for s in shapes)

    def _moments(self, shape: Expr) -> tuple[Expr, Expr]:
        (a0, a1), (b0, b1, b2) = self.first, self.second
        return a0 + a1 * shape, b0 + b1 * shape + b2 * shape**2


def _linear_root(slope: Expr, offset: Expr) -> tuple[Expr, ...]:
    if slope != 0:
        return (-offset / slope,)
    if offset != 0:
        return ()
    raise NotImplementedError(
        "the shape does not change the mean, so the two equations do not determine it"
    )


def self_normalizing(
    activation: Activation | str,
    mean: Expr = S.Zero,
    variance: Expr = S.One,
    sum_of_weights: Expr = S.Zero,
    sum_of_squares: Expr = S.One,
) -> SelfNormalization:
    """The equations for lam·f(x; shape) at a target, exactly (Klambauer et al. 2017, Eq. 14).

    Args:
        activation: one shape parameter that enters the formula linearly, as in elu or prelu.
        mean, variance: the fixed point asked for, exact numbers or symbols.
        sum_of_weights, sum_of_squares: omega and tau of the unit.

    Raises:
        NotImplementedError: if there is not exactly one parameter, if it enters otherwise than
            linearly, or if the Gaussian moments have no closed form.
        ValueError, TypeError: for a number that is none, or not real.

    >>> from actmath import catalog
    >>> self_normalizing(catalog.prelu).candidates[0].shape
    1
    """
    return _equations(
        resolve(activation),
        exact_or_symbolic(mean, "mean"),
        exact_or_symbolic(variance, "variance"),
        exact_or_symbolic(sum_of_weights, "sum_of_weights"),
        exact_or_symbolic(sum_of_squares, "sum_of_squares"),
    )


@lru_cache(maxsize=256)
@one_at_a_time
def _equations(
    activation: Activation, mean: Expr, variance: Expr, omega: Expr, tau: Expr
) -> SelfNormalization:
    symbol, moments = _shape_of(activation), gaussian_moments(activation)
    inputs = {mu: mean * omega, nu: variance * tau}
    # f = A + s·B makes E f of degree 1 and E f² of degree 2 in the shape s.
    first = _coefficients(activation, moments.mean.subs(inputs, simultaneous=True), symbol, 1)
    second = _coefficients(activation, moments.second.subs(inputs, simultaneous=True), symbol, 2)
    return SelfNormalization(symbol, (first[0], first[1]), tuple(second), mean, variance)


def _shape_of(activation: Activation) -> Symbol:
    shapes = [p.symbol for p in activation.parameters if p.symbol != lam]
    if len(shapes) != 1 or lam in activation.defaults:
        raise NotImplementedError(
            f"{activation.name} needs exactly one shape parameter and no output scale of its own; "
            f"elu, leaky_relu and prelu have that form (selu is elu with its scale)"
        )
    return shapes[0]


def _coefficients(activation: Activation, expr: Expr, symbol: Symbol, degree: int) -> list[Expr]:
    """Coefficients, lowest first, of a polynomial in the shape."""
    try:
        # A degree above the expected one means that the shape enters f otherwise than linearly.
        found: list[Expr] = Poly(expr, symbol).all_coeffs()[::-1]
    except PolynomialError:
        found = []
    if not 0 < len(found) <= degree + 1:
        raise NotImplementedError(
            f"the shape {symbol} does not enter {activation.name} linearly, so its fixed-point "
            f"equations do not reduce to a quadratic"
        )
    return found + [S.Zero] * (degree + 1 - len(found))
