"""Where may a formula break? Where branches change, and where it has no value or no slope."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from sympy import (
    Abs,
    Expr,
    LambertW,
    Max,
    Min,
    Piecewise,
    Poly,
    Pow,
    S,
    cos,
    cot,
    csc,
    exp,
    log,
    oo,
    real_roots,
    sec,
    sign,
    sin,
    solve,
    tan,
)
from sympy.core.relational import Relational
from sympy.functions.elementary.trigonometric import TrigonometricFunction

from ...notation import stand_in, x
from ...number import evaluated, few_digits, mp
from ._roots.real_roots import RootRoute, roots_between
from .expansion import is_short
from .signs import Signs
from .vanishing import vanishing_places

# Nested constructs multiply their branches.
_MOST_BRANCHES = 256
# Each has two branches or more: 2¹² are sixteen times too many, unless most of them fall together.
_MOST_CONSTRUCTS = 12
# Operations of a root that is simplified.
_SIMPLIFIED = 60
_CONSTRUCTS = (Abs, sign, Max, Min, Piecewise)


def sorted_breaks(expr: Expr, signs: Signs | None = None) -> list[Expr]:
    """Every place where a formula in ``notation.x`` may break, in increasing order.

    Raises:
        ValueError: if one depends on a parameter in a way that is not decided, or if there are
            infinitely many.
    """
    signs = signs or Signs()
    candidates: set[Expr] = set(_singular_places(expr))
    for difference in _differences(expr):
        if difference.has(x):
            candidates |= set(_real_zeros(difference))
    ordered: list[Expr] = []
    # Insertion sort, because ``_less`` refuses a pair whose order a parameter leaves open.
    for point in candidates:
        ordered.insert(sum(_less(other, point, signs) for other in ordered), point)
    return ordered


def _real_zeros(difference: Expr, *, touching: bool = False) -> list[Expr]:
    """Every real zero, those without a change of sign where it matters."""
    if any(node.has(x) for node in difference.atoms(TrigonometricFunction)):
        raise ValueError(f"{difference} may change its sign at infinitely many breakpoints")
    if not is_short(difference):
        raise ValueError(f"{difference} is too long a formula for its zeros to be listed")
    if difference.is_polynomial(x) and not difference.free_symbols - {x}:
        polynomial = Poly(difference, x)
        # Real roots of rational polynomials are isolated exactly; ``solve`` may return radicals of
        # complex numbers whose realness it cannot decide.
        if polynomial.get_domain().is_ZZ or polynomial.get_domain().is_QQ:
            return [root for root, _ in real_roots(polynomial, multiple=False)]
    try:
        roots = _listed_zeros(difference)
    except NotImplementedError:
        roots = _familiar_zeros(difference)
    if not difference.free_symbols - {x}:
        real = [root for root in roots if _is_real_number(root)]
        _check_complete(difference, real, touching)
        return real
    # A root that may be real is as bad as an unknown order: the pieces would depend on it.
    undecided = [root for root in roots if root.is_real is None]
    if undecided:
        raise ValueError(
            f"cannot decide whether the breakpoint {undecided[0]} is real: give the parameter's "
            f"symbol an assumption such as positive=True"
        )
    return [root for root in roots if root.is_real]


def _listed_zeros(difference: Expr) -> list[Expr]:
    """What SymPy's ``solve`` lists."""
    if difference.has(exp, log) and not difference.free_symbols - {x}:
        # Of exp(17x/8) + x one root is real and seventeen are Lambert's W at complex numbers, of
        # which SymPy asks for minutes whether they are. Digits know it at once.
        anywhere = stand_in(x, positive=None)
        found = solve(difference.subs(x, anywhere), anywhere, simplify=False, check=False)
        # Of the two real branches of W ``solve`` may list one.
        found += [root.replace(LambertW, lambda at, *_: LambertW(at, -1)) for root in found]
        return [root for root in dict.fromkeys(found) if _is_zero_at(difference, root)]
    found = solve(difference, x, simplify=False)
    # Cardano's roots are simplified by minutes of trigonometry, and no shorter then.
    return [root.simplify() if root.count_ops() <= _SIMPLIFIED else root for root in found]


def _is_zero_at(difference: Expr, root: Expr) -> bool:
    """Is this a real zero, to 20 digits?"""
    number = evaluated(root, 30)
    value = evaluated(difference.subs(x, number), 30)
    # Of nan SymPy does not know whether it is finite.
    return bool(number.is_real and value.is_finite and abs(value) <= 1e-20 * (1 + abs(number)))


def _familiar_zeros(difference: Expr) -> list[Expr]:
    """Of what nobody solves, as x − tanh x, if there are no others.

    Raises:
        ValueError: if there are, or if there is a parameter.
    """
    found = [] if difference.free_symbols - {x} else roots_between(difference, -oo, oo)
    if not found or any(route is RootRoute.NUMERIC for _, route in found):
        raise ValueError(
            f"cannot solve {difference} = 0 for the breakpoints; write the formula as a Piecewise "
            "with a number for each of them"
        )
    return [root for root, _ in found]


def _is_real_number(root: Expr) -> bool:
    """Of a number SymPy may not know it, as of erfinv(1/2): then its digits say it."""
    known = root.is_real
    return bool(evaluated(root, 30).is_real if known is None else known)


def _check_complete(difference: Expr, roots: list[Expr], touching: bool) -> None:
    """SymPy may list some zeros alone, as of x² − 2ˣ: do digits show another?

    Raises:
        ValueError: if there is one.
    """
    for place in vanishing_places(difference, touching=touching):
        if not _is_among(place, roots):
            raise ValueError(
                f"cannot list every zero of {difference} for the breakpoints: there is one near "
                f"x = {mp.nstr(place, 5)} beside {roots}"
            )


def _is_among(place: Any, roots: Iterable[Expr]) -> bool:
    """Is a number one of them? A zero of high order has few digits."""
    with mp.workdps(30):
        known = [mp.mpf(str(evaluated(root, 30))) for root in roots]
        return any(abs(place - root) <= 1e-9 * max(1, abs(root)) for root in known)


def _differences(expr: Expr) -> set[Expr]:
    """Expressions whose sign decides which branch is active anywhere inside ``expr``."""
    found: set[Expr] = set()
    for node in expr.atoms(Abs, sign):
        found |= set(_leaves(node.args[0]))
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


def _leaves(difference: Expr) -> list[Expr]:
    """The difference with every piecewise construct inside it replaced by each of its branches."""
    done, waiting = dict[Expr, None](), [difference]
    if len(difference.atoms(*_CONSTRUCTS)) > _MOST_CONSTRUCTS:
        raise ValueError(f"{difference} has too many branches")
    while waiting:
        leaf = waiting.pop()
        node = next(iter(leaf.atoms(*_CONSTRUCTS)), None)
        if node is None:
            done[leaf] = None
            continue
        waiting += [leaf.xreplace({node: branch}) for branch in _branches_of(node)]
        if len(done) + len(waiting) > _MOST_BRANCHES:
            raise ValueError(f"{difference} has too many branches")
    return list(done)


def _branches_of(node: Expr) -> list[Expr]:
    if isinstance(node, Piecewise):
        return [value for value, _ in node.args]
    if isinstance(node, Abs):
        return [node.args[0], -node.args[0]]
    return [S.One, S.NegativeOne] if isinstance(node, sign) else list(node.args)


def _less(one: Expr, other: Expr, signs: Signs) -> bool:
    order = signs.of(other - one)
    if order is None:
        raise ValueError(
            f"cannot decide which of the breakpoints {one} and {other} is smaller: give the "
            f"parameter's symbol an assumption such as positive=True"
        )
    return order > 0


def _singular_places(expr: Expr) -> Iterator[Expr]:
    """Where a formula may have no value or no slope although no condition changes."""
    for node in expr.atoms(Pow, log, tan, cot, sec, csc):
        if isinstance(node, Pow):
            # Whole powers are smooth, and quotients of exponentials have a base that is no 0.
            vanishing = None if node.exp.is_nonnegative and node.exp.is_Integer else node.base
        elif isinstance(node, log):
            vanishing = node.args[0]
        else:
            vanishing = (cos if isinstance(node, tan | sec) else sin)(node.args[0])
        if vanishing is not None and vanishing.has(x):
            for leaf in _leaves(vanishing):
                yield from _zeros_if_any(leaf)


def _zeros_if_any(leaf: Expr) -> list[Expr]:
    """The zeros of what stands in a denominator or the like; none where digits show none."""
    if not leaf.has(x) or leaf.is_nonzero:
        return []
    numbers = not leaf.free_symbols - {x}
    if numbers and not leaf.is_polynomial(x) and not any(True for _ in vanishing_places(leaf)):
        return []
    try:
        return _real_zeros(leaf, touching=True)
    except ValueError:
        # With parameters it stays open, as long as nothing says that it vanishes.
        if not numbers:
            return []
        raise ValueError(
            f"the formula may have no value at the zeros of {leaf}, which cannot be listed"
        ) from None


@lru_cache(maxsize=256)
def _poles(formula: Expr) -> tuple[Expr, ...]:
    return tuple(_singular_places(formula))


def check_poles(name: str, formula: Expr, breaks: Sequence[Expr]) -> None:
    """What the symbols of parameters leave open, their values say: is every pole a break?

    Args:
        name: of the activation.
        formula: with numbers for its parameters.
        breaks: with the same numbers, those that were found.

    Raises:
        ValueError: if the formula may have no value or slope elsewhere.
    """
    for pole in _poles(formula):
        if not _is_among(mp.mpf(str(evaluated(pole, 30))), breaks):
            raise ValueError(
                f"{name} may have no value at x = {few_digits(pole)}, where no formula in its "
                "parameters says so: write it with numbers for them"
            )
