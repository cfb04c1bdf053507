"""Where does an activation break, and which formula holds on each interval between the breaks?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from sympy import (
    Abs,
    DiracDelta,
    Eq,
    Expr,
    Heaviside,
    Max,
    Min,
    Mod,
    Piecewise,
    Poly,
    S,
    ceiling,
    expand,
    floor,
    frac,
    oo,
    real_roots,
    sign,
    solve,
)
from sympy.core.relational import Relational
from sympy.functions.elementary.trigonometric import TrigonometricFunction

from ...notation import x

# Only Abs, sign, Max, Min and Piecewise are taken apart below; these would stay inside a piece.
_JUMPING = (Heaviside, DiracDelta, floor, ceiling, frac, Mod)


@dataclass(frozen=True)
class Piece:
    """One smooth piece: ``expr`` holds for ``lower`` < x < ``upper``."""

    lower: Expr
    upper: Expr
    expr: Expr

    def inside(self) -> Expr:
        """A point of the open interval."""
        return _between(self.lower, self.upper)


@lru_cache(maxsize=512)
def pieces(expr: Expr) -> tuple[Piece, ...]:
    """The maximal intervals on which ``expr`` is one smooth formula in ``notation.x``.

    Breaks are looked for where the argument of an ``Abs`` or ``sign`` vanishes, where arguments of
    ``Max`` or ``Min`` cross and where a condition of a ``Piecewise`` changes; then every such
    construct is replaced by the branch that is active between two neighbouring breaks.

    Raises:
        ValueError: if a break or the order of two breaks depends on a parameter in a way that
            the assumptions on the symbols do not decide, if there are infinitely many breaks, if
            a single point has a value of its own, or for ``Heaviside``, ``floor`` and the like.

    >>> from sympy import Max
    >>> [(p.lower, p.upper, p.expr) for p in pieces(Max(0, x))]
    [(-oo, 0, 0), (0, oo, x)]
    """
    if expr.atoms(*_JUMPING):
        raise ValueError(f"write {expr} with Piecewise: {_names_of_jumps(expr)} is not supported")
    ends = [-oo, *_sorted_breaks(expr), oo]
    found = [
        Piece(left, right, _branch(expr, _between(left, right))) for left, right in pairwise(ends)
    ]
    return _merged(found, expr)


def breakpoints(expr: Expr) -> tuple[Expr, ...]:
    """The finite ends of the pieces of a formula in ``notation.x``, in increasing order.

    Raises:
        ValueError: as ``pieces``.

    >>> breakpoints(Min(Max(x, -1), 1))
    (-1, 1)
    """
    return tuple(piece.upper for piece in pieces(expr)[:-1])


def assemble(parts: tuple[Piece, ...], at_breaks: dict[Expr, Expr] | None = None) -> Expr:
    """One ``Piecewise`` from pieces; at a break the given value, else that of the left piece."""
    branches: list[tuple[Expr, object]] = []
    for piece, following in pairwise(parts):
        at = piece.upper
        left = piece.expr.subs(x, at)
        value = (at_breaks or {}).get(at, left)
        if value == left:
            branches.append((piece.expr, x <= at))
        else:
            branches.append((piece.expr, x < at))
            if value != following.expr.subs(x, at):
                branches.append((value, Eq(x, at)))
    return Piecewise(*branches, (parts[-1].expr, True))


def _sorted_breaks(expr: Expr) -> list[Expr]:
    candidates: set[Expr] = set()
    for difference in _differences(expr):
        if difference.has(x):
            candidates |= set(_real_zeros(difference))
    ordered: list[Expr] = []
    # Insertion sort, because ``_less`` refuses a pair whose order a parameter leaves open.
    for point in candidates:
        ordered.insert(sum(_less(other, point) for other in ordered), point)
    return ordered


def _real_zeros(difference: Expr) -> list[Expr]:
    if any(node.has(x) for node in difference.atoms(TrigonometricFunction)):
        raise ValueError(f"{difference} may change its sign at infinitely many breakpoints")
    if difference.is_polynomial(x) and not difference.free_symbols - {x}:
        polynomial = Poly(difference, x)
        # Real roots of rational polynomials are isolated exactly; ``solve`` may return radicals of
        # complex numbers whose realness it cannot decide.
        if polynomial.get_domain().is_ZZ or polynomial.get_domain().is_QQ:
            return [root for root, _ in real_roots(polynomial, multiple=False)]
    try:
        roots: list[Expr] = solve(difference, x)
    except NotImplementedError:
        raise ValueError(f"cannot solve {difference} = 0 for the breakpoints") from None
    # A root that may be real is as bad as an unknown order: the pieces would depend on it.
    undecided = [root for root in roots if root.is_real is None]
    if undecided:
        raise ValueError(
            f"cannot decide whether the breakpoint {undecided[0]} is real: give the parameter's "
            f"symbol an assumption such as positive=True"
        )
    return [root for root in roots if root.is_real]


def _names_of_jumps(expr: Expr) -> str:
    return ", ".join(sorted({type(node).__name__ for node in expr.atoms(*_JUMPING)}))


def _differences(expr: Expr) -> set[Expr]:
    """Expressions whose sign decides which branch is active anywhere inside ``expr``."""
    found: set[Expr] = set()
    for node in expr.atoms(Abs, sign):
        found.add(_first_branches(node.args[0]))
    for node in expr.atoms(Max, Min):
        args = node.args
        found |= {
            difference
            for i, one in enumerate(args)
            for other in args[:i]
            for difference in _leaves(one - other)
        }
    for node in expr.atoms(Relational):
        found |= set(_leaves(node.lhs - node.rhs))
    return found


def _first_branches(expr: Expr) -> Expr:
    if expr.has(Abs, Max, Min, Piecewise, sign):
        raise ValueError(f"Abs or sign of the piecewise expression {expr} is not supported")
    return expr


def _leaves(difference: Expr) -> list[Expr]:
    """The difference with every inner Max, Min and Piecewise replaced by each of its branches."""
    node = next(iter(difference.atoms(Max, Min, Piecewise)), None)
    if node is None:
        return [difference]
    branches = [pair[0] for pair in node.args] if isinstance(node, Piecewise) else node.args
    return [leaf for branch in branches for leaf in _leaves(difference.xreplace({node: branch}))]


def _less(one: Expr, other: Expr) -> bool:
    order = (other - one).is_positive
    if order is None:
        raise ValueError(f"cannot decide which of the breakpoints {one} and {other} is smaller")
    return bool(order)


def _between(left: Expr, right: Expr) -> Expr:
    # On a half line any point will do, since no condition changes inside: one step from the end.
    if left == -oo:
        return S.Zero if right == oo else right - 1
    return left + 1 if right == oo else (left + right) / 2


def _branch(expr: Expr, at: Expr) -> Expr:
    """``expr`` with every piecewise construct replaced by what is active at the point ``at``."""
    if not expr.args:
        return expr
    if isinstance(expr, Piecewise):
        return _branch(_active(expr, at), at)
    args = [_branch(arg, at) for arg in expr.args]
    if isinstance(expr, Abs | sign):
        positive = _decide(args[0].subs(x, at) > 0, expr)
        # |y| = sgn(y)·y, and sgn(y) is constant between two breaks.
        direction = S.One if positive else S.NegativeOne
        return args[0] * direction if isinstance(expr, Abs) else direction
    if isinstance(expr, Max | Min):
        return _extreme(args, at, expr)
    return expr.func(*args)


def _active(expr: Piecewise, at: Expr) -> Expr:
    for value, condition in expr.args:
        if _decide(condition.subs(x, at), expr):
            return value
    raise ValueError(f"{expr} is undefined at x = {at}")


def _extreme(args: list[Expr], at: Expr, expr: Expr) -> Expr:
    best = args[0]
    for candidate in args[1:]:
        # Between two breaks no two arguments cross, so one point decides which is largest.
        above = _decide((candidate - best).subs(x, at) > 0, expr)
        if above == isinstance(expr, Max):
            best = candidate
    return best


def _decide(condition: object, expr: Expr) -> bool:
    if condition in (True, S.true):
        return True
    if condition in (False, S.false):
        return False
    raise ValueError(f"which branch of {expr} is active depends on a parameter: {condition}")


def _merged(found: list[Piece], expr: Expr) -> tuple[Piece, ...]:
    """Join neighbours that carry the same formula: a break between them is none.

    Raises:
        ValueError: if the formula has another value at such a point, as in sin(x)/x with 1 at 0.
    """
    merged = found[:1]
    for piece in found[1:]:
        last = merged[-1]
        # As Max(x, x) or |x|² break nowhere although Max and Abs do.
        if expand(last.expr - piece.expr) == 0:
            _check_single_value(expr, last)
            merged[-1] = Piece(last.lower, piece.upper, last.expr)
        else:
            merged.append(piece)
    return tuple(merged)


def _check_single_value(expr: Expr, piece: Piece) -> None:
    at = piece.upper
    # Only a provable equality counts: an undecided one may hide a value of its own.
    if (expr.subs(x, at) - piece.expr.subs(x, at)).equals(0) is not True:
        raise ValueError(f"{expr} has a value of its own at the single point {at}")
