"""A layer's formulas in the coordinates that suit a statement, and the norm of its Jacobian."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from mpmath import mp
from sympy import Rational

from actmath import catalog
from actmath.prove import Box, Coordinates, Layer
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


def relu_moments(mu: mp.mpf, omega: mp.mpf, nu: mp.mpf, tau: mp.mpf) -> tuple[mp.mpf, mp.mpf]:
    """E f and E f² of the net input N(mu·omega, nu·tau) for ReLU, typed by hand."""
    y, x = mu * omega, nu * tau
    s = mp.sqrt(x)
    tail, bell = mp.ncdf(y / s), mp.npdf(y / s)
    return y * tail + s * bell, (y * y + x) * tail + y * s * bell


@pytest.mark.parametrize("second_row", ["variance", "second"])
@pytest.mark.parametrize("coordinates", [NATIVE, PRODUCT_OF_MEANS, TILES_AND_WEIGHTS])
def test_the_jacobian_is_that_of_difference_quotients(
    coordinates: Coordinates, second_row: str
) -> None:
    """Its norm too, by the singular values of what mpmath differentiates."""
    place = {"mu": "0.07", "omega": "-0.9", "nu": "1.1", "tau": "1.3"}
    box = coordinates.box(Box.of(**{name: (v, v) for name, v in place.items()}))
    layer = Layer(catalog.relu, coordinates)

    def output(row: int, mu: mp.mpf, nu: mp.mpf) -> mp.mpf:
        mean, second = relu_moments(mu, mp.mpf("-0.9"), nu, mp.mpf("1.3"))
        return (mean, second - (mean**2 if second_row == "variance" else 0))[row]

    with mp.workdps(30):
        at = mp.mpf("0.07"), mp.mpf("1.1")
        wanted = [
            mp.diff(lambda m, n, row=row: output(row, m, n), at, order)
            for row in (0, 1)
            for order in ((1, 0), (0, 1))
        ]
        norm = max(mp.svd_r(mp.matrix([wanted[:2], wanted[2:]]), compute_uv=False))
    entries = [layer.formula("J", entry) for entry in layer.jacobian(second_row)]
    for formula, value in zip([*entries, layer.norm(second_row)], [*wanted, norm], strict=True):
        assert float(evaluator(formula).value(box).mid()) == pytest.approx(float(value), rel=1e-12)


@pytest.mark.parametrize("variable", ["mu", "omega", "nu", "tau"])
def test_a_derivative_along_a_variable(variable: str) -> None:
    layer = Layer(catalog.relu, NATIVE)
    formula = layer.along(layer.variance, variable)
    assert formula.name == f"d variance / d {variable}"
    place = {"mu": "0.7", "omega": "-0.9", "nu": "1.1", "tau": "1.3"}
    found = evaluator(formula).value(NATIVE.box(Box.of(**{n: (v, v) for n, v in place.items()})))

    def variance(t: mp.mpf) -> mp.mpf:
        mean, second = relu_moments(**{n: mp.mpf(v) for n, v in place.items()} | {variable: t})
        return second - mean**2

    with mp.workdps(30):
        wanted = mp.diff(variance, mp.mpf(place[variable]))
    assert float(found.mid()) == pytest.approx(float(wanted), rel=1e-12)


@pytest.mark.parametrize("signs", list(product((1, -1), repeat=4)))
def test_the_largest_singular_value_whatever_the_signs(signs: tuple[int, ...]) -> None:
    entries = [sign * Rational(n, 7) for sign, n in zip(signs, (2, 11, 5, 3), strict=True)]
    rows = mp.matrix([[mp.mpf(e.p) / e.q for e in entries[k : k + 2]] for k in (0, 2)])
    largest = max(mp.svd_r(rows, compute_uv=False))
    assert abs(spectral_norm(*entries).evalf(15) - largest) < 1e-13


def test_names_and_products() -> None:
    layer = Layer(catalog.relu, TILES_AND_WEIGHTS)
    assert (str(layer.y), str(layer.x)) == ("y", "x")
    native = Layer(catalog.relu, NATIVE)
    assert (str(native.y), str(native.x)) == ("mu*omega", "nu*tau")
    mixed = Layer(catalog.relu, PRODUCT_OF_MEANS)
    assert (str(mixed.y), str(mixed.x)) == ("y", "nu*tau")
    names = [layer.mean.name, layer.second.name, layer.variance.name, layer.backward.name]
    assert names == ["mean", "second", "variance", "backward"]
    assert layer.norm().name == "norm"
