"""A layer's formulas in the coordinates that suit a statement, and the norm of its Jacobian."""

from __future__ import annotations

from fractions import Fraction

import pytest
from mpmath import mp
from sympy import Rational

from actmath import catalog
from actmath.prove import Box, Layer
from actmath.prove._balls.evaluate import evaluator
from actmath.prove._balls.layer import (
    NATIVE,
    PRODUCT_OF_MEANS,
    TILES,
    TILES_AND_WEIGHTS,
    spectral_norm,
)

PLACE = Box.of(mu=("0.07", "0.07"), omega=("0.09", "0.09"), nu=("1.1", "1.1"), tau=("1", "1"))


def test_tiles_suffice_for_moments() -> None:
    assert [name for name, _ in Layer(catalog.selu, TILES).mean.coordinates.products] == ["y", "x"]


@pytest.mark.parametrize("name", ["mean", "second", "variance", "backward"])
def test_all_coordinates_give_the_same_moments(name: str) -> None:
    balls = [
        evaluator(formula).value(formula.coordinates.box(PLACE))
        for c in (TILES, TILES_AND_WEIGHTS, PRODUCT_OF_MEANS, NATIVE)
        for formula in [getattr(Layer(catalog.selu, c), name)]
    ]
    assert all(one.overlaps(other) for one in balls for other in balls)
    assert all(ball.rad() < 1e-12 for ball in balls)


def test_the_norm_is_the_largest_singular_value() -> None:
    entries = (Rational(1, 3), Rational(-2, 5), Rational(7, 4), Rational(1, 9))
    rows = mp.matrix([[mp.mpf(e.p) / e.q for e in entries[k : k + 2]] for k in (0, 2)])
    largest = max(mp.svd_r(rows, compute_uv=False))
    assert abs(spectral_norm(*entries).evalf(15) - largest) < 1e-13


def test_the_norm_of_the_map_is_that_of_its_jacobian() -> None:
    layer = Layer(catalog.selu, NATIVE)
    entries = [layer.formula(f"J{k}", e) for k, e in enumerate(layer.jacobian())]
    values = [float(evaluator(f).value(NATIVE.box(PLACE)).mid()) for f in entries]
    norm = float(evaluator(layer.norm()).value(NATIVE.box(PLACE)).mid())
    assert norm == pytest.approx(float(spectral_norm(*map(Fraction, values)).evalf()), rel=1e-12)
    assert layer.norm("second").name == "norm of (second)"
    assert layer.norm("second").value != layer.norm().value
