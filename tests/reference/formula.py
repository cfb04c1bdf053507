"""The declared formula, evaluated by mpmath as it stands: no pieces, no rewriting, only digits."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
from mpmath import mp
from sympy import Expr, Integer, Interval, Rational, Set, Union, lambdify, oo, true

from actmath import Activation
from actmath.derive._moments.gaussian_moments import gaussian_moments
from actmath.notation import x


def formula(activation: Activation, dps: int = 60, **given: Any) -> Callable[[Any], Any]:
    """f as a function of an mpf, evaluated at ``dps`` digits beyond those that a small x costs."""
    return as_it_stands(activation.formula(**given), dps)


def as_it_stands(expr: Expr, dps: int = 60) -> Callable[[Any], Any]:
    """An expression in x alone as ``formula`` evaluates one."""
    function = lambdify(x, expr, "mpmath")

    def evaluate(argument: Any) -> Any:
        at = mp.mpf(argument)
        smallness = 0 if at == 0 or mp.isinf(at) else max(0, -int(mp.log10(abs(at))))
        with mp.workdps(dps + 2 * smallness):
            return mp.mpf(function(at))

    return evaluate


def formula_of_parameter(
    activation: Activation, name: str, at: Any, given: dict[str, Any], dps: int = 500
) -> Callable[[Any], Any]:
    """f(at) as a function of one parameter, the others held at the given values."""
    values = activation.substitution(given)
    free = activation.parameter(name).symbol
    del values[free]
    function = lambdify((x, free), activation.expr.subs(values), "mpmath")

    def evaluate(parameter: Any) -> Any:
        with mp.workdps(dps):
            return mp.mpf(function(mp.mpf(at), mp.mpf(parameter)))

    return evaluate


def slope(function: Callable[[Any], Any], at: Any, side: int = 0, dps: int = 200) -> Any:
    """f′ by a difference quotient: central (side 0), or from the left (-1) or right (+1)."""
    with mp.workdps(dps):
        point, step = mp.mpf(at), mp.mpf(10) ** -40
        ahead = point + step * (side if side else 1)
        behind = point if side else point - step
        return (function(ahead) - function(behind)) / (ahead - behind)


def slope_error(function: Callable[[Any], Any], at: Any, dps: int = 200) -> Any:
    """How far ``slope`` is from f′: h²f‴/6, the third derivative by differences."""
    with mp.workdps(dps):
        point, step = mp.mpf(at), mp.mpf(10) ** -40
        outer, inner = (function(point + k * step) - function(point - k * step) for k in (2, 1))
        return abs(outer - 2 * inner) / (12 * step)


def generic_values(activation: Activation) -> dict[str, Rational]:
    """Parameter values that are no special case: distinct odd eighths inside the domains.

    So that a break at such a value is a float.
    """
    return {
        parameter.name: _inside(parameter.domain, Rational(2 * index + 3, 8))
        for index, parameter in enumerate(activation.parameters)
    }


def _inside(domain: Interval, wanted: Rational) -> Expr:
    if domain.contains(wanted) is true:
        return wanted
    low, high = domain.inf, domain.sup
    if high is oo:
        return low + wanted
    return low + (high - low) * wanted / (1 + wanted)


def rational(value: Fraction) -> Rational:
    """The same number as a SymPy value."""
    return Rational(Integer(value.numerator), Integer(value.denominator))


def has_closed_moments(activation: Activation) -> bool:
    """Does the rule for Gaussian moments cover it?"""
    try:
        gaussian_moments(activation)
    except NotImplementedError:
        return False
    return True


def members(region: Set, grid: Any) -> Any:
    """Which floats of an array lie in an interval or a union of intervals."""
    intervals = region.args if isinstance(region, Union) else [region]
    return sum(
        ((grid >= float(i.inf)) & (grid <= float(i.sup)) for i in intervals if not i.is_empty),
        start=np.zeros(grid.shape, bool),
    )
