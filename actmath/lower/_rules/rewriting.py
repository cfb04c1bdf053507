"""The rules applied to a whole formula, from the outside in and, where none holds, back out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from sympy import Add, Expr, Function, Mul, Pow, erf, erfc, exp, log

from ...notation import x
from .._functions.exponential import UpperErfc
from .complements import named_erfc, stable_complement
from .exponentials import stable_exponentials
from .logarithms import log_of_exponentials, stable_logarithm
from .one_exponential import core_of
from .periodic import double_angle
from .products import distributed_decay, joined_powers, merged_exponents, shared_decay
from .rationals import stable_divisor, stable_power, stable_quotient
from .roots import stable_conjugate, stable_difference, stable_direction, stable_root

#: Looked for once the parts of a formula are stable; the first that holds is taken, and then all
#: are tried again.
_RULES: tuple[Callable[[Expr], Expr | None], ...] = (
    stable_logarithm,
    stable_root,
    stable_power,
    stable_divisor,
    named_erfc,
    stable_conjugate,
    stable_difference,
    double_angle,
    stable_complement,
    merged_exponents,
    joined_powers,
    stable_direction,
    distributed_decay,
    shared_decay,
)


def rewritten(expr: Expr, positive: Mapping[Expr, Expr] | None = None) -> Expr:
    """The same function of ``notation.x``, in the functions of ``_functions``, which keep digits.

    Args:
        expr: one smooth piece of a formula.
        positive: for symbols that are known to be positive, ones of which SymPy knows it too.

    >>> rewritten(log(1 / (1 + exp(-x))) + 1 - exp(x))
    -Expm1(x) - Log1pExp(-x)
    """
    known = dict(positive or {})
    found = _rewritten(expr.xreplace(known))
    return found.xreplace({stand_in: symbol for symbol, stand_in in known.items()})


@lru_cache(maxsize=1024)
def _rewritten(expr: Expr) -> Expr:
    if not expr.args or not expr.has(x, erf, erfc, UpperErfc):
        return expr
    whole = _as_a_whole(expr)
    if whole is not None:
        return whole
    return _by_rules(expr.func(*(_rewritten(arg) for arg in expr.args)))


def _as_a_whole(expr: Expr) -> Expr | None:
    """By a rule that has to see the formula before its parts are taken apart."""
    if isinstance(expr, log):
        return _changed(expr, log_of_exponentials(expr.args[0]))
    if isinstance(expr, Pow):
        # 2^x = e^{x·log 2}.
        if expr.base.is_positive and expr.exp.has(x) and not expr.base.has(x):
            return _rewritten(exp(expr.exp * log(expr.base)))
        return _changed(expr, stable_exponentials(expr) or stable_quotient(expr))
    if isinstance(expr, Add | Mul):
        return _of_one_exponential(expr) or _changed(expr, stable_quotient(expr))
    return _changed(expr, stable_exponentials(expr))


def _of_one_exponential(expr: Expr) -> Expr | None:
    """A sum or product whose parts in one exponential are made stable together."""
    cores = {arg: core_of(arg) for arg in expr.args}
    for core in dict.fromkeys(c for c in cores.values() if c is not None):
        # A constant belongs to what it may cancel with.
        pure = [arg for arg in expr.args if core == cores[arg] or not arg.has(x)]
        # A sum of terms of one sign stays a sum.
        if isinstance(expr, Add) and _of_one_sign(pure):
            continue
        together = expr.func(*pure)
        found = stable_exponentials(together)
        if found not in (None, together):
            rest = (_rewritten(arg) for arg in expr.args if arg not in pure)
            return _by_rules(expr.func(_inside(found), *rest))
    return None


def _of_one_sign(terms: list[Expr]) -> bool:
    return all(t.is_positive for t in terms) or all(t.is_negative for t in terms)


def _inside(expr: Expr) -> Expr:
    """With the arguments of its functions rewritten."""
    if isinstance(expr, Function):
        return expr.func(*(_rewritten(arg) for arg in expr.args))
    return expr.func(*map(_inside, expr.args)) if expr.args else expr


def _by_rules(expr: Expr) -> Expr:
    """What the rules make of a formula whose parts are stable."""
    for rule in _RULES:
        replaced = rule(expr)
        if replaced is not None:
            return _rewritten(replaced)
    return expr


def _changed(expr: Expr, found: Expr | None) -> Expr | None:
    return None if found is None or found == expr else _inside(found)
