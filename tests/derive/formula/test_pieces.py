"""Where formulas break, against SymPy's own folding and against answers known by hand."""

from __future__ import annotations

from itertools import pairwise

import pytest
from sympy import (
    Abs,
    CRootOf,
    DiracDelta,
    Eq,
    Expr,
    Function,
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
    ceiling,
    cos,
    exp,
    floor,
    frac,
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
from actmath.derive._formula.pieces import (
    Piece,
    activation_pieces,
    assemble,
    has_value,
    limit_at,
    pieces,
)
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


@pytest.mark.slow
@pytest.mark.parametrize("inner", [x, -3 * x + 1, x + x**3 / 7])
def test_limits_beside_tanh_are_those_by_hand(inner: Expr) -> None:
    rising = bool(inner.subs(x, 10) > 0)
    gate, bump = (1 + tanh(inner)) / 2, x**2 * (1 - tanh(inner) ** 2)
    assert (limit_at(gate, oo, "-"), limit_at(gate, -oo, "+")) == (int(rising), int(not rising))
    assert (limit_at(bump, oo, "-"), limit_at(bump, -oo, "+")) == (0, 0)


GATE = sin(x) / x


@pytest.mark.parametrize(
    ("left", "right", "stated", "value"),
    [
        # Neither, one, or both of the formulas have a number at 0, and it is the stated one or not.
        (GATE, GATE, None, 1),
        (GATE, GATE, 1, 1),
        (GATE, GATE, 5, 5),
        (x + 1, GATE, 1, 1),
        (GATE, x + 1, 1, 1),
        (x + 1, x + 2, None, 1),
        (x + 1, x + 2, 2, 2),
        (x + 1, x + 2, 7, 7),
        (x + 1, GATE + 1, 2, 2),
        (GATE + 1, x + 1, 1, 1),
    ],
    ids=str,
)
def test_at_a_break_a_value_is_that_of_a_side_or_its_own(
    left: Expr, right: Expr, stated: int | None, value: int
) -> None:
    parts = (Piece(-oo, S.Zero, left), Piece(S.Zero, S(3), right), Piece(S(3), oo, x - 2))
    formula = assemble(parts, None if stated is None else {S.Zero: S(stated)})
    assert formula.subs(x, 0) == value
    for at in (Rational(-1, 9), Rational(1, 9), 5):
        want = left if at < 0 else right if at < 3 else x - 2
        assert formula.subs(x, at) == want.subs(x, at)
    assert formula.subs(x, 3) == right.subs(x, 3)
    # A point alone is one only where no formula has its value.
    sides = [side.subs(x, 0) for side in (left, right)]
    assert formula.has(Eq) is (value not in sides)


def test_an_infinite_slope_stands_in_the_formula_of_its_side() -> None:
    parts = (Piece(-oo, S.Zero, 1 / x), Piece(S.Zero, oo, x))
    formula = assemble(parts)
    assert not formula.has(Eq)
    assert formula.subs(x, -2) == -S.Half


def test_an_inside_is_between_the_ends() -> None:
    for lower, upper in ((-oo, oo), (-oo, S(-3)), (S(5), oo), (S(1), S(4)), (S(-7), S(-2))):
        at = Piece(lower, upper, x).inside()
        assert lower < at < upper


@pytest.mark.parametrize(
    ("expr", "value", "limit"),
    [
        (GATE, False, 1),
        (1 / x, False, oo),
        (x * log(x), False, 0),
        (x + 2, True, 2),
        (sqrt(x), True, 0),
        (log(x), False, -oo),
    ],
    ids=str,
)
def test_a_formula_has_a_value_or_a_limit(expr: Expr, value: bool, limit: Expr) -> None:
    assert has_value(expr, S.Zero) is value
    assert limit_at(expr, S.Zero, "+") == limit


def test_sides_of_a_pole_have_limits_of_their_own() -> None:
    assert [limit_at(1 / (x - 2), S(2), side) for side in "-+"] == [-oo, oo]
    assert [limit_at(exp(1 / x), S.Zero, side) for side in "-+"] == [0, oo]


@pytest.mark.parametrize("name", [Heaviside, floor, ceiling, frac, DiracDelta])
def test_each_function_that_jumps_is_named(name: type[Function]) -> None:
    with pytest.raises(ValueError, match=f"with Piecewise: {name.__name__} is not supported"):
        pieces(2 * name(x) + x)


def test_all_that_jump_are_named_in_order() -> None:
    with pytest.raises(ValueError, match="Piecewise: Heaviside, Mod, floor is not supported"):
        pieces(floor(x) + Mod(x, 2) + Heaviside(x))


def test_a_long_place_is_told_by_its_digits() -> None:
    place = 5 + sqrt(2) + sqrt(3) + sqrt(5) + sqrt(7) + sqrt(11) + sqrt(13)
    assert len(str(place)) > 40
    with pytest.raises(ValueError, match=r"has no value at x = 19\.9503: say it with"):
        pieces(1 / (x - place))
    with pytest.raises(ValueError, match=r"has no value at x = sqrt\(2\): say it with Piecewise"):
        pieces(1 / (x - sqrt(2)))


def test_a_value_beside_one_pole_does_not_stand_for_that_of_another() -> None:
    with pytest.raises(ValueError, match="no value at x = 1"):
        pieces(Piecewise((0, Eq(x, 0)), (1 / (x * (x - 1)), True)))
    one = pieces(Piecewise((0, Eq(x, 0)), (1 / x, True)))
    assert [piece.upper for piece in one] == [0, oo]
    # On one side of 0 the formula has a value there.
    half = pieces(Piecewise((1 / x, x < 0), (x, True)))
    assert [piece.expr for piece in half] == [1 / x, x]


def test_a_cusp_is_a_break_though_the_formula_goes_on() -> None:
    assert breakpoints(x**2) == ()
    assert breakpoints(sqrt(Abs(x))) == (0,)
    assert breakpoints(Max(x - 1, 0) + Max(x - 2, 0) - Max(x - 3, 0)) == (1, 2, 3)
    assert breakpoints(S(4)) == ()
