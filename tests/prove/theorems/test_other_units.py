"""Units that are standardized, or have another fixed point, are what they are called."""

from __future__ import annotations

import pytest
from flint import arb, ctx
from sympy import Rational

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


@pytest.mark.slow
@pytest.mark.parametrize(("mean", "variance"), [("0", "2"), ("-1/10", "2")])
def test_of_a_family_the_member_with_a_positive_scale_is_chosen(mean: str, variance: str) -> None:
    """Weights of sum 0 and squares of sum 1 make N(0, variance) of the layer before."""
    unit = normalized_elu(Rational(mean), Rational(variance))
    assert unit.parameter("lam").default.evalf(20) > 0
    with ctx.workprec(128):  # the root is written as a difference, which costs digits
        at = [arb(value.p) / value.q for value in (Rational(mean), Rational(variance))]
        jets = JetsOnTiles(unit, ("M0", "Q0")).on_tile(arb(0), at[1])
        assert abs(jets["M0"] - at[0]) < 1e-12
        assert abs(jets["Q0"] - jets["M0"] ** 2 - at[1]) < 1e-12


def test_a_standardized_unit_keeps_the_parameters_of_its_kind() -> None:
    unit = standardized_unit(catalog.hard_tanh)
    assert unit.name == "standardized_hard_tanh"
    assert [p.name for p in unit.parameters] == ["shift", "lam"]
    assert unit.parameter("lam").meaning == "scale to variance 1"
    assert unit.parameter("shift").meaning == "minus the mean of the unit at N(0, 1)"
