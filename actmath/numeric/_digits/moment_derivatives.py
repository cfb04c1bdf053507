"""E f, E f² and their derivatives at the working precision of mpmath, compiled once per family."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sympy import Expr, Rational, Symbol, true

from ...activation import Activation
from ...derive._iteration.settled import NotSettledError
from ...derive._moments.gaussian_moments import gaussian_moments
from ...lower._stable import stable
from ...notation import auxiliary, mu, nu
from ...number import exact, mp
from .._gaussian.result import MomentRoute


@dataclass(frozen=True)
class MomentDerivatives:
    """E f and E f² of z ~ N(mean, variance), each with its derivatives by mean and variance."""

    first: Any
    second: Any
    first_by_mean: Any
    first_by_variance: Any
    second_by_mean: Any
    second_by_variance: Any


# Of the mean, the variance and the free parameter.
EvaluateMoments = Callable[[Any, Any, Any], MomentDerivatives]


@dataclass(frozen=True)
class MomentFunction:
    """The moments of f(x; shape) as a function of (mean, variance, shape), and their route."""

    evaluate: EvaluateMoments
    route: MomentRoute


@lru_cache(maxsize=64)
def moment_function(activation: Activation, shape: Symbol | None = None) -> MomentFunction:
    """Many-digit moments, with one parameter left free.

    Args:
        activation: its default parameters are used for all others.
        shape: the free parameter; None if the third argument is to be ignored.
    """
    fixed = {symbol: v for symbol, v in activation.defaults.items() if symbol != shape}
    try:
        found = gaussian_moments(activation)
    except NotImplementedError:
        return MomentFunction(_by_quadrature(activation, shape), MomentRoute.QUADRATURE)
    # Here, since many that know the name of a moment evaluate none.
    from .closed_form import closed_form

    # Made stable before it is differentiated: UpperErfc knows its derivative, and the derivatives
    # need no second pass.
    pair = [stable(e.subs(fixed)) for e in (found.mean, found.second)]
    formulas: list[Expr] = [*pair, *(e.diff(by) for e in pair for by in (mu, nu))]
    symbols = [mu, nu, shape or auxiliary("unused")]
    evaluate = closed_form(symbols, formulas)

    def evaluated(m: Any, v: Any, at: Any) -> MomentDerivatives:
        try:
            return MomentDerivatives(*evaluate(m, v, at))
        except NotSettledError:
            # Where its exponentials cost too many digits. A quadratic in the shape is found by its
            # values at shapes outside of the domain too, at which there is nothing to integrate.
            if shape is not None and not _admits(activation, shape, at):
                raise
            return _by_quadrature(activation, shape)(m, v, at)

    return MomentFunction(_remembered(evaluated), MomentRoute.CLOSED_FORM)


def _remembered(evaluate: EvaluateMoments) -> EvaluateMoments:
    """The same function, which keeps its last values for each working precision."""

    @lru_cache(maxsize=64)
    def at_precision(_: object, m: Any, v: Any, at: Any) -> MomentDerivatives:
        return evaluate(m, v, at)

    return lambda m, v, at: at_precision(mp.setting, m, v, at)


def _by_quadrature(activation: Activation, shape: Symbol | None) -> EvaluateMoments:
    # Here, since most families have closed forms.
    from . import quadrature

    def integrated(m: Any, v: Any, at: Any) -> MomentDerivatives:
        subject = activation
        if shape is not None:
            subject = activation.with_parameters(**{shape.name: _rational(at)})
        return MomentDerivatives(*quadrature.with_derivatives(subject, m, v))

    return _remembered(integrated)


def _admits(activation: Activation, shape: Symbol, at: Any) -> bool:
    return activation.parameter(shape.name).domain.contains(_rational(at)) is true


def _rational(value: Any) -> Expr:
    """An mpf exactly: sign·mantissa·2^exponent."""
    sign, mantissa, exponent, _ = value._mpf_
    return exact(Rational((-1) ** sign * int(mantissa)) * Rational(2) ** exponent)
