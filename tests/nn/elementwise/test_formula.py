"""Formulas that know their derivatives: which there are, and what each depends on."""

from __future__ import annotations

import pytest
import torch
from sympy import Piecewise, Symbol

from actmath import Activation, Parameter, catalog
from actmath.nn._elementwise.formula import TensorFormula, _make_again, formula_of
from actmath.notation import a, x

B = Symbol("b", real=True)
LINE = Activation("line", a * x + B, (Parameter(a, 2), Parameter(B, 1)))
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


def test_a_graph_s_name_finds_the_catalog_s_formula_again() -> None:
    for name in ("elu", "leaky_relu", "hard_tanh"):
        formula = formula_of(catalog.get(name))
        assert _make_again(formula.name) is formula
        assert formula.again is not None
        assert formula.again().name == formula.name
    learned = formula_of(catalog.prelu, ("a",))
    assert learned.again is not None
    assert learned.again() is learned
    assert _make_again("nothing_0123456789abcdef") is None


def test_parameters_of_another_precision_are_taken_in_the_argument_s() -> None:
    slope = torch.tensor(0.3, dtype=torch.float64)
    for dtype in (torch.float32, torch.bfloat16, torch.float64):
        found = formula_of(catalog.prelu, ("a",))(POINTS.to(dtype), slope)
        wide = torch.float64 if dtype == torch.float64 else torch.float32
        want = torch.where(POINTS > 0, POINTS, POINTS.to(wide) * slope.to(wide)).to(dtype)
        assert found.dtype == dtype
        torch.testing.assert_close(found, want, rtol=2 * torch.finfo(dtype).eps, atol=0)


@pytest.mark.parametrize("name", ["prelu", "elu", "leaky_relu"])
def test_learned_parameters_of_several_kinds_are_used_by_position(name: str) -> None:
    """Every parameter at a number of its own, against the entry with these as constants."""
    entry = catalog.get(name)
    names = tuple(p.name for p in entry.parameters)
    values = {each: 0.3 + 0.4 * i for i, each in enumerate(names)}
    numbers = [torch.tensor(v, dtype=torch.float64) for v in values.values()]
    fixed = formula_of(entry.with_parameters(**values))
    learned = formula_of(entry, names)
    torch.testing.assert_close(learned(POINTS, *numbers), fixed(POINTS))
    by_x, fixed_by_x = learned.partials[0], fixed.partials[0]
    assert by_x is not None
    assert fixed_by_x is not None
    torch.testing.assert_close(by_x(POINTS, *numbers), fixed_by_x(POINTS))


def test_parameters_are_taken_in_the_order_asked_for() -> None:
    two = formula_of(LINE, ("a", "b"))
    both = [torch.tensor(v, dtype=torch.float64) for v in (3.0, 5.0)]
    assert two(POINTS, *both).tolist() == [-4.0, 3.5, 11.0]
    swapped = formula_of(LINE, ("b", "a"))
    assert swapped(POINTS, *both).tolist() == [-12.0, 0.5, 13.0]
    first = [p for p in two.partials if p is not None]
    assert [p(POINTS, *both).tolist() for p in first] == [[3.0] * 3, POINTS.tolist(), [1.0] * 3]
    assert [sorted(p.uses) for p in first] == [["a"], [], []]
