"""Declarations of another kind than is wanted are refused with a sentence."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sympy import nan

from actmath._text.declared import letter_of
from actmath._text.formulas import FormulaError
from actmath.activation import Activation, Parameter
from actmath.notation import alpha
from actmath.numeric import gains, phase, propagate


@pytest.mark.parametrize(
    "declare",
    [
        lambda: Activation(5, "x"),
        lambda: Parameter("b", 1, (0, 1)),
        lambda: Parameter(5, 1),
        lambda: Activation("k", "bb*x", parameters=("bb",)),
        lambda: Activation("k", "abs(x)", at_kinks=((0,),)),
        lambda: gains("relu", "1"),
        lambda: phase("relu", 1.0, 0.1, start="1"),
    ],
)
def test_another_type(declare: Callable[[], object]) -> None:
    with pytest.raises(TypeError, match=r"must be|pairs"):
        declare()


@pytest.mark.parametrize(
    "declare",
    [
        lambda: Activation("k", "abs(x)", at_kinks=((0, nan),)),
        lambda: gains("relu", [1.0, 2.0]),
        lambda: propagate("relu", 0, 1, 3, omega=[1, 2]),
    ],
)
def test_another_value(declare: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"must be one|real numbers"):
        declare()


@pytest.mark.parametrize("text", ["x*1e9999", "x*1e-9999"])
def test_numbers_that_no_arithmetic_holds(text: str) -> None:
    with pytest.raises(FormulaError, match="too large or too small"):
        Activation("k", text)


def test_one_parameter_is_a_tuple_of_one() -> None:
    assert len(Activation("k", "bb*x", parameters=Parameter("bb", 1)).parameters) == 1


def test_a_letter_of_the_table_serves_where_its_sign_does() -> None:
    assert letter_of("alpha", positive=True) is alpha


def test_an_empty_formula() -> None:
    with pytest.raises(FormulaError, match="the text is empty"):
        Activation("k", "  ")
