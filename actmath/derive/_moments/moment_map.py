"""The map (mean, variance) of a layer's inputs → that of its outputs, and its Jacobian."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, ImmutableMatrix, Matrix

from ..._kept import kept
from ..._text.tables import Answer
from ..._text.typeset import in_terms, tex
from ...activation import Activation
from ...notation import mu, nu, omega, tau
from ...number import one_at_a_time
from .._subject import resolve
from .gaussian_moments import gaussian_moments

# Of a matrix in a console: two lines.
_MOST_CHARACTERS = 150


@dataclass(frozen=True, repr=False)
class MomentMap(Answer):
    """g(mu, nu) = (mean, variance) of f(z), z ~ N(mu·omega, nu·tau), and ∂g/∂(mu, nu).

    ``jacobian_of_second`` has ∂ E f²/∂(mu, nu) in its second row instead: the two are easily
    confused (Klambauer et al. 2017 print bounds for either).
    """

    mean: Expr
    second: Expr
    jacobian: ImmutableMatrix
    jacobian_of_second: ImmutableMatrix

    @property
    def variance(self) -> Expr:
        """E f² − (E f)²."""
        return self.second - self.mean**2

    def at(self, values: dict[Expr, Expr]) -> MomentMap:
        """The same map with numbers for some symbols."""
        return MomentMap(
            self.mean.subs(values),
            self.second.subs(values),
            self.jacobian.subs(values),
            self.jacobian_of_second.subs(values),
        )

    def rows(self) -> tuple[tuple[str, str], ...]:
        """The moments, and the matrices where they are short."""
        return (
            ("mean", str(self.mean)),
            ("second", str(self.second)),
            ("jacobian", _named(self.jacobian, ".jacobian")),
            ("jacobian_of_second", _named(self.jacobian_of_second, ".jacobian_of_second")),
        )

    def caption(self) -> str:
        """The symbols that are left, and how numbers come in."""
        symbols = self.mean.free_symbols | self.second.free_symbols
        if not symbols:
            return "MomentMap"
        names = ", ".join(sorted(map(str, symbols)))
        return f"MomentMap in {names}; .at({{mu: 0, …}}) puts in numbers"

    def _repr_latex_(self) -> str:
        mean, second = (tex(in_terms(e)) for e in (self.mean, self.second))
        return rf"$\displaystyle \tilde\mu = {mean}, \newline \tilde\xi = {second}$"


def _named(matrix: ImmutableMatrix, place: str) -> str:
    """A matrix, or where it stands if it has too many characters to be read."""
    text = str(matrix)
    return text if len(text) <= _MOST_CHARACTERS else f"2×2, {len(text)} characters: {place}"


@kept(64)
@one_at_a_time
def moment_map(activation: Activation | str) -> MomentMap:
    """The moment map in closed form (Klambauer et al. 2017, Eqs. 3 to 5, for SELU).

    Raises:
        NotImplementedError: if the Gaussian moments have no closed form by the rule.

    >>> from actmath import catalog
    >>> g = moment_map(catalog.relu).at({mu: 0, nu: 1, omega: 0, tau: 2})
    >>> g.second
    1
    """
    activation = resolve(activation)
    moments = gaussian_moments(activation)
    # A net input has mean mu·omega and variance nu·tau, and is taken to be Gaussian.
    inputs = {mu: mu * omega, nu: nu * tau}
    # At once, because omega and tau stand beside the mu and nu that they replace.
    mean = moments.mean.subs(inputs, simultaneous=True)
    second = moments.second.subs(inputs, simultaneous=True)
    # Rows (mean, variance), as g is defined; the second matrix has the second moment for variance.
    jacobian = Matrix([mean, second - mean**2]).jacobian([mu, nu])
    of_second = Matrix([mean, second]).jacobian([mu, nu])
    return MomentMap(mean, second, ImmutableMatrix(jacobian), ImmutableMatrix(of_second))
