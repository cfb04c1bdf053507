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


@pytest.mark.parametrize("kind", [torch.float16, torch.float32, torch.float64])
@pytest.mark.parametrize(
    ("low", "high", "left", "right", "ends"),
    [
        # By the largest number of the dtype where the interval is open, else by the break.
        (-math.inf, math.inf, -math.inf, math.inf, (-math.inf, math.inf)),
        (-1.0, math.inf, -math.inf, math.inf, (-1.0, math.inf)),
        (-math.inf, 0.5, -math.inf, math.inf, (-math.inf, 0.5)),
        (-0.5, 1.0, -math.inf, math.inf, (-0.5, 1.0)),
    ],
)
def test_an_argument_is_held_at_a_share_of_the_largest_number(
    kind: torch.dtype,
    low: float,
    high: float,
    left: float,
    right: float,
    ends: tuple[float, float],
) -> None:
    piece = CompiledPiece(lambda t: t, False, low, high)
    argument = torch.tensor([-math.inf, -2.0, 0.5, math.inf, math.nan], dtype=kind)
    most = torch.finfo(kind).max
    found = piece.held(argument, left, right)
    want = [ends[0] * most, -2.0, 0.5, ends[1] * most]
    assert found.dtype == kind
    assert found[:-1].tolist() == pytest.approx(want, rel=1e-3)
    assert found[-1].isnan()
    assert (found is argument) is (ends == (-math.inf, math.inf))
    # Between breaks the shares are of no account, of which one may be a tensor.
    assert piece.held(argument, -1.0, 0.25)[:-1].tolist() == [-1, -1, 0.25, 0.25]
    edge = torch.tensor(0.25, dtype=kind)
    assert piece.held(argument, -1.0, edge)[:-1].tolist() == [-1, -1, 0.25, 0.25]


def test_a_piece_beyond_every_number_is_held_at_the_last() -> None:
    piece = CompiledPiece(lambda t: t, False)
    argument = torch.tensor([-1.0, 1.0])
    most = torch.finfo(torch.float32).max
    assert piece.held(argument, math.inf, math.inf).tolist() == [most, most]
    assert piece.held(argument, -math.inf, -math.inf).tolist() == [-most, -most]


@pytest.mark.parametrize(
    ("formula", "low", "high", "rises"),
    [
        (x * exp(-x), -math.inf, 1.0, (0, 0)),
        (x * exp(x), -1.0, math.inf, (0, 0)),
        (x + x * exp(-x), -math.inf, 1.0, (0, 1)),
        # On the other side it reads ∞ − ∞.
        (x * exp(-x) - x, -1.0, 1.0, (-1, -1)),
        (x * exp(x) - x, -1.0, 1.0, (1, 1)),
        (x**2, -math.inf, math.inf, (0, 0)),
        (4 * x * exp(-4 * x), -math.inf, 2.0**-10, (0, 0)),
    ],
    ids=str,
)
def test_where_a_piece_stops_and_how_it_goes_on(
    formula: Expr, low: float, high: float, rises: tuple[int, int]
) -> None:
    piece = CompiledPiece.of(Piece(-oo, oo, formula), [], [], 2.0**-10)
    assert (piece.low, piece.high, piece.rises) == (low, high, rises)
    # Where the end has no limit, or is a break, nothing stops before it.
    for given in ((True, True), (False, False)):
        other = CompiledPiece.of(Piece(-oo, oo, formula), [], [], 1.0, given)
        assert (other.high == math.inf) or not given[1]
        assert (other.low == -math.inf) or not given[0]
    bounded = CompiledPiece.of(Piece(Integer(-1), Integer(2), formula), [], [], 1.0)
    assert (bounded.low, bounded.high) == (-math.inf, math.inf)
