"""Glorot & Bengio (2010): weights that keep variances both ways, in layers near a line."""

from __future__ import annotations

from functools import partial

from sympy import Expr, Rational, integrate, pi, simplify, sqrt

from ... import catalog
from ...activation import Activation
from ...derive._depth.initialization import initialization
from ...notation import V_w, auxiliary, n, n_in, n_out, x
from ...number import evaluated
from ...numeric._gaussian.evaluate import gaussian
from .._claim import Finding, Kind, holds_if, matches_print
from .._evidence.rows import FROM_MEMORY, SECOND_HAND, Rows
from ..siren._row import uniform_variance

_PAPER = "glorot2010"
_SINGULAR = auxiliary("singular", positive=True)
#: Var w times the number of units, of both initializations between layers alike.
STANDARD, NORMALISED = Rational(1, 3), Rational(1)


def standard_variance(claimed: Expr) -> Finding:
    """Is n·Var w that number for weights uniform on ±1/√n?"""
    found = simplify(n * uniform_variance(1 / sqrt(n)))
    return holds_if(found == claimed, f"n·(2/√n)²/12 = {found}")


def keeps(forwards: bool, variance: Expr) -> Finding:
    """Does that variance of weights keep the mean square of signals, or of gradients, in a line?"""
    line = initialization(catalog.identity)
    factor = line.forward_factor if forwards else line.backward_factor
    found = simplify(factor.subs(V_w, variance))
    return holds_if(found == 1, f"a layer multiplies it by {factor}, which is {found}")


def compromise(bound: Expr) -> Finding:
    """Have weights uniform on ±bound the variance 2/(n_in + n_out)?"""
    found = simplify(uniform_variance(bound))
    line = initialization(catalog.identity)
    factors = (line.forward_factor, line.backward_factor)
    one, other = (simplify(factor.subs(V_w, found)) for factor in factors)
    return holds_if(
        simplify(found - line.compromise_variance) == 0,
        f"their variance is {found}: a layer multiplies signals by {one} and gradients by {other}, "
        "whose mean is 1",
    )


def average_singular_value(fan_variance: Expr) -> Expr:
    """That of a large square matrix of independent entries with n·Var w = fan_variance.

    Singular values over √(n·Var w) have the quarter-circle density √(4 − s²)/π on [0, 2].
    """
    mean = integrate(_SINGULAR * sqrt(4 - _SINGULAR**2) / pi, (_SINGULAR, 0, 2))
    return simplify(sqrt(fan_variance) * mean)


def ratio(fan_variance: Expr, printed: str) -> Finding:
    """Is the average singular value of a layer that, to the printed digits?"""
    found = average_singular_value(fan_variance)
    return holds_if(
        matches_print(printed, evaluated(found, 20)),
        f"of a wide square layer in its linear regime it is √(n·Var w)·8/(3π) = "
        f"{evaluated(found, 4)}: the quarter-circle law",
    )


def linear_regime(unit: Activation) -> Finding:
    """Does n·Var w = 1 keep both variances where net inputs are small?"""
    offset, slope = (unit.formula().diff(x, order).subs(x, 0) for order in (0, 1))
    kept = bool(offset == 0 and slope == 1)
    far = gaussian(unit, 0.0, 1.0)
    return holds_if(
        kept,
        f"{unit.title}: f(0) = {offset}, f′(0) = {slope}, so that E f²/q and E f′² become "
        f"{slope**2 if offset == 0 else 'infinite'} and {slope**2} for small q; at q = 1 they are "
        f"{float(far.second):.3f} and {float(far.derivative_second):.3f}",
    )


_row = Rows("C-GLO", _PAPER)

CLAIMS = (
    _row(
        "1",
        "The usual weights of the time, uniform on ±1/√n, have n·Var w = 1/3.",
        r"n \operatorname{Var} w = 1/3",
        "Section 4.2.1",
        partial(standard_variance, STANDARD),
        SECOND_HAND,
    ),
    _row(
        "2.a",
        "Signals keep their variance where n_in·Var w = 1.",
        r"n_{in} \operatorname{Var} w = 1",
        "Eq. 10",
        partial(keeps, True, 1 / n_in),
        f"layers that are lines; {SECOND_HAND}",
    ),
    _row(
        "2.b",
        "Gradients keep their variance where n_out·Var w = 1.",
        r"n_{out} \operatorname{Var} w = 1",
        "Eq. 11",
        partial(keeps, False, 1 / n_out),
        f"layers that are lines; {SECOND_HAND}",
    ),
    _row(
        "2.c",
        "Weights uniform on ±√6/√(n_in + n_out) have the variance between, 2/(n_in + n_out).",
        r"w \sim U\bigl(\pm\sqrt{6/(n_{in} + n_{out})}\bigr)",
        "Eqs. 12 and 16",
        partial(compromise, sqrt(6 / (n_in + n_out))),
        f"layers that are lines; {SECOND_HAND}",
    ),
    *(
        _row(
            f"3.{part}",
            f"The average singular value of a layer's Jacobian is about {printed} with the {name} "
            "initialization.",
            rf"\overline{{s}} \approx {printed}",
            "Section 4.2.2",
            partial(ratio, fan_variance, printed),
            "to the digit that is printed, for a wide square layer in its linear regime: the "
            f"paper's own networks are not drawn again; {SECOND_HAND}",
        )
        for part, name, fan_variance, printed in (
            ("a", "normalized", NORMALISED, "0.8"),
            ("b", "standard", STANDARD, "0.5"),
        )
    ),
    *(
        _row(
            f"4.{part}",
            f"In layers of {unit.title}, symmetric about 0 with slope 1 there, n·Var w = 1 keeps "
            "both variances as long as net inputs are small.",
            r"f(0) = 0,\quad f'(0) = 1",
            "Section 4.2.1",
            partial(linear_regime, unit),
            f"in the limit of small net inputs; {FROM_MEMORY}",
        )
        for part, unit in (("a", catalog.tanh), ("b", catalog.softsign))
    ),
    _row(
        "4.c",
        "Does a unit without the symmetry about 0, such as ELU, do so too?",
        r"f(0) = 0,\quad f'(0) = 1",
        "Section 4.2.1",
        partial(linear_regime, catalog.elu),
        "in the limit of small net inputs; alpha = 1",
        Kind.COMPUTED,
    ),
)
