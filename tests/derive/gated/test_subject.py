"""Which gated unit is meant."""

from __future__ import annotations

import pytest

from actmath import GatedUnit, catalog
from actmath.derive._gated.subject import resolve_gated


def test_a_name_a_unit_and_parameters() -> None:
    unit = GatedUnit("mine", catalog.swish_beta)
    assert resolve_gated("GEGLU") is catalog.GATED["geglu"]
    assert resolve_gated(unit) is unit
    assert resolve_gated(unit, {"beta": 2}) == unit.with_parameters(beta=2)


@pytest.mark.parametrize("given", ["silu", catalog.silu])
def test_a_unit_of_one_argument_is_told_apart(given: object) -> None:
    with pytest.raises(TypeError, match="silu is no unit of two arguments; as the gate of one"):
        resolve_gated(given)  # type: ignore[arg-type]


def test_what_is_no_unit_is_refused() -> None:
    with pytest.raises(KeyError, match="no gated unit is named 'gelgu': did you mean geglu"):
        resolve_gated("gelgu")
    with pytest.raises(TypeError, match=r"a name of catalog\.GATED is needed, got 3"):
        resolve_gated(3)  # type: ignore[arg-type]
