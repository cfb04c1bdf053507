"""Formulas as Python functions in which no argument can hide a name of the code itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sympy import Basic, Expr, Pow, Symbol, lambdify

#: Common subexpressions in the order of their evaluation, each with its name.
Lets = Sequence[tuple[Symbol, Expr]]


def coded(
    arguments: Sequence[Expr],
    formula: Expr | Sequence[Expr],
    modules: Any,
    *,
    common: bool | Lets = False,
) -> Callable[..., Any]:
    """A formula, or a list of them, as a function of its arguments in their order.

    ``lambdify`` writes symbols by their names and puts them among the functions of the code too: a
    parameter called pi, exp or x0 would take the place of the number, the function or the common
    subexpression of that name. Here every argument gets a name of its own first.

    Args:
        arguments: the symbols, whatever they are called.
        formula: what is computed; a list gives a list.
        modules: where its functions come from, as ``lambdify`` takes them.
        common: are common parts found and computed once? Or those that were found.

    >>> from sympy import pi
    >>> from actmath.notation import auxiliary
    >>> coded([auxiliary("pi")], auxiliary("pi") * pi, "math")(2)
    6.283185307179586
    """
    own = {part: _own(part, i) for i, part in enumerate(arguments) if isinstance(part, Symbol)}

    def renamed(part: Basic) -> Any:
        return part.xreplace(own)

    results = list(map(renamed, formula)) if isinstance(formula, list) else renamed(formula)
    lets = common if isinstance(common, bool) else [(s, renamed(part)) for s, part in common]
    # The hook for common subexpressions hands over those that are given.
    hook = lets if isinstance(lets, bool) else (lambda _: (lets, results))
    named = [own.get(argument, argument) for argument in arguments]
    return lambdify(named, results, modules, cse=hook)  # type: ignore[no-any-return]


def with_powers_told(
    evaluate: Callable[..., Any], formula: Expr, parameters: Sequence[Expr]
) -> Callable[..., Any]:
    """The function of a formula, with a sentence where a parameter's power is beyond all floats.

    Arrays overflow to infinity, and Python's own numbers to an OverflowError that names nothing.
    Formulas without such a power stay as they are.

    >>> from sympy import S
    >>> from actmath.notation import auxiliary
    >>> square = auxiliary("beta") ** 2
    >>> with_powers_told(lambda beta: beta**2, square, [auxiliary("beta")])(1e200)
    Traceback (most recent call last):
        ...
    OverflowError: beta**2 is beyond the largest float
    """
    known = {*parameters}
    powers = [power for power in formula.atoms(Pow) if set() < power.free_symbols <= known]
    # Python divides by the positive power.
    positive = {1 / power if power.exp.is_negative else power for power in powers}
    named = ", ".join(sorted(str(power) for power in positive if power.is_Pow))
    if not named:
        return evaluate

    def told(*values: Any) -> Any:
        try:
            return evaluate(*values)
        except OverflowError:
            raise OverflowError(f"{named} is beyond the largest float") from None

    return told


def _own(symbol: Symbol, place: int) -> Symbol:
    """A symbol by which no module calls anything, sorted as the one it stands for."""
    # With all that is known of it: a formula must not simplify otherwise. With its place: two
    # symbols may differ by what is known of them alone.
    return symbol.func(f"{symbol.name}_argument{place}", **symbol.assumptions0)
