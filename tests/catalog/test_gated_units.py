"""The units of two arguments that the catalog declares."""

from __future__ import annotations

import pytest

from actmath import catalog
from actmath.catalog import GATED
from actmath.names import UnknownNameError


def test_each_is_found_by_its_names() -> None:
    gates = {name: unit.gate.name for name, unit in GATED.items()}
    assert gates == {
        "glu": "sigmoid",
        "reglu": "relu",
        "geglu": "gelu",
        "swiglu": "silu",
        "bilinear": "identity",
    }
    assert GATED["SiLU-GLU"] is GATED["swiglu"]
    assert all(unit.source is not None and unit.name == name for name, unit in GATED.items())


def test_names_of_units_of_one_argument_are_others() -> None:
    aliases = {alias for unit in GATED.values() for alias in unit.aliases}
    assert not [name for name in (*GATED, *aliases) if name in catalog.CATALOG]


def test_a_wrong_name_hears_the_near_ones() -> None:
    with pytest.raises(UnknownNameError, match="no gated unit is named 'swigl': did you mean swi"):
        GATED["swigl"]
