"""Formulas that know their derivatives: which there are, and what each depends on."""

from __future__ import annotations

import pytest
import torch
from sympy import Piecewise, Symbol

from actmath import Activation, Parameter, catalog
from actmath.nn._elementwise.formula import TensorFormula, formula_of
from actmath.notation import a, x

POINTS = torch.tensor([-3.0, -0.5, 2.0], dtype=torch.float64)


def partial(formula: TensorFormula, *which: int) -> TensorFormula | None:
    """∂/∂(x, parameters …) by position, one derivative after the other."""
    found: TensorFormula | None = formula
    for index in which:
        assert found is not None
        found = found.partials[index]
    return found


def test_prelu_by_hand() -> None:
    """f = a·x, ∂f/∂x = a, ∂f/∂a = x, ∂²f/∂a∂x = 1, ∂²f/∂a² = 0 where x ≤ 0."""
    slope = torch.tensor(0.25, dtype=torch.float64)
    formula = formula_of(catalog.prelu, ("a",))
    by_x, by_a = formula.partials
    assert by_x is not None
    assert by_a is not None
    assert formula(POINTS, slope).tolist() == [-0.75, -0.125, 2]
    assert by_x(POINTS, slope).tolist() == [0.25, 0.25, 1]
    assert by_a(POINTS, slope).tolist() == [-3, -0.5, 0]
    assert partial(formula, 0, 0) is None
    assert partial(formula, 1, 1) is None
    mixed = partial(formula, 0, 1)
    assert mixed is not None
    assert mixed(POINTS, slope).tolist() == [1, 1, 0]


def test_a_formula_says_what_it_uses() -> None:
    formula = formula_of(catalog.prelu, ("a",))
    assert formula.uses == {"a"}
    assert [each.uses for each in formula.partials if each] == [{"a"}, frozenset()]


def test_second_derivatives_are_left_to_pytorch() -> None:
    second = partial(formula_of(catalog.elu), 0, 0)
    assert second is not None
    assert second.partials == ()
    assert second.values is None


@pytest.mark.parametrize("name", catalog.CATALOG)
def test_values_with_and_without_masks_agree(name: str) -> None:
    formula = formula_of(catalog.get(name))
    for each in (formula, *(p for p in formula.partials if p)):
        assert each.values is not None
        torch.testing.assert_close(each.values(POINTS), each.lowered(POINTS))


def test_one_pass_backward_only_where_nothing_is_learned() -> None:
    assert formula_of(catalog.elu).pulled_back is not None
    assert formula_of(catalog.elu, ("alpha",)).pulled_back is None
    assert formula_of(catalog.gelu).pulled_back is None


def test_a_constant_has_no_derivative() -> None:
    assert formula_of(Activation("level", Piecewise((1, x > 0), (1, True)))).partials == (None,)


def test_half_precision_is_computed_in_float32() -> None:
    formula, points = formula_of(catalog.gelu), POINTS.to(torch.bfloat16)
    assert formula(points).dtype == torch.bfloat16
    assert torch.equal(formula(points), formula(points.float()).to(torch.bfloat16))


def test_what_cannot_be_learned_is_refused() -> None:
    with pytest.raises(ValueError, match="did you mean alpha"):
        formula_of(catalog.elu, ("alhpa",))
    edge = Symbol("k", positive=True)
    moving = Activation(
        "moving",
        Piecewise((a * x, x < edge), (x, True)),
        (
            Parameter(a, 2),
            Parameter(edge, 1),
        ),
    )
    with pytest.raises(ValueError, match="a breakpoint of moving moves with k"):
        formula_of(moving, ("a", "k"))
    assert formula_of(moving, ("a",)).uses == {"a"}
