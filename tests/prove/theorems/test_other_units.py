"""Units that are standardized, or have another fixed point, are what they are called."""

from __future__ import annotations

import pytest
from flint import arb

from actmath import catalog
from actmath.activation import Activation
from actmath.prove._balls.evaluate import JetsOnTiles
from actmath.prove.theorems.other_units import normalized_elu, standardized_unit


@pytest.mark.parametrize(
    "unit", [standardized_unit(catalog.hard_tanh), standardized_unit(catalog.elu)]
)
def test_standardized_units_have_mean_0_and_variance_1(unit: Activation) -> None:
    jets = JetsOnTiles(unit, ("M0", "Q0")).on_tile(arb(0), arb(1))
    assert abs(jets["M0"]) < 1e-13
    assert abs(jets["Q0"] - 1) < 1e-13


def test_the_constants_for_another_fixed_point() -> None:
    """C-SNN-2: printed as alpha = 1.97126, lambda = 1.06071."""
    alpha, lam = normalized_elu(0, 2).defaults.values()
    assert f"{float(alpha):.5f}" == "1.97126"
    assert f"{float(lam):.5f}" == "1.06071"
