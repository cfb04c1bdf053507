"""Which gated unit is meant: one that is given, or one that is named, with some parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...gated_unit import GatedUnit
    from ...number import Number


def resolve_gated(
    unit: GatedUnit | str, parameters: Mapping[str, Number] | None = None
) -> GatedUnit:
    """The unit of that name, or the one given, with those parameters as its defaults.

    Raises:
        KeyError: for an unknown name.
        TypeError: for an activation, which has one argument, and for anything else.
        ValueError: for an unknown parameter, or one outside its domain.

    >>> resolve_gated("swiglu").gate.name
    'silu'
    """
    from ...activation import Activation
    from ...gated_unit import GatedUnit

    if isinstance(unit, str):
        # What is given needs no catalog, which is loaded where a name comes.
        from ...catalog import CATALOG, GATED

        if unit in CATALOG and unit not in GATED:
            raise _one_argument(CATALOG[unit].name)
        unit = GATED[unit]
    found: object = unit
    if isinstance(found, Activation):
        raise _one_argument(found.name)
    if not isinstance(found, GatedUnit):
        raise TypeError(f"a GatedUnit or a name of catalog.GATED is needed, got {found!r:.60}")
    return found.with_parameters(**parameters) if parameters else found


def _one_argument(name: str) -> TypeError:
    return TypeError(
        f"{name} is no unit of two arguments; as the gate of one it is GatedUnit('mine', "
        f"catalog.{name}), and its own moments are those of actmath.moments"
    )
