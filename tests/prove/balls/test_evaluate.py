"""Moments and gradients in balls against oracles that share no code: quadrature, printed forms."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from flint import arb, ctx, fmpq
from mpmath import mp

from actmath import catalog
from actmath.activation import Activation
from actmath.lower import to_mpmath
from actmath.prove import Box, Coordinates, Formula, Layer
from actmath.prove._balls.evaluate import Evaluator, JetsOnTiles, compiled_jets, evaluator
from actmath.prove._balls.layer import NATIVE, TILES_AND_WEIGHTS

PLACES = [("0.02", "0.9"), ("-0.7", "2.5"), ("0", "1")]
UNITS = [catalog.selu, catalog.hard_tanh, catalog.relu, catalog.shifted_relu]


def gaussian_mean(function: Any, y: Any, x: Any, kinks: list[Any]) -> Any:
    """E function(z), z ~ N(y, x), by quadrature split at the kinks."""
    reach = 12 * mp.sqrt(x)
    points = sorted({y - reach, y + reach, *(k for k in kinks if abs(k - y) < reach)})

    def integrand(z: Any) -> Any:
        return function(z) * mp.npdf(z, y, mp.sqrt(x))

    return mp.quad(integrand, points)


def moments_by_quadrature(unit: Activation, y: Any, x: Any) -> tuple[Any, Any, Any]:
    f, slope = to_mpmath(unit), to_mpmath(unit, 1)
    kinks = [mp.mpf(k) for k in (-1, 0, 1)]
    functions = (f, lambda z: f(z) ** 2, lambda z: slope(z) ** 2)
    mean, second, backward = (gaussian_mean(g, y, x, kinks) for g in functions)
    return mean, second, backward


def near(ball: Any, value: Any, digits: int) -> bool:
    return bool(ball.overlaps(arb(str(value), f"1e-{digits}"))) and bool(ball.rad() < 1e-12)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
@pytest.mark.parametrize("place", PLACES)
def test_moments_agree_with_quadrature(unit: Activation, place: tuple[str, str]) -> None:
    jets = JetsOnTiles(unit, ("M0", "Q0", "B0")).on_tile(*(arb(fmpq(*ratio(v))) for v in place))
    with mp.workdps(25):
        expected = moments_by_quadrature(unit, *(mp.mpf(value) for value in place))
    for name, value in zip(("M0", "Q0", "B0"), expected, strict=True):
        assert near(jets[name], value, 14), name


def ratio(text: str) -> tuple[int, int]:
    return Fraction(text).as_integer_ratio()


@pytest.mark.parametrize("place", PLACES)
def test_the_printed_closed_forms(place: tuple[str, str]) -> None:
    """Klambauer et al. 2017, Eqs. 4 and 5, at 40 digits."""
    with mp.workdps(45), ctx.workprec(150):
        alpha, lam = (mp.mpf(v.evalf(45)) for v in catalog.selu.defaults.values())
        y, x = (mp.mpf(value) for value in place)
        r = mp.sqrt(2 * x)
        first = mp.exp(y + x / 2) * mp.erfc((y + x) / r)
        bell, tail = mp.exp(-(y**2) / (2 * x)), mp.erfc(y / r)
        mean = lam / 2 * (y * mp.erf(y / r) + alpha * first - alpha * tail)
        mean += lam / 2 * (mp.sqrt(2 * x / mp.pi) * bell + y)
        second = (y**2 + x) * (2 - tail) + mp.sqrt(2 / mp.pi) * y * mp.sqrt(x) * bell
        squares = mp.exp(2 * (y + x)) * mp.erfc((y + 2 * x) / r)
        second = lam**2 / 2 * (second + alpha**2 * (squares - 2 * first + tail))
        jets = JetsOnTiles(catalog.selu, ("M0", "Q0")).on_tile(*(arb(v) for v in place))
        assert jets["M0"].overlaps(arb(mp.nstr(mean, 42), 1e-38))
        assert jets["Q0"].overlaps(arb(mp.nstr(second, 42), 1e-38))


def test_gradients_are_those_of_finite_differences() -> None:
    layer = Layer(catalog.selu, NATIVE)
    norm, step = layer.norm(), Fraction(1, 10**12)
    place = [Fraction(n, 100) for n in (7, 9, 95, 103)]
    with ctx.workprec(200):
        _, *gradient = evaluator(norm).value_and_gradient(at(norm, place))
        for axis, slope in enumerate(gradient):
            moved = [p + step * (k == axis) for k, p in enumerate(place)]
            change = evaluator(norm).value(at(norm, moved)) - evaluator(norm).value(at(norm, place))
            assert abs(change * 10**12 - slope) < 1e-10


def at(formula: Any, place: list[Fraction]) -> Box:
    return Box(("mu", "omega", "nu", "tau"), tuple((p, p) for p in place))


@pytest.mark.parametrize("radii", [("1e-6", "1e-6"), ("0", "1e-6"), ("1e-6", "0")])
def test_jets_on_a_small_tile_are_as_wide_as_their_slopes(radii: tuple[str, str]) -> None:
    """|∂J/∂y|·rad y + ½|∂²J/∂y²|·rad x, with slopes from the closed forms at the middle."""
    orders = ["M0", "M1", "M3", "Q0", "Q2", "B0", "B1"]
    further = [f"{m}{k}" for m, top in (("M", 6), ("Q", 5), ("B", 4)) for k in range(top)]
    y, x = arb("0.3", radii[0]), arb("1.2", radii[1])
    at = JetsOnTiles(catalog.relu, tuple(further)).on_tile(y.mid(), x.mid())
    found = JetsOnTiles(catalog.relu, tuple(orders)).on_tile(y, x)
    assert list(found) == orders
    for name, ball in found.items():
        one, two = (at[f"{name[0]}{int(name[1:]) + more}"].mid() for more in (1, 2))
        dy, half_dx = arb(float(y.rad())), arb(float(x.rad())) / 2
        wide = float(abs(one) * dy + abs(two) * half_dx)
        assert 0.999 * wide <= float(ball.rad()) <= 1.001 * wide + 1e-10
        for sign, other in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
            # To first order; what the second adds is below 1e-10 here.
            value = at[name].mid() + sign * one * dy + other * two * half_dx
            assert ball.overlaps(value + arb(0, "1e-10"))


def test_on_a_wide_tile_the_narrower_enclosure_is_kept() -> None:
    """No jet is wider than its closed form, and each holds what is at the ends."""
    y, x = arb(0, 4), arb(1, "0.01")
    found = JetsOnTiles(catalog.relu, ("M0", "B0")).on_tile(y, x)
    closed = compiled_jets(catalog.relu, (("M", 0), ("B", 0)))(y, x.sqrt())
    for name, ball in zip(("M0", "B0"), closed, strict=True):
        assert found[name].rad() <= ball.rad()
    for corner in (-4, 4):
        at = JetsOnTiles(catalog.relu, ("M0", "B0")).on_tile(arb(corner), arb(1))
        assert all(found[name].contains(at[name].mid()) for name in at)


def test_a_value_is_the_first_of_value_and_gradient() -> None:
    """Whatever was evaluated before on other tiles, in coordinates that stand in no moment too."""
    layer = Layer(catalog.relu, TILES_AND_WEIGHTS)
    formula = layer.formula("f", layer.mean.value * layer["tau"] + layer["omega"])
    run = Evaluator(formula)
    places = [(y, x, w, t) for y in "01" for x in "12" for w in "34" for t in "56"]
    for place in (*places, *places):
        box = Box(tuple("yxwt"), tuple((Fraction(v), Fraction(v)) for v in place))
        value, *slopes = run.value_and_gradient(box)
        y, x, w, t = (int(v) for v in place)
        jets = JetsOnTiles(catalog.relu, ("M0", "M1", "M2")).on_tile(arb(y), arb(x))
        assert abs(value - (jets["M0"] * t + w)) < 1e-13
        assert run.value(box).overlaps(value)
        assert run.value_on(box.balls()).overlaps(value)
        exact = jets["M1"] * t, jets["M2"] * t / 2, 1, jets["M0"]
        for slope, wanted in zip(slopes, exact, strict=True):
            assert abs(slope - wanted) < 1e-13


def test_without_moments_nothing_is_enclosed_but_the_formula() -> None:
    """(p − q)³ − p and its slopes at (3, 1)."""
    p, q = Coordinates.of(p="p", q="q").symbols
    run = evaluator(Formula("f", (p - q) ** 3 - p, Coordinates.of(p="p", q="q")))
    box = Box.of(p=("3", "3"), q=("1", "1"))
    assert run.value_and_gradient(box) == [5, 11, -12]
    assert run.value(box) == 5
