"""Where a formula oscillates for ever, and where it only begins to."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import Expr, S, Symbol, cos, exp, oo, sin, tanh

from actmath import Activation, catalog
from actmath.derive import saturation
from actmath.derive._formula.pieces import Piece, activation_pieces
from actmath.derive._formula.waves import ends_without_limit
from actmath.lower import to_numpy
from actmath.lower._stable import stable_form
from actmath.notation import x


@pytest.mark.parametrize(
    ("formula", "ends"),
    [
        (sin(x), [-oo, oo]),
        (x * cos(x), [-oo, oo]),
        (x + sin(x), []),
        (sin(x) / x, []),
        # A sine of a constant, or of what has a limit, is no wave.
        (x * cos(2), []),
        (sin(tanh(x)), []),
    ],
)
def test_the_ends_without_a_limit(formula: Expr, ends: list[Expr]) -> None:
    found = list(ends_without_limit((Piece(-oo, oo, formula),), {}))
    assert found == [(end, S.NaN) for end in ends]


def test_only_outer_pieces_count() -> None:
    inside = (Piece(-oo, S(-1), x), Piece(S(-1), S.One, sin(x)), Piece(S.One, oo, 1 / x))
    assert list(ends_without_limit(inside, {})) == []
    assert stable_form(catalog.sinlu, 1).without_limit == (False, True)
    assert stable_form(catalog.gelu).without_limit == (False, False)


@pytest.mark.slow
def test_another_spelling_helps_where_sympy_stumbles() -> None:
    gated = Activation("gated_wave", sin(x) / (1 + exp(-x)))
    assert list(ends_without_limit(activation_pieces(gated), {})) == [(oo, S.NaN)]
    assert np.isnan(to_numpy(gated)([np.inf, -np.inf])).tolist() == [True, False]
    assert saturation(gated).left.value == 0


def test_each_end_is_asked_of_its_own_piece() -> None:
    for left, right, ends in (
        (sin(x), x, [-oo]),
        (x, cos(x), [oo]),
        (sin(x) / x, x * sin(x), [oo]),
        (exp(x) * sin(x), exp(-x) * sin(x), []),
    ):
        parts = (Piece(-oo, S.Zero, left), Piece(S.Zero, S.One, sin(x)), Piece(S.One, oo, right))
        assert list(ends_without_limit(parts, {})) == [(end, S.NaN) for end in ends]


def test_what_is_known_to_be_positive_stands_in() -> None:
    """Of sin(λx) SymPy knows the bounds where λ > 0 is said."""
    rate, size = Symbol("rate", real=True), Symbol("size", positive=True)
    parts = (Piece(-oo, oo, exp(-rate * x) * sin(x)),)
    assert list(ends_without_limit(parts, {rate: size})) == [(-oo, S.NaN)]
