"""How the output, and the loss, change with a parameter of the activation."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from sympy import Expr, Sum, Symbol, diff, latex, simplify

from ..._text.tables import Answer
from ...activation import Activation
from ...notation import C, G, K, i, k, latex_names, x, y
from .._subject import resolve
from .pieces import Piece, activation_pieces, assemble, limit_at


@dataclass(frozen=True, repr=False)
class ParameterGradient(Answer):
    """∂f/∂θ for one parameter θ, as a ``Piecewise`` in ``notation.x`` and the parameters."""

    parameter: Symbol
    expr: Expr

    def _repr_latex_(self) -> str:
        names = latex_names()
        theta = latex(self.parameter, symbol_names=names)
        body = latex(self.expr, symbol_names=names)
        return rf"$\displaystyle \frac{{\partial f}}{{\partial {theta}}} = {body}$"


@dataclass(frozen=True, repr=False)
class SharedGradient(Answer):
    """∂E/∂θ when one parameter serves many units, as a symbolic sum over them.

    ``channelwise`` sums over the positions k of one channel i (He et al. 2015, Eq. 2);
    ``shared`` sums over the channels of a layer as well.
    """

    parameter: Symbol
    channelwise: Expr
    shared: Expr


def parameter_gradient(activation: Activation | str, name: str) -> ParameterGradient:
    """∂f/∂θ for the parameter of that name, piece by piece (He et al. 2015, Eq. 3, for PReLU).

    Raises:
        ValueError: if the activation has no such parameter, or a jump moves with it.

    >>> from actmath import catalog
    >>> parameter_gradient(catalog.prelu, "a").expr
    Piecewise((x, x <= 0), (0, True))
    """
    activation = resolve(activation)
    theta = activation.parameter(name).symbol
    parts = activation_pieces(activation)
    for left, right in pairwise(parts):
        # Where f is continuous, ∂f/∂θ is that of the piece on either side of a break that moves
        # with θ; where it jumps, the moving break adds a term that no piece knows.
        jump = limit_at(right.expr, left.upper, "+") - limit_at(left.expr, left.upper, "-")
        if left.upper.has(theta) and simplify(jump) != 0:
            raise ValueError(
                f"{activation.name} jumps at x = {left.upper}, which moves with {name}"
            )
    slopes = tuple(Piece(p.lower, p.upper, diff(p.expr, theta)) for p in parts)
    return ParameterGradient(theta, assemble(slopes))


def shared_gradient(activation: Activation | str, name: str) -> SharedGradient:
    """∂E/∂θ by the chain rule over all units that share θ (He et al. 2015, Eqs. 2 and 3).

    The net inputs are y[i, k] for channel i and position k, and E is differentiated through the
    outputs f(y[i, k]), written as the symbol array G[i, k] = ∂E/∂f(y[i, k]).

    Raises:
        ValueError: as ``parameter_gradient``.

    >>> from actmath import catalog
    >>> shared_gradient(catalog.prelu, "a").channelwise
    Sum(Piecewise((G[i, k]*y[i, k], y[i, k] <= 0), (0, True)), (k, 1, K))
    """
    activation = resolve(activation)
    gradient = parameter_gradient(activation, name)
    # He et al. (2015), Eq. 2: ∂E/∂a_i = Σ_k ∂E/∂f(y_ik) · ∂f(y_ik)/∂a.
    term = G[i, k] * gradient.expr.subs(x, y[i, k])
    channelwise = Sum(term, (k, 1, K))
    # Section 2.1: one slope for the layer sums over its channels too.
    shared = Sum(term, (k, 1, K), (i, 1, C))
    return SharedGradient(gradient.parameter, channelwise, shared)
