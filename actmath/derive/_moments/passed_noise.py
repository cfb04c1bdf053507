"""How much of the noise in a deactivated unit's input does the unit pass on?"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, S, diff, latex, log, oo, simplify, solveset

from ..._text.tables import Answer
from ...activation import Activation
from ...notation import latex_names, mu, x
from .._formula.pieces import Piece, pieces
from .._subject import resolve
from .gaussian_moments import expectation, gaussian_moments


@dataclass(frozen=True, repr=False)
class PassedVariance(Answer):
    """Var f(z), z ~ N(mu, nu): what is passed on when the input varies by nu.

    ``whole`` is exact; ``deactivated`` is the variance of the left piece alone, continued to the
    whole line, to which ``whole`` tends as mu → −∞; ``slope`` is f′ there, so that noise of small
    variance nu is passed on as slope²·nu.
    """

    activation: Activation
    whole: Expr
    deactivated: Expr
    slope: Expr

    def _repr_latex_(self) -> str:
        body = latex(self.deactivated, symbol_names=latex_names())
        return rf"$\displaystyle \operatorname{{Var}} f \to {body}$"


def passed_variance(activation: Activation | str) -> PassedVariance:
    """The forward-propagated variance in closed form, parameters left as symbols.

    Raises:
        NotImplementedError: if the Gaussian moments have no closed form by the rule.

    >>> from actmath import catalog
    >>> passed_variance(catalog.prelu).deactivated
    a**2*nu
    """
    activation = resolve(activation)
    # As mu → −∞ all of the Gaussian lies on the left piece; continued to the whole line, its
    # moments need no erfc.
    left = pieces(activation.expr)[0].expr
    everywhere = (Piece(-oo, oo, left),)
    mean, second = (expectation(everywhere, power) for power in (1, 2))
    whole = gaussian_moments(activation).variance
    return PassedVariance(activation, whole, simplify(second - mean**2), diff(left, x))


def crossing_of_slopes(one: Activation | str, other: Activation | str) -> Expr | None:
    """The x at which both left pieces have one slope; below it the saturating one passes less.

    None if there is no such point, or every point is one. Defaults are used for parameters.

    >>> from actmath import catalog
    >>> crossing_of_slopes(catalog.elu, catalog.leaky_relu.with_parameters(a="1/10"))
    -log(10)
    """
    passed = [passed_variance(f) for f in (one, other)]
    slopes = [each.slope.subs(each.activation.defaults) for each in passed]
    found = solveset(slopes[0] - slopes[1], x, S.Reals)
    return next(iter(found)) if found.is_FiniteSet and len(found) == 1 else None


def crossing_of_deactivated(one: Activation | str, other: Activation | str) -> Expr | None:
    """The mean mu at which both deactivated variances are one, as a formula in nu.

    Their ratio is R·e^{k·mu} for the units of the book, so that mu = −log(R)/k; None otherwise, or
    where one of them passes on nothing. Defaults are used for parameters.

    Raises:
        NotImplementedError: if the Gaussian moments have no closed form by the rule.

    >>> from actmath import catalog
    >>> from actmath.notation import nu
    >>> limit = crossing_of_deactivated(catalog.elu, catalog.leaky_relu)
    >>> round(float(limit.subs(nu, 1)), 3)
    -5.376
    """
    passed = [passed_variance(f) for f in (one, other)]
    spread = [each.deactivated.subs(each.activation.defaults) for each in passed]
    # A unit that passes on nothing, as ReLU, is crossed nowhere.
    if S.Zero in spread:
        return None
    ratio = spread[0] / spread[1]
    # k = (ln ratio)′; constant where ratio = R·e^{k·mu}, and then R is the ratio at mu = 0.
    rate = simplify(diff(ratio, mu) / ratio)
    if rate.has(mu) or rate == 0:
        return None
    return -log(ratio.subs(mu, 0)) / rate
