"""A unit of two arguments: what it takes from its gate, and what it refuses."""

from __future__ import annotations

import pytest
from sympy import Max, Rational, Symbol, exp

from actmath import Activation, GatedUnit, Parameter, catalog
from actmath.activation import POSITIVE
from actmath.notation import x, z


def test_all_is_the_gates() -> None:
    unit = GatedUnit("mine", catalog.swish_beta)
    beta = catalog.swish_beta.parameters[0].symbol
    assert unit.parameters == catalog.swish_beta.parameters
    assert unit.defaults == {beta: 1}
    assert unit.with_parameters(beta=2).formula() == z * catalog.swish_beta.formula(beta=2)
    assert unit.value(0, "1/3") == 0
    assert catalog.GATED["reglu"].value("1/2", 3) == Rational(3, 2)
    assert unit.title == "mine"
    assert catalog.GATED["reglu"].latex == r"z \max\left(0, x\right)"
    assert r"\operatorname{reglu}(x, z)" in catalog.GATED["reglu"]._repr_latex_()


def test_the_repr_names_formula_and_parameters() -> None:
    assert repr(catalog.GATED["reglu"]) == "GatedUnit reglu: z*Max(0, x)"
    assert "beta = 1" in repr(GatedUnit("mine", catalog.swish_beta))


@pytest.mark.parametrize("formula", ["z*max(0, x)", "max(0, x*z) - max(0, x*z) + z*max(0, x)"])
def test_a_formula_is_read(formula: str) -> None:
    assert GatedUnit.of_formula("mine", formula).gate.expr == Max(0, x)


def test_a_formula_may_have_parameters_and_be_an_expression() -> None:
    steep = Parameter("steep", 2, POSITIVE)
    unit = GatedUnit.of_formula("mine", z / (1 + exp(-steep.symbol * x)), [steep])
    assert unit.defaults == {steep.symbol: 2}
    assert GatedUnit.of_formula("mine", "z*sigmoid(steep*x)", [steep]).expr == unit.expr


@pytest.mark.parametrize("formula", ["x*sigmoid(x)", "z**2*x", "z*x + 1", "z", "abs(z)*x", "3"])
def test_what_is_no_product_with_z_is_refused(formula: str) -> None:
    with pytest.raises(ValueError, match="z times a formula in x"):
        GatedUnit.of_formula("mine", formula)


def test_misuse_is_a_sentence() -> None:
    with pytest.raises(TypeError, match="the gate must be an Activation, got 'silu'"):
        GatedUnit("mine", "silu")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="a formula is a SymPy expression or a text"):
        GatedUnit.of_formula("mine", [x])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="must be an identifier, got 'my unit'"):
        GatedUnit("my unit", catalog.silu)
    with pytest.raises(TypeError, match="aliases must be a tuple"):
        GatedUnit("mine", catalog.silu, aliases="two")  # type: ignore[arg-type]
    own = Activation("own", Symbol("rho", real=True) * x, (Parameter("rho", 1),))
    with pytest.raises(ValueError, match="rho cannot be a parameter of a gate"):
        GatedUnit("mine", own)
