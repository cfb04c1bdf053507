"""A formula in PyTorch that overwrites its own intermediate results.

Fresh memory is dear: the processor may spend ten times longer on fetching pages for a million
numbers than on the arithmetic. Only an operation on what somebody else holds takes new memory.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import torch
from sympy import Add, Expr, Function, Mul, Pow, cse

from ...notation import x
from .._functions.logistic_tail import expit, expit_
from .._functions.piece_in_torch import compile_torch

Names = dict[str | None, Any]
#: From the values of the names to a result, and whether nobody else holds it.
Node = Callable[[Names], tuple[Any, bool]]

# Of each pair the first makes a new tensor, the second overwrites its argument.
_FUNCTIONS = {
    "exp": (torch.exp, torch.exp_),
    "Expm1": (torch.expm1, torch.expm1_),
    "Expit": (expit, expit_),
    "StableTanh": (torch.tanh, torch.tanh_),
    "UpperErfc": (torch.special.erfc, torch.erfc_),
    "atan": (torch.atan, torch.atan_),
    "Log1p": (torch.log1p, torch.log1p_),
    "sinh": (torch.sinh, torch.sinh_),
    "cosh": (torch.cosh, torch.cosh_),
    "asinh": (torch.asinh, torch.asinh_),
    "erf": (torch.erf, torch.erf_),
    "sin": (torch.sin, torch.sin_),
    "cos": (torch.cos, torch.cos_),
    # log(1 + eᵘ) = logaddexp(u, 0), of which PyTorch has no form that overwrites.
    "Log1pExp": (lambda u: torch.logaddexp(u, torch.zeros_like(u)),) * 2,
}
_POWERS = {
    -2: (lambda u: torch.square(u).reciprocal_(), lambda u: u.mul_(u).reciprocal_()),
    -1: (torch.reciprocal, torch.reciprocal_),
    2: (torch.square, lambda u: u.mul_(u)),
}
_COMMUTING = (torch.add, torch.mul)
_PAIRS: dict[Any, tuple[Callable[..., Any], Callable[..., Any]]] = {
    Add: (torch.add, torch.Tensor.add_),
    Mul: (torch.mul, torch.Tensor.mul_),
}


def compile_overwriting(expr: Expr, symbols: list[Expr]) -> Callable[..., Any] | None:
    """The function of (tensor, may it be overwritten?, numbers …); None for an unknown formula.

    >>> from sympy import exp
    >>> argument = torch.zeros(2)
    >>> compile_overwriting(exp(x), [])(argument, True) is argument
    True
    """
    shared, (rest,) = cse([expr])
    # What holds no x, nor a part that does, is a number and no tensor to share: it is put back.
    fixed: dict[Expr, Expr] = {}
    kept: list[tuple[Expr, Expr]] = []
    varying: set[Expr] = {x}
    for name, part in shared:
        whole = part.xreplace(fixed)
        if whole.free_symbols & varying:
            kept.append((name, whole))
            varying.add(name)
        else:
            fixed[name] = whole
    rest = rest.xreplace(fixed)
    try:
        steps = [(str(name), _node(part, varying, symbols)) for name, part in kept]
        last = _node(rest, varying, symbols)
    # A function or power that the tables lack.
    except KeyError:
        return None
    # The argument itself may be overwritten where nothing reads it a second time.
    once = sum(part.count(x) for part in (rest, *(part for _, part in kept))) == 1

    def run(argument: Any, own: bool, *numbers: float) -> Any:
        # None, which is no name, is the key of the parameters' numbers. Names are texts, for the
        # compiler of PyTorch tells equal symbols apart.
        names: Names = {x.name: (argument, own and once), None: numbers}
        for name, step in steps:
            # A shared part is read more than once: nobody may overwrite it.
            names[name] = (step(names)[0], False)
        return last(names)[0]

    return run


def _node(expr: Expr, varying: set[Expr], symbols: list[Expr]) -> Node:
    if expr in varying:
        name = str(expr)
        return lambda names: names[name]
    if not expr.free_symbols & varying:
        constant = compile_torch(symbols, expr)
        return lambda names: (constant(*names[None]), True)
    if isinstance(expr, Add | Mul):
        fixed, parts = expr.as_independent(*varying)
        factors = type(expr).make_args(parts)
        # One factor at least stays above the line, for the others to divide.
        under = [f for f in factors if isinstance(expr, Mul) and _is_divisor(f)][: len(factors) - 1]
        nodes = [_node(part, varying, symbols) for part in factors if part not in under]
        divisors = [_node(1 / part, varying, symbols) for part in under]
        if fixed != expr.identity:
            nodes.append(_node(fixed, varying, symbols))
        product = _combined(nodes, *_PAIRS[type(expr)])
        return _divided(product, divisors) if divisors else product
    if isinstance(expr, Function) and len(expr.args) == 1:
        return _applied(_node(expr.args[0], varying, symbols), *_FUNCTIONS[expr.func.__name__])
    power: Any = expr.exp if isinstance(expr, Pow) else None
    return _applied(_node(expr.args[0], varying, symbols), *_POWERS[power])


def _is_divisor(factor: Expr) -> bool:
    return isinstance(factor, Pow) and factor.exp == -1


def _divided(product: Node, divisors: list[Node]) -> Node:
    """One rounding less than by the reciprocal, which underflows beside."""
    return reduce(
        lambda top, node: _combined([top, node], torch.div, torch.Tensor.div_), [product, *divisors]
    )


def _applied(node: Node, new: Callable[..., Any], over: Callable[..., Any]) -> Node:
    def run(names: Names) -> tuple[Any, bool]:
        value, own = node(names)
        return (over if own else new)(value), True

    return run


def _combined(nodes: list[Node], new: Callable[..., Any], over: Callable[..., Any]) -> Node:
    """Tensors first, one of our own before all; a number, if there is one, comes last."""

    def run(names: Names) -> tuple[Any, bool]:
        # Terms and factors may change places, dividend and divisor not.
        found = [node(names) for node in nodes]
        return reduce(pair, sorted(found, key=_rank) if new in _COMMUTING else found)

    def pair(one: tuple[Any, bool], other: tuple[Any, bool]) -> tuple[Any, bool]:
        return (over if one[1] else new)(one[0], other[0]), True

    return run


def _rank(found: tuple[Any, bool]) -> int:
    value, own = found
    # An own tensor first: it takes the result.
    return (0 if own else 1) if isinstance(value, torch.Tensor) else 2
