"""Where formulas break, against SymPy's own folding and against answers known by hand."""

from __future__ import annotations

from itertools import pairwise

import pytest
from sympy import (
    Abs,
    CRootOf,
    Eq,
    Expr,
    Heaviside,
    LambertW,
    Max,
    Min,
    Mod,
    Piecewise,
    Rational,
    S,
    Symbol,
    atan,
    cos,
    exp,
    floor,
    log,
    oo,
    piecewise_fold,
    sign,
    sin,
    sqrt,
    tan,
    tanh,
)

from actmath import Activation, Parameter
from actmath.activation import POSITIVE
from actmath.catalog import CATALOG
from actmath.derive import breakpoints
from actmath.derive._formula.pieces import Piece, activation_pieces, assemble, limit_at, pieces
from actmath.notation import alpha, x

t, s = Symbol("t", positive=True), Symbol("s", real=True)
BY_HAND = [
    (Max(0, x), [(-oo, 0, 0), (0, oo, x)]),
    (Abs(x), [(-oo, 0, -x), (0, oo, x)]),
    (Max(0, x) - Max(0, -x), [(-oo, oo, x)]),
    (Min(Max(0, x), 6), [(-oo, 0, 0), (0, 6, x), (6, oo, 6)]),
    (Max(-1, Min(1, Max(x, -3))), [(-oo, -1, -1), (-1, 1, x), (1, oo, 1)]),
    (Max(x, x**2), [(-oo, 0, x**2), (0, 1, x), (1, oo, x**2)]),
    (Abs(x - t), [(-oo, t, t - x), (t, oo, x - t)]),
    (sign(x) * Max(Abs(x) - t, 0), [(-oo, -t, x + t), (-t, t, 0), (t, oo, x - t)]),
    (Piecewise((x, Abs(x) > t), (0, True)), [(-oo, -t, x), (-t, t, 0), (t, oo, x)]),
    (Piecewise((1, (x > 0) & (x < 2)), (0, True)), [(-oo, 0, 0), (0, 2, 1), (2, oo, 0)]),
    (Max(exp(x), 1), [(-oo, 0, 1), (0, oo, exp(x))]),
    (sqrt(x**2), [(-oo, 0, -x), (0, oo, x)]),
    (exp(-(x**2)), [(-oo, oo, exp(-(x**2)))]),
    (S(3), [(-oo, oo, 3)]),
    (Abs(Max(x, 0) - 1), [(-oo, 0, 1), (0, 1, 1 - x), (1, oo, x - 1)]),
    (1 - Abs(Abs(x) - 1), [(-oo, -1, 2 + x), (-1, 0, -x), (0, 1, x), (1, oo, 2 - x)]),
    (sign(Abs(x) - t), [(-oo, -t, 1), (-t, t, -1), (t, oo, 1)]),
    (sqrt(Max(0, x)), [(-oo, 0, 0), (0, oo, sqrt(x))]),
    (Piecewise((log(x), x > 0), (0, True)), [(-oo, 0, 0), (0, oo, log(x))]),
    (Piecewise((1, Eq(x, 0)), (sin(x) / x, True)), [(-oo, 0, sin(x) / x), (0, oo, sin(x) / x)]),
    (1 / (2 + cos(x)), [(-oo, oo, 1 / (2 + cos(x)))]),
    (tan(tanh(x)), [(-oo, oo, tan(tanh(x)))]),
]


@pytest.mark.parametrize(("formula", "expected"), BY_HAND, ids=str)
def test_by_hand(formula: Expr, expected: list[tuple[Expr, Expr, Expr]]) -> None:
    found = [(p.lower, p.upper, p.expr) for p in pieces(formula)]
    assert len(found) == len(expected)
    for got, want in zip(found, expected, strict=True):
        assert got[:2] == (S(want[0]), S(want[1]))
        assert (got[2] - want[2]).expand() == 0


def test_irrational_roots_of_a_cubic() -> None:
    """Cardano's formula hides that all three are real, so that none used to be found."""
    cubic = x**3 - 3 * x + 1
    assert breakpoints(Max(0, cubic)) == tuple(CRootOf(cubic, k) for k in range(3))


def test_breaks_by_lambert_w() -> None:
    found = breakpoints(Max(exp(x), x + 2))
    argument = -exp(S(-2))
    assert set(found) == {-2 - LambertW(argument), -2 - LambertW(argument, -1)}


@pytest.mark.parametrize("activation", CATALOG.values(), ids=CATALOG)
def test_the_catalog_against_sympy_folding(activation: Activation) -> None:
    folded = piecewise_fold(activation.formula().rewrite(Piecewise))
    for piece in pieces(activation.formula()):
        for inner in (piece.inside(), piece.inside() + Rational(1, 7)):
            if piece.lower < inner < piece.upper:
                assert (folded.subs(x, inner) - piece.expr.subs(x, inner)).equals(0)


@pytest.mark.parametrize("activation", CATALOG.values(), ids=CATALOG)
def test_pieces_tile_the_line(activation: Activation) -> None:
    found = pieces(activation.expr)
    assert (found[0].lower, found[-1].upper) == (-oo, oo)
    for left, right in pairwise(found):
        assert left.upper == right.lower
        assert left.expr != right.expr


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        (x * Heaviside(x), "Heaviside"),
        (floor(x), "floor"),
        (Mod(x, 2), "Mod"),
        (Max(0, sin(x)), "infinitely many"),
        (Abs(cos(x)), "infinitely many"),
        (Piecewise((x, Abs(x) > s), (0, True)), "positive=True"),
        (Max(x, s) + Max(x, t), "smaller"),
        (1 / x, "no value at x = 0"),
        (atan(1 / x), "no value at x = 0"),
        (x * log(Abs(x)), r"Eq\(x, 0\)"),
        (tan(x), "cannot be listed"),
        (Piecewise((x, x > 0)), "undefined"),
        (Piecewise((5, Eq(x, 2)), (x, True)), "single point 2"),
        (Max(exp(x), x**3 + 7 * x + 1, evaluate=False), "breakpoints"),
    ],
    ids=str,
)
def test_what_cannot_be_split_says_why(formula: Expr, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        pieces(formula)


def test_a_positive_domain_decides_what_the_symbol_leaves_open() -> None:
    formula = Max(0, x) + Min(0, alpha * (exp(x) - 1))
    with pytest.raises(ValueError, match="depends on a parameter"):
        pieces(formula)
    unit = Activation("unit", formula, (Parameter(alpha, 1, POSITIVE),))
    assert activation_pieces(unit) == pieces(Piecewise((alpha * (exp(x) - 1), x < 0), (x, True)))


def test_assembling_gives_the_left_value_or_the_stated_one() -> None:
    parts = (Piece(-oo, S.Zero, S.Zero), Piece(S.Zero, oo, S.One))
    assert assemble(parts).subs(x, 0) == 0
    for value in (0, 1, Rational(1, 2)):
        step = assemble(parts, {S.Zero: S(value)})
        assert [step.subs(x, at) for at in (-1, 0, 1)] == [0, value, 1]


@pytest.mark.parametrize("inner", [x, -3 * x + 1, x + x**3 / 7])
def test_limits_beside_tanh_are_those_by_hand(inner: Expr) -> None:
    rising = bool(inner.subs(x, 10) > 0)
    gate, bump = (1 + tanh(inner)) / 2, x**2 * (1 - tanh(inner) ** 2)
    assert (limit_at(gate, oo, "-"), limit_at(gate, -oo, "+")) == (int(rising), int(not rising))
    assert (limit_at(bump, oo, "-"), limit_at(bump, -oo, "+")) == (0, 0)
