"""Definition 2.3: a step is hard as printed; clipped lines only as meant."""

from __future__ import annotations

import pytest
from sympy import Piecewise

from actmath import catalog
from actmath.activation import Activation
from actmath.derive._saturation.hard_saturation import hard_saturation
from actmath.notation import x


def test_no_unit_of_the_catalog_is_hard_as_printed() -> None:
    assert not any(hard_saturation(unit).printed for unit in catalog.CATALOG.values())


@pytest.mark.parametrize("name", ["hard_sigmoid", "hard_tanh", "relu6"])
def test_clipped_lines_are_hard_as_meant(name: str) -> None:
    assert hard_saturation(catalog.get(name)).meant


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "hard_swish"])
def test_others_are_not(name: str) -> None:
    assert not hard_saturation(catalog.get(name)).meant


def test_a_step_is_hard_as_printed() -> None:
    step = Activation("step", Piecewise((0, x < 1), (3, True)))
    found = hard_saturation(step)
    assert found.printed
    assert found.meant
