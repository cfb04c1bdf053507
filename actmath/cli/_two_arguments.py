"""``actmath moments`` for a unit of two arguments: which one is meant, and its answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..names import UnknownNameError, suggest
from ._output import print_json, print_pairs, print_table
from ._units import UnitFile

if TYPE_CHECKING:
    from ..gated_unit import GatedUnit

MeanZ = Annotated[
    str | None,
    typer.Option(help="Mean of z, the value of a gated unit such as swiglu [default: 0]."),
]
VarianceZ = Annotated[str | None, typer.Option(help="Variance of z, positive [default: 1].")]
Correlation = Annotated[
    str | None, typer.Option(help="Correlation of x and z, from -1 to 1 [default: 0].")
]

# z as a letter of its own in a formula.
_SECOND = re.compile(r"(?<!\w)z(?!\w)")


def gated_subject(text: str, units: Path | None) -> GatedUnit | None:
    """The unit of two arguments that is meant; None where a unit of one argument is.

    Raises:
        UnknownNameError: for a name of nothing that is nearest to such a unit's.
        ValueError: for a formula in x and z that is not z times a formula in x.
    """
    from ..catalog import CATALOG, GATED
    from ..gated_unit import GatedUnit

    if not text.replace("-", "_").isidentifier():
        return GatedUnit.of_formula("formula", text) if _SECOND.search(text) else None
    own = UnitFile.read(units).tables
    if text in own or text in CATALOG:
        return None
    if text in GATED:
        return GATED[text]
    near = suggest(text, (*CATALOG, *GATED, *own))
    if near.startswith("did you mean") and any(name in near.rstrip("?").split() for name in GATED):
        raise UnknownNameError(f"no unit is named {text!r}: {near}")
    return None


def refuse_two_arguments(text: str, units: Path | None) -> None:
    """Say of a unit of two arguments which command takes it.

    Raises:
        UnknownNameError: if it is one.
    """
    from ..catalog import CATALOG, GATED

    if text in GATED and text not in CATALOG and text not in UnitFile.read(units).tables:
        raise UnknownNameError(
            f"{text} is a unit of two arguments, {GATED[text].expr}: actmath moments takes it, and "
            f"its gate is {GATED[text].gate.name}"
        )


def list_gated() -> None:
    """The catalog's units of two arguments as a table."""
    from ..catalog import GATED

    rows = (
        [unit.name, str(unit.expr), unit.gate.name, str(unit.source)] for unit in GATED.values()
    )
    print_table(("name", "formula", "gate", "source"), rows, "of two arguments, x and z")


def print_gated_moments(
    unit: GatedUnit,
    mean: str,
    variance: str,
    of_z: Mapping[str, str | None],
    digits: int,
    as_json: bool,
) -> None:
    """The moments of a unit of two arguments, as a table or as JSON."""
    from ..numeric._digits.gated_moments import gated_moments

    # What nobody said has the function's own default.
    said = {name: value for name, value in of_z.items() if value is not None}
    found = gated_moments(unit, mean, variance, digits=digits, **said)
    if as_json:
        print_json(found.to_json())
        return
    print_pairs((*found.rows(), ("by", found.route)), f"{found.unit}(x, z), {found.inputs}")
