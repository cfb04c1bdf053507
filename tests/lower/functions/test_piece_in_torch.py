"""A piece stops where its formula has no value, and no earlier."""

from __future__ import annotations

import math

import pytest
import torch
from sympy import Expr, Integer, exp, log, oo, sin

from actmath.derive._formula.pieces import Piece
from actmath.lower._functions.piece_in_torch import CompiledPiece, compile_torch
from actmath.notation import x

LARGEST = torch.finfo(torch.float64).max


def piece_of(formula: Expr, lower: Expr = -oo, upper: Expr = oo) -> CompiledPiece:
    return CompiledPiece.of(Piece(lower, upper, formula), [], [], 2.0**-10)


# x·sin x and x·log x + x/x have no value at ±∞, and one at the largest number.
@pytest.mark.parametrize("formula", [x * sin(x), log(1 + x) + x / (1 + x)], ids=str)
def test_every_finite_argument_is_its_own(formula: Expr) -> None:
    piece = piece_of(formula, Integer(0))
    points = torch.tensor([0.5, 1e300, LARGEST / 700, LARGEST], dtype=torch.float64)
    found = piece(points, 0, math.inf, [])
    assert torch.equal(found, compile_torch([x], formula)(points))
    assert not piece(torch.tensor(math.inf), 0, math.inf, []).isnan()


def test_where_it_has_none_at_the_largest_number_it_stops_before() -> None:
    # 4x·e^{−4x} reads ∞·0.
    piece = piece_of(4 * x * exp(-4 * x), Integer(0))
    assert piece(torch.tensor([LARGEST, math.inf]).double(), 0, math.inf, []).tolist() == [0, 0]


def test_a_constant_has_the_argument_s_shape() -> None:
    assert piece_of(Integer(3))(torch.zeros(2, 2), -math.inf, math.inf, []).tolist() == [[3, 3]] * 2


def test_between_two_breaks_the_argument_is_held() -> None:
    piece = piece_of(x**2, Integer(-1), Integer(2))
    assert piece(torch.tensor([-9.0, 0.5, 9.0]), -1, 2, []).tolist() == [1, 0.25, 4]


def test_where_both_ends_are_infinite_neither_spoils_the_other() -> None:
    # x² + x reads ∞ − ∞ at −∞ alone.
    ends = torch.tensor([-math.inf, math.inf], dtype=torch.float64, requires_grad=True)
    found = piece_of(x**2 + x)(ends, -math.inf, math.inf, [])
    assert found.tolist() == [math.inf, math.inf]


@pytest.mark.parametrize("side", [-1, 1])
def test_beyond_a_stop_an_infinite_limit_goes_on_as_a_line(side: int) -> None:
    # |x| + 4x·e^{−4|x|} reads ∞·0 at the largest number.
    formula = side * x + 4 * x * exp(-4 * side * x)
    points = side * LARGEST * torch.tensor([2.0**-11, 0.25, 1.0, math.inf], dtype=torch.float64)
    found = piece_of(formula)(points, -math.inf, math.inf, [])
    assert found.tolist() == pytest.approx(points.abs().tolist(), rel=1e-15)
