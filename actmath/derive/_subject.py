"""Which activation is meant: one that is given, or one that is named, with some parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sympy import Expr, nan, oo, zoo

from ..names import UnknownNameError

if TYPE_CHECKING:
    from ..activation import Activation
    from ..number import Number


def resolve(
    activation: Activation | str, parameters: Mapping[str, Number] | None = None
) -> Activation:
    """The activation of that name, or the one given, with those parameters as its defaults.

    Raises:
        KeyError: for an unknown name.
        TypeError: for a unit of two arguments, and for anything else.
        ValueError: for an unknown parameter, or one outside its domain.

    >>> resolve("elu", {"alpha": 2}).defaults
    {alpha: 2}
    """
    from ..activation import Activation

    if isinstance(activation, str):
        # What is given needs no catalog, which is loaded where a name comes.
        from ..catalog import CATALOG, GATED

        if activation not in CATALOG and activation in GATED:
            raise UnknownNameError(_two_arguments(activation, GATED[activation].gate.name))
        activation = CATALOG[activation]
    found: object = activation
    if isinstance(found, Activation):
        return found.with_parameters(**parameters) if parameters else found
    gate = getattr(found, "gate", None)
    if isinstance(gate, Activation):
        raise TypeError(_two_arguments(f"{found!r}", gate.name))
    raise TypeError(
        f"an Activation or a name of the catalog is needed, got {found!r:.60}; of a formula "
        f'actmath.Activation("mine", "x*sigmoid(2*x)") makes one'
    )


def _two_arguments(unit: str, gate: str) -> str:
    return f"{unit} is a unit of two arguments: ask actmath.gated_moments, or for its gate, {gate}"


def exact_or_symbolic(value: object, what: str) -> Expr:
    """A formula in symbols as it is; a number as ``exact`` reads it, which evaluates no text.

    Raises:
        ValueError, TypeError: as ``exact``; ValueError for a formula that is not real and finite.
    """
    # Here: what only resolves names reads no numbers.
    from ..number import exact

    if not isinstance(value, Expr) or not value.free_symbols:
        return exact(value, what)
    if value.is_extended_real is False or value.has(oo, -oo, zoo, nan):
        raise ValueError(f"{what} must be real and finite, got {value}")
    return value
