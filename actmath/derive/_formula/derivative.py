"""The derivative of an activation, with its one-sided values at the kinks."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from sympy import Expr, Rational, S, diff, latex, simplify

from ..._arrays import whole_number
from ..._kept import kept
from ..._text.tables import Answer
from ...activation import Activation
from ...notation import latex_names, x
from ...number import Number, evaluated, exact, one_at_a_time
from .._subject import exact_or_symbolic, resolve
from .expansion import is_short
from .multiples import may_be_simplified, named_powers
from .pieces import Piece, activation_pieces, assemble, limit_at, pieces


@dataclass(frozen=True)
class Kink:
    """A breakpoint with the one-sided derivatives, and the value that is used at the point."""

    point: Expr
    left: Expr
    right: Expr
    value: Expr


@dataclass(frozen=True, repr=False)
class Derivative(Answer):
    """f′ as a ``Piecewise`` in ``notation.x``, the breaks where f′ jumps, and the pieces of f′."""

    expr: Expr
    kinks: tuple[Kink, ...]
    pieces: tuple[Piece, ...]

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle f'(x) = {latex(self.expr, symbol_names=latex_names())}$"


@kept(256)
@one_at_a_time
def derivative(activation: Activation | str) -> Derivative:
    """f′(x), piece by piece.

    At a kink, where the one-sided derivatives differ, the value is the one that the activation
    declares (``at_kinks``), else the left one, as for PReLU in He et al. (2015), Eq. 1.

    Raises:
        ValueError: for a value that is declared where two pieces do not meet.

    >>> from actmath import catalog
    >>> derivative(catalog.prelu).kinks
    (Kink(point=0, left=a, right=1, value=a),)
    """
    activation = resolve(activation)
    parts = activation_pieces(activation)
    slopes = tuple(Piece(p.lower, p.upper, _tidy(diff(p.expr, x))) for p in parts)
    declared = _declared(activation, parts)
    kinks = []
    for left, right in pairwise(slopes):
        point = left.upper
        one, other = limit_at(left.expr, point, "-"), limit_at(right.expr, point, "+")
        # Equal one-sided derivatives are no kink, whatever their formulas look like.
        if differ(one, other):
            kinks.append(Kink(point, one, other, declared.get(point, one)))
    # Declared values hold at kinks only; at every other break both sides agree.
    expr = assemble(slopes, {kink.point: kink.value for kink in kinks})
    return Derivative(expr, tuple(kinks), slopes)


def differ(one: Expr, other: Expr) -> bool:
    """Are these two values?

    Numbers by their digits: SymPy simplifies those with radicals or Lambert's W for minutes.
    """
    gap, *sides = (evaluated(each, 30) for each in (one - other, one, other))
    if gap.is_Float and gap.is_finite and all(side.is_number for side in sides):
        # Of what is 0, noise of a hundred digits is left.
        return bool(abs(gap) > max(map(abs, sides)) * Rational(1, 10**25))
    return bool(simplify(one - other) != 0)


def _declared(activation: Activation, parts: tuple[Piece, ...]) -> dict[Expr, Expr]:
    """The declared values of f′, by the breaks as they stand in the pieces."""
    found: dict[Expr, Expr] = {}
    for point, value in activation.at_kinks:
        at = next((p.upper for p in parts[:-1] if (p.upper - point).equals(0)), None)
        if at is None:
            raise ValueError(
                f"{activation.name} declares f′ at {point}, where its formula has no kink"
            )
        if found.setdefault(at, value) != value:
            raise ValueError(
                f"{activation.name} declares f′ at {point} twice: {found[at]} and {value}"
            )
    return found


def _tidy(expr: Expr) -> Expr:
    """The shorter of the plain and the simplified form, where simplifying is cheap."""
    # Beyond some 25 operations simplifying takes longer than a shorter formula is worth.
    if expr.count_ops() > 25 or not (is_short(expr) and may_be_simplified(expr)):
        return expr
    named, constants = named_powers(expr)
    simple = simplify(named).xreplace(constants)
    return min(expr, simple, key=lambda form: (form.count_ops(), str(form)))


def continuity_class(activation: Activation | str, at: Number, highest: int = 4) -> int:
    """The largest k ≤ ``highest`` for which f is k times continuously differentiable at a point.

    At the default parameters; -1 where f itself jumps. ``highest`` says only that no derivative
    up to that order jumps, as at every point between two breaks.

    Raises:
        ValueError: if the point is no finite real number.

    >>> from actmath import catalog
    >>> continuity_class(catalog.elu, 0), continuity_class(catalog.elu.with_parameters(alpha=2), 0)
    (1, 0)
    """
    activation, highest = resolve(activation), whole_number(highest, "highest", 0)
    point = exact(at, "the point")
    parts = pieces(activation.formula())
    sides = [p.expr for p in parts if point in (p.lower, p.upper)]
    # Inside a piece f is smooth: one formula, so that every derivative is continuous.
    if len(sides) < 2:
        return highest
    for order in range(highest + 1):
        jump = simplify((sides[0] - sides[1]).subs(x, point))
        if jump != 0:
            return order - 1
        sides = [diff(side, x) for side in sides]
    return highest


def jumps(activation: Activation | str, at: Expr, order: int) -> Expr:
    """How much the derivative of that order jumps at a point, as a formula in the parameters.

    f⁽ᵏ⁾(at+) − f⁽ᵏ⁾(at−), with k = ``order`` ≥ 0; zero away from the breaks.

    Raises:
        ValueError, TypeError: for a point that is no real number or formula, or an order that is
            no integer from 0 on.

    >>> from actmath import catalog
    >>> [jumps(catalog.elu, S.Zero, order) for order in range(3)]
    [0, 1 - alpha, -alpha]
    """
    activation, order = resolve(activation), whole_number(order, "order", 0)
    at = exact_or_symbolic(at, "at")
    parts = activation_pieces(activation)
    sides = [p for p in parts if at in (p.lower, p.upper)]
    if len(sides) < 2:
        return S.Zero
    left, right = sides
    difference = diff(right.expr, x, order) - diff(left.expr, x, order)
    return simplify(difference.subs(x, at))
